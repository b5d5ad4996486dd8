// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what Send and its relatives have in common once the type is known: the
// limits, and the way into the queue. Any thread.
// Must not know: who asks.

#pragma once

#include <cstddef>

#include "base/opcode.h"
#include "client/client.h"
#include "command/outgoing_message.h"

namespace nws {

// `seen`: the client's state just now, or, for pieces of one message, as it was
// when they were found to belong to it.
WebSocket_ErrCode send_message(Client &client, Client::State seen, Opcode opcode, const void *data,
                               size_t length, Piece piece = Piece::whole) noexcept;

// Whether a message is begun for the connection seen. What is sent before any
// Connect belongs to the first.
bool in_message(Client &client, Client::State seen) noexcept;

}  // namespace nws
