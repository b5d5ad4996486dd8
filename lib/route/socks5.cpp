// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "route/socks5.h"

#include <arpa/inet.h>

namespace nws {

namespace {

constexpr uint8_t kVersion = 5, kAuthenticationVersion = 1, kConnect = 1, kSucceeded = 0;
constexpr uint8_t kNoAuthentication = 0, kUserAndPassword = 2, kNoAcceptableMethod = 0xFF;  // RFC 1928 3
constexpr uint8_t kIpv4 = 1, kDomainName = 3, kIpv6 = 4;                                    // RFC 1928 5
constexpr size_t kMaxText = 255;  // lengths are one byte

template <typename Text>
void append_byte(Text &out, size_t byte)
{
    out.push_back(static_cast<char>(byte));
}

// With its length before it.
template <typename Text>
void append_text(Text &out, std::string_view text)
{
    append_byte(out, text.size());
    out.append(text);
}

std::string write_request(const std::string &host, uint16_t port)
{
    std::string out;
    append_byte(out, kVersion);
    append_byte(out, kConnect);
    append_byte(out, 0);  // RSV
    char address[sizeof(in6_addr)];
    if (inet_pton(AF_INET, host.c_str(), address) == 1) {
        append_byte(out, kIpv4);
        out.append(address, sizeof(in_addr));
    } else if (inet_pton(AF_INET6, host.c_str(), address) == 1) {
        append_byte(out, kIpv6);
        out.append(address, sizeof(in6_addr));
    } else {
        append_byte(out, kDomainName);
        append_text(out, host);
    }
    append_byte(out, port >> 8);
    append_byte(out, port & 0xFF);
    return out;
}

// RFC 1928 6; nullptr: unassigned.
const char *reply_text(uint8_t code) noexcept
{
    switch (code) {
    case 1:
        return "general failure of the proxy";
    case 2:
        return "connection not allowed by the proxy's rules";
    case 3:
        return "network unreachable";
    case 4:
        return "host unreachable";
    case 5:
        return "connection refused";
    case 6:
        return "TTL expired";
    case 7:
        return "command not supported";
    case 8:
        return "address type not supported";
    default:
        return nullptr;
    }
}

}  // namespace

Socks5::Socks5(const Proxy &proxy, std::string_view host, uint16_t port)
    : has_credentials_(proxy.has_credentials)
{
    if (host.size() > kMaxText) {
        give_up("Proxy: SOCKS5: the server's name has more than 255 bytes");
        return;
    }
    if (has_credentials_ && (proxy.user.size() > kMaxText || proxy.password.size() > kMaxText)) {
        give_up("Proxy: SOCKS5: the user or the password has more than 255 bytes");
        return;
    }
    append_byte(greeting_, kVersion);
    append_byte(greeting_, has_credentials_ ? 2 : 1);  // so many methods
    append_byte(greeting_, kNoAuthentication);
    if (has_credentials_) {
        append_byte(greeting_, kUserAndPassword);
        append_byte(authentication_, kAuthenticationVersion);
        append_text(authentication_, proxy.user);
        append_text(authentication_, proxy.password);
    }
    request_ = write_request(std::string(host), port);
    say(greeting_);
}

void Socks5::next_step(Step step, std::string_view message) noexcept
{
    step_ = step;
    at_ = 0;
    say(message);
}

void Socks5::on_byte(char byte) noexcept
{
    const auto value = static_cast<uint8_t>(byte);
    const size_t at = at_++;
    switch (step_) {
    case Step::method:
        if (at == 1) {
            on_method(value);
        } else if (value != kVersion) {
            give_up("Proxy: SOCKS5: the answer is not SOCKS5");
        }
        break;
    case Step::authentication:
        // Some answer with version 5 where RFC 1929 has 1: the status decides.
        if (at == 1) {
            on_authentication_status(value);
        }
        break;
    case Step::reply:
        on_reply_byte(at, value);
        break;
    }
}

void Socks5::on_method(uint8_t method) noexcept
{
    if (method == kNoAuthentication) {
        next_step(Step::reply, request_);
    } else if (method == kUserAndPassword && has_credentials_) {
        next_step(Step::authentication, authentication_);
    } else if (method != kNoAcceptableMethod) {
        give_up("Proxy: SOCKS5: it chose authentication method %u, which was not offered", unsigned{method});
    } else if (has_credentials_) {
        give_up("Proxy: SOCKS5: it accepts neither user and password nor a connection without them");
    } else {
        give_up("Proxy: SOCKS5: it wants authentication, and no credentials are given");
    }
}

void Socks5::on_authentication_status(uint8_t status) noexcept
{
    if (status == kSucceeded) {
        next_step(Step::reply, request_);
    } else {
        give_up("Proxy: SOCKS5: user or password is wrong");
    }
}

// VER REP RSV ATYP BND.ADDR BND.PORT (RFC 1928 6). The address is of no use.
void Socks5::on_reply_byte(size_t at, uint8_t byte) noexcept
{
    constexpr size_t kFixed = 4, kPort = 2;
    if (at == 0 && byte != kVersion) {
        give_up("Proxy: SOCKS5: the answer is not SOCKS5");
    } else if (at == 1 && byte != kSucceeded) {
        // At once: some proxies send no more than this when they refuse.
        if (const char *text = reply_text(byte)) {
            give_up("Proxy: SOCKS5: %s", text);
        } else {
            give_up("Proxy: SOCKS5: it refused with the unassigned code %u", unsigned{byte});
        }
    } else if (at == 3 && byte == kIpv4) {
        reply_bytes_ = kFixed + sizeof(in_addr) + kPort;
    } else if (at == 3 && byte == kIpv6) {
        reply_bytes_ = kFixed + sizeof(in6_addr) + kPort;
    } else if (at == 3 && byte != kDomainName) {
        give_up("Proxy: SOCKS5: its reply has an address of the unknown type %u", unsigned{byte});
    } else if (at == 4 && reply_bytes_ == 0) {
        reply_bytes_ = kFixed + 1 + byte + kPort;
    } else if (at + 1 == reply_bytes_) {
        succeed();
    }
}

}  // namespace nws
