// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how long to wait before another attempt to connect: exponential back-off
// with full jitter, so that clients that lost the same server do not come back
// together. Pure.
// Must not know: timers, what an attempt is.

#pragma once

#include <algorithm>
#include <cstdint>

#include "base/limits.h"

namespace nws {

// Evenly between 0 and first * 2^(attempt - 1), but at most `most`. attempt: 1
// for the first; random: any 32 bits.
inline Milliseconds full_jitter(Milliseconds first, Milliseconds most, uint32_t attempt,
                                uint32_t random) noexcept
{
    constexpr uint32_t kMostDoublings = 31;
    const uint32_t doublings = std::min(attempt - 1, kMostDoublings);
    const uint64_t bound =
        std::min(static_cast<uint64_t>(first.count()) << doublings, static_cast<uint64_t>(most.count()));
    return Milliseconds(static_cast<int64_t>((bound + 1) * random >> 32));
}

}  // namespace nws
