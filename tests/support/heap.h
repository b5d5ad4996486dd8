// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how many bytes malloc() has given out, with what it adds to each block, in
// all arenas. Where the C library does not tell: 0.

#pragma once

#include <cstddef>

#include <malloc.h>

namespace nws::test {

inline size_t heap_bytes()
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    const struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
#else
    return 0;
#endif
}

}  // namespace nws::test
