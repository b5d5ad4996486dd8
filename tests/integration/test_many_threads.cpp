// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Many threads on the same clients. What each thread sends keeps its order,
// each connection ends once, and ThreadSanitizer has nothing to say.

#include "integration/scene.h"

#include <thread>

using namespace nws::test;

namespace {

constexpr int kThreads = 16;
constexpr int kMessages = NWS_SANITIZED ? 100 : 1000;

void on_threads(const std::function<void(int thread)> &work)
{
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back(work, thread);
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

void sending_on_shared_clients_while_others_come_and_go(void **)
{
    constexpr size_t kShared = 4;
    constexpr size_t kSenders = kThreads / 2;
    server().on_path("/", Script().upgrade().count_messages(kSenders * kMessages).answer_close());
    std::vector<LoggedClient *> shared;
    for (size_t i = 0; i < kShared; ++i) {
        shared.push_back(&open_client("/"));
    }
    std::atomic<int> failures{0};
    on_threads([&](int thread) {
        if (static_cast<size_t>(thread) < kSenders) {
            for (int i = 0; i < kMessages; ++i) {
                for (LoggedClient *client : shared) {
                    failures += client->send(std::to_string(thread) + ":" + std::to_string(i)) != 0;
                }
            }
            return;
        }
        for (int i = 0; i < kMessages / 10; ++i) {
            LoggedClient client;
            failures += client.connect(server().url("/echo")) != 0;
            failures += client.send("x") != 0;
            if (i % 4 == 0) {
                failures += !client.wait_message_count(1);
            }
            if (i % 4 == 1) {
                failures += !client.wait_open();
                client.close();
                failures += !client.wait_close();
            }
            if (i % 4 == 2) {
                client.close();
            }
            failures += client.destroy() != 0;
            failures += client.log().terminals() > 1;
        }
    });
    assert_int_equal(failures, 0);
    for (LoggedClient *client : shared) {
        assert_int_equal(client->close(), 0);
        assert_true(client->wait_close());
        ASSERT_TEXT(client->log().order(), "oc");
        assert_int_equal(client->log().events(ClientKind::close).front().code, 1000);
    }
    assert_true(server().wait_for(ServerKind::script_done, kShared));
}

// Every call at any time on one client: each says something that it may say,
// and onOpen, onError and onClose balance.
void all_calls_on_one_client(void **)
{
    LoggedClient &client = new_client();
    std::atomic<int> wrong{0};
    const auto check = [&wrong](int result, std::initializer_list<int> allowed) {
        bool found = false;
        for (const int code : allowed) {
            found = found || code == result;
        }
        wrong += !found;
    };
    on_threads([&](int thread) {
        for (int i = 0; i < kMessages; ++i) {
            switch ((thread + i) % 5) {
            case 0:
                check(client.connect(server().url("/echo")), {0, WEBSOCKET_CONNECTION_ERROR});
                break;
            case 1:
            case 2:
                check(client.send("x"), {0, WEBSOCKET_NO_CONNECTION});
                break;
            case 3:
                check(i % 10 == 0 ? client.close() : 0, {0, WEBSOCKET_NO_CONNECTION});
                break;
            case 4:
                check(i < 10 ? client.add_header("X-Thread", "x") : 0, {0});
                break;
            }
        }
    });
    assert_int_equal(wrong, 0);
    // Whatever it is doing now, it can be brought to an end.
    const int closed = client.close();
    assert_true(closed == 0 || closed == WEBSOCKET_NO_CONNECTION);
    if (closed == 0) {
        assert_true(client.log().wait_until([](const auto &events) {
            size_t open = 0;
            for (const ClientEvent &event : events) {
                open += event.kind == ClientKind::open;
                open -= event.kind == ClientKind::close;
            }
            return open == 0;
        }));
    }
    client.destroy();
    // "o", messages, "c" and again, never two of a kind in a row.
    bool open = false;
    for (const ClientEvent &event : client.log().snapshot()) {
        assert_true(event.kind == ClientKind::note || open == (event.kind != ClientKind::open));
        open = event.kind == ClientKind::note ? open : event.kind != ClientKind::close;
    }
    assert_int_equal(client.log().count_of(ClientKind::error), 0);
}

// Threads that race for Destroy while others still call: one gets 0, the
// others 1002, and nothing breaks.
void destroy_races_with_every_call(void **)
{
    constexpr int kRounds = NWS_SANITIZED ? 20 : 100;
    for (int round = 0; round < kRounds; ++round) {
        LoggedClient &client = open_client("/echo");
        WebSocket *handle = client.get();
        std::atomic<int> destroyed{0};
        std::atomic<int> wrong{0};
        on_threads([&](int thread) {
            if (thread % 4 == 0) {
                const int result = OH_WebSocketClient_Destroy(handle);
                destroyed += result == 0;
                wrong += result != 0 && result != WEBSOCKET_CLIENT_NOT_CREATED;
                return;
            }
            for (int i = 0; i < 10; ++i) {
                const int result = thread % 4 == 1   ? client.send("x")
                                   : thread % 4 == 2 ? client.close()
                                                     : client.add_header("a", "b");
                wrong += result != 0 && result != WEBSOCKET_CLIENT_NOT_CREATED &&
                         result != WEBSOCKET_NO_CONNECTION;
            }
        });
        assert_int_equal(destroyed, 1);
        assert_int_equal(wrong, 0);
    }
}

// Exactly one end for each connection, with Close, Destroy and the server's
// Close all at once.
void ends_that_race(void **)
{
    constexpr int kRounds = NWS_SANITIZED ? 10 : 50;
    std::atomic<int> wrong{0};
    on_threads([&](int thread) {
        for (int round = 0; round < kRounds; ++round) {
            LoggedClient client;
            wrong += client.connect(server().url(thread % 2 == 0 ? "/close?code=1000" : "/drop")) != 0;
            if (round % 2 == 0) {
                wrong += !client.wait_open();
            }
            client.close();
            if (round % 3 != 0) {
                wrong += client.log().count_of(ClientKind::open) > 0 && !client.wait_close();
            }
            client.destroy();
            const std::string order = client.log().order();
            wrong += order != "n" && order != "on" && order != "ocn" && order != "en";
        }
    });
    assert_int_equal(wrong, 0);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(sending_on_shared_clients_while_others_come_and_go),
        SCENE_TEST(all_calls_on_one_client),
        SCENE_TEST(destroy_races_with_every_call),
        SCENE_TEST(ends_that_race),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
