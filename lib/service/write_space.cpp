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
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<uintptr_t>(data_ + kUsualBytes) + page - 1) / page * page;
    const auto end = reinterpret_cast<uintptr_t>(data_ + kMostBytes) / page * page;
    if (begin < end) {
        // Where it is locked it stays.
        madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED);
    }
}

}  // namespace nws
