// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "callback/callback_gate.h"

#include <condition_variable>
#include <mutex>

namespace nws {

namespace {

// Waiting is rare (Destroy while a callback runs), so all gates share one
// place to wait instead of carrying 88 bytes each.
std::mutex g_mutex;
std::condition_variable g_left;

}  // namespace

bool CallbackGate::enter() noexcept
{
    uint32_t expected = 0;
    return word_.compare_exchange_strong(expected, kInside, std::memory_order_acq_rel);
}

void CallbackGate::leave() noexcept
{
    const uint32_t before = word_.fetch_and(~kInside, std::memory_order_acq_rel);
    if ((before & kClosed) != 0) {
        // Under the mutex, or the wake-up could fall between a waiter's look
        // at word_ and its sleep.
        const std::lock_guard<std::mutex> lock(g_mutex);
        g_left.notify_all();
    }
}

bool CallbackGate::close() noexcept
{
    return (word_.fetch_or(kClosed, std::memory_order_acq_rel) & kInside) != 0;
}

bool CallbackGate::wait_empty(std::chrono::milliseconds limit) noexcept
{
    const auto empty = [this] { return (word_.load(std::memory_order_acquire) & kInside) == 0; };
    std::unique_lock<std::mutex> lock(g_mutex);
    return g_left.wait_for(lock, limit, empty);
}

}  // namespace nws
