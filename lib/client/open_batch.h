// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: which batch of a client's small messages is open for more, if any. Any
// thread; who finds another one here for milliseconds queues his message by itself.
//
// A message may join a batch only if nothing of the client's was queued since the
// batch was: else it would overtake what the same thread has sent meanwhile.
//
// Must not know: the queue.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "command/send_batch.h"

namespace nws {

class OpenBatch {
public:
    OpenBatch() = default;
    ~OpenBatch() { forget(); }
    OpenBatch(const OpenBatch &) = delete;
    OpenBatch &operator=(const OpenBatch &) = delete;

    // ---- any thread ----

    // Something of the client's was queued, other than a batch.
    void on_queued() noexcept { queued_.fetch_add(1, std::memory_order_release); }

    enum class Added : uint8_t {
        no,      // it is to be queued by itself
        joined,  // what is queued already
        first,   // of opened(), which is to be queued now; then on_opened_queued()
    };
    // A whole message, while others wait: `queued` bytes of at most `bound`.
    Added add(Client *client, uint32_t generation, Opcode opcode, const void *data, size_t length,
              size_t queued, size_t bound) noexcept;
    SendBatch &opened() noexcept { return *batch_; }
    // Until then nothing joins it: its place among what is queued is not known.
    void on_opened_queued() noexcept { busy_.store(false, std::memory_order_release); }

    // ---- service thread ----

    // Nothing of the client's waits any more.
    void on_queue_empty() noexcept;

private:
    bool enter() noexcept;
    bool open(Client *client, uint32_t generation, size_t bytes, size_t length, size_t bound) noexcept;
    void forget() noexcept;

    std::atomic<bool> busy_{false};  // somebody adds, the fields below are his
    std::atomic<bool> used_{false};  // since the queue was empty
    // Of batches to which nothing may be added, since something else was queued.
    // Little of the queue's bound, or it would take much more memory than that.
    size_t left_empty_ = 0;
    uint32_t queued_before_ = 0;  // queued_ when batch_ was opened
    SendBatch *batch_ = nullptr;
    std::atomic<uint32_t> queued_{0};
};

}  // namespace nws
