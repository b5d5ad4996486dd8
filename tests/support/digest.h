// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the sums and encodings of the opening handshake (SHA-1, base64) and the
// checksum of /sink; pure, any thread. Must not know: sockets, the library
// under test (the server has to be a second opinion).

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nws::test {

std::array<uint8_t, 20> sha1(std::string_view bytes);
std::string base64(const uint8_t *bytes, size_t length);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455 4.2.2).
std::string accept_for_key(std::string_view key);

// Whether text is the base64 form of exactly 16 bytes, as a key must be.
bool is_valid_key(std::string_view text);

constexpr uint64_t kFnvStart = 0xcbf29ce484222325u;

// FNV-1a of 64 bits; start with kFnvStart, go on with the last result.
uint64_t fnv1a(std::string_view bytes, uint64_t sum = kFnvStart);

// The sum as 16 hexadecimal digits.
std::string hex64(uint64_t sum);

}  // namespace nws::test
