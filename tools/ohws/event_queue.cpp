// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "event_queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace nws::ohws {

namespace {

constexpr size_t kMostBytes = 64u << 20;

}  // namespace

EventQueue::EventQueue() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

EventQueue::~EventQueue()
{
    close(descriptor_);
}

void EventQueue::push(Event event)
{
    std::unique_lock<std::mutex> lock(mutex_);
    taken_.wait(lock, [this] { return abandoned_ || bytes_ < kMostBytes; });
    if (abandoned_) {
        return;
    }
    bytes_ += event.text.size();
    events_.push_back(std::move(event));
    if (events_.size() == 1) {
        eventfd_write(descriptor_, 1);
    }
}

std::optional<Event> EventQueue::take()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    if (events_.empty()) {
        eventfd_t ignored = 0;
        eventfd_read(descriptor_, &ignored);
        return std::nullopt;
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    bytes_ -= event.text.size();
    taken_.notify_one();
    return event;
}

void EventQueue::abandon()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    abandoned_ = true;
    events_.clear();
    bytes_ = 0;
    taken_.notify_one();
}

}  // namespace nws::ohws
