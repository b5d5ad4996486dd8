// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: frames as fast as they can be taken apart and written: for the server
// and for the limit that clients are measured against. Checks nothing; it is
// for peers that keep to RFC 6455. Must not know: sockets.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nws::bench {

constexpr uint8_t kText = 1;
constexpr uint8_t kBinary = 2;
constexpr uint8_t kClose = 8;
constexpr uint8_t kPing = 9;
constexpr uint8_t kFin = 0x80;
constexpr uint8_t kMasked = 0x80;
constexpr size_t kLongestHead = 14;

struct FrameHead {
    uint8_t opcode = 0;
    bool fin = false;
    bool masked = false;
    uint8_t mask[4] = {};
    uint64_t length = 0;
};

// How long the head is that begins with these two bytes.
inline size_t head_length(const uint8_t *bytes) noexcept
{
    const uint8_t length = bytes[1] & 0x7f;
    const size_t extended = length < 126 ? 0 : length == 126 ? 2 : 8;
    return 2 + extended + ((bytes[1] & kMasked) != 0 ? 4 : 0);
}

// All of the head is there.
inline size_t read_head(const uint8_t *bytes, FrameHead &head) noexcept
{
    head.opcode = bytes[0] & 0x0f;
    head.fin = (bytes[0] & kFin) != 0;
    head.masked = (bytes[1] & kMasked) != 0;
    head.length = bytes[1] & 0x7f;
    size_t used = 2;
    if (head.length >= 126) {
        const size_t extended = head.length == 126 ? 2 : 8;
        head.length = 0;
        for (size_t i = 0; i < extended; ++i) {
            head.length = head.length << 8 | bytes[used++];
        }
    }
    if (head.masked) {
        std::memcpy(head.mask, bytes + used, sizeof head.mask);
        used += sizeof head.mask;
    }
    return used;
}

inline size_t write_head(uint8_t *bytes, uint8_t first, uint64_t length, const uint8_t *mask) noexcept
{
    const uint8_t masked = mask != nullptr ? kMasked : 0;
    size_t used = 2;
    bytes[0] = first;
    if (length < 126) {
        bytes[1] = static_cast<uint8_t>(length | masked);
    } else {
        const unsigned extended = length < 65536 ? 2 : 8;
        bytes[1] = (extended == 2 ? 126 : 127) | masked;
        for (unsigned i = extended; i-- > 0;) {
            bytes[used++] = static_cast<uint8_t>(length >> (8 * i));
        }
    }
    if (mask != nullptr) {
        std::memcpy(bytes + used, mask, 4);
        used += 4;
    }
    return used;
}

// to may be from. offset: where in the payload it begins.
inline void apply_mask(uint8_t *to, const uint8_t *from, size_t length, const uint8_t *mask,
                       uint64_t offset) noexcept
{
    uint8_t turned[4];
    for (unsigned i = 0; i < 4; ++i) {
        turned[i] = mask[(offset + i) & 3];
    }
    uint32_t half = 0;
    std::memcpy(&half, turned, 4);
    const uint64_t word = uint64_t{half} << 32 | half;
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t piece = 0;
        std::memcpy(&piece, from + i, 8);
        piece ^= word;
        std::memcpy(to + i, &piece, 8);
    }
    for (; i < length; ++i) {
        to[i] = from[i] ^ turned[i & 3];
    }
}

// Calls handler.on_head(head), on_payload(bytes, length, head, offset) for each
// piece, on_end(head).
class FrameParser {
public:
    template <typename Handler>
    void give(const uint8_t *bytes, size_t length, Handler &handler)
    {
        const uint8_t *const end = bytes + length;
        while (bytes != end) {
            if (!in_payload_ && !take_head(bytes, end)) {
                return;
            }
            if (!in_payload_) {
                in_payload_ = true;
                offset_ = 0;
                handler.on_head(head_);
            }
            // Also when nothing is left: an empty payload ends where its head does.
            const uint64_t left = head_.length - offset_;
            const auto there = static_cast<size_t>(end - bytes);
            const size_t piece = left < there ? static_cast<size_t>(left) : there;
            handler.on_payload(bytes, piece, head_, offset_);
            offset_ += piece;
            bytes += piece;
            if (offset_ == head_.length) {
                in_payload_ = false;
                handler.on_end(head_);
            }
        }
    }

private:
    bool take_head(const uint8_t *&bytes, const uint8_t *end) noexcept
    {
        if (held_ == 0 && static_cast<size_t>(end - bytes) >= kLongestHead) {
            bytes += read_head(bytes, head_);
            return true;
        }
        while (bytes != end) {
            holding_[held_++] = *bytes++;
            if (held_ >= 2 && held_ == head_length(holding_)) {
                read_head(holding_, head_);
                held_ = 0;
                return true;
            }
        }
        return false;
    }

    FrameHead head_;
    uint64_t offset_ = 0;
    bool in_payload_ = false;
    size_t held_ = 0;
    uint8_t holding_[kLongestHead] = {};
};

}  // namespace nws::bench
