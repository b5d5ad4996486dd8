// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: unpredictable masking keys (RFC 6455 5.3, 10.3) from the kernel's
// generator, fetched many at a time so that a frame costs no system call.
// One instance belongs to one thread, and to one process: the child of a fork()
// would repeat its parent's keys, so it must make its own.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nws {

// From the kernel's generator. False: it has none. Any thread.
bool fill_random(uint8_t *out, size_t length) noexcept;

class MaskSource {
public:
    // Four bytes, never used before. Wiped from the pool as they are taken.
    // Waits for the kernel's generator to be seeded, once, early after boot; if
    // the kernel has none at all, the clocks must do.
    uint32_t next() noexcept;

private:
    void refill() noexcept;

    std::array<uint32_t, 256> pool_{};
    size_t left_ = 0;
};

}  // namespace nws
