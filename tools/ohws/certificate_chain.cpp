// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "certificate_chain.h"

#include <algorithm>

namespace nws::ohws {

namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

}  // namespace

std::vector<Certificate> parse_chain(std::string_view text)
{
    std::vector<Certificate> chain;
    Certificate next;
    bool is_inside = false;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        is_inside = is_inside || line == kBegin;
        if (is_inside) {
            next.pem.append(line).append("\n");
        } else if (auto field = parse_field(line); !field.first.empty()) {
            next.facts.push_back(std::move(field));
        }
        if (is_inside && line == kEnd) {
            chain.push_back(std::exchange(next, {}));
            is_inside = false;
        }
    }
    return chain;
}

std::pair<std::string, std::string> parse_field(std::string_view line)
{
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return {};
    }
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    return {std::string(line.substr(0, colon)), std::string(value)};
}

std::string_view take_line(std::string_view &text) noexcept
{
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return line;
}

}  // namespace nws::ohws
