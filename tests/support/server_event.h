// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the test server tells of what it saw. Must not know: sockets.

#pragma once

#include <string>

#include "support/append_log.h"
#include "support/frame_coder.h"

namespace nws::test {

struct ServerEvent {
    enum class Kind {
        accepted,        // a TCP or Unix connection
        tls,             // TLS handshake done; text: "TLSv1.3 sni=localhost"
        tls_failed,      // text: OpenSSL's words
        request,         // text: the request target; payload: the whole head, verbatim
        upgraded,        // status 101 was queued
        frame,           // opcode, fin, payload (unmasked)
        stalled,         // a script came to stall(); text: its name
        closed_by_peer,  // end of the client's stream
        reset_by_peer,   // the connection broke; text: errno's words
        script_done,     // all steps done
        script_failed,   // text: the step and what it met
        violation,       // the client broke a rule; text: which
        ended,           // last event of each connection: the descriptor is closed
    };

    Kind kind = Kind::accepted;
    unsigned connection = 0;  // 1, 2, … in the order of acceptance
    Opcode opcode = Opcode::continuation;
    bool fin = true;
    uint8_t rsv = 0;  // as Frame's
    std::string payload;
    std::string text;
};

const char *name_of(ServerEvent::Kind kind);

// One line for people: "#1 frame text 5 bytes".
std::string describe(const ServerEvent &event);

using ServerLog = AppendLog<ServerEvent>;

}  // namespace nws::test
