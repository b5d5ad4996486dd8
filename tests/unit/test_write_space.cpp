// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of WriteSpace.

#include "unit/check.h"

#include <cstring>
#include <memory>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "service/write_space.h"

using namespace nws;
using namespace nws::test;

namespace {

// Of those that lie in it as a whole.
size_t resident_pages(WriteSpace &space)
{
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const uintptr_t begin = (reinterpret_cast<uintptr_t>(space.data()) + page - 1) / page * page;
    const uintptr_t end = reinterpret_cast<uintptr_t>(space.data() + WriteSpace::kMostBytes) / page * page;
    std::vector<unsigned char> pages((end - begin) / page);
    if (mincore(reinterpret_cast<void *>(begin), end - begin, pages.data()) != 0) {
        return 0;
    }
    size_t resident = 0;
    for (const unsigned char each : pages) {
        resident += each & 1U;
    }
    return resident;
}

bool keeps_memory_while_it_is_wanted()
{
    const auto space = std::make_unique<WriteSpace>();
    CHECK(!space->extended());
    space->extend();
    std::memset(space->data(), 1, WriteSpace::kMostBytes);
    const size_t all = resident_pages(*space);
    space->trim();  // wanted since the beginning
    CHECK(space->extended());
    CHECK(resident_pages(*space) == all);
    CHECK(space->data()[WriteSpace::kMostBytes - 1] == 1);
    return true;
}

bool gives_back_what_is_more_than_usual()
{
    const auto space = std::make_unique<WriteSpace>();
    space->extend();
    std::memset(space->data(), 1, WriteSpace::kMostBytes);
    const size_t all = resident_pages(*space);
    space->trim();
    space->trim();
    CHECK(!space->extended());
    if (all > 0 && WriteSpace::kMostBytes > WriteSpace::kUsualBytes) {
        const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
        CHECK(resident_pages(*space) <= WriteSpace::kUsualBytes / page + 1);
    }
    for (size_t i = 0; i < WriteSpace::kUsualBytes; ++i) {
        CHECK(space->data()[i] == 1);
    }
    space->data()[WriteSpace::kMostBytes - 1] = 2;  // it is still its own
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<keeps_memory_while_it_is_wanted>),
        cmocka_unit_test(run<gives_back_what_is_more_than_usual>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
