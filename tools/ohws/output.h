// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a conversation looks like: messages on standard output, all else
// on standard error; or everything as JSON on standard output. Main thread.

#pragma once

#include <memory>
#include <string>

#include "console.h"
#include "event_queue.h"
#include "options.h"

namespace nws::ohws {

class Output {
public:
    virtual ~Output() = default;

    // False once standard output takes no more.
    virtual bool message(const Event &event) = 0;
    virtual void opened(const Event &event, const std::string &url, const std::string &subprotocol) = 0;
    virtual void pong(const Event &event, Microseconds round_trip) = 0;
    virtual void reconnecting(const Event &event) = 0;
    virtual void closed(const Event &event, bool clean) = 0;
    virtual void problem(const std::string &text) = 0;
    // Not for programs to read.
    virtual void progress(const std::string &text) = 0;
};

std::unique_ptr<Output> make_output(const Options &options, Console &console);

// Text as a terminal may have it: in hex if it is no plain text.
std::string shown(const std::string &text);

// RFC 3339, UTC, microseconds.
std::string format_time(std::chrono::system_clock::time_point time);

}  // namespace nws::ohws
