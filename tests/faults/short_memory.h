// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: memory that runs short inside the library, and the account of what the
// library holds: malloc() and its kin of the whole program. They count what code
// inside the library (library_threads.h) asks for: its own, libwebsockets', the
// TLS library's, zlib's, that of the C++ and C run times on its behalf.
// Must not know: what is done with the memory.

#pragma once

#include <cstddef>

namespace nws::test {

enum class Shortage {
    once,      // one allocation fails
    for_good,  // and all that follow
};

// Counting begins anew: allocation `number`, from 1, fails. 0: none does.
void run_short_of_memory(size_t number, Shortage shortage) noexcept;
// Of the library, since then.
size_t allocations() noexcept;
size_t failed_allocations() noexcept;
// Which calls led to the first that failed; to standard error.
void show_failed_allocation() noexcept;

// Blocks that the library has and did not free.
size_t held_blocks() noexcept;
// The number that each of them had, and its size; those from that number on.
void show_held_blocks() noexcept;

// False where something else has replaced malloc(), as valgrind does.
bool memory_can_run_short() noexcept;

}  // namespace nws::test
