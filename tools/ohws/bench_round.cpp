// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "bench_round.h"

namespace nws::ohws {

bool BenchRound::take_ticket()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    if (to_send_ == 0 || !problem_.empty()) {
        return false;
    }
    to_send_ -= to_send_ == UINT64_MAX ? 0 : 1;
    ++under_way_;
    return true;
}

void BenchRound::came_back(Clock::duration round_trip)
{
    const auto now = Clock::now();
    const std::lock_guard<std::mutex> lock(mutex_);
    --under_way_;
    last_ = now;
    latency_.record(
        static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(round_trip).count()));
    if (is_over()) {
        ended_.notify_all();
    }
}

void BenchRound::stop()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    to_send_ = 0;
    ended_.notify_all();
}

void BenchRound::fail(const std::string &why)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    if (problem_.empty()) {
        problem_ = why;
    }
    ended_.notify_all();
}

bool BenchRound::wait_until(Clock::time_point deadline)
{
    std::unique_lock<std::mutex> lock(mutex_);
    return ended_.wait_until(lock, deadline, [this] { return is_over(); });
}

std::string BenchRound::problem()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return problem_;
}

uint64_t BenchRound::received()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return latency_.count();
}

}  // namespace nws::ohws
