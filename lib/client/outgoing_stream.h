// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how far the application is with a message that it sends in parts. Any
// thread, under its lock, which also keeps the parts in order; whether one is
// begun may be asked without.
// Must not know: where the parts go.

#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "base/opcode.h"
#include "base/utf8.h"

namespace nws {

struct OutgoingStream {
    std::mutex mutex;
    // The connection that it was begun for; 0: none is begun.
    std::atomic<uint32_t> open_for{0};
    bool begun = false;  // its first part is queued
    Opcode opcode = Opcode::binary;
    Utf8Validator utf8;
};

}  // namespace nws
