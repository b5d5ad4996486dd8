// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the rules for header fields that an application adds to the handshake
// (RFC 9110 5, RFC 6455 4.1). Pure; any thread.
// Must not know: sockets, lws, clients.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret_string.h"
#include "net_websocket_type.h"

namespace nws {

struct HeaderField {
    std::string name;
    SecretString value;  // without white space at either end; it may be a password
};

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

// RFC 9110 5.6.2: what names of fields and subprotocols are made of.
bool is_token(std::string_view text) noexcept;

// Throws std::bad_alloc only.
void add_field(std::vector<HeaderField> &fields, std::string_view name, std::string_view value);
void remove_fields(std::vector<HeaderField> &fields, std::string_view name) noexcept;

// Without SP and HTAB at either end (RFC 9110 5.6.3).
std::string_view trim_white_space(std::string_view text) noexcept;

// Fields in the order they were added, as the application gave them.
class HeaderList {
public:
    // Checks and copies one field. WEBSOCKET_OK, _NO_HEADER_CONTEXT (NULL name
    // or value, empty name), _PROTOCOL_ERROR (name is no token; value has CR,
    // LF, NUL or another control byte but HTAB), _HEADER_EXCEEDED (field number
    // kMaxHeaderFields + 1, or the bytes of all fields as sent, "name: value\r\n",
    // would pass kMaxHandshakeBytes). Throws std::bad_alloc only.
    WebSocket_ErrCode add(const char *name, const char *value);

    // Walks a list of nodes with add(); stops at the first code that is not OK.
    // Bounded: a list of more than kMaxHeaderFields nodes, so also a circular
    // one, is _HEADER_EXCEEDED.
    WebSocket_ErrCode add_all(const WebSocket_Header *node);

    // Takes back the last successful add().
    void remove_last() noexcept;

    const std::vector<HeaderField> &fields() const { return fields_; }
    size_t bytes() const { return bytes_; }  // as sent

private:
    std::vector<HeaderField> fields_;
    size_t bytes_ = 0;
};

// What the handshake sends: `added` by AddHeader, `options` of Connect.
//  * names are compared ignoring case; a name in options replaces that name in
//    added altogether; within one list the last wins, in the place of the first
//  * Cookie is joined with "; " (RFC 6265 4.2.1), Sec-WebSocket-Protocol with
//    ", " (RFC 6455 11.3.4), each within its list
//  * Upgrade, Connection, Sec-WebSocket-Key, -Version, -Extensions, -Accept,
//    Content-Length and Transfer-Encoding belong to the handshake: dropped
//  * Host and Origin stay: the request writer lets them replace its own
// Throws std::bad_alloc only.
std::vector<HeaderField> merge_header_lists(const HeaderList &added, const HeaderList &options);

}  // namespace nws
