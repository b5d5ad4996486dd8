// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a bar on standard error that grows, if that is a terminal. Main thread.

#pragma once

#include <string>

namespace nws::ohws {

class ProgressBar {
public:
    ProgressBar(std::string label, bool wanted);
    ~ProgressBar();
    ProgressBar(const ProgressBar &) = delete;
    ProgressBar &operator=(const ProgressBar &) = delete;

    // From 0 to 1.
    void show(double done);

private:
    std::string label_;
    bool shown_;
    std::string latest_;
};

}  // namespace nws::ohws
