// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what is due when: a heap, and a timer of the kernel's for the first that is
// due, which is set anew when another one comes before it. libwebsockets would look
// at the clock, and have the kernel set a timer, each time it waits. Service thread.
// Must not know: what happens then.

#pragma once

#include <cstdint>

#include "service/descriptor.h"
#include "service/poller.h"

namespace nws {

class Alarms;

// Takes no memory but its own. Not running when made, nor when it fires.
class Alarm {
public:
    using Fire = void (*)(void *owner) noexcept;

    Alarm(Alarms &alarms, void *owner, Fire fire) noexcept : alarms_(alarms), owner_(owner), fire_(fire) {}
    ~Alarm() { stop(); }
    Alarm(const Alarm &) = delete;
    Alarm &operator=(const Alarm &) = delete;

    // Anew if it runs. `fire` may end the alarm's life.
    void start(int64_t microseconds) noexcept;
    void stop() noexcept;

private:
    friend class Alarms;

    Alarms &alarms_;
    void *const owner_;
    const Fire fire_;
    int64_t due_ = 0;
    // A pairing heap: the first child, the next sibling; back to the previous
    // sibling, or from a first child to its parent.
    Alarm *child_ = nullptr;
    Alarm *next_ = nullptr;
    Alarm *back_ = nullptr;
};

class Alarms final : private Poller::Watcher {
public:
    Alarms() = default;
    Alarms(const Alarms &) = delete;
    Alarms &operator=(const Alarms &) = delete;

    // Alarms may be started between these two. False: there is no timer.
    bool attach(Poller &poller) noexcept;
    // Before the poller's life ends.
    void detach() noexcept { timer_.reset(); }
    // Fires those that are due at that time (lws_now_usecs()), in order.
    void fire_due(int64_t now) noexcept;

private:
    friend class Alarm;

    void insert(Alarm &alarm) noexcept;
    void remove(Alarm &alarm) noexcept;
    void set_first_due() noexcept;
    static Alarm *meld(Alarm *one, Alarm *other) noexcept;
    static Alarm *meld_all(Alarm *first) noexcept;

    void on_ready(uint32_t events) noexcept override;

    Descriptor timer_;
    Alarm *first_ = nullptr;   // the root
    int64_t waits_until_ = 0;  // 0: the timer is not set
};

}  // namespace nws
