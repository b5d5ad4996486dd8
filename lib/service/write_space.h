// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the memory in which frames stand on their way to a socket, one for all
// connections of the service thread. Beyond its usual size it takes memory only
// while it is used. On the service thread.
// Must not know: frames, sockets.

#pragma once

#include <cstddef>
#include <cstdint>

#include "build_options.h"

namespace nws {

class WriteSpace {
public:
    static constexpr size_t kUsualBytes = size_t{64} << 10;
    static constexpr size_t kMostBytes = NWS_WRITE_BYTES;

    // cppcheck-suppress uninitMemberVar ; data_ is, by whoever writes
    WriteSpace() = default;
    WriteSpace(const WriteSpace &) = delete;
    WriteSpace &operator=(const WriteSpace &) = delete;

    uint8_t *data() noexcept { return data_; }
    // More than the usual size is wanted.
    void extend() noexcept { extended_ = wanted_ = true; }
    bool extended() const noexcept { return extended_; }
    // Back to the usual size, if there was no extend() since the last call. To be
    // called now and then while extended().
    void trim() noexcept;

private:
    bool extended_ = false;
    bool wanted_ = false;  // since trim()
    uint8_t data_[kMostBytes];
};

}  // namespace nws
