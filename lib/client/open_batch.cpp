// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "client/open_batch.h"

namespace nws {

OpenBatch::Added OpenBatch::add(Client *client, uint32_t generation, Opcode opcode, const void *data,
                                size_t length) noexcept
{
    if (busy_.exchange(true, std::memory_order_acquire)) {
        return Added::no;
    }
    const uint32_t queued = queued_.load(std::memory_order_acquire);
    if (batch_ != nullptr) {
        if (queued == queued_before_ && batch_->generation == generation &&
            batch_->append(opcode, data, length)) {
            busy_.store(false, std::memory_order_release);
            return Added::joined;
        }
        spoiled_ = spoiled_ || (!batch_->taken() && !batch_->full());
        forget();
    }
    used_.store(true, std::memory_order_relaxed);
    if (!spoiled_ && (batch_ = SendBatch::create(client, generation)) != nullptr) {
        queued_before_ = queued;
        batch_->append(opcode, data, length);
        return Added::first;
    }
    busy_.store(false, std::memory_order_release);
    return Added::no;
}

void OpenBatch::on_queue_empty() noexcept
{
    if (used_.load(std::memory_order_relaxed) && !busy_.exchange(true, std::memory_order_acquire)) {
        forget();
        spoiled_ = false;
        used_.store(false, std::memory_order_relaxed);
        busy_.store(false, std::memory_order_release);
    }
}

void OpenBatch::forget() noexcept
{
    if (batch_ != nullptr && batch_->drop()) {
        SendBatch::destroy(batch_);
    }
    batch_ = nullptr;
}

}  // namespace nws
