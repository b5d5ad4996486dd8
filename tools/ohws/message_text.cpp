// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "message_text.h"

#include <cstdint>

namespace nws::ohws {

namespace {

// -1: none.
int digit_value(char c) noexcept
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const int letter = (c | 0x20) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

bool is_blank(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\r';
}

bool is_continuation(char c) noexcept
{
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// How many bytes a character has, by its first; 0: none begins so.
size_t sequence_length(unsigned char first) noexcept
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

bool is_printable(uint32_t c, size_t length) noexcept
{
    if (length == 1) {
        return c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n' || c == '\r';
    }
    constexpr uint32_t kSmallest[] = {0, 0, 0xa0, 0x800, 0x10000};  // below 0xa0 are controls
    const bool is_surrogate = c >= 0xd800 && c <= 0xdfff;
    return c >= kSmallest[length] && c <= 0x10ffff && !is_surrogate;
}

}  // namespace

std::optional<std::string> from_hex(std::string_view digits)
{
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (size_t i = 0; i < digits.size(); ++i) {
        if (is_blank(digits[i])) {
            continue;
        }
        const int high = digit_value(digits[i]);
        const int low = ++i < digits.size() ? digit_value(digits[i]) : -1;
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<char>(high << 4 | low));
    }
    return bytes;
}

std::string to_hex(std::string_view bytes)
{
    constexpr char kDigits[] = "0123456789abcdef";
    std::string digits;
    digits.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        digits.push_back(kDigits[byte >> 4]);
        digits.push_back(kDigits[byte & 15]);
    }
    return digits;
}

bool is_plain_text(std::string_view bytes) noexcept
{
    for (size_t i = 0; i < bytes.size();) {
        const auto first = static_cast<unsigned char>(bytes[i]);
        const size_t length = sequence_length(first);
        if (length == 0 || length > bytes.size() - i) {
            return false;
        }
        uint32_t character = length == 1 ? first : first & (0xffu >> (length + 1));
        for (size_t k = 1; k < length; ++k) {
            if (!is_continuation(bytes[i + k])) {
                return false;
            }
            character = character << 6 | (static_cast<unsigned char>(bytes[i + k]) & 0x3fu);
        }
        if (!is_printable(character, length)) {
            return false;
        }
        i += length;
    }
    return true;
}

}  // namespace nws::ohws
