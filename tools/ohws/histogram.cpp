// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "histogram.h"

#include <algorithm>
#include <cmath>

namespace nws::ohws {

// The first kHalf buckets hold a number each; each next kHalf the numbers
// between two powers of two.
size_t Histogram::bucket_of(uint64_t value) noexcept
{
    value = std::min(value, (uint64_t{1} << kLargestPower) - 1);
    if (value < kHalf) {
        return static_cast<size_t>(value);
    }
    const unsigned power = 63u - static_cast<unsigned>(__builtin_clzll(value));
    const unsigned shift = power - kPrecisionBits;
    return static_cast<size_t>((shift + 1) * kHalf + ((value >> shift) - kHalf));
}

uint64_t Histogram::upper_bound(size_t bucket) noexcept
{
    if (bucket < kHalf) {
        return bucket + 1;
    }
    const size_t shift = bucket / kHalf - 1;
    return (bucket % kHalf + kHalf + 1) << shift;
}

void Histogram::record(uint64_t value) noexcept
{
    ++buckets_[bucket_of(value)];
    ++count_;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    sum_ += static_cast<double>(value);
}

double Histogram::mean() const noexcept
{
    return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

uint64_t Histogram::percentile(double percent) const noexcept
{
    const auto wanted = static_cast<uint64_t>(std::ceil(static_cast<double>(count_) * percent / 100));
    uint64_t seen = 0;
    for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen > 0 && seen >= wanted) {
            return std::min(upper_bound(bucket) - 1, max_);
        }
    }
    return max_;
}

}  // namespace nws::ohws
