// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how the library's text of a certificate chain is taken apart: PEM blocks,
// each below lines "Name: value" (RFC 7468 2). Pure.
// Must not know: what is in a certificate.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nws::ohws {

struct Certificate {
    // Names and values, in order: "Subject", "CN=localhost".
    std::vector<std::pair<std::string, std::string>> facts;
    std::string pem;  // with the last line's end
};

// In the text's order: leaf first.
std::vector<Certificate> parse_chain(std::string_view text);

// A line "Name: value", without its end; both are "" if it is none.
std::pair<std::string, std::string> parse_field(std::string_view line);

// Takes the first line, without its end, from `text`.
std::string_view take_line(std::string_view &text) noexcept;

}  // namespace nws::ohws
