// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "faults/short_memory.h"

#include <execinfo.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "faults/library_threads.h"
#include "faults/next_function.h"

extern "C" __attribute__((weak)) void __lsan_disable();
extern "C" __attribute__((weak)) void __lsan_enable();

namespace nws::test {

namespace {

NextFunction<void *(size_t)> g_malloc("malloc");
NextFunction<void *(size_t, size_t)> g_calloc("calloc");
NextFunction<void *(void *, size_t)> g_realloc("realloc");
NextFunction<void *(size_t, size_t)> g_aligned_alloc("aligned_alloc");
NextFunction<void(void *)> g_free("free");

// What dlsym() may want before it has told where malloc() is.
alignas(16) unsigned char g_first_bytes[8192];
std::atomic<size_t> g_first_used{0};
thread_local bool t_looking_up = false;
std::atomic<bool> g_found{false};
void *g_freed_meanwhile[16];
size_t g_freed_count = 0;

// dlsym() allocates and frees on its own: not with what it looks for.
void find_functions() noexcept
{
    if (!g_found.load(std::memory_order_acquire)) {
        t_looking_up = true;
        g_malloc.get();
        g_calloc.get();
        g_realloc.get();
        g_aligned_alloc.get();
        g_free.get();
        t_looking_up = false;
        while (g_freed_count > 0) {
            g_free(g_freed_meanwhile[--g_freed_count]);
        }
        g_found.store(true, std::memory_order_release);
    }
}

bool is_first(const void *memory) noexcept
{
    return memory >= g_first_bytes && memory < g_first_bytes + sizeof g_first_bytes;
}

void *take_first(size_t bytes) noexcept
{
    const size_t at = g_first_used.fetch_add((bytes + 15) / 16 * 16);
    return at + bytes <= sizeof g_first_bytes ? g_first_bytes + at : nullptr;
}

// ---- what fails ----

std::atomic<size_t> g_count{0};
std::atomic<size_t> g_failed{0};
std::atomic<size_t> g_number{0};
std::atomic<bool> g_for_good{false};

void *g_frames[40];
std::atomic<int> g_frame_count{0};

// Of a block that the library asks for: its number, or 0 if it is not to have it.
size_t begin_allocation() noexcept
{
    const size_t count = g_count.fetch_add(1) + 1;
    const size_t number = g_number.load(std::memory_order_relaxed);
    if (number == 0 || count < number || (count > number && !g_for_good.load(std::memory_order_relaxed))) {
        return count;
    }
    if (g_failed.fetch_add(1) == 0) {
        const OutsideLibrary block;
        g_frame_count = backtrace(g_frames, 40);
    }
    errno = ENOMEM;
    return 0;
}

// ---- what the library holds ----

struct Held {
    void *memory;
    size_t number;
    size_t bytes;
};

class Ledger {
public:
    void add(void *memory, size_t number, size_t bytes) noexcept
    {
        const Lock lock(locked_);
        size_t place = place_of(memory);
        while (places_[place].memory != nullptr) {
            place = after(place);
        }
        places_[place] = {memory, number, bytes};
        count_ += 1;
    }

    void remove(void *memory) noexcept
    {
        const Lock lock(locked_);
        size_t place = place_of(memory);
        while (places_[place].memory != memory) {
            if (places_[place].memory == nullptr) {
                return;  // not the library's
            }
            place = after(place);
        }
        count_ -= 1;
        // Who stands behind for want of this place moves up.
        for (size_t next = after(place); places_[next].memory != nullptr; next = after(next)) {
            const size_t home = place_of(places_[next].memory);
            if ((next - home) % kPlaces >= (next - place) % kPlaces) {
                places_[place] = places_[next];
                place = next;
            }
        }
        places_[place].memory = nullptr;
    }

    size_t count() noexcept
    {
        const Lock lock(locked_);
        return count_;
    }

