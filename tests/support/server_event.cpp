// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/server_event.h"

namespace nws::test {

const char *name_of(ServerEvent::Kind kind)
{
    switch (kind) {
    case ServerEvent::Kind::accepted: return "accepted";
    case ServerEvent::Kind::tls: return "tls";
    case ServerEvent::Kind::tls_failed: return "tls_failed";
    case ServerEvent::Kind::request: return "request";
    case ServerEvent::Kind::upgraded: return "upgraded";
    case ServerEvent::Kind::frame: return "frame";
    case ServerEvent::Kind::stalled: return "stalled";
    case ServerEvent::Kind::closed_by_peer: return "closed_by_peer";
    case ServerEvent::Kind::reset_by_peer: return "reset_by_peer";
    case ServerEvent::Kind::script_done: return "script_done";
    case ServerEvent::Kind::script_failed: return "script_failed";
    case ServerEvent::Kind::violation: return "violation";
    case ServerEvent::Kind::ended: return "ended";
    }
    return "?";
}

std::string describe(const ServerEvent &event)
{
    std::string line = "#" + std::to_string(event.connection) + " " + name_of(event.kind);
    if (event.kind == ServerEvent::Kind::frame) {
        line += " " + name_of(event.opcode) + (event.fin ? "" : " (not final)");
    }
    return event.text.empty() ? line : line + " " + event.text;
}

}  // namespace nws::test
