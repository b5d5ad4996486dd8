// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: frames as the wire has them (RFC 6455 5.2), read and written for tests
// by code that shares nothing with the library.

#pragma once

#include <stddef.h>
#include <stdint.h>

#include <string>

namespace nws::test {

struct Frame {
    int first_byte = 0;
    std::string mask;
    std::string payload;
};

// Takes one masked frame off the front of the wire; false when it is no whole
// frame in its shortest form.
inline bool take_frame(std::string &wire, Frame &frame)
{
    const auto byte = [&wire](size_t i) { return static_cast<uint64_t>(wire[i] & 0xFF); };
    if (wire.size() < 6 || (byte(1) & 0x80) == 0) {
        return false;
    }
    uint64_t length = byte(1) & 0x7F;
    const size_t extended = length < 126 ? 0 : length == 126 ? 2 : 8;
    if (wire.size() < 6 + extended) {
        return false;
    }
    if (extended > 0) {
        length = 0;
        for (size_t i = 0; i < extended; ++i) {
            length = length << 8 | byte(2 + i);
        }
        if (length < (extended == 2 ? 126u : 65536u)) {
            return false;
        }
    }
    const size_t head = 2 + extended + 4;
    if (length > wire.size() - head) {
        return false;
    }
    frame.first_byte = wire[0] & 0xFF;
    frame.mask = wire.substr(2 + extended, 4);
    frame.payload = wire.substr(head, static_cast<size_t>(length));
    for (size_t i = 0; i < frame.payload.size(); ++i) {
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ frame.mask[i % 4]);
    }
    wire.erase(0, head + frame.payload.size());
    return true;
}

// The frame as a server would send it.
inline std::string as_servers(const Frame &frame)
{
    const size_t length = frame.payload.size();
    std::string head(1, static_cast<char>(frame.first_byte));
    if (length < 126) {
        head += static_cast<char>(length);
    } else {
        const int bytes = length < 65536 ? 2 : 8;
        head += static_cast<char>(bytes == 2 ? 126 : 127);
        for (int i = bytes - 1; i >= 0; --i) {
            head += static_cast<char>(uint64_t{length} >> (8 * i));
        }
    }
    return head + frame.payload;
}

}  // namespace nws::test
