// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a failed malloc is seen by the code under test, not by a sanitizer. To
// be included by one file of a program only.

#pragma once

#include <cstdint>
#include <cstdlib>

extern "C" const char *__asan_default_options();
extern "C" const char *__tsan_default_options();
extern "C" const char *__asan_default_options()
{
    return "allocator_may_return_null=1";
}
extern "C" const char *__tsan_default_options()
{
    return "allocator_may_return_null=1";
}

namespace nws::test {

// Half of 32 bits of address space may be free; two halves are not. Of 64 bits
// malloc gives no half anyway.
class AddressSpaceTaken {
public:
    AddressSpaceTaken() : half_(sizeof(void *) == 4 ? std::malloc(SIZE_MAX / 2 - 2) : nullptr) {}
    ~AddressSpaceTaken() { std::free(half_); }
    AddressSpaceTaken(const AddressSpaceTaken &) = delete;
    AddressSpaceTaken &operator=(const AddressSpaceTaken &) = delete;

private:
    void *volatile half_;
};

}  // namespace nws::test
