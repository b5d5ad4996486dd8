// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "client/open_batch.h"

#include <chrono>
#include <thread>

namespace nws {

namespace {

// A message is added in less time than so many looks take, unless the thread was
// interrupted. Then a nap gives it the processor, where one is short; and where two
// are adding all the time, each has the lock and what it guards in its cache for longer.
#if defined(__x86_64__) || defined(__i386__)
constexpr int kLooks = 10;
#else
constexpr int kLooks = 50;
#endif
constexpr auto kNap = std::chrono::microseconds(10);
// Several milliseconds, with what the kernel adds: it was not for want of a processor.
constexpr int kNaps = 100;

// Of a queue's bound, for what batches leave empty.
constexpr size_t kEmptyShare = 64;

void relax() noexcept
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || (defined(__ARM_ARCH) && __ARM_ARCH >= 7)
    __asm__ volatile("yield");
#endif
}

}  // namespace

bool OpenBatch::enter() noexcept
{
    for (int i = 0; busy_.exchange(true, std::memory_order_acquire);) {
        do {
            if (++i <= kLooks) {
                relax();
            } else if (i <= kLooks + kNaps) {
                std::this_thread::sleep_for(kNap);
            } else {
                return false;
            }
        } while (busy_.load(std::memory_order_relaxed));
    }
    return true;
}

OpenBatch::Added OpenBatch::add(Client *client, uint32_t generation, Opcode opcode, const void *data,
                                size_t length, size_t queued_bytes, size_t bound) noexcept
{
    if (length > SendBatch::most_length(SendBatch::kLargeBytes) || !enter()) {
        return Added::no;
    }
    Added added = Added::no;
    const uint32_t queued = queued_.load(std::memory_order_acquire);
    if (batch_ != nullptr && queued == queued_before_ && batch_->generation == generation &&
        batch_->append(opcode, data, length)) {
        added = Added::joined;
    } else if (open(client, generation, SendBatch::bytes_for(queued_bytes, bound), length, bound)) {
        queued_before_ = queued;
        batch_->append(opcode, data, length);
        return Added::first;
    }
    busy_.store(false, std::memory_order_release);
    return added;
}

// A new batch in the place of the last one. False: a message of that length, or any,
// is better queued by itself.
bool OpenBatch::open(Client *client, uint32_t generation, size_t bytes, size_t length, size_t bound) noexcept
{
    size_t left_empty = left_empty_;
    if (batch_ != nullptr) {
        // They are taken in order: with the last, all were.
        left_empty = batch_->taken() ? 0 : left_empty + batch_->left_empty();
    }
    if (length > SendBatch::most_length(bytes) ||
        (left_empty != 0 && left_empty + bytes > bound / kEmptyShare)) {
        return false;  // the last one stays, to be asked again
    }
    used_.store(true, std::memory_order_relaxed);
    forget();
    left_empty_ = left_empty;
    batch_ = SendBatch::create(client, generation, bytes);
    return batch_ != nullptr;
}

void OpenBatch::on_queue_empty() noexcept
{
    if (used_.load(std::memory_order_relaxed) && !busy_.exchange(true, std::memory_order_acquire)) {
        forget();
        left_empty_ = 0;
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
