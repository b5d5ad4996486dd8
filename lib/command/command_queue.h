// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the lock-free way from any thread to the service thread. Intrusive,
// many producers, one consumer, never allocates, never blocks a producer.
//
// The order is one for all producers: the order of the exchanges in push(). So
// when one thread's push() happens before another's, the consumer sees them in
// that order, also for different clients. (D. Vyukov's intrusive MPSC queue.)
//
// Must not know: what a command means.

#pragma once

#include <atomic>

namespace nws {

struct QueueNode {
    std::atomic<QueueNode *> next{nullptr};
};

class CommandQueue {
public:
    CommandQueue() noexcept : newest_(&stub_), oldest_(&stub_) {}
    CommandQueue(const CommandQueue &) = delete;
    CommandQueue &operator=(const CommandQueue &) = delete;

    // Any thread.
    void push(QueueNode *node) noexcept
    {
        node->next.store(nullptr, std::memory_order_relaxed);
        QueueNode *previous = newest_.exchange(node, std::memory_order_acq_rel);
        // Between these two lines the queue looks cut behind `previous`: pop()
        // then says "empty", and the producer's wake-up, which comes after,
        // makes the consumer look again.
        previous->next.store(node, std::memory_order_release);
    }

    // The consumer, in the place of push() and without its locked instructions. The
    // order is the same: its own nodes come first, and are as old as all that is
    // behind them, for while something waits there they go behind it.
    void push_own(QueueNode *node) noexcept
    {
        if (oldest_ != &stub_ || newest_.load(std::memory_order_acquire) != &stub_) {
            push(node);
            return;
        }
        node->next.store(nullptr, std::memory_order_relaxed);
        if (own_first_ == nullptr) {
            own_first_ = node;
        } else {
            own_last_->next.store(node, std::memory_order_relaxed);
        }
        own_last_ = node;
    }
    bool has_own() const noexcept { return own_first_ != nullptr; }

    // The consumer. nullptr: empty, or a push() is half done.
    QueueNode *pop() noexcept
    {
        if (own_first_ != nullptr) {
            QueueNode *const own = own_first_;
            own_first_ = own->next.load(std::memory_order_relaxed);
            return own;
        }
        QueueNode *node = oldest_;
        QueueNode *next = node->next.load(std::memory_order_acquire);
        if (node == &stub_) {
            if (next == nullptr) {
                return nullptr;
            }
            oldest_ = node = next;
            next = node->next.load(std::memory_order_acquire);
        }
        if (next == nullptr) {
            // `node` is the last: it may leave only when the stub is behind it.
            if (node != newest_.load(std::memory_order_acquire)) {
                return nullptr;
            }
            push(&stub_);
            next = node->next.load(std::memory_order_acquire);
            if (next == nullptr) {
                return nullptr;
            }
        }
        oldest_ = next;
        return node;
    }

private:
    // Producers and consumer each on a cache line of their own.
    alignas(64) std::atomic<QueueNode *> newest_;
    alignas(64) QueueNode *oldest_;
    QueueNode stub_;
    QueueNode *own_first_ = nullptr;
    QueueNode *own_last_ = nullptr;  // where there is a first
};

}  // namespace nws
