// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the opcodes of RFC 6455 5.2.

#pragma once

#include <cstdint>

namespace nws {

enum class Opcode : uint8_t {
    continuation = 0x0,
    text = 0x1,
    binary = 0x2,
    close = 0x8,
    ping = 0x9,
    pong = 0xA,
};

constexpr bool is_control(Opcode opcode) noexcept
{
    return (static_cast<uint8_t>(opcode) & 0x8) != 0;
}

}  // namespace nws
