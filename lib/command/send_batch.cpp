// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "command/send_batch.h"

#include <algorithm>
#include <new>

namespace nws {

namespace {

constexpr size_t kCacheLine = 64;
// So far ahead a line is there when its message comes.
constexpr size_t kAhead = 4 * kCacheLine;

// Memory that is to be written: the service thread has had it in its processor's
// cache, and the next locked instruction would wait for each line of it.
void fetch_for_writing(const uint8_t *memory, size_t length) noexcept
{
    for (size_t i = 0; i < length; i += kCacheLine) {
#if defined(__x86_64__)
        // What compilers make of __builtin_prefetch() fetches a copy to be read.
        __asm__ volatile("prefetchw %0" : : "m"(memory[i]));
#else
        __builtin_prefetch(memory + i, 1);
#endif
    }
}

}  // namespace

static_assert(sizeof(SendBatch) % alignof(OutgoingMessage) == 0, "no gap in front of the first message");

SendBatch *SendBatch::create(Client *client, uint32_t generation, size_t bytes) noexcept
{
    void *const memory = message_blocks().take(bytes);
    return memory == nullptr ? nullptr : new (memory) SendBatch(client, generation, bytes);
}

void SendBatch::destroy(SendBatch *batch) noexcept
{
    const size_t bytes = batch->bytes_;
    batch->~SendBatch();
    message_blocks().give(batch, bytes);
}

bool SendBatch::append(Opcode opcode, const void *data, size_t length) noexcept
{
    uint32_t word = word_.load(std::memory_order_relaxed);
    if ((word & kTaken) != 0 || length > most_length(bytes_) || place_of(length) > bytes_ - used_) {
        return false;
    }
    uint8_t *const place = reinterpret_cast<uint8_t *>(this) + used_;
    fetch_for_writing(place + std::max(place_of(length), kAhead), place_of(length));
    OutgoingMessage *const message = OutgoingMessage::create_at(
        place, opcode, data, length, static_cast<uint16_t>(used_), true, Piece::whole);
    message->leads = word < kMessage ? 1 : 0;
    if (!word_.compare_exchange_strong(word, word + kMessage, std::memory_order_release,
                                       std::memory_order_relaxed)) {
        return false;  // taken just now, without this one
    }
    used_ += static_cast<uint32_t>(place_of(length));
    return true;
}

size_t SendBatch::left_empty() const noexcept
{
    const size_t left = bytes_ - used_;
    return left < place_of(most_length(bytes_)) ? 0 : left;
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

void SendBatch::on_message_freed() noexcept
{
    if (--left_ == 0 && (word_.fetch_or(kDone, std::memory_order_acq_rel) & kDropped) != 0) {
        destroy(this);
    }
}

OutgoingMessage *OutgoingMessage::unpack(OutgoingMessage *message) noexcept
{
    if (message->leads == 0) {
        return message;
    }
    message->leads = 0;
    OutgoingMessage *const next = message->next;
    for (uint32_t left = static_cast<SendBatch *>(message->block())->take(); left > 1; --left) {
        message->next = SendBatch::behind(message);
        const auto *const behind = reinterpret_cast<const uint8_t *>(message->next);
        // Most are as long as their neighbours.
        __builtin_prefetch(behind + 8 * (behind - reinterpret_cast<const uint8_t *>(message)));
        message = message->next;
    }
    message->next = next;
    return message;
}

void OutgoingMessage::destroy(OutgoingMessage *message) noexcept
{
    if (message->batched != 0) {
        static_cast<SendBatch *>(message->block())->on_message_freed();
    } else {
        const size_t headroom = message->headroom * alignof(OutgoingMessage);
        message_blocks().give(message->block(), headroom + sizeof(OutgoingMessage) + message->length);
    }
}

}  // namespace nws
