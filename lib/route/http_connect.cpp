// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "route/http_connect.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "base/authority.h"
#include "base/base64.h"
#include "base/header_list.h"
#include "base/limits.h"
#include "base/text.h"

namespace nws {

namespace {

constexpr size_t kNone = std::string_view::npos;

SecretString write_request(const Proxy &proxy, std::string_view host, uint16_t port)
{
    const std::string authority = write_authority(host, port);  // RFC 9112 3.2.3: with the port, always
    SecretString out = concat({"CONNECT ", authority, " HTTP/1.1\r\nHost: ", authority, "\r\n"});
    if (proxy.has_credentials) {
        SecretString credentials = proxy.user;
        credentials.append(":").append(proxy.password);
        out.append("Proxy-Authorization: Basic ");
        append_base64(credentials, out);
        out.append("\r\n");
    }
    return out.append("\r\n");
}

// Cut to fit, printable ASCII only.
template <size_t capacity>
void copy_printable(std::string_view text, char (&out)[capacity]) noexcept
{
    const size_t length = std::min(text.size(), capacity - 1);
    std::transform(text.begin(), text.begin() + length, out,
                   [](char c) { return is_ascii(c) && !is_control_byte(c) ? c : '?'; });
    out[length] = '\0';
}

// The text up to the next comma outside of a quoted string (RFC 9110 5.6.1,
// 5.6.4); takes both off text.
std::string_view take_element(std::string_view &text) noexcept
{
    bool quoted = false;
    size_t end = 0;
    for (; end < text.size() && (quoted || text[end] != ','); ++end) {
        if (text[end] == '"') {
            quoted = !quoted;
        } else if (quoted && text[end] == '\\') {
            ++end;
        }
    }
    const std::string_view element = trim_white_space(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return element;
}

}  // namespace

HttpConnect::HttpConnect(const Proxy &proxy, std::string_view host, uint16_t port)
    : request_(write_request(proxy, host, port)), sends_credentials_(proxy.has_credentials)
{
    say(request_);
}

void HttpConnect::on_byte(char byte) noexcept
{
    static_assert(kMaxResponseHeaderBytes == size_t{16} << 10, "named in a text below");
    constexpr std::string_view kProtocol = "HTTP/1.";
    if (++received_ > kMaxResponseHeaderBytes) {
        give_up("Proxy: the header of its answer is longer than 16 KiB");
        return;
    }
    if (!in_fields_ && line_bytes_ < kProtocol.size() && byte != kProtocol[line_bytes_]) {
        give_up("Proxy: its answer is not HTTP/1");
        return;
    }
    if (byte != '\n') {
        if (line_bytes_ < sizeof line_) {
            line_[line_bytes_++] = byte;
        }
        return;
    }
    // A lone LF ends a line too (RFC 9112 2.2).
    std::string_view line(line_, line_bytes_);
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    line_bytes_ = 0;
    if (!in_fields_) {
        on_status_line(line);
    } else if (line.empty()) {
        on_block_end();
    } else {
        on_field_line(line);
    }
}

// RFC 9112 4: HTTP/1.x SP 3DIGIT SP reason. The last SP is often forgotten with
// an empty reason.
void HttpConnect::on_status_line(std::string_view line) noexcept
{
    constexpr size_t kVersionBytes = sizeof "HTTP/1.1" - 1;
    const std::string_view code = line.substr(std::min(line.size(), kVersionBytes + 1), 3);
    const std::string_view rest = line.substr(std::min(line.size(), kVersionBytes + 4));
    if (code.size() != 3 || !is_digit(line[kVersionBytes - 1]) || line[kVersionBytes] != ' ' ||
        !consists_of(code, is_digit) || code.front() == '0' || (!rest.empty() && rest.front() != ' ')) {
        give_up("Proxy: the status line of its answer is malformed");
        return;
    }
    status_ = 0;
    for (char c : code) {
        status_ = status_ * 10 + static_cast<unsigned>(c - '0');
    }
    copy_printable(trim_white_space(rest), reason_);
    in_fields_ = true;
}

void HttpConnect::on_field_line(std::string_view line) noexcept
{
    const size_t colon = line.find(':');
    if (status_ == 407 && colon != kNone &&
        equal_ignoring_case(line.substr(0, colon), "Proxy-Authenticate")) {
        collect_schemes(line.substr(colon + 1));
    }
}

// RFC 9110 11.6.1: challenges and the parameters of each are separated alike; a
// parameter has "=" behind its first token.
void HttpConnect::collect_schemes(std::string_view challenges) noexcept
{
    while (!challenges.empty()) {
        const std::string_view element = take_element(challenges);
        const std::string_view token = element.substr(0, element.find_first_of(" \t="));
        const std::string_view behind = trim_white_space(element.substr(token.size()));
        if (is_token(token) && (behind.empty() || behind.front() != '=')) {
            add_scheme(token);
        }
    }
}

void HttpConnect::add_scheme(std::string_view scheme) noexcept
{
    const size_t length = std::strlen(schemes_);
    const std::string_view separator = length == 0 ? "" : ", ";
    if (length + separator.size() + scheme.size() >= sizeof schemes_) {
        return;
    }
    std::memcpy(schemes_ + length, separator.data(), separator.size());
    std::memcpy(schemes_ + length + separator.size(), scheme.data(), scheme.size());
    schemes_[length + separator.size() + scheme.size()] = '\0';
}

void HttpConnect::on_block_end() noexcept
{
    if (status_ / 100 == 1 && status_ != 101) {
        in_fields_ = false;  // an interim answer (RFC 9110 15.2); the next one follows
    } else if (status_ / 100 == 2) {
        succeed();
    } else if (status_ == 407) {
        give_up("Proxy: 407 Proxy Authentication Required: it wants %s, %s",
                schemes_[0] != '\0' ? schemes_ : "what it does not name",
                sends_credentials_ ? "and refused the credentials given" : "and no credentials are given");
    } else {
        give_up("Proxy: %u%s%s", status_, reason_[0] != '\0' ? " " : "", reason_);
    }
}

}  // namespace nws
