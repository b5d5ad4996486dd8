// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a byte is in ASCII, whatever the locale. Pure; any thread.

#pragma once

#include <string>
#include <string_view>

namespace nws {

constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

constexpr char to_lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_letter(char c) noexcept
{
    return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

// 0-15, or -1.
constexpr int hex_value(char c) noexcept
{
    if (is_digit(c)) {
        return c - '0';
    }
    c = to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

constexpr bool is_hex_digit(char c) noexcept
{
    return hex_value(c) >= 0;
}

constexpr bool is_control_byte(char c) noexcept
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// All but what RFC 3986 forbids and must not be passed on encoded either: line ends
// split requests, and some take a backslash for a slash.
constexpr bool is_allowed_in_url(char c) noexcept
{
    return !is_control_byte(c) && c != ' ' && c != '\\';
}

constexpr bool is_ascii(char c) noexcept
{
    return static_cast<unsigned char>(c) < 0x80;
}

inline bool consists_of(std::string_view text, bool (*kind)(char))
{
    for (const char c : text) {
        if (!kind(c)) {
            return false;
        }
    }
    return true;
}

inline std::string lower_case(std::string_view text)
{
    std::string lower(text);
    for (char &c : lower) {
        c = to_lower(c);
    }
    return lower;
}

}  // namespace nws
