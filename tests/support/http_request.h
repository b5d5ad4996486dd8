// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: reading the head of an HTTP/1.1 request and what RFC 6455 4.1 asks of
// it; pure. Must not know: sockets, the library under test.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nws::test {

struct HttpRequest {
    std::string verbatim;  // all of the head, with its last empty line
    std::string method;
    std::string target;
    std::string version;
    std::vector<std::pair<std::string, std::string>> fields;

    // The value of the first field of that name in any case, or NULL.
    const std::string *field(std::string_view name) const;
    size_t count(std::string_view name) const;
    // The comma separated elements of all fields of that name.
    std::vector<std::string> list(std::string_view name) const;

    std::string path() const;  // the target without its query
    // A value of the query ("n" of "/sink?n=5"), percent-decoded.
    std::string query(std::string_view name, std::string_view fallback = {}) const;
    uint64_t query_number(std::string_view name, uint64_t fallback) const;
};

// Takes what it can; returns what was wrong with the head, or "".
std::string parse_request(std::string_view head, HttpRequest &request);

// What keeps the request from being a WebSocket upgrade, or "".
std::string upgrade_complaint(const HttpRequest &request);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace nws::test
