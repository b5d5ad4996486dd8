// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the server's answers to the opening handshake, right and wrong; pure.
// Must not know: sockets, scripts, endpoints.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/http_request.h"

namespace nws::test {

// How the server answers an upgrade. By default: rightly.
struct UpgradeReply {
    std::string accept;                  // instead of the right Sec-WebSocket-Accept
    std::string subprotocol;             // Sec-WebSocket-Protocol; "" for none
    std::string extra_fields;            // verbatim, each line with its CRLF
    std::vector<std::string> leave_out;  // "Upgrade", "Connection", "Sec-WebSocket-Accept"
    std::string status_line = "HTTP/1.1 101 Switching Protocols";
    std::string following;    // bytes in the same write as the head, say frames
    uint8_t allowed_rsv = 0;  // RSV bits that an extension in extra_fields needs
};

std::string make_upgrade_reply(const HttpRequest &request, const UpgradeReply &reply);

// A whole response with Content-Length and `Connection: close`.
std::string make_status_reply(unsigned status, const std::string &reason, const std::string &body,
                              const std::string &extra_fields = {});

}  // namespace nws::test
