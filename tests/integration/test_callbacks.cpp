// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// How the application is called: which pointers, on which thread, and what it
// may do there.

#include "integration/scene.h"

#include <csignal>
#include <cstring>
#include <set>

#include <pthread.h>

using namespace nws::test;

namespace {

constexpr ClientKind kKinds[] = {ClientKind::open, ClientKind::message, ClientKind::error, ClientKind::close};

// A connection with every kind of event: message, Close, and then a failure.
void run_through_all_events(LoggedClient &client)
{
    const size_t ended = server().count(ServerKind::ended);
    assert_int_equal(client.connect(server().url("/source?n=2")), 0);
    assert_true(server().wait_for(ServerKind::ended, ended + 1));
    // The end of the connection may be with the server before it is with us.
    int connected = WEBSOCKET_CONNECTION_ERROR;
    while (connected == WEBSOCKET_CONNECTION_ERROR) {
        connected = client.connect(server().url("/status"));
    }
    assert_int_equal(connected, 0);
    assert_true(server().wait_for(ServerKind::ended, ended + 2));
}

void null_callbacks_are_skipped(void **)
{
    for (unsigned combination = 0; combination < 16; ++combination) {
        LoggedClient &client = new_client();
        std::string wanted;
        const auto set = [&](unsigned bit, auto &callback, const char *letters) {
            if ((combination & bit) == 0) {
                callback = nullptr;
            } else {
                wanted += letters;
            }
        };
        set(1, client.get()->onOpen, "o");
        set(2, client.get()->onMessage, "mm");
        set(8, client.get()->onClose, "c");
        set(4, client.get()->onError, "e");
        run_through_all_events(client);
        assert_true(
            client.log().wait_until([&](const auto &events) { return events.size() >= wanted.size(); }));
        client.destroy();
        ASSERT_TEXT(client.log().order(), wanted + "n");
        client.log().clear();  // parts of an order
    }
}

void constructor_takes_nulls(void **)
{
    WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    assert_non_null(client);
    assert_int_equal(OH_WebSocketClient_Connect(client, server().url("/echo").c_str(), {}), 0);
    char text[] = "no one listens";
    assert_int_equal(OH_WebSocketClient_Send(client, text, std::strlen(text)), 0);
    assert_true(server().wait_for_frames(Opcode::text));
    OH_WebSocketClient_Close(client, {1000, nullptr});
    assert_true(server().wait_all_ended());
    assert_int_equal(OH_WebSocketClient_Destroy(client), 0);
}

void callbacks_can_be_replaced_at_run_time(void **)
{
    static std::atomic<int> others;
    others = 0;
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            client.get()->onMessage = [](WebSocket *self, char *, uint32_t) {
                ++others;
                self->onMessage = callbacks::on_message;
                self->onClose = nullptr;
            };
        }
    });
    assert_int_equal(client.connect(server().url("/source?n=3")), 0);
    assert_true(server().wait_all_ended());
    assert_true(client.wait_message_count(2));
    client.destroy();
    assert_int_equal(others, 1);
    ASSERT_TEXT(client.log().order(), "ommn");
}

// The application may call them itself, as OpenHarmony's callers do.
void application_may_call_them_itself(void **)
{
    LoggedClient &client = open_client("/echo");
    client.get()->onOpen(client.get(), {1, "own"});
    client.get()->onError(client.get(), {2, "own"});
    ASSERT_TEXT(client.log().order(), "ooe");
    assert_int_equal(client.send("x"), 0);
    assert_true(client.wait_message_count(1));
    client.log().clear();  // no order of the library's
}

void message_may_be_overwritten(void **)
{
    LoggedClient &client = new_client();
    client.get()->onMessage = [](WebSocket *self, char *data, uint32_t length) {
        callbacks::on_message(self, data, length);
        std::memset(data, 0xff, length + 1);
    };
    std::string bytes;
    for (int i = 0; i < 100; ++i) {
        bytes += make_frame(Opcode::text, std::to_string(i)) + make_frame(Opcode::ping, "") +
                 make_frame(Opcode::text, "frag", FrameOptions{false}) +
                 make_frame(Opcode::continuation, "ment");
    }
    server().on_path("/", Script().upgrade().send_bytes(bytes).answer_close());
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(client.wait_message_count(200));
    const auto messages = client.log().events(ClientKind::message);
    for (size_t i = 0; i < 100; ++i) {
        ASSERT_TEXT(messages[2 * i].bytes, std::to_string(i));
        ASSERT_TEXT(messages[2 * i + 1].bytes, "fragment");
    }
}

// All of them but those that cannot be blocked, and the two that the C library
// keeps for itself.
bool all_signals_blocked()
{
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
        const bool reserved = signal == SIGKILL || signal == SIGSTOP || (signal >= 32 && signal < SIGRTMIN);
        if (!reserved && sigismember(&blocked, signal) != 1) {
            return false;
        }
    }
    return true;
}