    void show() noexcept
    {
        const Lock lock(locked_);
        for (const Held &held : places_) {
            if (held.memory != nullptr) {
                std::fprintf(stderr, "held: %zu bytes of allocation %zu\n", held.bytes, held.number);
            }
        }
    }

private:
    // One that a thread holds for a moment only, and that needs no memory.
    class Lock {
    public:
        explicit Lock(std::atomic_flag &flag) noexcept : flag_(flag)
        {
            while (flag_.test_and_set(std::memory_order_acquire)) {
            }
        }
        ~Lock() { flag_.clear(std::memory_order_release); }
        Lock(const Lock &) = delete;
        Lock &operator=(const Lock &) = delete;

    private:
        std::atomic_flag &flag_;
    };

    static constexpr size_t kPlaces = size_t{1} << 17;

    static size_t after(size_t place) noexcept { return (place + 1) % kPlaces; }

    static size_t place_of(const void *memory) noexcept
    {
        return reinterpret_cast<uintptr_t>(memory) / 16 * 0x9E3779B97F4A7C15U >> 47U;
    }

    std::atomic_flag locked_ = ATOMIC_FLAG_INIT;
    size_t count_ = 0;
    Held places_[kPlaces] = {};
};

Ledger g_account;

bool counts(const void *caller) noexcept
{
    return t_in_library && !is_distributions(caller);
}

template <typename Allocate>
void *allocate(const void *caller, size_t bytes, Allocate really) noexcept
{
    if (t_looking_up) {
        return take_first(bytes);
    }
    size_t number = 0;
    if (counts(caller) && (number = begin_allocation()) == 0) {
        return nullptr;
    }
    find_functions();
    void *const memory = really();
    if (number != 0 && memory != nullptr) {
        g_account.add(memory, number, bytes);
    }
    return memory;
}

void *allocate(const void *caller, size_t bytes) noexcept
{
    return allocate(caller, bytes, [=] { return g_malloc(bytes); });
}

void *allocate_aligned(const void *caller, size_t alignment, size_t bytes) noexcept
{
    return allocate(caller, bytes, [=] { return g_aligned_alloc(alignment, bytes); });
}

void *allocate_zeroed(const void *caller, size_t count, size_t bytes) noexcept
{
    return allocate(caller, count * bytes, [=] { return g_calloc(count, bytes); });
}

void release(void *memory) noexcept
{
    if (memory == nullptr || is_first(memory)) {
        return;
    }
    if (t_looking_up) {
        if (g_freed_count < sizeof g_freed_meanwhile / sizeof *g_freed_meanwhile) {
            g_freed_meanwhile[g_freed_count++] = memory;
        }
        return;
    }
    find_functions();
    g_account.remove(memory);
    g_free(memory);
}

void *reallocate(const void *caller, void *memory, size_t bytes) noexcept
{
    if (memory == nullptr) {
        return allocate(caller, bytes);
    }
    if (is_first(memory)) {
        void *const moved = allocate(caller, bytes);
        if (moved != nullptr) {
            std::memcpy(moved, memory, bytes);  // behind it there are enough bytes, whatever they are
        }
        return moved;
    }
    size_t number = 0;
    if (bytes > 0 && counts(caller) && (number = begin_allocation()) == 0) {
        return nullptr;
    }
    g_account.remove(memory);
    void *const moved = g_realloc(memory, bytes);
    if (number != 0 && moved != nullptr) {
        g_account.add(moved, number, bytes);
    }
    return moved;
}

// Later it must need no memory. The dynamic linker keeps what it takes for that
// where LeakSanitizer does not look.
void load_backtrace() noexcept
{
    if (__lsan_disable != nullptr) {
        __lsan_disable();
    }
    void *frame = nullptr;
    backtrace(&frame, 1);
    if (__lsan_enable != nullptr) {
        __lsan_enable();
    }
}

}  // namespace

void run_short_of_memory(size_t number, Shortage shortage) noexcept
{
    load_backtrace();
    g_number = 0;
    g_count = 0;
    g_failed = 0;
    g_frame_count = 0;
    g_for_good = shortage == Shortage::for_good;
    g_number = number;
}

size_t allocations() noexcept
{
    return g_count;
}

size_t failed_allocations() noexcept
{
    return g_failed;
}

void show_failed_allocation() noexcept
{
    std::fflush(stderr);
    backtrace_symbols_fd(g_frames, g_frame_count, 2);
}

size_t held_blocks() noexcept
{
    return g_account.count();
}

void show_held_blocks() noexcept
{
    g_account.show();
}

bool memory_can_run_short() noexcept
{
    run_short_of_memory(1, Shortage::once);
    void *volatile memory = nullptr;
    {
        const InLibrary block;
        memory = std::malloc(1);
    }
    const bool failed = memory == nullptr;
    std::free(memory);
    run_short_of_memory(0, Shortage::once);
    return failed;
}

}  // namespace nws::test

