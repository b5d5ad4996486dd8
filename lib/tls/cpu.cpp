// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/cpu.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#elif defined(__aarch64__) || defined(__arm__)
#include <sys/auxv.h>
#endif

namespace nws {

#if defined(__x86_64__) || defined(__i386__)

// AES-NI; and PCLMULQDQ, which GCM multiplies with.
bool cpu_has_aes() noexcept
{
    constexpr unsigned kPclmulqdq = 1U << 1;
    constexpr unsigned kAesNi = 1U << 25;
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & kAesNi) != 0 && (ecx & kPclmulqdq) != 0;
}

#elif defined(__aarch64__)

// AES; and PMULL, which GCM multiplies with. As <asm/hwcap.h> has them.
bool cpu_has_aes() noexcept
{
    constexpr unsigned long kAes = 1UL << 3;
    constexpr unsigned long kPmull = 1UL << 4;
    const unsigned long features = getauxval(AT_HWCAP);
    return (features & kAes) != 0 && (features & kPmull) != 0;
}

#elif defined(__arm__)

// An ARMv8 that runs 32-bit code tells in the second word.
bool cpu_has_aes() noexcept
{
    constexpr unsigned long kAes = 1UL << 0;
    constexpr unsigned long kPmull = 1UL << 1;
    const unsigned long features = getauxval(AT_HWCAP2);
    return (features & kAes) != 0 && (features & kPmull) != 0;
}

#else

bool cpu_has_aes() noexcept
{
    return false;
}

#endif

}  // namespace nws
