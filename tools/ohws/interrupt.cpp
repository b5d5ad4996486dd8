// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace nws::ohws {

namespace {

int g_descriptor = -1;

void on_signal(int)
{
    const int saved = errno;
    const uint64_t one = 1;
    // Cannot fail: the counter is far from its end.
    [[maybe_unused]] const ssize_t written = write(g_descriptor, &one, sizeof one);
    errno = saved;
}

}  // namespace

int catch_interrupt() noexcept
{
    g_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (g_descriptor < 0) {
        return -1;
    }
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return g_descriptor;
}

}  // namespace nws::ohws
