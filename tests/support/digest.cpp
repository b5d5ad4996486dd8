// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/digest.h"

#include <cstddef>

namespace nws::test {

namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

uint32_t rotate_left(uint32_t value, unsigned bits)
{
    return (value << bits) | (value >> (32 - bits));
}

void sha1_block(std::array<uint32_t, 5> &state, const uint8_t *block)
{
    std::array<uint32_t, 80> w{};
    for (size_t i = 0; i < 16; ++i) {
        w[i] = uint32_t{block[4 * i]} << 24 | uint32_t{block[4 * i + 1]} << 16 |
               uint32_t{block[4 * i + 2]} << 8 | uint32_t{block[4 * i + 3]};
    }
    for (size_t i = 16; i < 80; ++i) {
        w[i] = rotate_left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    auto [a, b, c, d, e] = state;
    for (size_t i = 0; i < 80; ++i) {
        uint32_t f = 0;
        uint32_t k = 0;
        if (i < 20) {
            f = (b & c) | (~b & d);
            k = 0x5a827999;
        } else if (i < 40) {
            f = b ^ c ^ d;
            k = 0x6ed9eba1;
        } else if (i < 60) {
            f = (b & c) | (b & d) | (c & d);
            k = 0x8f1bbcdc;
        } else {
            f = b ^ c ^ d;
            k = 0xca62c1d6;
        }
        const uint32_t next = rotate_left(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = rotate_left(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

}  // namespace

std::array<uint8_t, 20> sha1(std::string_view bytes)
{
    std::string padded(bytes);
    padded.push_back('\x80');
    while (padded.size() % 64 != 56) {
        padded.push_back('\0');
    }
    const uint64_t bits = uint64_t{bytes.size()} * 8;
    for (int shift = 56; shift >= 0; shift -= 8) {
        padded.push_back(static_cast<char>(bits >> shift));
    }

    std::array<uint32_t, 5> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    for (size_t at = 0; at < padded.size(); at += 64) {
        sha1_block(state, reinterpret_cast<const uint8_t *>(padded.data()) + at);
    }
    std::array<uint8_t, 20> digest{};
    for (size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
    }
    return digest;
}

std::string base64(const uint8_t *bytes, size_t length)
{
    std::string text;
    for (size_t at = 0; at < length; at += 3) {
        const size_t count = length - at < 3 ? length - at : 3;
        uint32_t group = uint32_t{bytes[at]} << 16;
        group |= count > 1 ? uint32_t{bytes[at + 1]} << 8 : 0;
        group |= count > 2 ? uint32_t{bytes[at + 2]} : 0;
        text.push_back(kAlphabet[group >> 18]);
        text.push_back(kAlphabet[group >> 12 & 63]);
        text.push_back(count > 1 ? kAlphabet[group >> 6 & 63] : '=');
        text.push_back(count > 2 ? kAlphabet[group & 63] : '=');
    }
    return text;
}

std::string accept_for_key(std::string_view key)
{
    const auto digest = sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    return base64(digest.data(), digest.size());
}

bool is_valid_key(std::string_view text)
{
    if (text.size() != 24 || text.substr(22) != "==") {
        return false;
    }
    const std::string_view alphabet(kAlphabet, 64);
    for (const char c : text.substr(0, 22)) {
        if (alphabet.find(c) == std::string_view::npos) {
            return false;
        }
    }
    // 16 bytes leave four bits in the last digit that must be zero.
    return alphabet.find(text[21]) % 16 == 0;
}

uint64_t fnv1a(std::string_view bytes, uint64_t sum)
{
    for (const char c : bytes) {
        sum = (sum ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
    }
    return sum;
}

std::string hex64(uint64_t sum)
{
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) {
        text.push_back("0123456789abcdef"[sum >> shift & 15]);
    }
    return text;
}

}  // namespace nws::test
