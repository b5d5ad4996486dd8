// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the text of the opening handshake's request (RFC 6455 4.1), field by
// field. Pure; any thread.
// Must not know: sockets, lws, clients.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/header_list.h"
#include "base/url.h"

namespace nws {

// Everything of the request but its Sec-WebSocket-Key, computed once, at
// Connect: what the handshake will send and what it may get back.
struct HandshakeRequest {
    std::string target;  // request-target
    std::string host;    // the field's value
    // Behind those that are always the same, in order: Origin,
    // Sec-WebSocket-Protocol, Authorization, the application's.
    std::vector<HeaderField> fields;
    std::vector<std::string> protocols;  // subprotocols offered, in order

    // What write_handshake_request() will give.
    size_t bytes() const noexcept;
};

// `fields` are merge_header_lists()' result. Host and Origin there replace the
// URL's, an empty Origin leaves that field out; an Authorization there beats the
// URL's user information. Of a Sec-WebSocket-Protocol there, elements that are
// no tokens or come again are left out. Throws std::bad_alloc only.
HandshakeRequest make_handshake_request(const Url &url, std::vector<HeaderField> fields);

// Makes it a request to another server (RFC 9110 15.4). Unless that is the same
// origin, what was for the first one alone stays behind: Authorization and
// Cookie. Host and Origin follow the URL unless the application has set them.
// Throws std::bad_alloc only.
void redirect_handshake_request(HandshakeRequest &request, const Url &from, const Url &to, bool same_origin);

// The request as it goes to the wire, from "GET " to the empty line. Throws
// std::bad_alloc only.
SecretString write_handshake_request(const HandshakeRequest &request, std::string_view key);

}  // namespace nws
