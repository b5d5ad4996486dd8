// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/text.h"

#include <cinttypes>
#include <cstdio>

#include "base/ascii.h"

namespace nws {

std::string concat(std::initializer_list<std::string_view> parts)
{
    std::string text;
    for (const std::string_view part : parts) {
        text.append(part);
    }
    return text;
}

std::string decimal(uint64_t number)
{
    char text[sizeof "18446744073709551615"];
    std::snprintf(text, sizeof text, "%" PRIu64, number);
    return text;
}

std::string printable(std::string_view text, size_t most)
{
    std::string out(text.substr(0, most));
    for (char &c : out) {
        c = is_ascii(c) && !is_control_byte(c) ? c : '?';
    }
    return out;
}

}  // namespace nws
