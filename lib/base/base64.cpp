// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/base64.h"

#include <cstddef>
#include <cstdint>

namespace nws {

void append_base64(std::string_view bytes, SecretString &out)
{
    static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
    for (size_t at = 0; at < bytes.size(); at += 3) {
        std::string_view group = bytes.substr(at, 3);
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++) {
            bits = bits << 8 | (i < group.size() ? static_cast<uint8_t>(group[i]) : 0u);
        }
        for (size_t i = 0; i < 4; i++) {
            out.push_back(i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=');
        }
    }
}

std::string base64(std::string_view bytes)
{
    SecretString text;
    append_base64(bytes, text);
    return std::string(text);
}

}  // namespace nws
