// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a round of a benchmark looks like, for people and as JSON. Pure.

#pragma once

#include <string>

#include "histogram.h"
#include "options.h"

namespace nws::ohws {

struct BenchResult {
    uint64_t size;
    double seconds;
    const Histogram &latency;  // nanoseconds
};

// Without the last line's end.
std::string bench_text(const BenchOptions &options, const BenchResult &result);
std::string bench_json(const BenchOptions &options, const BenchResult &result);

}  // namespace nws::ohws
