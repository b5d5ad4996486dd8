// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the connections of a benchmark share: how many messages are to be
// sent in this round, how long each took, whether something went wrong. The
// library's thread counts, the main thread waits.

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

#include "event_queue.h"
#include "histogram.h"

namespace nws::ohws {

class BenchRound {
public:
    // messages: UINT64_MAX if it ends by stop().
    explicit BenchRound(uint64_t messages) : to_send_(messages), messages_(messages) {}

    // Whether one more message is to be sent; then it counts as under way.
    bool take_ticket();
    // A message came back.
    void came_back(Clock::duration round_trip);
    // No more tickets.
    void stop();
    void fail(const std::string &why);

    // False: the time is over, the round is not.
    bool wait_until(Clock::time_point deadline);
    std::string problem();
    uint64_t received();
    uint64_t messages() const noexcept { return messages_; }
    // After the end.
    const Histogram &latency() const noexcept { return latency_; }
    Clock::time_point last() const noexcept { return last_; }

private:
    bool is_over() const noexcept { return !problem_.empty() || (to_send_ == 0 && under_way_ == 0); }

    std::mutex mutex_;
    std::condition_variable ended_;
    uint64_t to_send_;
    const uint64_t messages_;
    uint64_t under_way_ = 0;
    Histogram latency_;  // nanoseconds
    Clock::time_point last_;
    std::string problem_;
};

}  // namespace nws::ohws
