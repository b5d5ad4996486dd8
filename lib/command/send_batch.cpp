// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "command/send_batch.h"

#include <cstdlib>
#include <new>

namespace nws {

SendBatch *SendBatch::create(Client *client, uint32_t generation) noexcept
{
    void *const memory = std::malloc(sizeof(SendBatch));
    return memory == nullptr ? nullptr : new (memory) SendBatch(client, generation);
}

void SendBatch::destroy(SendBatch *batch) noexcept
{
    batch->~SendBatch();
    std::free(batch);
}

bool SendBatch::append(Opcode opcode, const void *data, size_t length) noexcept
{
    uint32_t word = word_.load(std::memory_order_relaxed);
    if ((word & kTaken) != 0 || place_of(length) > sizeof bytes_ - used_) {
        return false;
    }
    uint8_t *const place = bytes_ + used_;
    const auto distance = static_cast<uint16_t>(place - reinterpret_cast<uint8_t *>(this));
    OutgoingMessage::create_at(place, opcode, data, length, distance, true, Piece::whole);
    if (!word_.compare_exchange_strong(word, word + kMessage, std::memory_order_release,
                                       std::memory_order_relaxed)) {
        return false;  // taken just now, without this one
    }
    used_ += static_cast<uint32_t>(place_of(length));
    return true;
}

uint32_t SendBatch::take() noexcept
{
    left_ = word_.fetch_or(kTaken, std::memory_order_acq_rel) / kMessage;
    return left_;
}

OutgoingMessage *SendBatch::behind(OutgoingMessage *message) noexcept
{
    return reinterpret_cast<OutgoingMessage *>(reinterpret_cast<uint8_t *>(message) +
                                               place_of(message->length));
}

void OutgoingMessage::destroy(OutgoingMessage *message) noexcept
{
    if (message->batched != 0) {
        SendBatch::free_message(message);
    } else {
        std::free(message->block());
    }
}

void SendBatch::free_message(OutgoingMessage *message) noexcept
{
    auto *const batch = static_cast<SendBatch *>(message->block());
    if (--batch->left_ == 0 && (batch->word_.fetch_or(kDone, std::memory_order_acq_rel) & kDropped) != 0) {
        destroy(batch);
    }
}

}  // namespace nws
