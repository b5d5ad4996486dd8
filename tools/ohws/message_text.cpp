// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "message_text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

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

// The character that begins at `bytes`, and its length; 0: none does.
size_t take_character(std::string_view bytes, uint32_t &character) noexcept
{
    constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const auto first = static_cast<unsigned char>(bytes[0]);
    const size_t length = sequence_length(first);
    if (length == 0 || length > bytes.size()) {
        return 0;
    }
    character = length == 1 ? first : first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
        if (!is_continuation(bytes[i])) {
            return 0;
        }
        character = character << 6 | (static_cast<unsigned char>(bytes[i]) & 0x3fu);
    }
    const bool is_surrogate = character >= 0xd800 && character <= 0xdfff;
    return character >= kSmallest[length] && character <= 0x10ffff && !is_surrogate ? length : 0;
}

bool is_printable(uint32_t c) noexcept
{
    if (c < 0x20) {
        return c == '\t' || c == '\n' || c == '\r';
    }
    return c < 0x7f || c >= 0xa0;
}

template <typename Predicate>
bool all_characters(std::string_view bytes, Predicate predicate) noexcept
{
    while (!bytes.empty()) {
        uint32_t character = 0;
        const size_t length = take_character(bytes, character);
        if (length == 0 || !predicate(character)) {
            return false;
        }
        bytes.remove_prefix(length);
    }
    return true;
}

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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

std::optional<std::string> from_base64(std::string_view text)
{
    std::string bytes;
    uint32_t bits = 0;
    unsigned count = 0;  // of the bits that are no byte yet
    size_t digits = 0;
    size_t padding = 0;
    for (const char c : text) {
        if (is_blank(c)) {
            continue;
        }
        const char *digit = c == '\0' ? nullptr : std::strchr(kBase64, c);
        padding += c == '=' ? 1 : 0;
        if (c != '=' && (digit == nullptr || padding > 0)) {
            return std::nullopt;
        }
        ++digits;
        if (c == '=') {
            continue;
        }
        bits = bits << 6 | static_cast<uint32_t>(digit - kBase64);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<char>(bits >> count & 0xff));
        }
    }
    const size_t significant = digits - padding;
    const bool is_padded_well = padding == 0 || (padding <= 2 && digits % 4 == 0);
    return significant % 4 == 1 || !is_padded_well ? std::nullopt : std::optional(std::move(bytes));
}

std::string to_base64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t left = std::min<size_t>(bytes.size() - i, 3);
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; ++k) {
            bits = bits << 8 | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        }
        for (size_t k = 0; k < 4; ++k) {
            text.push_back(k <= left ? kBase64[bits >> (18 - 6 * k) & 63] : '=');
        }
    }
    return text;
}

bool is_utf8(std::string_view bytes) noexcept
{
    return all_characters(bytes, [](uint32_t) { return true; });
}

bool is_plain_text(std::string_view bytes) noexcept
{
    return all_characters(bytes, is_printable);
}

}  // namespace nws::ohws
