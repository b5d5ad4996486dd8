// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the promise that no callback of a client starts once Destroy returned.
// One gate for each client. The service thread enters and leaves, any thread
// closes it, once. Must not know: what a callback is.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace nws {

class CallbackGate {
public:
    // Service thread. False: closed for good, the callback must not run.
    bool enter() noexcept;
    void leave() noexcept;

    // Any thread: nothing enters any more. Returns whether something is inside.
    bool close() noexcept;
    // After close(), not on the service thread: waits until nothing is inside.
    // False: still inside after `limit`.
    bool wait_empty(std::chrono::milliseconds limit) noexcept;

    bool closed() const noexcept { return (word_.load(std::memory_order_acquire) & kClosed) != 0; }

private:
    static constexpr uint32_t kClosed = 1;
    static constexpr uint32_t kInside = 2;
    std::atomic<uint32_t> word_{0};
};

}  // namespace nws
