// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/alarms.h"

#include <algorithm>
#include <utility>

#include <libwebsockets.h>
#include <sys/timerfd.h>

namespace nws {

void Alarm::start(int64_t microseconds) noexcept
{
    stop();
    due_ = lws_now_usecs() + std::max<int64_t>(microseconds, 1);
    alarms_.insert(*this);
}

void Alarm::stop() noexcept
{
    if (due_ != 0) {
        alarms_.remove(*this);
        due_ = 0;
    }
}

bool Alarms::attach(Poller &poller) noexcept
{
    timer_ = Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    waits_until_ = 0;
    // Edge-triggered: it is never read.
    return timer_ && poller.watch(timer_.get(), EPOLLIN | EPOLLET, *this);
}

void Alarms::on_ready(uint32_t /*events*/) noexcept
{
    fire_due(lws_now_usecs());
}

void Alarms::insert(Alarm &alarm) noexcept
{
    first_ = meld(first_, &alarm);
    set_first_due();
}

// An alarm that is too early does no harm: so it stays when the first timer goes.
void Alarms::remove(Alarm &alarm) noexcept
{
    Alarm *const rest = meld_all(std::exchange(alarm.child_, nullptr));
    if (&alarm == first_) {
        first_ = rest;
        return;
    }
    (alarm.back_->child_ == &alarm ? alarm.back_->child_ : alarm.back_->next_) = alarm.next_;
    if (alarm.next_ != nullptr) {
        alarm.next_->back_ = alarm.back_;
    }
    alarm.next_ = alarm.back_ = nullptr;
    first_ = meld(first_, rest);
}

void Alarms::set_first_due() noexcept
{
    if (!timer_ || first_ == nullptr || (waits_until_ != 0 && waits_until_ <= first_->due_)) {
        return;
    }
    waits_until_ = first_->due_;
    itimerspec time = {};
    time.it_value.tv_sec = static_cast<time_t>(waits_until_ / LWS_US_PER_SEC);
    time.it_value.tv_nsec = static_cast<long>(waits_until_ % LWS_US_PER_SEC * 1000);
    timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &time, nullptr);
}

void Alarms::fire_due(int64_t now) noexcept
{
    // What is started meanwhile is due later: this comes to an end.
    while (first_ != nullptr && first_->due_ <= now) {
        Alarm &alarm = *first_;
        alarm.stop();
        alarm.fire_(alarm.owner_);
    }
    waits_until_ = 0;
    set_first_due();
}

// Two roots to one.
Alarm *Alarms::meld(Alarm *one, Alarm *other) noexcept
{
    if (one == nullptr || other == nullptr) {
        return one == nullptr ? other : one;
    }
    if (other->due_ < one->due_) {
        std::swap(one, other);
    }
    other->next_ = one->child_;
    if (other->next_ != nullptr) {
        other->next_->back_ = other;
    }
    other->back_ = one;
    one->child_ = other;
    return one;
}

// Siblings to one root: in pairs from the left, then the pairs from the right.
Alarm *Alarms::meld_all(Alarm *first) noexcept
{
    Alarm *pairs = nullptr;
    while (first != nullptr) {
        Alarm *const one = first;
        Alarm *const other = one->next_;
        first = other == nullptr ? nullptr : other->next_;
        one->next_ = one->back_ = nullptr;
        if (other != nullptr) {
            other->next_ = other->back_ = nullptr;
        }
        Alarm *const pair = meld(one, other);
        pair->next_ = pairs;
        pairs = pair;
    }
    Alarm *root = nullptr;
    while (pairs != nullptr) {
        Alarm *const pair = std::exchange(pairs, pairs->next_);
        pair->next_ = nullptr;
        root = meld(pair, root);
    }
    return root;
}

}  // namespace nws
