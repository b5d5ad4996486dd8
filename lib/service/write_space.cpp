// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/write_space.h"

#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace nws {

void WriteSpace::trim() noexcept
{
    if (!extended_ || std::exchange(wanted_, false)) {
        return;
    }
    extended_ = false;
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t in_page = reinterpret_cast<uintptr_t>(data_ + kUsualBytes) % page;
    const size_t at = kUsualBytes + (page - in_page) % page;
    if (at + page <= kMostBytes) {
        // Where it is locked it stays.
        madvise(data_ + at, (kMostBytes - at) / page * page, MADV_DONTNEED);
    }
}

}  // namespace nws
