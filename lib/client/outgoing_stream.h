// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how far the application is with a message that it sends in parts. Any
// thread, under its lock, which also keeps the parts in order.
// Must not know: where the parts go.

#pragma once

#include <cstdint>
#include <mutex>

#include "base/opcode.h"
#include "base/utf8.h"

namespace nws {

struct OutgoingStream {
    std::mutex mutex;
    bool open = false;
    bool begun = false;  // its first part is queued
    Opcode opcode = Opcode::binary;
    Utf8Validator utf8;
    uint32_t generation = 0;  // of the connection that it was begun for
};

}  // namespace nws
