// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a program that a test starts, talks to over its standard input and
// output, and never leaves behind: it dies with the test, whatever ends that.
// Its standard error is the test's unless it has a file. The test's main thread
// only.
// Must not know: what the program is.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "support/append_log.h"

namespace nws::test {

class Process {
public:
    Process() = default;
    ~Process() { stop(); }
    Process(const Process &) = delete;
    Process &operator=(const Process &) = delete;

    // arguments[0] is searched for in PATH unless it has a slash. With a file,
    // standard output and error go there: nobody has to read them.
    bool start(const std::vector<std::string> &arguments, const std::string &output_file = {});
    // It was started, and not yet waited for.
    bool running() const { return pid_ > 0; }
    pid_t pid() const { return pid_; }
    // It has ended by itself; wait_exit() says how.
    bool has_ended() const;
    // Kills it, if it runs. It may be started again.
    void stop();
    // The same, but asks it first: it may have children to end.
    void end();

    // The next line of its output without the end of line; none: it ended its
    // output, or none came in time.
    std::optional<std::string> read_line(std::chrono::milliseconds patience = kPatience);
    bool write_line(const std::string &line);

    // Waits until it ends by itself. Its exit status; -1: it did not end in time
    // or was killed by a signal.
    int wait_exit(std::chrono::milliseconds patience = kPatience);

private:
    // More output, until the deadline; false: its end, or too late.
    bool read_more(std::chrono::steady_clock::time_point deadline);
    void close_pipes();
    int reap();

    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::string unread_;
};

}  // namespace nws::test
