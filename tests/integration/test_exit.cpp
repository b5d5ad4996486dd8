// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The end of the process: what Close promised still goes out, and nothing
// crashes or hangs, whatever is open. Each test runs a client in a child
// process against the server in this one.

#include "integration/process.h"
#include "integration/scene.h"

#include <network/netstack/net_websocket_ext.h>

#include <unistd.h>

using namespace nws::test;

namespace {

constexpr int kMessages = 1000;

// The child's clients, without what the test's own process would log.
WebSocket *connect(const std::string &url, WebSocket_OnOpenCallback on_open = nullptr,
                   WebSocket_OnMessageCallback on_message = nullptr)
{
    WebSocket *client = OH_WebSocketClient_Constructor(on_open, on_message, nullptr, nullptr);
    return OH_WebSocketClient_Connect(client, url.c_str(), {}) == 0 ? client : nullptr;
}

bool send_all(WebSocket *client)
{
    for (int i = 0; i < kMessages; ++i) {
        std::string message = std::to_string(i);
        if (OH_WebSocketClient_Send(client, &message[0], message.size()) != 0) {
            return false;
        }
    }
    return true;
}

// Starts the server for a child that is there already: it has none of its threads.
void serve(ChildProcess &child, const std::string &path)
{
    assert_true(child.is_running());
    assert_true(server().start());
    server().on_path("/", Script().upgrade().count_messages(kMessages).answer_close());
    child.go(server().url(path));
}

void send_close_destroy_and_return_from_main(void **)
{
    ChildProcess child([](const std::string &url) {
        WebSocket *client = connect(url);
        if (client == nullptr || !send_all(client)) {
            return 1;
        }
        OH_WebSocketClient_Close(client, {1000, "done"});
        return OH_WebSocketClient_Destroy(client);
    });
    serve(child, "/");
    assert_int_equal(child.wait(), 0);
    assert_true(server().wait_for(ServerKind::script_done));
    assert_true(server().frames(Opcode::close).front().payload == close_payload(1000, "done"));
}

// Without Destroy, as bindings do that never destroy.
void send_close_and_return_from_main(void **)
{
    ChildProcess child([](const std::string &url) {
        WebSocket *client = connect(url);
        if (client == nullptr || !send_all(client)) {
            return 1;
        }
        OH_WebSocketClient_Close(client, {1000, nullptr});
        return 0;
    });
    serve(child, "/");
    assert_int_equal(child.wait(), 0);
    assert_true(server().wait_for(ServerKind::script_done));
}

// What is queued when the process ends while the library's thread is busy writing,
// and looks at the queue no more before it is told to end.
void send_and_close_while_a_callback_runs_and_return_from_main(void **)
{
    ChildProcess child([](const std::string &url) {
        static const std::string main_thread = std::to_string(getpid());
        static std::atomic<bool> inside{false};
        static std::atomic<bool> leaving{false};
        NetWebSocket_Options options;
        NetWebSocket_InitOptions(&options);
        options.onDrained = [](WebSocket *, void *) {
            if (!inside.exchange(true)) {
                // Until main() has returned, and waits for the library.
                eventually([] { return leaving && ThreadState::of(main_thread).state == "S"; });
            }
        };
        WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
        char first[] = "0";
        if (NetWebSocket_SetOptions(client, &options) != 0 ||
            OH_WebSocketClient_Connect(client, url.c_str(), {}) != 0 ||
            OH_WebSocketClient_Send(client, first, 1) != 0 || !eventually([] { return inside.load(); })) {
            return 1;
        }
        for (int i = 1; i < kMessages; ++i) {
            std::string message = std::to_string(i);
            if (OH_WebSocketClient_Send(client, &message[0], message.size()) != 0) {
                return 2;
            }
        }
        OH_WebSocketClient_Close(client, {1000, nullptr});
        // Just before the library's own handler.
        std::atexit([] { leaving = true; });
        return 0;
    });
    serve(child, "/");
    assert_int_equal(child.wait(), 0);
    assert_true(server().wait_for(ServerKind::script_done));
}

void exit_with_an_open_connection(void **)
{
    ChildProcess child([](const std::string &url) {
        static std::atomic<bool> open{false};
        connect(url, [](WebSocket *, WebSocket_OpenResult) { open = true; });
        while (!open) {
            poll(nullptr, 0, 1);
        }
        return 0;
    });
    serve(child, "/echo");
    assert_int_equal(child.wait(), 0);
    assert_true(server().wait_all_ended());
}

void exit_while_connecting(void **)
{
    ChildProcess child([](const std::string &url) {
        connect(url);
        connect("ws://does-not-exist.invalid/");
        return 0;
    });
    serve(child, "/stall");
    assert_int_equal(child.wait(), 0);
}

void exit_while_messages_flood_in(void **)
{
    ChildProcess child([](const std::string &url) {
        static std::atomic<int> messages{0};
        connect(url, nullptr, [](WebSocket *, char *, uint32_t) { ++messages; });
        while (messages < 100) {
            poll(nullptr, 0, 1);
        }
        return 0;
    });
    serve(child, "/source?n=1000000&size=100");
    assert_int_equal(child.wait(), 0);
    assert_true(server().wait_all_ended());
}

void exit_inside_a_callback(void **)
{
    ChildProcess child([](const std::string &url) {
        connect(url, [](WebSocket *, WebSocket_OpenResult) { std::exit(42); });
        pause();
        return 1;
    });
    serve(child, "/echo");
    assert_int_equal(child.wait(), 42);
    assert_true(server().wait_all_ended());
}

void quick_exit_inside_a_callback(void **)
{
    ChildProcess child([](const std::string &url) {
        connect(url, [](WebSocket *, WebSocket_OpenResult) { _exit(43); });
        pause();
        return 1;
    });
    serve(child, "/echo");
    assert_int_equal(child.wait(), 43);
    assert_true(server().wait_all_ended());
}

void exit_while_a_callback_blocks(void **)
{
    ChildProcess child([](const std::string &url) {
        static std::atomic<bool> inside{false};
        connect(url, [](WebSocket *, WebSocket_OpenResult) {
            inside = true;
            pause();
        });
        while (!inside) {
            poll(nullptr, 0, 1);
        }
        return 0;
    });
    serve(child, "/echo");
    assert_int_equal(child.wait(), 0);
    assert_true(server().wait_all_ended());
}

// The library may be called by the application's own static destructors and
// exit handlers, when its thread has ended already.
void calls_after_the_library_has_ended(void **)
{
    ChildProcess child([](const std::string &url) {
        static WebSocket *client;
        // Registered before the library's own handler, so it runs after that.
        std::atexit([] {
            char text[] = "late";
            OH_WebSocketClient_Send(client, text, 4);
            OH_WebSocketClient_Close(client, {});
            OH_WebSocketClient_Destroy(client);
            WebSocket *late = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
            OH_WebSocketClient_Destroy(late);
        });
        client = connect(url);
        return 0;
    });
    serve(child, "/echo");
    assert_int_equal(child.wait(), 0);
}

// A static object whose destructor uses the library.
class User {
public:
    explicit User(int (*work)(const std::string &url)) : work_(work) {}
    ~User()
    {
        if (const int step = work_(url_)) {
            _exit(step);
        }
    }
    User(const User &) = delete;
    User &operator=(const User &) = delete;

