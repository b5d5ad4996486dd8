// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a run of small messages of one client in one block of memory, which is
// one command. While it waits in the queue, more messages join it; for the thread
// that sends them that is as if they were queued behind it one by one, for nothing
// of the client's was queued since (OpenBatch sees to that).
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
    static constexpr size_t kBytes = size_t{8} << 10;  // of it all
    static constexpr size_t kMostLength = 512;         // of a message that is batched

    // ---- the side that adds ----

    // nullptr: no memory.
    static SendBatch *create(Client *client, uint32_t generation) noexcept;
    // A whole message of at most kMostLength bytes. False: it is full, or the
    // service thread has taken it.
    bool append(Opcode opcode, const void *data, size_t length) noexcept;
    bool taken() const noexcept { return (word_.load(std::memory_order_relaxed) & kTaken) != 0; }
    bool full() const noexcept { return used_ > sizeof bytes_ - place_of(kMostLength); }
    // No more is added. True: nobody else needs it, it is to be destroyed.
    bool drop() noexcept { return (word_.fetch_or(kDropped, std::memory_order_acq_rel) & kDone) != 0; }
    static void destroy(SendBatch *batch) noexcept;

    // ---- service thread ----

    // From now on nothing joins it. How many messages it has: at least one.
    uint32_t take() noexcept;
    // In order, from the first; before the one that precedes it is freed.
    OutgoingMessage *first() noexcept { return reinterpret_cast<OutgoingMessage *>(bytes_); }
    static OutgoingMessage *behind(OutgoingMessage *message) noexcept;
    // One of its messages is freed; with the last one, perhaps, itself.
    static void free_message(OutgoingMessage *message) noexcept;

private:
    // cppcheck-suppress uninitMemberVarPrivate ; append() writes what is read of bytes_
    SendBatch(Client *client, uint32_t generation) noexcept : Command(Kind::batch, client, generation) {}

    // What a message takes.
    static constexpr size_t place_of(size_t length) noexcept
    {
        constexpr size_t kAlignment = alignof(OutgoingMessage);
        return (sizeof(OutgoingMessage) + length + kAlignment - 1) / kAlignment * kAlignment;
    }

    static constexpr uint32_t kTaken = 1;
    static constexpr uint32_t kDropped = 2;
    static constexpr uint32_t kDone = 4;
    static constexpr uint32_t kMessage = 8;

    std::atomic<uint32_t> word_{0};  // how many messages, and what was done with it
    uint32_t used_ = 0;              // of bytes_; the side that adds
    uint32_t left_ = 0;              // messages not freed; the service thread
    static constexpr size_t kHeadBytes = sizeof(Command) + 4 * sizeof(uint32_t);
    alignas(alignof(OutgoingMessage)) uint8_t bytes_[kBytes - kHeadBytes - 16];  // 16: malloc's
};

}  // namespace nws
