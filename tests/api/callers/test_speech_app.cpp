// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the way of a speech application: its own mutex is held across calls
// while its callbacks want the same mutex; audio comes from another thread.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <atomic>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <network/netstack/net_websocket.h>

#include "support/event_log.h"
#include "support/test_server.h"

using namespace nws::test;

namespace {

class SpeechApp {
public:
    SpeechApp() { instance_ = this; }
    ~SpeechApp() { stop(); }
    SpeechApp(const SpeechApp &) = delete;
    SpeechApp &operator=(const SpeechApp &) = delete;

    int start(const std::string &url)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (client_ != nullptr) {
            // Still live: it goes without Close.
            OH_WebSocketClient_Destroy(client_);
        }
        client_ = OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close);
        // On the stack, gone after Connect.
        const std::string token = "Bearer 0123456789";
        WebSocket_Header header = {"Authorization", token.c_str(), nullptr};
        WebSocket_RequestOptions options = {&header};
        return OH_WebSocketClient_Connect(client_, url.c_str(), options);
    }

    int send_audio(const std::vector<char> &samples)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return OH_WebSocketClient_Send(client_, const_cast<char *>(samples.data()), samples.size());
    }

    // Close and Destroy while the mutex is held, which a callback may be waiting
    // for at this moment.
    int stop()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (client_ == nullptr) {
            return 0;
        }
        OH_WebSocketClient_Close(client_, {1000, "stop"});
        const int result = OH_WebSocketClient_Destroy(client_);
        client_ = nullptr;
        return result;
    }

    std::mutex &mutex() { return mutex_; }
    WebSocket *client() const { return client_; }
    EventLog &log() { return log_; }
    // Callbacks that came so far as to want the mutex.
    AppendLog<int> &arrivals() { return arrivals_; }

private:
    void on_event(const std::string &text)
    {
        arrivals_.append(1);
        const std::lock_guard<std::mutex> lock(mutex_);
        log_.note(text);
    }

    static void on_open(WebSocket *, WebSocket_OpenResult) { instance_->on_event("open"); }
    static void on_message(WebSocket *, char *data, uint32_t length)
    {
        instance_->on_event("message " + std::string(data, length));
    }
    static void on_error(WebSocket *, WebSocket_ErrorResult) { instance_->on_event("error"); }
    static void on_close(WebSocket *, WebSocket_CloseResult) { instance_->on_event("close"); }

    static SpeechApp *instance_;
    std::mutex mutex_;
    WebSocket *client_ = nullptr;
    EventLog log_;
    AppendLog<int> arrivals_;
};

SpeechApp *SpeechApp::instance_ = nullptr;

bool wait_note(EventLog &log, const std::string &text)
{
    return log.wait_count([&](const ClientEvent &event) { return event.text == text; }, 1);
}

bool has_note(EventLog &log, const std::string &text)
{
    return log.count([&](const ClientEvent &event) { return event.text == text; }) > 0;
}

void conversation(void **)
{
    TestServer server;
    assert_true(server.start());
    SpeechApp app;
    assert_int_equal(app.start(server.url("/sink?n=200")), WEBSOCKET_OK);
    std::atomic<int> refused{0};
    std::thread audio([&] {
        const std::vector<char> samples(640, '\0');
        for (int i = 0; i < 200; ++i) {
            refused += app.send_audio(samples) != WEBSOCKET_OK ? 1 : 0;
        }
    });
    audio.join();
    assert_int_equal(refused, 0);
    assert_true(app.log().wait_count(
        [](const ClientEvent &event) { return event.text.compare(0, 19, "message 200 128000 ") == 0; }, 1));
    assert_int_equal(app.stop(), WEBSOCKET_OK);
    const auto requests = server.events(ServerEvent::Kind::request);
    assert_int_equal(requests.size(), 1);
    assert_non_null(std::strstr(requests[0].payload.c_str(), "\r\nAuthorization: Bearer 0123456789\r\n"));
    assert_true(server.wait_all_ended());
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

// A callback waits for the mutex that Send, Close and Destroy are called under.
// Destroy gives up waiting for it: so this ends.
void mutex_held_across_destroy(void **)
{
    TestServer server;
    assert_true(server.start());
    server.on_path("/late", Script().upgrade().stall("locked").send_text("hello"));
    SpeechApp app;
    assert_int_equal(app.start(server.url("/late")), WEBSOCKET_OK);
    assert_true(wait_note(app.log(), "open"));
    {
        const std::lock_guard<std::mutex> lock(app.mutex());
        server.release("locked");
        assert_true(app.arrivals().wait_count([](int) { return true; }, 2));
        // From here on that callback waits for the mutex, or is about to.
        WebSocket *client = app.client();
        char samples[] = "samples";
        assert_int_equal(OH_WebSocketClient_Send(client, samples, sizeof samples), WEBSOCKET_OK);
        assert_int_equal(OH_WebSocketClient_Close(client, {1000, "stop"}), WEBSOCKET_OK);
        assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
        assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_CLIENT_NOT_CREATED);
        assert_false(has_note(app.log(), "message hello"));
    }
    assert_true(wait_note(app.log(), "message hello"));
    // What was sent and the Close frame went out all the same.
    assert_true(server.wait_for_frames(Opcode::close));
    assert_int_equal(server.frames(Opcode::binary).size(), 1);
}

void old_client_destroyed_while_live(void **)
{
    TestServer server;
    assert_true(server.start());
    SpeechApp app;
    for (int i = 0; i < 5; ++i) {
        app.log().clear();
        assert_int_equal(app.start(server.url("/echo")), WEBSOCKET_OK);
        assert_true(wait_note(app.log(), "open"));
    }
    assert_int_equal(app.stop(), WEBSOCKET_OK);
    assert_true(server.wait_for(ServerEvent::Kind::ended, 5));
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

void destroy_after_a_failed_connect(void **)
{
    const RefusingPort refusing;
    SpeechApp app;
    assert_int_equal(app.start("ws://127.0.0.1:" + std::to_string(refusing.port())), WEBSOCKET_OK);
    assert_true(wait_note(app.log(), "error"));
    assert_int_equal(app.stop(), WEBSOCKET_OK);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(conversation),
        cmocka_unit_test(mutex_held_across_destroy),
        cmocka_unit_test(old_client_destroyed_while_live),
        cmocka_unit_test(destroy_after_a_failed_connect),
    };
    return cmocka_run_group_tests_name("speech application", tests, nullptr, nullptr);
}
