// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/random.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <random>

namespace nws {

namespace {

// Both sources may give fewer bytes than asked for when a signal comes.
template <typename Source>
bool fill(uint8_t *out, size_t length, Source source) noexcept
{
    while (length > 0) {
        ssize_t got = source(out, length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        out += got;
        length -= static_cast<size_t>(got);
    }
    return true;
}

bool fill_from_system_call(uint8_t *out, size_t length) noexcept
{
    return fill(out, length, [](uint8_t *to, size_t most) { return getrandom(to, most, 0); });
}

// Kernels before 3.17 and strict seccomp filters have no getrandom.
bool fill_from_device(uint8_t *out, size_t length) noexcept
{
    int device = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (device < 0) {
        return false;
    }
    bool filled = fill(out, length, [device](uint8_t *to, size_t most) { return read(device, to, most); });
    close(device);
    return filled;
}

// When the kernel gives nothing at all. A mask that can be guessed exposes
// badly written intermediaries (RFC 6455 10.3), not the message: that is no
// reason to end the application or its connection.
void fill_from_clocks(uint32_t *out, size_t count) noexcept
{
    auto uptime = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    auto date = static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    std::mt19937_64 generator(uptime ^ date << 20);
    std::generate_n(out, count, [&generator] { return static_cast<uint32_t>(generator() >> 32); });
}

}  // namespace

bool fill_random(uint8_t *out, size_t length) noexcept
{
    return fill_from_system_call(out, length) || fill_from_device(out, length);
}

uint32_t MaskSource::next() noexcept
{
    if (left_ == 0) {
        refill();
    }
    left_--;
    uint32_t mask = pool_[left_];
    pool_[left_] = 0;
    return mask;
}

void MaskSource::refill() noexcept
{
    auto *bytes = reinterpret_cast<uint8_t *>(pool_.data());
    if (!fill_random(bytes, sizeof pool_)) {
        fill_from_clocks(pool_.data(), pool_.size());
    }
    left_ = pool_.size();
}

}  // namespace nws
