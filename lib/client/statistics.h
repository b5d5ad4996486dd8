// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what is counted of a client, and of all of them. Written by the service
// thread, but for what says otherwise; read by any.
// Must not know: who reads it.

#pragma once

#include <atomic>
#include <cstdint>

namespace nws {

// One writer, so that counting costs no locked instruction.
class Count {
public:
    void add(uint64_t amount) noexcept
    {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void set(uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<uint64_t> value_{0};
};

// Any number of writers.
class HighWater {
public:
    // Whether it was raised.
    bool raise(uint64_t value) noexcept
    {
        uint64_t highest = value_.load(std::memory_order_relaxed);
        while (value > highest) {
            if (value_.compare_exchange_weak(highest, value, std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }
    uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<uint64_t> value_{0};
};

struct Statistics {
    Count messages_sent, messages_received;
    Count bytes_sent, bytes_received;
    Count frames_sent, frames_received;
    Count connects, reconnects;
    Count round_trip_microseconds;
    HighWater queue_high_water;  // any thread
};

// Of the process.
inline Statistics &all_clients() noexcept
{
    static Statistics statistics;
    return statistics;
}

}  // namespace nws
