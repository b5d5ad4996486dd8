// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the way of applications that fork: the child starts afresh, and leaves
// what is the parent's alone.

// Before cmocka: its macro fail() would break the class of that header.
#include <ios>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <atomic>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "integration/process.h"
#include "support/logged_client.h"
#include "support/test_server.h"

using namespace nws::test;

namespace {

// The child of a process with threads: its callbacks use nothing but this.
std::atomic<int> g_opened{0};
std::atomic<int> g_received{0};
std::atomic<int> g_closed{0};

void on_open(WebSocket *, WebSocket_OpenResult)
{
    g_opened = 1;
}
void on_message(WebSocket *, char *, uint32_t length)
{
    g_received = static_cast<int>(length);
}
void on_close(WebSocket *, WebSocket_CloseResult closed)
{
    g_closed = static_cast<int>(closed.code);
}

bool wait_for(const std::atomic<int> &value)
{
    for (int i = 0; i < 60'000 && value == 0; ++i) {
        usleep(1000);
    }
    return value != 0;
}

// What went wrong, as an exit status.
int child(WebSocket *of_parent, const char *url)
{
    char data[] = "from the child";
    if (OH_WebSocketClient_Send(of_parent, data, sizeof data) != WEBSOCKET_CLIENT_NOT_CREATED) {
        return 1;
    }
    WebSocket *client = OH_WebSocketClient_Constructor(on_open, on_message, nullptr, on_close);
    if (client == nullptr || OH_WebSocketClient_Connect(client, url, {nullptr}) != WEBSOCKET_OK ||
        !wait_for(g_opened)) {
        return 2;
    }
    if (OH_WebSocketClient_Send(client, data, 5) != WEBSOCKET_OK || !wait_for(g_received) ||
        g_received != 5) {
        return 3;
    }
    if (OH_WebSocketClient_Close(client, {1000, nullptr}) != WEBSOCKET_OK || !wait_for(g_closed) ||
        g_closed != 1000) {
        return 4;
    }
    if (OH_WebSocketClient_Destroy(client) != WEBSOCKET_OK) {
        return 5;
    }
    return OH_WebSocketClient_Destroy(of_parent) == WEBSOCKET_CLIENT_NOT_CREATED ? 0 : 6;
}

void child_starts_afresh(void **)
{
    TestServer server;
    assert_true(server.start());
    LoggedClient client;
    assert_int_equal(client.connect(server.url("/echo")), WEBSOCKET_OK);
    assert_true(client.wait_open());
    const std::string url = server.url("/echo");

    assert_true(eventually(others_sleep));
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        alarm(120);  // a child that hangs ends, too
        _exit(child(client.get(), url.c_str()));
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);

    assert_int_equal(client.send("still here"), WEBSOCKET_OK);
    assert_true(client.wait_message_count(1));
    assert_int_equal(client.close(1000, "bye"), WEBSOCKET_OK);
    assert_true(client.wait_close());
    assert_string_equal(client.log().order().c_str(), "omc");
    client.destroy();
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

}  // namespace

int main()
{
#if defined(__SANITIZE_THREAD__)
    // The sanitizer does not follow threads of the child.
    return 77;
#endif
    const CMUnitTest tests[] = {
        cmocka_unit_test(child_starts_afresh),
    };
    return cmocka_run_group_tests_name("fork", tests, nullptr, nullptr);
}