// ---- the functions themselves; not inlined, so that nobody sees through them ----

#define NWS_REPLACED __attribute__((noinline, visibility("default")))
#define NWS_CALLER __builtin_return_address(0)

extern "C" {

NWS_REPLACED void *malloc(size_t bytes) noexcept
{
    return nws::test::allocate(NWS_CALLER, bytes);
}

NWS_REPLACED void *calloc(size_t count, size_t bytes) noexcept
{
    size_t all = 0;
    return __builtin_mul_overflow(count, bytes, &all) ? nullptr
                                                      : nws::test::allocate_zeroed(NWS_CALLER, count, bytes);
}

NWS_REPLACED void *realloc(void *memory, size_t bytes) noexcept
{
    return nws::test::reallocate(NWS_CALLER, memory, bytes);
}

NWS_REPLACED void free(void *memory) noexcept
{
    nws::test::release(memory);
}

NWS_REPLACED void *aligned_alloc(size_t alignment, size_t bytes) noexcept
{
    return nws::test::allocate_aligned(NWS_CALLER, alignment, bytes);
}

NWS_REPLACED void *memalign(size_t alignment, size_t bytes) noexcept
{
    return nws::test::allocate_aligned(NWS_CALLER, alignment, bytes);
}

NWS_REPLACED int posix_memalign(void **out, size_t alignment, size_t bytes) noexcept
{
    *out = nws::test::allocate_aligned(NWS_CALLER, alignment, bytes);
    return *out == nullptr ? ENOMEM : 0;
}
}

// A sanitizer's operator new would not come to malloc().

NWS_REPLACED void *operator new(size_t bytes)
{
    void *const memory = malloc(bytes == 0 ? 1 : bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

NWS_REPLACED void *operator new(size_t bytes, const std::nothrow_t &) noexcept
{
    return malloc(bytes == 0 ? 1 : bytes);
}

NWS_REPLACED void *operator new(size_t bytes, std::align_val_t alignment)
{
    void *const memory = aligned_alloc(static_cast<size_t>(alignment), bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

NWS_REPLACED void *operator new(size_t bytes, std::align_val_t alignment, const std::nothrow_t &) noexcept
{
    return aligned_alloc(static_cast<size_t>(alignment), bytes);
}

NWS_REPLACED void operator delete(void *memory) noexcept
{
    free(memory);
}

NWS_REPLACED void operator delete(void *memory, size_t) noexcept
{
    free(memory);
}

NWS_REPLACED void operator delete(void *memory, const std::nothrow_t &) noexcept
{
    free(memory);
}

NWS_REPLACED void operator delete(void *memory, std::align_val_t) noexcept
{
    free(memory);
}

NWS_REPLACED void operator delete(void *memory, size_t, std::align_val_t) noexcept
{
    free(memory);
}

NWS_REPLACED void operator delete(void *memory, std::align_val_t, const std::nothrow_t &) noexcept
{
    free(memory);
}
