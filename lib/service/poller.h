// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the wait for sockets that libwebsockets does not know, in an epoll
// instance whose one descriptor it does know. Service thread.
// Must not know: whose sockets they are.

#pragma once

#include <cstdint>

#include <sys/epoll.h>

#include "service/descriptor.h"

namespace nws {

class Poller {
public:
    class Watcher {
    public:
        // `events`: of epoll. May remove watchers, and end their lives.
        virtual void on_ready(uint32_t events) noexcept = 0;

    protected:
        ~Watcher() = default;
    };

    Poller() noexcept;

    // What becomes readable when dispatch() has something to do; -1: there is none.
    int descriptor() const noexcept { return epoll_.get(); }

    // False, and errno: it cannot be watched. A watcher that closes its
    // descriptor is forgotten.
    bool watch(int descriptor, uint32_t events, Watcher &watcher) noexcept;
    bool change(int descriptor, uint32_t events, Watcher &watcher) noexcept;
    void forget(int descriptor) noexcept;

    void dispatch() noexcept;

private:
    Descriptor epoll_;
};

}  // namespace nws
