// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the base framing protocol of RFC 6455 5.2 and 5.3. Pure; any thread.
// Must not know: messages, connections.

#include "connection/frame.h"

#include <cstring>

#include "base/limits.h"

namespace nws {
namespace {

constexpr uint8_t kReservedBits = 0x70;
constexpr uint8_t kRsv1 = 0x40;
constexpr uint8_t kOpcodeBits = 0x0F;
constexpr uint8_t kMasked = 0x80;
constexpr uint8_t kLengthBits = 0x7F;
constexpr uint8_t kLength64 = 127;

// What one instruction masks where there are vectors (SSE2, NEON), and several
// elsewhere: the compiler knows.
using Block = uint64_t __attribute__((vector_size(16)));

void put_big_endian(uint8_t *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; ++i) {
        out[i] = static_cast<uint8_t>(value >> (8 * (bytes - 1 - i)));
    }
}

uint64_t get_big_endian(const uint8_t *in, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; ++i) {
        value = value << 8 | in[i];
    }
    return value;
}

constexpr bool is_known(uint8_t opcode)
{
    return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA);
}

// What is wrong with a head's first byte; nullptr: nothing.
const char *check_first_byte(uint8_t byte, bool deflate)
{
    if ((byte & kReservedBits & ~(deflate ? kRsv1 : 0)) != 0) {
        return "the server set a reserved bit (RFC 6455 5.2)";
    }
    const uint8_t opcode = byte & kOpcodeBits;
    if (!is_known(opcode)) {
        return "the server sent a frame with a reserved opcode (RFC 6455 5.2)";
    }
    if (is_control(static_cast<Opcode>(opcode)) && (byte & kFin) == 0) {
        return "the server fragmented a control frame (RFC 6455 5.5)";
    }
    if ((byte & kRsv1) != 0 && opcode != static_cast<uint8_t>(Opcode::text) &&
        opcode != static_cast<uint8_t>(Opcode::binary)) {
        return "the server set RSV1 on a frame that begins no message (RFC 7692 6.1)";
    }
    return nullptr;
}

const char *check_second_byte(Opcode opcode, uint8_t byte)
{
    if ((byte & kMasked) != 0) {
        return "the server sent a masked frame (RFC 6455 5.1)";
    }
    if (is_control(opcode) && byte > kMaxControlPayload) {
        return "the server sent a control frame with over 125 bytes of payload (RFC 6455 5.5)";
    }
    return nullptr;
}

const char *check_extended_length(uint64_t length, size_t bytes)
{
    if (length >> 63 != 0) {
        return "the server sent a frame length with the highest bit set (RFC 6455 5.2)";
    }
    if (length < (bytes == 2 ? kLength16 : 0x10000)) {
        return "the server sent a frame length in more bytes than needed (RFC 6455 5.2)";
    }
    return nullptr;
}

}  // namespace

size_t write_frame_head(uint8_t *out, const FrameHead &head, uint32_t mask) noexcept
{
    size_t size = 2;
    out[0] = static_cast<uint8_t>((head.fin ? kFin : 0) | (head.compressed ? kRsv1 : 0) |
                                  static_cast<uint8_t>(head.opcode));
    if (head.payload_length < kLength16) {
        out[1] = static_cast<uint8_t>(kMasked | head.payload_length);
    } else if (head.payload_length < 0x10000) {
        out[1] = kMasked | kLength16;
        put_big_endian(out + 2, head.payload_length, 2);
        size += 2;
    } else {
        out[1] = kMasked | kLength64;
        put_big_endian(out + 2, head.payload_length, 8);
        size += 8;
    }
    std::memcpy(out + size, &mask, sizeof mask);
    return size + sizeof mask;
}

size_t read_frame_head(const uint8_t *in, size_t available, bool deflate, FrameHead &head,
                       const char **violation) noexcept
{
    *violation = nullptr;
    if (available == 0 || (*violation = check_first_byte(in[0], deflate)) != nullptr) {
        return 0;
    }
    head.fin = (in[0] & kFin) != 0;
    head.compressed = (in[0] & kRsv1) != 0;
    head.opcode = static_cast<Opcode>(in[0] & kOpcodeBits);
    if (available == 1 || (*violation = check_second_byte(head.opcode, in[1])) != nullptr) {
        return 0;
    }
    head.payload_length = in[1] & kLengthBits;
    if (head.payload_length < kLength16) {
        return 2;
    }
    const size_t extended = head.payload_length == kLength16 ? 2 : 8;
    if (available < 2 + extended) {
        return 0;
    }
    head.payload_length = get_big_endian(in + 2, extended);
    *violation = check_extended_length(head.payload_length, extended);
    return *violation == nullptr ? 2 + extended : 0;
}

void apply_mask(uint8_t *out, const uint8_t *in, size_t length, uint32_t mask, size_t offset) noexcept
{
    if (offset % 4 != 0) {  // let the key begin with this piece's first byte
        uint32_t twice[2] = {mask, mask};
        std::memcpy(&mask, reinterpret_cast<const uint8_t *>(twice) + offset % 4, sizeof mask);
    }
    // All parts are the same, so this holds in either byte order.
    const Block key = {uint64_t{mask} << 32 | mask, uint64_t{mask} << 32 | mask};
    size_t i = 0;
    for (; length - i >= sizeof key; i += sizeof key) {
        Block block;
        std::memcpy(&block, in + i, sizeof block);
        block ^= key;
        std::memcpy(out + i, &block, sizeof block);
    }
    uint8_t key_bytes[sizeof key];
    std::memcpy(key_bytes, &key, sizeof key);
    for (; i < length; ++i) {
        out[i] = static_cast<uint8_t>(in[i] ^ key_bytes[i % sizeof key]);
    }
}

}  // namespace nws
