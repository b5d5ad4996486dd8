// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of HandleTable: any pointer value has an answer, a handle
// ends once, its address stays unknown for long, and its memory goes back.

#include "unit/check.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>
#include <unordered_set>
#include <vector>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/handle_table.h"
#include "support/sanitized.h"

namespace {

using namespace nws;
using namespace nws::test;

// As the table has it.
constexpr size_t kRegionBytes = sizeof(void *) == 8 ? size_t{64} << 20 : size_t{4} << 20;

HandleSlot *make(HandleTable &table)
{
    HandleSlot *slot = table.create();
    if (slot != nullptr) {
        HandleTable::publish(slot);
    }
    return slot;
}

// As a Destroy does it. False: that handle was not live.
bool end(HandleTable &table, const WebSocket *handle)
{
    HandleSlot *slot = table.acquire(handle);
    if (slot == nullptr) {
        return false;
    }
    const bool retired = HandleTable::retire(slot);
    if (HandleTable::release(slot)) {
        table.recycle(slot);
    }
    return retired;
}

const WebSocket *at(uintptr_t address)
{
    return reinterpret_cast<const WebSocket *>(address);
}

uintptr_t address_of(const void *pointer)
{
    return reinterpret_cast<uintptr_t>(pointer);
}

bool is_zero(const HandleSlot *slot)
{
    const WebSocket &handle = slot->handle;
    return handle.onOpen == nullptr && handle.onMessage == nullptr && handle.onError == nullptr &&
           handle.onClose == nullptr && handle.requestOptions.headers == nullptr && slot->client == nullptr;
}

// ---- one handle ----

bool unpublished_handles_are_unknown()
{
    HandleTable table;
    HandleSlot *slot = table.create();
    CHECK(slot != nullptr);
    CHECK(is_zero(slot));
    CHECK(static_cast<void *>(&slot->handle) == slot);
    CHECK(table.acquire(&slot->handle) == nullptr);
    HandleTable::publish(slot);
    CHECK(table.acquire(&slot->handle) == slot);
    CHECK(!HandleTable::release(slot));  // live: nobody may recycle it
    table.recycle(slot);
    CHECK(table.acquire(&slot->handle) == nullptr);
    return true;
}

bool the_last_to_let_go_is_told()
{
    HandleTable table;
    HandleSlot *slot = make(table);
    CHECK(table.acquire(&slot->handle) == slot);
    CHECK(table.acquire(&slot->handle) == slot);
    CHECK(table.acquire(&slot->handle) == slot);
    CHECK(!HandleTable::release(slot));
    CHECK(HandleTable::retire(slot));
    CHECK(!HandleTable::retire(slot));
    CHECK(table.acquire(&slot->handle) == nullptr);
    CHECK(!HandleTable::release(slot));
    CHECK(HandleTable::release(slot));
    table.recycle(slot);
    return true;
}

bool recycled_handles_are_cleared()
{
    HandleTable table;
    HandleSlot *slot = make(table);
    HandleSlot *neighbour = make(table);  // keeps the page
    WebSocket_Header header = {};
    slot->handle.onMessage = [](WebSocket *, char *, uint32_t) {};
    slot->handle.requestOptions.headers = &header;
    slot->client = reinterpret_cast<Client *>(&header);
    CHECK(end(table, &slot->handle));
    CHECK(is_zero(slot));
    CHECK(!end(table, &slot->handle));
    CHECK(end(table, &neighbour->handle));
    return true;
}

// ---- any pointer ----

bool garbage_is_unknown()
{
    HandleTable empty;
    CHECK(empty.acquire(nullptr) == nullptr);
    CHECK(empty.acquire(at(1)) == nullptr);

    HandleTable table;
    HandleSlot *slot = make(table);
    HandleSlot *unused = table.create();
    const uintptr_t address = address_of(slot);
    WebSocket on_stack = {};
    WebSocket *on_heap = new WebSocket{};
    bool known = false;
    const auto try_address = [&](uintptr_t value) { known = known || table.acquire(at(value)) != nullptr; };
    for (uintptr_t offset = 1; offset < sizeof(HandleSlot); ++offset) {
        try_address(address + offset);
        try_address(address - offset);
    }
    try_address(0);
    try_address(1);
    try_address(UINTPTR_MAX);
    try_address(UINTPTR_MAX - 63);
    try_address(UINTPTR_MAX / 2);
    try_address(address_of(&on_stack));
    try_address(address_of(on_heap));
    try_address(address_of(&table));
    try_address(address_of(unused));                  // taken, not live
    try_address(address + 100 * sizeof(HandleSlot));  // inside, never given out
    try_address(address + kRegionBytes / 2);
    try_address(address - sizeof(HandleSlot));  // in front of the region
    try_address(address + kRegionBytes);        // behind it
    try_address(address + UINTPTR_MAX / 4);
    delete on_heap;
    CHECK(!known);
    CHECK(empty.acquire(&slot->handle) == nullptr);  // another table's
    CHECK(table.acquire(&slot->handle) == slot);
    CHECK(!HandleTable::release(slot));
    return true;
}

bool destroyed_handles_are_unknown()
{
    HandleTable table;
    std::vector<const WebSocket *> gone;
    for (int i = 0; i < 1000; ++i) {
        HandleSlot *slot = make(table);
        CHECK(end(table, &slot->handle));
        gone.push_back(&slot->handle);
        HandleSlot *kept = make(table);
        CHECK(table.acquire(&kept->handle) == kept);
        CHECK(!HandleTable::release(kept));
    }
    for (const WebSocket *handle : gone) {
        CHECK(table.acquire(handle) == nullptr);
    }
    return true;
}

bool addresses_do_not_come_again_soon()
{
    constexpr int kSoon = sizeof(void *) == 8 ? 100'000 : 60'000;
    HandleTable table;
    std::unordered_set<const void *> seen;
    HandleSlot *live = make(table);
    seen.insert(live);
    for (int i = 0; i < kSoon; ++i) {
        HandleSlot *slot = make(table);
        CHECK(slot != nullptr);
        CHECK(seen.insert(slot).second);
        CHECK(end(table, &slot->handle));
    }
    CHECK(table.acquire(&live->handle) == live);
    return true;
}

// ---- memory ----

// Pages in memory from `begin` on, as far as handles were given out.
size_t resident_pages(uintptr_t begin, uintptr_t last)
{
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    begin -= begin % page;
    const size_t pages = (last - begin) / page + 1;
    std::vector<unsigned char> resident(pages);
    if (mincore(reinterpret_cast<void *>(begin), pages * page, resident.data()) != 0) {
        return SIZE_MAX;
    }
    return static_cast<size_t>(std::count_if(resident.begin(), resident.end(),
                                             [](unsigned char page_flags) { return (page_flags & 1) != 0; }));
}

bool pages_without_handles_go_back()
{
    HandleTable table;
    uintptr_t first = UINTPTR_MAX;
    uintptr_t last = 0;
    size_t wraps = 0;
    for (int i = 0; i < 1'100'000; ++i) {
        HandleSlot *slot = make(table);
        CHECK(slot != nullptr);
        wraps += address_of(slot) < last ? 1 : 0;
        first = std::min(first, address_of(slot));
        last = std::max(last, address_of(slot));
        CHECK(end(table, &slot->handle));
    }
    // On 32 bit regions are smaller, so it wraps more often.
    CHECK(wraps >= 1);
    CHECK(resident_pages(first, last) <= 2);
    return true;
}

// Handles that end in another order than they began.
bool pages_go_back_in_any_order()
{
    HandleTable table;
    std::vector<HandleSlot *> slots;
    for (size_t i = 0; i < 20'000; ++i) {
        slots.push_back(make(table));
        slots.back()->client = reinterpret_cast<Client *>(i + 1);
    }
    const uintptr_t first = address_of(slots.front());
    const uintptr_t last = address_of(slots.back());
    const size_t in_use = resident_pages(first, last);
    // Every 64th stays: what it holds must survive its neighbours.
    for (size_t i = 0; i < slots.size(); ++i) {
        const size_t which = i * 7919 % slots.size();
        if (which % 64 != 0) {
            CHECK(end(table, &slots[which]->handle));
        }
    }
    for (size_t i = 0; i < slots.size(); i += 64) {
        CHECK(slots[i]->client == reinterpret_cast<Client *>(i + 1));
        CHECK(end(table, &slots[i]->handle));
    }
    CHECK(in_use >= (last - first) / static_cast<uintptr_t>(sysconf(_SC_PAGESIZE)));
    CHECK(resident_pages(first, last) <= 2);
    return true;
}

// A region counts as full when half of it is: the next handle opens another.
bool more_than_a_region_of_handles()
{
    constexpr size_t kHalf = kRegionBytes / sizeof(HandleSlot) / 2;
    HandleTable table;
    std::vector<HandleSlot *> slots;
    for (size_t i = 0; i < kHalf + 1000; ++i) {
        HandleSlot *slot = make(table);
        CHECK(slot != nullptr);
        slot->client = reinterpret_cast<Client *>(i + 1);
        slots.push_back(slot);
    }
    std::vector<HandleSlot *> sorted = slots;
    std::sort(sorted.begin(), sorted.end());
    CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
    const auto in_first = [&](const HandleSlot *slot) {
        return address_of(slot) - address_of(slots[0]) < kRegionBytes;
    };
    CHECK(in_first(slots[kHalf - 1]));
    CHECK(!in_first(slots[kHalf]));
    for (size_t i = 0; i < slots.size(); ++i) {
        CHECK(slots[i]->client == reinterpret_cast<Client *>(i + 1));
        CHECK(table.acquire(&slots[i]->handle) == slots[i]);
        CHECK(!HandleTable::release(slots[i]));
    }
    CHECK(table.acquire(at(address_of(slots[kHalf - 1]) + sizeof(HandleSlot))) == nullptr);
    CHECK(table.acquire(at(address_of(slots.back()) + sizeof(HandleSlot))) == nullptr);
    CHECK(table.acquire(at(address_of(slots.back()) + 8)) == nullptr);
    for (HandleSlot *slot : slots) {
        CHECK(end(table, &slot->handle));
    }
    CHECK(in_first(make(table)));  // room again
    return true;
}

size_t address_space_in_use()
{
    unsigned long pages = 0;
    if (FILE *file = std::fopen("/proc/self/statm", "r")) {
        pages = std::fscanf(file, "%lu", &pages) == 1 ? pages : 0;
        std::fclose(file);
    }
    return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// In a child, as the limit would stay.
bool no_address_space_is_told()
{
    if (is_emulated()) {
        print_message("an emulator passes no limit of the address space on\n");
        skip();
    }
    const pid_t child = fork();
    if (child == 0) {
        const size_t little = address_space_in_use() + kRegionBytes / 2;
        const rlimit limit = {little, little};
        setrlimit(RLIMIT_AS, &limit);
        HandleTable table;
        const bool refused = table.create() == nullptr && table.create() == nullptr;
        _exit(refused && table.acquire(at(4096)) == nullptr ? 0 : 1);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return true;
}

// ---- threads ----

constexpr size_t kThreads = 8;

// All try to end the same handles in the same order: who lags behind finds
// them gone, and so catches up with the first.
bool racing_threads_end_a_handle_once()
{
    constexpr size_t kHandles = 100'000;
    HandleTable table;
    std::vector<HandleSlot *> slots(kHandles);
    std::vector<std::atomic<int>> retired(kHandles);
    std::vector<std::atomic<int>> last(kHandles);
    for (HandleSlot *&slot : slots) {
        slot = make(table);
    }
    Barrier barrier(kThreads);
    run_threads(kThreads, [&](size_t) {
        barrier.wait();
        for (size_t i = 0; i < kHandles; ++i) {
            HandleSlot *slot = table.acquire(&slots[i]->handle);
            if (slot != nullptr) {
                retired[i] += HandleTable::retire(slot) ? 1 : 0;
                last[i] += HandleTable::release(slot) ? 1 : 0;
            }
        }
    });
    for (size_t i = 0; i < kHandles; ++i) {
        CHECK(retired[i] == 1);
        CHECK(last[i] == 1);
        table.recycle(slots[i]);
    }
    return true;
}

// Two threads that hold the same handles, in step: so close together that
// their accesses meet.
bool retiring_in_step_counts_once()
{
    constexpr size_t kHandles = 100'000;
    HandleTable table;
    std::vector<HandleSlot *> slots(kHandles);
    for (HandleSlot *&slot : slots) {
        slot = make(table);
    }
    std::atomic<size_t> arrived{0};
    std::atomic<size_t> retired{0};
    std::atomic<size_t> last{0};
    run_threads(2, [&](size_t) {
        for (size_t i = 0; i < kHandles; ++i) {
            HandleSlot *slot = table.acquire(&slots[i]->handle);
            ++arrived;
            for (size_t spins = 1; arrived.load() < 2 * (i + 1); ++spins) {
                if (spins % 1000 == 0) {
                    std::this_thread::yield();
                }
            }
            retired += HandleTable::retire(slot) ? 1 : 0;
            last += HandleTable::release(slot) ? 1 : 0;
        }
    });
    CHECK(retired == kHandles);
    CHECK(last == kHandles);
    return true;
}

// Some look up and let go while one ends the handle and gives it back.
bool users_keep_a_handle_alive()
{
    constexpr size_t kHandles = 3000;
    HandleTable table;
    std::vector<HandleSlot *> slots(kHandles);
    std::vector<int> data(kHandles);  // as a client's memory: who is last, changes it
    for (size_t i = 0; i < kHandles; ++i) {
        slots[i] = make(table);
        data[i] = 1;
    }
    std::atomic<size_t> ended{0};
    std::atomic<size_t> wrong{0};
    run_threads(4, [&](size_t thread) {
        for (size_t i = 0; i < kHandles; ++i) {
            HandleSlot *slot = table.acquire(&slots[i]->handle);
            if (slot == nullptr) {
                continue;
            }
            wrong += data[i] == 1 ? 0 : 1;
            if (thread == 0) {
                HandleTable::retire(slot);
            }
            if (HandleTable::release(slot)) {
                data[i] = 2;
                ++ended;
                table.recycle(slot);
            }
        }
    });
    CHECK(wrong == 0);
    CHECK(ended == kHandles);
    return true;
}

bool threads_get_handles_of_their_own()
{
    constexpr size_t kRounds = 20'000;
    HandleTable table;
    std::atomic<size_t> wrong{0};
    std::vector<std::vector<HandleSlot *>> kept(4);
    run_threads(kept.size(), [&](size_t thread) {
        for (size_t i = 0; i < kRounds; ++i) {
            HandleSlot *slot = table.create();
            wrong += is_zero(slot) ? 0 : 1;
            slot->client = reinterpret_cast<Client *>(thread + 1);
            HandleTable::publish(slot);
            HandleSlot *found = table.acquire(&slot->handle);
            wrong += found == slot && slot->client == reinterpret_cast<Client *>(thread + 1) ? 0 : 1;
            HandleTable::release(slot);
            if (i % 16 == 0) {
                kept[thread].push_back(slot);
            } else {
                wrong += end(table, &slot->handle) ? 0 : 1;
            }
            wrong +=
                !kept[thread].empty() && table.acquire(at(address_of(kept[thread].front()) + 1)) != nullptr
                    ? 1
                    : 0;
        }
    });
    CHECK(wrong == 0);
    std::unordered_set<HandleSlot *> all;
    for (size_t thread = 0; thread < kept.size(); ++thread) {
        for (HandleSlot *slot : kept[thread]) {
            CHECK(slot->client == reinterpret_cast<Client *>(thread + 1));
            CHECK(all.insert(slot).second);
        }
    }
    return true;
}

bool a_hundred_thousand_live_handles()
{
    constexpr size_t kLive = 100'000;
    HandleTable table;
    std::vector<HandleSlot *> slots;
    for (size_t i = 0; i < kLive; ++i) {
        slots.push_back(make(table));
    }
    for (size_t i = 0; i < kLive; i += 2) {
        CHECK(end(table, &slots[i]->handle));
    }
    for (size_t i = 0; i < kLive; ++i) {
        HandleSlot *found = table.acquire(&slots[i]->handle);
        CHECK(found == (i % 2 == 0 ? nullptr : slots[i]));
        CHECK(found == nullptr || !HandleTable::release(found));
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<unpublished_handles_are_unknown>),
        cmocka_unit_test(run<the_last_to_let_go_is_told>),
        cmocka_unit_test(run<recycled_handles_are_cleared>),
        cmocka_unit_test(run<garbage_is_unknown>),
        cmocka_unit_test(run<destroyed_handles_are_unknown>),
        cmocka_unit_test(run<addresses_do_not_come_again_soon>),
        cmocka_unit_test(run<pages_without_handles_go_back>),
        cmocka_unit_test(run<pages_go_back_in_any_order>),
        cmocka_unit_test(run<more_than_a_region_of_handles>),
        cmocka_unit_test(run<no_address_space_is_told>),
        cmocka_unit_test(run<racing_threads_end_a_handle_once>),
        cmocka_unit_test(run<retiring_in_step_counts_once>),
        cmocka_unit_test(run<users_keep_a_handle_alive>),
        cmocka_unit_test(run<threads_get_handles_of_their_own>),
        cmocka_unit_test(run<a_hundred_thousand_live_handles>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
