// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/public_key_pin.h"

#include <algorithm>
#include <cstddef>

#include "base/header_list.h"

namespace nws {

namespace {

constexpr std::string_view kPrefix = "sha256//";
constexpr size_t kDigits = 44;  // of 32 bytes, the last one "="

int digit_value(char digit) noexcept
{
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t value = kAlphabet.find(digit);
    return value == std::string_view::npos ? -1 : static_cast<int>(value);
}

bool parse_pin(std::string_view text, PublicKeyPin &pin) noexcept
{
    if (text.size() != kPrefix.size() + kDigits || text.substr(0, kPrefix.size()) != kPrefix ||
        text.back() != '=') {
        return false;
    }
    const std::string_view digits = text.substr(kPrefix.size(), kDigits - 1);
    uint32_t bits = 0;
    int count = 0;
    auto out = pin.begin();
    for (const char digit : digits) {
        const int value = digit_value(digit);
        if (value < 0) {
            return false;
        }
        bits = bits << 6 | static_cast<uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            *out++ = static_cast<uint8_t>(bits >> count);
        }
    }
    return true;
}

}  // namespace

bool parse_public_key_pins(std::string_view text, std::vector<PublicKeyPin> &pins)
{
    const bool wanted = !text.empty();
    while (!text.empty()) {
        const size_t end = std::min(text.find(';'), text.size());
        const std::string_view element = trim_white_space(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        PublicKeyPin pin;
        if (element.empty()) {
            continue;
        }
        if (!parse_pin(element, pin)) {
            return false;
        }
        pins.push_back(pin);
    }
    return !wanted || !pins.empty();
}

}  // namespace nws
