// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of CallbackGate and Callbacks: what is inside ends before
// Destroy returns, nothing enters after; each pointer is read when it is due.

#include "unit/check.h"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "callback/callback_gate.h"
#include "callback/callbacks.h"

namespace {

using namespace nws;
using namespace nws::test;

constexpr std::chrono::milliseconds kShort(20);
constexpr std::chrono::seconds kPatience(30);

bool one_at_a_time()
{
    CallbackGate gate;
    CHECK(!gate.closed());
    CHECK(gate.enter());
    CHECK(!gate.enter());
    gate.leave();
    CHECK(gate.enter());
    gate.leave();
    CHECK(!gate.closed());
    return true;
}

bool closed_is_for_good()
{
    CallbackGate gate;
    CHECK(!gate.close());  // nothing inside
    CHECK(gate.closed());
    CHECK(!gate.enter());
    CHECK(!gate.enter());
    CHECK(gate.wait_empty(kShort));
    CHECK(gate.closed());
    return true;
}

bool closing_tells_what_is_inside()
{
    CallbackGate gate;
    CHECK(gate.enter());
    CHECK(gate.close());
    CHECK(gate.closed());
    CHECK(!gate.enter());
    gate.leave();
    CHECK(!gate.enter());
    CHECK(gate.closed());
    CHECK(!gate.close());
    return true;
}

bool waiting_has_a_limit()
{
    CallbackGate gate;
    CHECK(gate.enter());
    CHECK(gate.close());
    const auto begin = std::chrono::steady_clock::now();
    CHECK(!gate.wait_empty(kShort));
    CHECK(std::chrono::steady_clock::now() - begin >= kShort);
    gate.leave();
    CHECK(gate.wait_empty(kShort));
    return true;
}

// The waiter sleeps, or is about to: both ways happen in so many rounds.
bool leaving_wakes_the_waiter()
{
    for (int round = 0; round < 300; ++round) {
        CallbackGate gate;
        gate.enter();
        gate.close();
        std::atomic<bool> left{false};
        std::thread service([&] {
            if (round % 2 == 0) {
                std::this_thread::yield();
            }
            left.store(true, std::memory_order_relaxed);
            gate.leave();
        });
        const bool empty = gate.wait_empty(kPatience);
        const bool was_left = left.load(std::memory_order_relaxed);
        service.join();
        CHECK(empty);
        CHECK(was_left);
    }
    return true;
}

// All gates share one place to wait: the wake-up of another gate is no answer.
bool gates_do_not_answer_for_each_other()
{
    CallbackGate mine;
    CallbackGate other;
    CHECK(mine.enter());
    CHECK(other.enter());
    CHECK(mine.close());
    CHECK(other.close());
    std::thread service([&] { other.leave(); });
    const bool empty = mine.wait_empty(kShort);
    service.join();
    CHECK(!empty);
    CHECK(other.wait_empty(kShort));
    mine.leave();
    CHECK(mine.wait_empty(kShort));
    return true;
}

// What Destroy relies on: once close() and the wait are over, the callback's
// data may go. The data race detectors look at `data`.
bool nothing_is_inside_after_the_wait()
{
    for (int round = 0; round < 100; ++round) {
        CallbackGate gate;
        int data = 0;
        std::atomic<bool> started{false};
        std::atomic<bool> stop{false};
        std::thread service([&] {
            while (!stop.load() && gate.enter()) {
                ++data;
                started.store(true);
                gate.leave();
            }
        });
        while (!started.load()) {
            std::this_thread::yield();
        }
        const bool empty = !gate.close() || gate.wait_empty(kPatience);
        const int at_close = data;
        std::this_thread::yield();
        stop.store(true);
        service.join();
        CHECK(empty);
        CHECK(data == at_close);
    }
    return true;
}

// ---- callbacks ----

std::string g_calls;

void note(const WebSocket *client, const std::string &what)
{
    g_calls += (client == nullptr ? "null " : "") + what + ";";
}

void note_open(WebSocket *client, WebSocket_OpenResult result)
{
    note(client, "open " + std::to_string(result.code) + " " + result.reason);
}

void note_message(WebSocket *client, char *data, uint32_t length)
{
    note(client, "message " + std::string(data, length));
}

void note_error(WebSocket *client, WebSocket_ErrorResult result)
{
    note(client, "error " + std::to_string(result.errorCode) + " " + result.errorMessage);
}

void note_close(WebSocket *client, WebSocket_CloseResult result)
{
    note(client, "close " + std::to_string(result.code) + " " + result.reason);
}

void call_all(Callbacks &callbacks)
{
    char data[] = "a\0b";
    callbacks.open(101, "Switching Protocols");
    callbacks.message(ExtendedCallbacks{}, true, data, 3);
    callbacks.error(WEBSOCKET_PROTOCOL_ERROR, "what");
    callbacks.close(1002, "why");
}

bool callbacks_get_what_happened()
{
    WebSocket handle = {};
    handle.onOpen = note_open;
    handle.onMessage = note_message;
    handle.onError = note_error;
    handle.onClose = note_close;
    Callbacks callbacks(&handle);
    g_calls.clear();
    call_all(callbacks);
    const std::string data("a\0b", 3);
    CHECK_TEXT("open 101 Switching Protocols;message " + data + ";error 1009 what;close 1002 why;", g_calls);
    return true;
}

bool missing_callbacks_are_skipped()
{
    WebSocket handle = {};
    Callbacks callbacks(&handle);
    g_calls.clear();
    call_all(callbacks);
    CHECK(g_calls.empty());
    CHECK(callbacks.gate().enter());  // they left the gate
    callbacks.gate().leave();
    // Set later, read when it is due.
    handle.onClose = note_close;
    call_all(callbacks);
    CHECK_TEXT("close 1002 why;", g_calls);
    return true;
}

bool a_closed_gate_stops_all_callbacks()
{
    WebSocket handle = {};
    handle.onOpen = note_open;
    handle.onMessage = note_message;
    handle.onError = note_error;
    handle.onClose = note_close;
    Callbacks callbacks(&handle);
    callbacks.gate().close();
    g_calls.clear();
    call_all(callbacks);
    CHECK_TEXT("", g_calls);
    return true;
}

Callbacks *g_callbacks = nullptr;

bool a_callback_may_close_the_gate()
{
    WebSocket handle = {};
    Callbacks callbacks(&handle);
    g_callbacks = &callbacks;
    handle.onMessage = [](WebSocket *client, char *, uint32_t) {
        note(client, g_callbacks->gate().close() ? "inside" : "outside");
    };
    handle.onClose = note_close;
    g_calls.clear();
    call_all(callbacks);
    call_all(callbacks);
    CHECK_TEXT("inside;", g_calls);
    CHECK(callbacks.gate().wait_empty(kShort));
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<one_at_a_time>),
        cmocka_unit_test(run<closed_is_for_good>),
        cmocka_unit_test(run<closing_tells_what_is_inside>),
        cmocka_unit_test(run<waiting_has_a_limit>),
        cmocka_unit_test(run<leaving_wakes_the_waiter>),
        cmocka_unit_test(run<gates_do_not_answer_for_each_other>),
        cmocka_unit_test(run<nothing_is_inside_after_the_wait>),
        cmocka_unit_test(run<callbacks_get_what_happened>),
        cmocka_unit_test(run<missing_callbacks_are_skipped>),
        cmocka_unit_test(run<a_closed_gate_stops_all_callbacks>),
        cmocka_unit_test(run<a_callback_may_close_the_gate>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
