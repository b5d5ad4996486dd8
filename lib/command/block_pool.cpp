// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "command/block_pool.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "build_options.h"

namespace nws {

namespace {

// Blocks of nearly the same size are of the same: they differ by a 32nd at most.
size_t rounded(size_t bytes)
{
    size_t step = BlockPool::kLeast / 32;
    while (step * 64 <= bytes) {
        step *= 2;
    }
    return (bytes + step - 1) / step * step;
}

}  // namespace

void *BlockPool::take(size_t bytes) noexcept
{
    if (bytes < kLeast) {
        return std::malloc(bytes);
    }
    bytes = rounded(bytes);
    void *block = nullptr;
    if (!empty() && enter()) {
        wanted_ = true;
        block = find(bytes);
        if (block == nullptr) {
            free_oldest(bytes);
        }
        leave();
    }
    return block != nullptr ? block : std::malloc(bytes);
}

void BlockPool::give(void *block, size_t bytes) noexcept
{
    if (bytes >= kLeast && enter()) {
        bytes = rounded(bytes);
        wanted_ = true;
        if (count_ < kMost && bytes <= most_bytes_ - std::min(most_bytes_, kept_bytes_.load())) {
            kept_[count_++] = {block, bytes};
            kept_bytes_.fetch_add(bytes, std::memory_order_relaxed);
            block = nullptr;
        }
        leave();
    }
    std::free(block);
}

// The newest is the one that is in the caches.
void *BlockPool::find(size_t bytes) noexcept
{
    for (size_t i = count_; i-- > 0;) {
        if (kept_[i].bytes == bytes) {
            return remove(i);
        }
    }
    return nullptr;
}

void *BlockPool::remove(size_t index) noexcept
{
    const Kept removed = kept_[index];
    std::copy(kept_ + index + 1, kept_ + count_, kept_ + index);
    --count_;
    kept_bytes_.fetch_sub(removed.bytes, std::memory_order_relaxed);
    return removed.block;
}

void BlockPool::free_oldest(size_t bytes) noexcept
{
    size_t freed = 0;
    while (freed < bytes && count_ > 0) {
        freed += kept_[0].bytes;
        std::free(remove(0));
    }
}

void BlockPool::trim() noexcept
{
    if (enter()) {
        if (!wanted_) {
            free_oldest(SIZE_MAX);
        }
        wanted_ = false;
        leave();
    }
}

void BlockPool::clear() noexcept
{
    if (enter()) {
        free_oldest(SIZE_MAX);
        leave();
    }
}

BlockPool &message_blocks() noexcept
{
    static BlockPool pool(NWS_KEPT_BLOCK_BYTES);
    return pool;
}

}  // namespace nws
