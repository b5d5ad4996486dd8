// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the memory of the handles that applications hold, and the answer to
// "is this pointer a live client?" for any pointer value, without touching
// what it points to. Any thread; looking up takes no lock.
//
// Handles are slots of regions of reserved address space, given out by rising
// address and reused only when the whole region was used up: a pointer that
// was destroyed stays unknown for the next hundred thousand constructors. Pages
// without live handles are given back to the system.
//
// Must not know: what a client is beyond its pointer.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "client/handle_word.h"
#include "net_websocket_type.h"

namespace nws {

class Client;

// What the application's pointer points to, and behind it what it cannot see.
struct alignas(64) HandleSlot {
    WebSocket handle;
    Client *client;
    HandleWord word;
};

class HandleTable {
public:
    HandleTable() = default;
    ~HandleTable();
    HandleTable(const HandleTable &) = delete;
    HandleTable &operator=(const HandleTable &) = delete;

    // A slot with everything zero that no pointer finds yet; nullptr when
    // address space is short.
    HandleSlot *create() noexcept;
    // From now on acquire() finds it.
    static void publish(HandleSlot *slot) noexcept;

    // The slot with a reference added, or nullptr: not a live handle.
    HandleSlot *acquire(const WebSocket *pointer) noexcept;
    // Ends the application's ownership; the caller has a reference. False:
    // somebody else did already.
    static bool retire(HandleSlot *slot) noexcept;
    // Drops a reference. True, for exactly one caller: the handle is retired
    // and no call uses it any more.
    static bool release(HandleSlot *slot) noexcept;
    // After that: the slot may be used again, though not soon.
    void recycle(HandleSlot *slot) noexcept;

private:
    struct Region {
        HandleSlot *slots = nullptr;
        uint16_t *page_use = nullptr;  // slots in use, for each page
        size_t cursor = 0;             // where the search for a free slot starts
        size_t in_use = 0;

        uintptr_t begin() const noexcept { return reinterpret_cast<uintptr_t>(slots); }
        size_t page_of(const HandleSlot *slot) const noexcept;
    };
    static constexpr size_t kMaxRegions = 64;

    Region *region_of(uintptr_t address) noexcept;
    Region *add_region() noexcept;

    std::mutex mutex_;  // creating and recycling
    std::atomic<size_t> region_count_{0};
    Region regions_[kMaxRegions];  // never change place once counted
};

}  // namespace nws
