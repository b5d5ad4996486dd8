// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the test server's frame coder (RFC 6455 5.2), which takes and makes
// what the rules forbid too: judging is FrameChecker's; pure, any thread.
// Must not know: sockets, the library under test.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nws::test {

enum class Opcode : uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

constexpr bool is_control(Opcode opcode)
{
    return static_cast<uint8_t>(opcode) >= 8;
}

std::string name_of(Opcode opcode);

// A received frame; the payload is unmasked and belongs to the decoder.
struct Frame {
    Opcode opcode = Opcode::continuation;
    bool fin = true;
    uint8_t rsv = 0;  // RSV1 is 4, RSV2 is 2, RSV3 is 1
    bool masked = false;
    std::array<uint8_t, 4> mask_key{};
    bool shortest_length = true;
    std::string_view payload;
};

// Everything about a frame to send but opcode and payload.
struct FrameOptions {
    bool fin = true;
    uint8_t rsv = 0;
    bool masked = false;
    std::array<uint8_t, 4> mask_key = {0x37, 0xfa, 0x21, 0x3d};
};

void append_frame(std::string &out, Opcode opcode, std::string_view payload, FrameOptions options = {});
std::string make_frame(Opcode opcode, std::string_view payload, FrameOptions options = {});
std::string close_payload(uint16_t code, std::string_view reason = {});

// XORs data with the key, whose byte 0 belongs to offset 0.
void mask(char *data, size_t length, std::array<uint8_t, 4> key, size_t offset = 0);

// Bytes in, whole frames out. A frame that lies whole in the given bytes is not
// copied.
class FrameDecoder {
public:
    // The bytes are unmasked in place and must stay until next() returned false.
    void give(char *bytes, size_t length);

    // The payload is valid until the next call.
    bool next(Frame &frame);

    // A length that no one could mean: nothing more can be decoded.
    bool is_broken() const { return broken_; }

private:
    bool take_header();
    size_t header_length() const;
    void parse_header();

    char *input_ = nullptr;
    size_t left_ = 0;
    std::array<uint8_t, 14> header_{};
    size_t header_size_ = 0;
    bool in_payload_ = false;
    bool broken_ = false;
    Frame frame_;
    uint64_t length_ = 0;
    std::string payload_;
};

// Checks UTF-8 (RFC 3629) that arrives in pieces cut anywhere.
class Utf8Checker {
public:
    // False for good once a byte is wrong.
    bool feed(std::string_view bytes);
    // No character is begun and not ended.
    bool is_complete() const { return good_ && missing_ == 0; }
    void reset() { *this = Utf8Checker(); }

private:
    bool start_character(uint8_t byte);

    bool good_ = true;
    unsigned missing_ = 0;
    uint8_t low_ = 0x80;
    uint8_t high_ = 0xbf;
};

bool is_utf8(std::string_view bytes);

// Codes that may stand in a Close frame (RFC 6455 7.4 and IANA's registry).
bool is_sendable_close_code(uint16_t code);

}  // namespace nws::test
