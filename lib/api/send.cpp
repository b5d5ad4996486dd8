// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "api/send.h"

#include "api/library.h"
#include "command/command.h"

namespace nws {

WebSocket_ErrCode send_message(Client &client, Opcode opcode, const void *data, size_t length,
                               Piece piece) noexcept
{
    if (length > client.max_send_bytes()) {
        return WEBSOCKET_DATA_LENGTH_EXCEEDED;
    }
    const Client::State state = client.state();
    if (state.phase == Phase::closing || state.phase == Phase::ended) {
        return WEBSOCKET_NO_CONNECTION;
    }
    if (!client.reserve_queue(OutgoingMessage::cost(length), client.max_queued_bytes())) {
        return WEBSOCKET_QUEUE_LENGTH_EXCEEDED;
    }
    SendCommand *command = SendCommand::create(&client, state.generation, opcode, data, length, piece);
    if (command == nullptr) {
        client.release_queue(OutgoingMessage::cost(length));
        return WEBSOCKET_SEND_NO_MEMORY;
    }
    Library::instance().service.post(*command);
    return WEBSOCKET_OK;
}

}  // namespace nws