    void set_url(const std::string &url) { url_ = url; }

private:
    int (*const work_)(const std::string &url);
    std::string url_;
};

std::atomic<int> g_echoes{0};
std::atomic<int> g_closes{0};

// A life from Constructor to Destroy. 0, or the number of the step that failed.
int live(const std::string &url)
{
    WebSocket *client = OH_WebSocketClient_Constructor(
        nullptr, [](WebSocket *, char *, uint32_t) { ++g_echoes; }, nullptr,
        [](WebSocket *, WebSocket_CloseResult) { ++g_closes; });
    char text[] = "static";
    if (OH_WebSocketClient_Connect(client, url.c_str(), {}) != 0 ||
        OH_WebSocketClient_Send(client, text, 6) != 0 || !eventually([] { return g_echoes == 1; })) {
        return 2;
    }
    if (OH_WebSocketClient_Close(client, {1000, "static"}) != 0 ||
        !eventually([] { return g_closes == 1; })) {
        return 3;
    }
    return OH_WebSocketClient_Destroy(client) == 0 ? 0 : 4;
}

// Made behind the library's first use, so it is gone before the library ends.
void a_static_destructor_before_the_library_ends(void **)
{
    ChildProcess child([](const std::string &url) {
        OH_WebSocketClient_Destroy(OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr));
        static User user(live);
        user.set_url(url);
        return 0;
    });
    serve(child, "/echo");
    assert_int_equal(child.wait(), 0);
    assert_true(server().wait_all_ended());
    assert_int_equal(server().frames(Opcode::text).size(), 1);
    assert_true(server().frames(Opcode::close).front().payload == close_payload(1000, "static"));
}

// Made before: the library's thread has ended when it is its turn. What it begins
// then may come to nothing, but nothing crashes or hangs.
void a_static_destructor_behind_the_librarys_end(void **)
{
    ChildProcess child([](const std::string &url) {
        static User user([](const std::string &address) {
            WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
            const int connected = OH_WebSocketClient_Connect(client, address.c_str(), {});
            char text[] = "late";
            OH_WebSocketClient_AddHeader(client, {"X-Late", "x", nullptr});
            OH_WebSocketClient_Send(client, text, 4);
            const int destroyed = OH_WebSocketClient_Destroy(client);
            const bool told = connected == 0 ? destroyed == 0
                                             : connected == WEBSOCKET_CONNECTION_ERROR &&
                                                   destroyed == WEBSOCKET_NO_CONNECTION_CONTEXT;
            return told ? 0 : 2;
        });
        user.set_url(url);
        return live(url);
    });
    serve(child, "/echo");
    assert_int_equal(child.wait(), 0);
    assert_true(server().wait_all_ended());
    ASSERT_TEXT(server().frames(Opcode::text).front().payload, "static");
}

void exit_of_a_process_that_made_a_client_only(void **)
{
    ChildProcess child([](const std::string &) {
        return OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr) == nullptr ? 1 : 0;
    });
    serve(child, "/echo");
    assert_int_equal(child.wait(), 0);
}

}  // namespace

#define EXIT_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_without_server, tear_down)

int main()
{
    const CMUnitTest tests[] = {
        EXIT_TEST(send_close_destroy_and_return_from_main),
        EXIT_TEST(send_close_and_return_from_main),
        EXIT_TEST(send_and_close_while_a_callback_runs_and_return_from_main),
        EXIT_TEST(exit_with_an_open_connection),
        EXIT_TEST(exit_while_connecting),
        EXIT_TEST(exit_while_messages_flood_in),
        EXIT_TEST(exit_inside_a_callback),
        EXIT_TEST(quick_exit_inside_a_callback),
        EXIT_TEST(exit_while_a_callback_blocks),
        EXIT_TEST(calls_after_the_library_has_ended),
        EXIT_TEST(a_static_destructor_before_the_library_ends),
        EXIT_TEST(a_static_destructor_behind_the_librarys_end),
        EXIT_TEST(exit_of_a_process_that_made_a_client_only),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
