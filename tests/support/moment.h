// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: that something has happened, once; any thread. Instead of std::promise,
// which the C++ library of Debian's armel does not have for ARMv6.
// Must not know: what it is.

#pragma once

#include <condition_variable>
#include <mutex>

#include "support/append_log.h"

namespace nws::test {

class Moment {
public:
    void come()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        come_ = true;
        changed_.notify_all();
    }

    // Whether it has.
    bool wait(std::chrono::milliseconds patience = kPatience)
    {
        std::unique_lock<std::mutex> lock(mutex_);
        return changed_.wait_for(lock, patience, [this] { return come_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool come_ = false;
};

}  // namespace nws::test
