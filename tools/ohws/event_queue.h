// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the library's callbacks told and the main thread has not taken
// yet. Callbacks push from the library's thread, the main thread takes when
// descriptor() is readable.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace nws::ohws {

struct Event {
    enum class Kind { open, message, error, close };

    Kind kind = Kind::open;
    uint32_t code = 0;
    std::string text;  // a message's bytes, or the reason
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
