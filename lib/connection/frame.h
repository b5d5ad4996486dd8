// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the base framing protocol of RFC 6455 5.2 and 5.3: the heads of both
// sides' frames, masking. Pure; any thread.
// Must not know: messages, connections.

#pragma once

#include <cstddef>
#include <cstdint>

#include "base/opcode.h"

namespace nws {

// 2 bytes, up to 8 of extended length, and 4 of masking key from a client.
inline constexpr size_t kMaxServerFrameHead = 10;
inline constexpr size_t kMaxClientFrameHead = 14;

inline constexpr uint8_t kFin = 0x80;      // of the first byte
inline constexpr uint8_t kLength16 = 126;  // in the second: two bytes of length follow

// What the head of a frame says, but for the mask.
struct FrameHead {
    bool fin = false;
    bool compressed = false;  // RSV1 (RFC 7692 6), of a message's first frame
    Opcode opcode = Opcode::continuation;
    uint64_t payload_length = 0;
};

// Writes the head of a masked frame; `mask` goes to the wire in memory order.
// Returns its bytes, 6 to 14.
size_t write_frame_head(uint8_t *out, const FrameHead &head, uint32_t mask) noexcept;

// Reads the head of a server's frame from the first `available` bytes of it.
// Returns the head's bytes, 2, 4 or 10; or 0 when some are missing or when the
// bytes so far already break a rule, which *violation then names (static text,
// nullptr otherwise). `deflate`: permessage-deflate was negotiated.
size_t read_frame_head(const uint8_t *in, size_t available, bool deflate, FrameHead &head,
                       const char **violation) noexcept;

// out[i] = in[i] ^ key byte (offset + i) % 4, the key in memory order. The two
// may be the same or not overlap at all.
void apply_mask(uint8_t *out, const uint8_t *in, size_t length, uint32_t mask, size_t offset) noexcept;

}  // namespace nws
