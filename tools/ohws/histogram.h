// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a histogram of a wide range of numbers: counts in buckets that are as
// wide as 1/64 of their numbers, so a percentile is less than 2 % off. Pure.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nws::ohws {

class Histogram {
public:
    void record(uint64_t value) noexcept;

    uint64_t count() const noexcept { return count_; }
    uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
    uint64_t max() const noexcept { return max_; }
    double mean() const noexcept;
    // The smallest number that so many per cent are not above.
    uint64_t percentile(double percent) const noexcept;

    // Calls take(lower bound, upper bound, count) for each power of two from the
    // smallest number to the largest; a number is below the upper bound.
    template <typename Take>
    void each_power_of_two(Take take) const
    {
        if (count_ == 0) {
            return;
        }
        uint64_t lower = 0;
        uint64_t inside = 0;
        for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
            inside += buckets_[bucket];
            const uint64_t upper = upper_bound(bucket);
            if ((upper & (upper - 1)) != 0) {
                continue;
            }
            if (upper > min_) {
                take(lower, upper, inside);
            }
            if (upper > max_) {
                return;
            }
            lower = upper;
            inside = 0;
        }
    }

private:
    static constexpr unsigned kPrecisionBits = 6;
    static constexpr uint64_t kHalf = uint64_t{1} << kPrecisionBits;
    // Numbers from 2^40 on (18 minutes, of nanoseconds) are all in the last one.
    static constexpr unsigned kLargestPower = 40;
    static constexpr size_t kBuckets = (kLargestPower - kPrecisionBits + 1) * kHalf;

    static size_t bucket_of(uint64_t value) noexcept;
    static uint64_t upper_bound(size_t bucket) noexcept;

    std::array<uint64_t, kBuckets> buckets_{};
    uint64_t count_ = 0;
    uint64_t min_ = UINT64_MAX;
    uint64_t max_ = 0;
    double sum_ = 0;
};

}  // namespace nws::ohws
