// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: memory that runs short when a test wants it: replaces operator new of
// the whole program. To be included by one file of a program only.

#pragma once

#include <cstdlib>
#include <new>

namespace nws::test {

// So many allocations of this thread succeed; -1: all.
inline thread_local int g_allocations_left = -1;

inline void *allocate(size_t bytes) noexcept
{
    if (g_allocations_left == 0) {
        return nullptr;
    }
    g_allocations_left -= g_allocations_left > 0 ? 1 : 0;
    return std::malloc(bytes == 0 ? 1 : bytes);
}

// False where something else has replaced operator new, as valgrind does.
inline bool can_run_short()
{
    g_allocations_left = 0;
    void *const memory = ::operator new(1, std::nothrow);
    g_allocations_left = -1;
    ::operator delete(memory);
    return memory == nullptr;
}

}  // namespace nws::test

// Not inlined: the compiler would see free() of what `new` returned.
#define NWS_OUT_OF_LINE __attribute__((noinline))

NWS_OUT_OF_LINE void *operator new(size_t bytes)
{
    void *memory = nws::test::allocate(bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

NWS_OUT_OF_LINE void *operator new(size_t bytes, const std::nothrow_t &) noexcept
{
    return nws::test::allocate(bytes);
}

NWS_OUT_OF_LINE void operator delete(void *memory) noexcept
{
    std::free(memory);
}

NWS_OUT_OF_LINE void operator delete(void *memory, size_t) noexcept
{
    std::free(memory);
}

NWS_OUT_OF_LINE void operator delete(void *memory, const std::nothrow_t &) noexcept
{
    std::free(memory);
}
