// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the seam between a connection and what it does: an endpoint or a
// script; the server's thread. Must not know: either of them.

#pragma once

#include "support/frame_checker.h"

namespace nws::test {

class Connection;

class Behaviour {
public:
    virtual ~Behaviour() = default;
    // The request's head is complete.
    virtual void on_request(Connection &) {}
    virtual void on_frame(Connection &connection, const Frame &frame) = 0;
    // The frame given next, or the handshake, broke a rule; it is in the log.
    virtual void on_violation(Connection &, const Verdict &) {}
    // Called after every change: bytes came or went, a name was released.
    virtual void on_progress(Connection &) {}
    // The client ended its stream; nothing more can be read.
    virtual void on_peer_end(Connection &connection) = 0;
};

}  // namespace nws::test
