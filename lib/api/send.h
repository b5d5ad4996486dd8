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

WebSocket_ErrCode send_message(Client &client, Opcode opcode, const void *data, size_t length,
                               Piece piece = Piece::whole) noexcept;

}  // namespace nws
