// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the part of a URL that names a server, [user[:password]@]host[:port]
// (RFC 3986 3.2). Pure; any thread.
// Must not know: schemes, what the server is for.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret_string.h"

namespace nws {

struct Authority {
    bool has_userinfo = false;  // not for an empty one
    // Percent-decoded, no control bytes.
    std::string user;
    SecretString password;
    std::string host;   // lower case, an IPv6 address without brackets but with its zone
    uint16_t port = 0;  // 0: none is given
};

// Returns nullptr, or a static text that names what is wrong; authority is then
// unspecified. Throws std::bad_alloc only.
const char *parse_authority(std::string_view text, Authority &authority);

// Appends to decoded. False if an encoding is malformed or stands for a control
// byte. Throws std::bad_alloc only.
bool percent_decode(std::string_view text, std::string &decoded);
bool percent_decode(std::string_view text, SecretString &decoded);

// "name", "192.0.2.1", "[2001:db8::1]". Throws std::bad_alloc only.
std::string bracketed(std::string_view host);
// With ":port" behind it. Throws std::bad_alloc only.
std::string write_authority(std::string_view host, uint16_t port);

}  // namespace nws
