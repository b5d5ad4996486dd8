// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: signals as something to poll for. The first SIGINT or SIGTERM can be
// polled for; the second ends the program as if nobody had asked, with the
// terminal as it was found.

#pragma once

namespace nws::ohws {

class Signals {
public:
    // The descriptor that becomes readable at each signal, or -1.
    static int catch_them() noexcept;

    enum class Request { none, end, suspend, resize };
    // What the next signal wants.
    static Request take() noexcept;

    // Stops as SIGTSTP does; returns when the program goes on.
    static void suspend() noexcept;
};

}  // namespace nws::ohws
