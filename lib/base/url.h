// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a WebSocket URL is (RFC 6455 3, RFC 3986). Pure; any thread.
// Must not know: sockets, lws, clients.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret_string.h"

namespace nws {

struct Url {
    bool secure = false;    // wss
    std::string host;       // lower case, an IPv6 address without brackets; "localhost" for a Unix socket
    uint16_t port = 0;      // never 0 but for a Unix socket
    std::string target;     // "/path?query", never empty, no fragment
    std::string unix_path;  // not empty: reach the server through this socket
    bool has_userinfo = false;
    SecretString userinfo;  // "user:password", percent-decoded

    // The Host field: host[:port], IPv6 in brackets, the scheme's default port
    // left out (RFC 9110 7.2).
    std::string authority() const;
    // The Origin field as browsers write it: http(s)://authority (RFC 6454 6.1).
    std::string origin() const;
};

// Parses text into url. Returns nullptr, or a static text that names what is
// wrong; url is then unspecified. Throws std::bad_alloc only.
//
// ws:// and wss:// in any case; no scheme means ws://; ws+unix:///path/to.sock
// with an optional ":/request-path" after the socket's path.
const char *parse_url(std::string_view text, Url &url);

}  // namespace nws
