// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the memory of messages that have been sent, for the next ones. malloc()
// gives large blocks back to the system at once, and each new one is then cleared
// page by page: that took longer than all the rest of sending. Any thread; nobody
// waits: who finds another thread here goes to malloc() and free().
//
// What is kept and what is in use never take more than what was in use at once:
// who finds nothing that suits him frees as much as he takes.
//
// Must not know: what is in a block, when to trim().

#pragma once

#include <atomic>
#include <cstddef>

namespace nws {

class BlockPool {
public:
    // Smaller blocks are malloc()'s matter alone.
    static constexpr size_t kLeast = 2048;
    // How many are kept.
    static constexpr size_t kMost = 16;

    constexpr explicit BlockPool(size_t most_bytes) noexcept : most_bytes_(most_bytes) {}
    BlockPool(const BlockPool &) = delete;
    BlockPool &operator=(const BlockPool &) = delete;

    // nullptr: no memory.
    void *take(size_t bytes) noexcept;
    // `bytes`: as it was taken with.
    void give(void *block, size_t bytes) noexcept;

    bool empty() const noexcept { return kept_bytes_.load(std::memory_order_relaxed) == 0; }
    // Frees all, if nothing was taken or given since the last call. To be called
    // now and then until empty().
    void trim() noexcept;
    void clear() noexcept;

private:
    struct Kept {
        void *block = nullptr;
        size_t bytes = 0;
    };

    bool enter() noexcept { return !busy_.exchange(true, std::memory_order_acquire); }
    void leave() noexcept { busy_.store(false, std::memory_order_release); }
    void *find(size_t bytes) noexcept;
    void *remove(size_t index) noexcept;
    void free_oldest(size_t bytes) noexcept;

    const size_t most_bytes_;
    std::atomic<size_t> kept_bytes_{0};
    std::atomic<bool> busy_{false};  // somebody is here, what follows is his
    bool wanted_ = false;            // since trim()
    size_t count_ = 0;
    Kept kept_[kMost];  // the oldest first
};

// Of the whole process.
BlockPool &message_blocks() noexcept;

}  // namespace nws