void one_thread_for_all_clients(void **)
{
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, nullptr, &before);
    static std::atomic<int> inside;
    static std::atomic<int> wrong;
    inside = 0;
    wrong = 0;
    std::vector<LoggedClient *> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(&new_client());
        clients.back()->set_hook([](const ClientEvent &) {
            wrong += ++inside != 1;
            // An emulator keeps some for itself.
            wrong += !is_emulated() && !all_signals_blocked();
            --inside;
        });
    }
    for (LoggedClient *client : clients) {
        run_through_all_events(*client);
    }
    std::set<std::thread::id> threads;
    for (LoggedClient *client : clients) {
        assert_true(client->wait_error());
        ASSERT_TEXT(client->log().order(), "ommce");
        for (const ClientEvent &event : client->log().snapshot()) {
            threads.insert(event.thread);
            ASSERT_TEXT(event.thread_name, "net_websocket");
        }
    }
    assert_int_equal(threads.size(), 1);
    assert_true(*threads.begin() != std::this_thread::get_id());
    assert_int_equal(wrong, 0);
    // Connect has started a thread, and left ours as it was.
    sigset_t after;
    pthread_sigmask(SIG_BLOCK, nullptr, &after);
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
        assert_int_equal(sigismember(&before, signal), sigismember(&after, signal));
    }
}

// What every call says inside the first callback of each kind.
struct CallResults {
    int add_header = -1;
    int send = -1;
    int connect = -1;
    int close = -1;
    int send_after_close = -1;
    int other_destroyed = -1;
    bool constructed = false;
};

void every_function_inside_every_callback(void **)
{
    for (const ClientKind kind : kKinds) {
        LoggedClient &other = open_client("/echo");
        LoggedClient &client = new_client();
        CallResults results;
        client.set_hook([&](const ClientEvent &event) {
            if (event.kind != kind || results.constructed) {
                return;
            }
            results.add_header = client.add_header("X-Inside", "a callback");
            results.send = client.send("inside");
            results.connect = client.connect(server().url("/echo"));
            results.close = client.close(4000, "inside");
            results.send_after_close = client.send("after");
            other.send("from another's callback");
            other.close();
            results.other_destroyed = other.destroy();
            LoggedClient &made = new_client();
            results.constructed = made.get() != nullptr;
            made.connect(server().url("/echo"));
            client.log().note("done");
        });
        const bool fails = kind == ClientKind::error;
        const bool ends = kind == ClientKind::close || fails;
        assert_int_equal(client.connect(server().url(fails ? "/status" : "/source?n=1")), 0);
        assert_true(client.log().wait_for(ClientKind::note));
        assert_int_equal(results.add_header, 0);
        assert_int_equal(results.send, ends ? WEBSOCKET_NO_CONNECTION : 0);
        assert_int_equal(results.connect, ends ? 0 : WEBSOCKET_CONNECTION_ERROR);
        assert_int_equal(results.close, ends ? WEBSOCKET_NO_CONNECTION : 0);
        assert_int_equal(results.send_after_close, WEBSOCKET_NO_CONNECTION);
        assert_int_equal(results.other_destroyed, 0);
        assert_true(results.constructed);
        assert_true(g_scene->clients.back()->wait_open());
        // What was closed while it was open still ends with onClose; the new
        // attempt was cancelled before anything came of it.
        if (!ends) {
            assert_true(client.wait_close());
        }
        client.destroy();
        assert_int_equal(client.log().terminals(), 1);
    }
}

// onClose comes once, and nothing comes after it.
void one_terminal_event_for_each_connection(void **)
{
    const char *paths[] = {"/close",       "/close?code=1000", "/drop",         "/status",
                           "/source?n=10", "/fragments",       "/no-such-path", "/ping?n=3"};
    for (int round = 0; round < (NWS_SANITIZED ? 5 : 25); ++round) {
        std::vector<LoggedClient *> clients;
        for (const char *path : paths) {
            clients.push_back(&new_client());
            assert_int_equal(clients.back()->connect(server().url(path)), 0);
        }
        for (LoggedClient *client : clients) {
            assert_true(client->log().wait_until([](const auto &events) { return !events.empty(); }));
            client->close();
            assert_true(client->wait_terminal());
            client->destroy();
            assert_int_equal(client->log().terminals(), 1);
            const std::string order = client->log().order();
            assert_true(order == "en" || (order.front() == 'o' && order.substr(order.size() - 2) == "cn"));
        }
    }
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(null_callbacks_are_skipped),
        SCENE_TEST(constructor_takes_nulls),
        SCENE_TEST(callbacks_can_be_replaced_at_run_time),
        SCENE_TEST(application_may_call_them_itself),
        SCENE_TEST(message_may_be_overwritten),
        SCENE_TEST(one_thread_for_all_clients),
        SCENE_TEST(every_function_inside_every_callback),
        SCENE_TEST(one_terminal_event_for_each_connection),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
