// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a run of small messages of one client in one block of memory, which is
// one command. While it waits, in the queue or behind it, more messages join; for
// the thread that sends them that is as if they were queued behind it one by one,
// for nothing of the client's was queued since (OpenBatch sees to that). The first
// of them stands for them all until it is its turn (OutgoingMessage::unpack()).
//
// Two hold on to it: the side that adds (OpenBatch, one thread at a time) until
// drop(), and the service thread until the last message is freed. The later frees
// it.
//
// Must not know: what becomes of the messages.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "command/command.h"

namespace nws {

class SendBatch : public Command {
public:
    // Of it all. The large one is for when much waits; OutgoingMessage::headroom
    // reaches no further.
    static constexpr size_t kSmallBytes = size_t{8} << 10;
    static constexpr size_t kLargeBytes = alignof(OutgoingMessage) << 13;
    // Of a message in it: what a batch leaves empty at its end is to be little.
    static constexpr size_t most_length(size_t batch_bytes) noexcept
    {
        return batch_bytes == kSmallBytes ? 512 : kLargeBytes / 32;
    }
    // Where so much waits of a queue with that bound.
    static constexpr size_t bytes_for(size_t queued, size_t bound) noexcept
    {
        return queued >= kLargeBytes / 2 && bound >= 64 * kLargeBytes ? kLargeBytes : kSmallBytes;
    }

    // ---- the side that adds ----

    // nullptr: no memory.
    static SendBatch *create(Client *client, uint32_t generation, size_t bytes) noexcept;
    // A whole message. False: it is too long, or there is no room for it, or the
    // service thread has taken the batch.
    bool append(Opcode opcode, const void *data, size_t length) noexcept;
    bool taken() const noexcept { return (word_.load(std::memory_order_relaxed) & kTaken) != 0; }
    // Of its bytes. What is less than a message of most_length() does not count.
    size_t left_empty() const noexcept;
    // No more is added. True: nobody else needs it, it is to be destroyed.
    bool drop() noexcept { return (word_.fetch_or(kDropped, std::memory_order_acq_rel) & kDone) != 0; }
    static void destroy(SendBatch *batch) noexcept;

    // ---- service thread ----

    OutgoingMessage *first() noexcept { return reinterpret_cast<OutgoingMessage *>(this + 1); }

private:
    friend struct OutgoingMessage;

    SendBatch(Client *client, uint32_t generation, size_t bytes) noexcept
        : Command(Kind::batch, client, generation),
          bytes_(static_cast<uint32_t>(bytes)),
          used_(sizeof(SendBatch))
    {
    }

    // What a message takes.
    static constexpr size_t place_of(size_t length) noexcept
    {
        constexpr size_t kAlignment = alignof(OutgoingMessage);
        return (sizeof(OutgoingMessage) + length + kAlignment - 1) / kAlignment * kAlignment;
    }
    static OutgoingMessage *behind(OutgoingMessage *message) noexcept;
    // From now on nothing joins it. How many messages it has: at least one.
    uint32_t take() noexcept;
    // One of its messages is freed; with the last one, perhaps, itself.
    void on_message_freed() noexcept;

    static constexpr uint32_t kTaken = 1;
    static constexpr uint32_t kDropped = 2;
    static constexpr uint32_t kDone = 4;
    static constexpr uint32_t kMessage = 8;

    std::atomic<uint32_t> word_{0};  // how many messages, and what was done with it
    const uint32_t bytes_;           // of it all
    uint32_t used_;                  // of them; the side that adds
    uint32_t left_ = 0;              // messages not freed; the service thread
};

}  // namespace nws
