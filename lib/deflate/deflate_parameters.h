// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the negotiation of permessage-deflate (RFC 7692 5 and 7.1): what we
// offer, and what the server's answer makes of it. Pure; any thread.
// Must not know: the handshake around it, zlib.

#pragma once

#include <string>
#include <string_view>

namespace nws {

// The names are the RFC's. "No context takeover": each message is compressed
// for itself. Window bits are the base-2 logarithm of how far back a sender
// looks for repetitions, and so what memory both sides need.
struct DeflateParameters {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    int server_max_window_bits = 15;  // 8 to 15
    int client_max_window_bits = 15;  // 8 to 15
    int level = 6;                    // 0 to 9, as zlib's; the server is not told
};

// What can't be offered; nullptr: nothing. Static text.
const char *check_deflate_parameters(const DeflateParameters &parameters) noexcept;

// The value of the request's Sec-WebSocket-Extensions. Throws std::bad_alloc only.
std::string write_deflate_offer(const DeflateParameters &offered);

struct DeflateAnswer {
    bool accepted = false;     // else nothing is compressed
    DeflateParameters agreed;  // what both sides keep to
};

// Judges the value of the response's Sec-WebSocket-Extensions; several such
// fields are joined by commas, and "" is none. `offered`: nullptr if nothing
// was. Returns what is wrong as static text, nullptr: nothing, and `answer`
// counts; with anything wrong the connection must fail (RFC 7692 7.1).
const char *judge_extensions(std::string_view value, const DeflateParameters *offered,
                             DeflateAnswer &answer) noexcept;

}  // namespace nws
