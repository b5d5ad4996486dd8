// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "api/send.h"

#include <algorithm>

#include "api/library.h"
#include "command/command.h"

namespace nws {

namespace {

// Messages that wait for the end of one in parts leave half of the queue to its
// parts: else it might never end.
size_t room(Client &client, Client::State seen, Piece piece) noexcept
{
    const size_t bound = client.max_queued_bytes();
    return piece == Piece::whole && in_message(client, seen) ? bound / 2 : bound;
}

}  // namespace

bool in_message(Client &client, Client::State seen) noexcept
{
    return client.stream().open_for.load(std::memory_order_relaxed) == std::max(seen.generation, 1U);
}

WebSocket_ErrCode send_message(Client &client, Client::State seen, Opcode opcode, const void *data,
                               size_t length, Piece piece) noexcept
{
    if (length > client.max_send_bytes()) {
        return WEBSOCKET_DATA_LENGTH_EXCEEDED;
    }
    if (seen.phase == Phase::closing || seen.phase == Phase::ended) {
        return WEBSOCKET_NO_CONNECTION;
    }
    if (!client.reserve_queue(OutgoingMessage::cost(length), room(client, seen, piece))) {
        return WEBSOCKET_QUEUE_LENGTH_EXCEEDED;
    }
    Service &service = Library::instance().service;
    // With others waiting it need not be queued by itself.
    const size_t queued = client.queued_bytes();
    if (piece == Piece::whole && queued > OutgoingMessage::cost(length)) {
        OpenBatch &batch = client.open_batch();
        const OpenBatch::Added added =
            batch.add(&client, seen.generation, opcode, data, length, queued, client.max_queued_bytes());
        if (added == OpenBatch::Added::first) {
            service.post(batch.opened());
            batch.on_opened_queued();
        }
        if (added != OpenBatch::Added::no) {
            return WEBSOCKET_OK;
        }
    }
    SendCommand *command = SendCommand::create(&client, seen.generation, opcode, data, length, piece);
    if (command == nullptr) {
        client.release_queue(OutgoingMessage::cost(length));
        return WEBSOCKET_SEND_NO_MEMORY;
    }
    service.post(*command);
    return WEBSOCKET_OK;
}

}  // namespace nws
