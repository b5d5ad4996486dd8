// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: where tests are smaller because all is slower, and where figures of
// memory mean nothing: under sanitizers, valgrind and emulators.

#pragma once

#include <cstdlib>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NWS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NWS_SANITIZED 1
#endif
#endif
#ifndef NWS_SANITIZED
#define NWS_SANITIZED 0
#endif

namespace nws::test {

// Another machine's program: /proc tells of the emulator, limits of memory do not
// hold. Meson sets the variable.
inline bool is_emulated()
{
    const char *emulator = std::getenv("MESON_EXE_WRAPPER");
    return emulator != nullptr && std::strstr(emulator, "qemu") != nullptr;
}

inline bool is_slow()
{
    // Valgrind loads its malloc() so.
    const char *preloaded = std::getenv("LD_PRELOAD");
    return NWS_SANITIZED || is_emulated() ||
           (preloaded != nullptr && std::strstr(preloaded, "vgpreload") != nullptr);
}

}  // namespace nws::test
