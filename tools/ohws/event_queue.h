// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the library's callbacks told and the main thread has not taken
// yet. Callbacks push from the library's thread, the main thread takes when
// descriptor() is readable.

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace nws::ohws {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

struct Event {
    enum class Kind { open, message, pong, drained, reconnect, error, close };

    Kind kind = Kind::open;
    uint32_t code = 0;                   // of open, error and close; the number of the attempt
    std::string text = {};               // a message's bytes, a pong's, or the reason
    bool is_binary = false;              // a message
    std::chrono::milliseconds delay{0};  // until the attempt begins
    // When the callback began.
    Clock::time_point when = Clock::now();
    std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
};

class EventQueue {
public:
    EventQueue();
    ~EventQueue();
    EventQueue(const EventQueue &) = delete;
    EventQueue &operator=(const EventQueue &) = delete;

    // -1 if the system had no descriptor left.
    int descriptor() const noexcept { return descriptor_; }
    // Waits while too much is queued, so that a server cannot fill the memory
    // faster than standard output takes it.
    void push(Event event);
    // Nothing: all is taken, and descriptor() is readable at the next push().
    std::optional<Event> take();
    // From now on nothing is kept, and push() never waits.
    void abandon();

private:
    std::mutex mutex_;
    std::condition_variable taken_;
    std::deque<Event> events_;
    size_t bytes_ = 0;
    bool abandoned_ = false;
    int descriptor_;
};

}  // namespace nws::ohws
