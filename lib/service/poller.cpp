// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/poller.h"

namespace nws {

namespace {

// Then libwebsockets gets a turn.
constexpr int kEventsPerTurn = 256;

}  // namespace

Poller::Poller() noexcept : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

bool Poller::watch(int descriptor, uint32_t events, Watcher &watcher) noexcept
{
    epoll_event event = {};
    event.events = events;
    event.data.ptr = &watcher;
    return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool Poller::change(int descriptor, uint32_t events, Watcher &watcher) noexcept
{
    epoll_event event = {};
    event.events = events;
    event.data.ptr = &watcher;
    return epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) == 0;
}

void Poller::forget(int descriptor) noexcept
{
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

// One at a time: each may end the life of any other.
void Poller::dispatch() noexcept
{
    epoll_event event = {};
    for (int i = 0; i < kEventsPerTurn && epoll_wait(epoll_.get(), &event, 1, 0) == 1; ++i) {
        static_cast<Watcher *>(event.data.ptr)->on_ready(event.events);
    }
}

}  // namespace nws
