// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a message on its way out, or a piece of a streamed one, as one block of
// memory from Send to the wire.
// Made by the thread that called Send, then owned by whoever holds the pointer.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "base/opcode.h"
#include "command/block_pool.h"

namespace nws {

// What it is of a message that is sent while it is still being made. `last`
// ends it; it may have no piece between, and any piece may be empty.
enum class Piece : uint8_t { whole, first, middle, last };

struct OutgoingMessage {
    OutgoingMessage *next;  // the owner's
    uint32_t length;        // Send's limit is far below 4 GiB
    Opcode opcode;          // text or binary; of a middle or last piece it is not read
    Piece piece;
    uint16_t headroom : 13;  // of the same block in front of this, in units of its alignment
    uint16_t batched : 1;    // the block is a SendBatch
    uint16_t leads : 1;      // and more messages may join it behind this one

    // It goes on with the message that a first piece began.
    bool continues() const noexcept { return piece == Piece::middle || piece == Piece::last; }
    // More of the same message is to follow.
    bool continued() const noexcept { return piece == Piece::first || piece == Piece::middle; }

    uint8_t *payload() noexcept { return reinterpret_cast<uint8_t *>(this + 1); }
    const uint8_t *payload() const noexcept { return reinterpret_cast<const uint8_t *>(this + 1); }
    // The first byte of the block.
    void *block() noexcept { return reinterpret_cast<uint8_t *>(this) - headroom * alignof(OutgoingMessage); }

    // nullptr: no memory. `headroom` is a multiple of alignof(OutgoingMessage).
    static OutgoingMessage *create(Opcode opcode, const void *data, size_t length, uint16_t headroom = 0,
                                   Piece piece = Piece::whole) noexcept
    {
        auto *block =
            static_cast<uint8_t *>(message_blocks().take(headroom + sizeof(OutgoingMessage) + length));
        return block == nullptr ? nullptr
                                : create_at(block + headroom, opcode, data, length, headroom, false, piece);
    }
    // Where there is room for it.
    static OutgoingMessage *create_at(void *place, Opcode opcode, const void *data, size_t length,
                                      uint16_t headroom, bool batched, Piece piece) noexcept
    {
        auto *message = new (place) OutgoingMessage;
        message->next = nullptr;
        message->length = static_cast<uint32_t>(length);
        message->opcode = opcode;
        message->piece = piece;
        message->headroom = headroom / alignof(OutgoingMessage) & 0x1FFF;
        message->batched = batched ? 1 : 0;
        message->leads = 0;
        if (length > 0) {
            std::memcpy(message->payload(), data, length);
        }
        return message;
    }

    // What a message of this length counts against the bound of its queue. A
    // large one its length. A small one, of which many fit, 95 % of the memory
    // it takes: so a full queue takes at most 5 % more than its bound.
    static constexpr size_t cost(size_t length) noexcept
    {
        constexpr size_t kOverhead = 72;  // SendCommand, this, and malloc's own
        const size_t memory = length + kOverhead;
        return std::max(length, memory - memory / 20);
    }
    size_t cost() const noexcept { return cost(length); }

    // For the service thread, before anything but `next` and cost() is looked at, or
    // it is destroyed: the messages that have joined it follow by `next`, before what
    // it led to, and no more do. The last of them, or itself.
    static OutgoingMessage *unpack(OutgoingMessage *message) noexcept;
    static void destroy(OutgoingMessage *message) noexcept;
};

}  // namespace nws
