// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "connection/handshake.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/base64.h"

namespace nws {

namespace {

// base64 of 16 bytes (RFC 6455 4.1).
constexpr size_t kKeyBytes = 24;
constexpr std::string_view kUpgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";

// The elements of a comma-separated list (RFC 9110 5.6.1) that can be
// subprotocols, each once: RFC 6455 4.1 wants tokens, and all unique.
std::vector<std::string> split_protocols(std::string_view list)
{
    std::vector<std::string> protocols;
    while (!list.empty()) {
        size_t comma = std::min(list.find(','), list.size());
        std::string_view protocol = trim_white_space(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
        if (is_token(protocol) && std::count(protocols.begin(), protocols.end(), protocol) == 0) {
            protocols.emplace_back(protocol);
        }
    }
    return protocols;
}

std::string join_protocols(const std::vector<std::string> &protocols)
{
    std::string list;
    for (const std::string &protocol : protocols) {
        list.append(list.empty() ? "" : ", ").append(protocol);
    }
    return list;
}

// RFC 7617
SecretString basic_authorization(const Url &url)
{
    SecretString value = "Basic ";
    append_base64(url.userinfo, value);
    return value;
}

}  // namespace

HandshakeRequest make_handshake_request(const Url &url, std::vector<HeaderField> fields)
{
    HandshakeRequest request;
    request.target = url.target;

    request.host = url.authority();
    std::string origin = url.origin();
    bool authorized = false;
    std::vector<HeaderField> others;
    for (HeaderField &field : fields) {
        if (equal_ignoring_case(field.name, "Host")) {
            request.host = field.value;
        } else if (equal_ignoring_case(field.name, "Origin")) {
            origin = field.value;
        } else if (equal_ignoring_case(field.name, "Sec-WebSocket-Protocol")) {
            request.protocols = split_protocols(field.value);
        } else {
            authorized = authorized || equal_ignoring_case(field.name, "Authorization");
            others.push_back(std::move(field));
        }
    }

    std::vector<HeaderField> &out = request.fields;
    out.reserve(3 + others.size());
    if (!origin.empty()) {
        add_field(out, "Origin", origin);
    }
    if (!request.protocols.empty()) {
        add_field(out, "Sec-WebSocket-Protocol", join_protocols(request.protocols));
    }
    if (url.has_userinfo && !authorized) {
        add_field(out, "Authorization", basic_authorization(url));
    }
    std::move(others.begin(), others.end(), std::back_inserter(out));
    return request;
}

void redirect_handshake_request(HandshakeRequest &request, const Url &from, const Url &to, bool same_origin)
{
    request.target = to.target;
    std::vector<HeaderField> &fields = request.fields;
    if (!same_origin) {
        remove_fields(fields, "Authorization");
        remove_fields(fields, "Cookie");
    }
    if (!same_origin || request.host == from.authority()) {
        request.host = to.authority();
    }
    bool authorized = false;
    for (HeaderField &field : fields) {
        if (equal_ignoring_case(field.name, "Origin") && field.value == from.origin()) {
            field.value = to.origin();
        } else if (from.has_userinfo && to.has_userinfo && field.value == basic_authorization(from)) {
            field.value = basic_authorization(to);
        }
        authorized = authorized || equal_ignoring_case(field.name, "Authorization");
    }
    if (to.has_userinfo && !authorized) {
        add_field(fields, "Authorization", basic_authorization(to));
    }
}

size_t HandshakeRequest::bytes() const noexcept
{
    const auto field_bytes = [](size_t name, size_t value) { return name + value + sizeof ": \r\n" - 1; };
    size_t bytes = sizeof "GET  HTTP/1.1\r\n\r\n" - 1 + target.size();
    bytes += field_bytes(sizeof "Host" - 1, host.size()) + kUpgrade.size();
    bytes += field_bytes(sizeof "Sec-WebSocket-Key" - 1, kKeyBytes);
    for (const HeaderField &field : fields) {
        bytes += field_bytes(field.name.size(), field.value.size());
    }
    return bytes;
}

SecretString write_handshake_request(const HandshakeRequest &request, std::string_view key)
{
    SecretString text;
    text.reserve(request.bytes());
    auto add_field = [&text](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\r\n");
    };
    text.append("GET ").append(request.target).append(" HTTP/1.1\r\n");
    add_field("Host", request.host);
    text.append(kUpgrade);
    for (const HeaderField &field : request.fields) {
        add_field(field.name, field.value);
    }
    add_field("Sec-WebSocket-Key", key);
    text.append("\r\n");
    return text;
}

}  // namespace nws
