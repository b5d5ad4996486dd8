// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// A program that loads the library when it wants it, and lets go of it: again
// and again, and with a connection still open. It is not linked to the library.

#include <dlfcn.h>

#include <atomic>
#include <string>

#include <network/netstack/net_websocket.h>

#include "integration/process.h"
#include "support/script.h"
#include "support/test_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

using namespace nws::test;

namespace {

std::atomic<int> g_opened{0};
std::atomic<int> g_messages{0};
std::atomic<int> g_closed{0};

class Library {
public:
    Library() : handle_(dlopen(NET_WEBSOCKET_LIBRARY, RTLD_NOW | RTLD_LOCAL))
    {
        find(constructor, "OH_WebSocketClient_Constructor");
        find(connect, "OH_WebSocketClient_Connect");
        find(send, "OH_WebSocketClient_Send");
        find(close, "OH_WebSocketClient_Close");
        find(destroy, "OH_WebSocketClient_Destroy");
    }
    bool complete() const { return handle_ != nullptr && complete_; }
    bool unload() { return dlclose(handle_) == 0; }

    WebSocket *make_client() const
    {
        return constructor([](WebSocket *, WebSocket_OpenResult) { ++g_opened; },
                           [](WebSocket *, char *, uint32_t) { ++g_messages; }, nullptr,
                           [](WebSocket *, WebSocket_CloseResult) { ++g_closed; });
    }

    decltype(&OH_WebSocketClient_Constructor) constructor = nullptr;
    decltype(&OH_WebSocketClient_Connect) connect = nullptr;
    decltype(&OH_WebSocketClient_Send) send = nullptr;
    decltype(&OH_WebSocketClient_Close) close = nullptr;
    decltype(&OH_WebSocketClient_Destroy) destroy = nullptr;

private:
    template <typename Function>
    void find(Function &function, const char *name)
    {
        function = handle_ == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(handle_, name));
        complete_ = complete_ && function != nullptr;
    }

    void *const handle_;
    bool complete_ = true;
};

void loaded_and_unloaded_again_and_again(void **)
{
    TestServer server;
    assert_true(server.start());
    char hello[] = "hello";
    for (int round = 1; round <= 25; ++round) {
        Library library;
        if (!library.complete()) {
            fail_msg("%s", dlerror());
        }
        WebSocket *client = library.make_client();
        assert_int_equal(library.connect(client, server.url("/echo").c_str(), {}), 0);
        assert_int_equal(library.send(client, hello, 5), 0);
        assert_true(eventually([round] { return g_messages == round; }));
        assert_int_equal(library.close(client, {1000, nullptr}), 0);
        assert_true(eventually([round] { return g_closed == round; }));
        assert_int_equal(library.destroy(client), 0);
        assert_true(library.unload());
        assert_true(eventually([] { return count_service_threads() == 0; }));
    }
}

// Its thread is still at work: the code stays.
void unloaded_with_an_open_connection(void **)
{
    TestServer server;
    assert_true(server.start());
    server.on_path("/", Script().upgrade().stall("unloaded").send_text("still").echo_until_close());
    g_opened = g_messages = 0;
    Library library;
    assert_true(library.complete());
    WebSocket *client = library.make_client();
    assert_int_equal(library.connect(client, server.url("/").c_str(), {}), 0);
    assert_true(eventually([] { return g_opened == 1; }));
    assert_true(library.unload());
    server.release("unloaded");
    assert_true(eventually([] { return g_messages == 1; }));
    Library again;
    assert_true(again.complete());
    assert_int_equal(again.destroy(client), 0);
    assert_true(again.unload());
    assert_true(eventually([] { return count_service_threads() == 0; }));
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(loaded_and_unloaded_again_and_again),
        cmocka_unit_test(unloaded_with_an_open_connection),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
