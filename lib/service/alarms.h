// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what is due when. libwebsockets keeps its timers in a sorted list, where
// each new one passes those before it; here they are a heap, with one timer of
// libwebsockets' for the first that is due. Service thread.
// Must not know: what happens then.

#pragma once

#include <cstdint>

#include <libwebsockets.h>

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

class Alarms {
public:
    Alarms() noexcept { first_due_.alarms = this; }
    Alarms(const Alarms &) = delete;
    Alarms &operator=(const Alarms &) = delete;

    // Alarms may be started between these two.
    void attach(lws_context *context) noexcept { context_ = context; }
    // Before the context is destroyed.
    void detach() noexcept;
    // Fires those that are due at that time (lws_now_usecs()), in order.
    void fire_due(int64_t now) noexcept;

private:
    friend class Alarm;

    void insert(Alarm &alarm) noexcept;
    void remove(Alarm &alarm) noexcept;
    void set_first_due() noexcept;
    static Alarm *meld(Alarm *one, Alarm *other) noexcept;
    static Alarm *meld_all(Alarm *first) noexcept;

    struct FirstDue {
        lws_sorted_usec_list_t list;  // first: lws gives its address back
        Alarms *alarms;
    };

    lws_context *context_ = nullptr;
    Alarm *first_ = nullptr;   // the root
    int64_t waits_until_ = 0;  // 0: none is set
    FirstDue first_due_{};
};

}  // namespace nws
