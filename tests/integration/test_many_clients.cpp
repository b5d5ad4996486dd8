// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// A thousand clients, open at the same time.

#include "integration/scene.h"

#include <sys/resource.h>

#include "integration/process.h"

using namespace nws::test;

namespace {

// Client and server are the same process: two descriptors for each connection.
size_t affordable_clients(size_t wanted)
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t reserve = 100;
    return limit.rlim_cur <= 2 * wanted + reserve ? static_cast<size_t>(limit.rlim_cur - reserve) / 2
                                                  : wanted;
}

void open_echo_and_close(void **)
{
    const size_t count = affordable_clients(NWS_SANITIZED ? 200 : 1000);
    std::vector<LoggedClient *> clients;
    for (size_t i = 0; i < count; ++i) {
        clients.push_back(&new_client());
        assert_int_equal(clients.back()->connect(server().url("/echo")), 0);
    }
    for (LoggedClient *client : clients) {
        assert_true(client->log().wait_until([](const auto &events) { return !events.empty(); }));
        ASSERT_TEXT(client->log().order(), "o");
    }
    assert_int_equal(server().count(ServerKind::upgraded), count);
    assert_int_equal(server().count(ServerKind::ended), 0);
    assert_int_equal(count_service_threads(), 1);
    for (size_t i = 0; i < count; ++i) {
        assert_int_equal(clients[i]->send("client " + std::to_string(i)), 0);
    }
    for (size_t i = 0; i < count; ++i) {
        assert_true(clients[i]->wait_message_count(1));
        ASSERT_TEXT(clients[i]->log().events(ClientKind::message).front().bytes,
                    "client " + std::to_string(i));
    }
    for (LoggedClient *client : clients) {
        assert_int_equal(client->close(), 0);
    }
    for (LoggedClient *client : clients) {
        assert_true(client->wait_close());
        ASSERT_TEXT(client->log().order(), "omc");
        assert_int_equal(client->log().events(ClientKind::close).front().code, 1000);
    }
    g_scene->clients.clear();
    assert_true(eventually([] { return count_service_threads() == 0; }));
}

void destroyed_while_open(void **)
{
    const size_t count = affordable_clients(NWS_SANITIZED ? 100 : 500);
    std::vector<LoggedClient *> clients;
    for (size_t i = 0; i < count; ++i) {
        clients.push_back(&new_client());
        assert_int_equal(clients.back()->connect(server().url("/echo")), 0);
    }
    for (LoggedClient *client : clients) {
        assert_true(client->wait_open());
    }
    g_scene->clients.clear();
    assert_true(eventually([] { return count_service_threads() == 0; }));
    assert_true(server().wait_all_ended());
    assert_int_equal(server().frames(Opcode::close).size(), count);
}

// OpenHarmony stops at 100 clients; here memory is the limit.
void idle_clients(void **)
{
    std::vector<WebSocket *> clients;
    for (int i = 0; i < 10000; ++i) {
        clients.push_back(OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr));
        assert_non_null(clients.back());
    }
    for (WebSocket *client : clients) {
        assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
    }
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(open_echo_and_close),
        SCENE_TEST(destroyed_while_open),
        SCENE_TEST(idle_clients),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
