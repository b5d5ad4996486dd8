// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/http_request.h"

#include <algorithm>
#include <cstdlib>

#include "support/digest.h"

namespace nws::test {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

// Cuts the text up to the separator off the front.
std::string_view take_until(std::string_view &text, std::string_view separator)
{
    const size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + separator.size());
    return part;
}

std::string percent_decoded(std::string_view text)
{
    std::string plain;
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size()) {
            const std::string digits(text.substr(at + 1, 2));
            plain.push_back(static_cast<char>(std::strtoul(digits.c_str(), nullptr, 16)));
            at += 2;
        } else {
            plain.push_back(text[at] == '+' ? ' ' : text[at]);
        }
    }
    return plain;
}

bool has_element(const std::vector<std::string> &list, std::string_view wanted)
{
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string &element) { return equal_ignoring_case(element, wanted); });
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

const std::string *HttpRequest::field(std::string_view name) const
{
    for (const auto &[field_name, value] : fields) {
        if (equal_ignoring_case(field_name, name)) {
            return &value;
        }
    }
    return nullptr;
}

size_t HttpRequest::count(std::string_view name) const
{
    return static_cast<size_t>(std::count_if(fields.begin(), fields.end(), [&](const auto &field) {
        return equal_ignoring_case(field.first, name);
    }));
}

std::vector<std::string> HttpRequest::list(std::string_view name) const
{
    std::vector<std::string> elements;
    for (const auto &[field_name, value] : fields) {
        std::string_view rest = equal_ignoring_case(field_name, name) ? value : std::string_view{};
        while (!rest.empty()) {
            elements.emplace_back(trimmed(take_until(rest, ",")));
        }
    }
    return elements;
}

std::string HttpRequest::path() const
{
    return target.substr(0, target.find('?'));
}

std::string HttpRequest::query(std::string_view name, std::string_view fallback) const
{
    std::string_view rest = target;
    take_until(rest, "?");
    while (!rest.empty()) {
        std::string_view value = take_until(rest, "&");
        if (take_until(value, "=") == name) {
            return percent_decoded(value);
        }
    }
    return std::string(fallback);
}

uint64_t HttpRequest::query_number(std::string_view name, uint64_t fallback) const
{
    const std::string text = query(name);
    return text.empty() ? fallback : std::strtoull(text.c_str(), nullptr, 10);
}

std::string parse_request(std::string_view head, HttpRequest &request)
{
    request = HttpRequest();
    request.verbatim = head;
    std::string_view line = take_until(head, "\r\n");
    request.method = take_until(line, " ");
    request.target = take_until(line, " ");
    request.version = line;
    std::string complaint;
    if (request.method.empty() || request.target.empty() || request.version.substr(0, 5) != "HTTP/") {
        complaint = "the request line is malformed";
    }
    while (!head.empty()) {
        line = take_until(head, "\r\n");
        if (line.empty()) {
            break;
        }
        if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
            complaint = "a field line holds CR, LF or NUL";
        }
        const size_t colon = line.find(':');
        if (colon == 0 || colon == std::string_view::npos ||
            line.substr(0, colon).find(' ') != std::string_view::npos) {
            complaint = "a field line is malformed: " + std::string(line);
            continue;
        }
        request.fields.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
    return complaint;
}

std::string upgrade_complaint(const HttpRequest &request)
{
    if (request.method != "GET" || request.version != "HTTP/1.1") {
        return "the upgrade is not a GET of HTTP/1.1";
    }
    if (request.target.empty() || request.target[0] != '/') {
        return "the request target is not a path";
    }
    if (request.count("Host") != 1) {
        return "there is not exactly one Host field";
    }
    if (!has_element(request.list("Upgrade"), "websocket")) {
        return "the Upgrade field does not say websocket";
    }
    if (!has_element(request.list("Connection"), "Upgrade")) {
        return "the Connection field does not say Upgrade";
    }
    const std::string *version = request.field("Sec-WebSocket-Version");
    if (version == nullptr || *version != "13" || request.count("Sec-WebSocket-Version") != 1) {
        return "Sec-WebSocket-Version is not 13";
    }
    const std::string *key = request.field("Sec-WebSocket-Key");
    if (key == nullptr || !is_valid_key(*key) || request.count("Sec-WebSocket-Key") != 1) {
        return "Sec-WebSocket-Key is not the base64 form of 16 bytes";
    }
    if (request.count("Sec-WebSocket-Extensions") > 0 && request.list("Sec-WebSocket-Extensions").empty()) {
        return "an empty Sec-WebSocket-Extensions field";
    }
    return "";
}

}  // namespace nws::test
