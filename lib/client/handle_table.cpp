// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "client/handle_table.h"

#include <sys/mman.h>
#include <unistd.h>

namespace nws {

namespace {

// Reserved, not used: on 64 bit 64 MiB of address space for a million handles,
// on 32 bit 4 MiB for 65 536.
constexpr size_t kRegionBytes = sizeof(void *) == 8 ? size_t{64} << 20 : size_t{4} << 20;
constexpr size_t kSlotsInRegion = kRegionBytes / sizeof(HandleSlot);

size_t page_bytes() noexcept
{
    static const size_t bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    return bytes;
}

size_t page_use_bytes() noexcept
{
    return kRegionBytes / page_bytes() * sizeof(uint16_t);
}

}  // namespace

size_t HandleTable::Region::page_of(const HandleSlot *slot) const noexcept
{
    return (reinterpret_cast<uintptr_t>(slot) - begin()) / page_bytes();
}

HandleTable::~HandleTable()
{
    for (size_t i = 0; i < region_count_.load(); ++i) {
        munmap(regions_[i].slots, kRegionBytes);
        munmap(regions_[i].page_use, page_use_bytes());
    }
}

HandleTable::Region *HandleTable::add_region() noexcept
{
    const size_t count = region_count_.load(std::memory_order_relaxed);
    if (count == kMaxRegions) {
        return nullptr;
    }
    // Anonymous memory is zero, and a zero slot is a free one: nothing needs
    // to be touched, so nothing takes memory yet.
    const auto reserve = [](size_t bytes) {
        return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                    0);
    };
    void *slots = reserve(kRegionBytes);
    if (slots == MAP_FAILED) {
        return nullptr;
    }
    void *page_use = reserve(page_use_bytes());
    if (page_use == MAP_FAILED) {
        munmap(slots, kRegionBytes);
        return nullptr;
    }
    regions_[count].slots = static_cast<HandleSlot *>(slots);
    regions_[count].page_use = static_cast<uint16_t *>(page_use);
    region_count_.store(count + 1, std::memory_order_release);
    return &regions_[count];
}

HandleSlot *HandleTable::create() noexcept
{
    const std::lock_guard<std::mutex> lock(mutex_);
    Region *region = nullptr;
    for (size_t i = 0; i < region_count_.load(std::memory_order_relaxed) && region == nullptr; ++i) {
        Region *candidate = &regions_[i];
        // Half full is full: searching stays short, and addresses stay unused
        // for long.
        if (candidate->in_use < kSlotsInRegion / 2) {
            region = candidate;
        }
    }
    if (region == nullptr && (region = add_region()) == nullptr) {
        return nullptr;
    }
    while (!region->slots[region->cursor].word.is_free()) {
        region->cursor = (region->cursor + 1) % kSlotsInRegion;
    }
    HandleSlot *slot = &region->slots[region->cursor];
    region->cursor = (region->cursor + 1) % kSlotsInRegion;
    slot->word.take();
    ++region->in_use;
    ++region->page_use[region->page_of(slot)];
    return slot;
}

void HandleTable::publish(HandleSlot *slot) noexcept
{
    slot->word.publish();
}

HandleTable::Region *HandleTable::region_of(uintptr_t address) noexcept
{
    const size_t count = region_count_.load(std::memory_order_acquire);
    for (size_t i = 0; i < count; ++i) {
        if (address - regions_[i].begin() < kRegionBytes) {
            return &regions_[i];
        }
    }
    return nullptr;
}

HandleSlot *HandleTable::acquire(const WebSocket *pointer) noexcept
{
    const auto address = reinterpret_cast<uintptr_t>(pointer);
    Region *region = region_of(address);
    if (region == nullptr || (address - region->begin()) % sizeof(HandleSlot) != 0) {
        return nullptr;
    }
    HandleSlot *slot = &region->slots[(address - region->begin()) / sizeof(HandleSlot)];
    return slot->word.acquire() ? slot : nullptr;
}

bool HandleTable::retire(HandleSlot *slot) noexcept
{
    return slot->word.retire();
}

bool HandleTable::release(HandleSlot *slot) noexcept
{
    return slot->word.release();
}

void HandleTable::recycle(HandleSlot *slot) noexcept
{
    const std::lock_guard<std::mutex> lock(mutex_);
    Region *region = region_of(reinterpret_cast<uintptr_t>(slot));
    const size_t page = region->page_of(slot);
    slot->handle = WebSocket{};
    slot->client = nullptr;
    slot->word.recycle();
    --region->in_use;
    --region->page_use[page];
    // The page that new handles come from stays: it will be used at once.
    if (region->page_use[page] == 0 && page != region->page_of(&region->slots[region->cursor])) {
        madvise(reinterpret_cast<char *>(region->slots) + page * page_bytes(), page_bytes(), MADV_DONTNEED);
    }
}

}  // namespace nws
