// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of how long to wait before another attempt.

#include "unit/check.h"

#include "connection/backoff.h"

namespace {

using namespace nws;
using namespace nws::test;

int64_t delay(int64_t first, int64_t most, uint32_t attempt, uint32_t random)
{
    return full_jitter(Milliseconds(first), Milliseconds(most), attempt, random).count();
}

// From 0 to the bound, both included, whatever the random number.
bool doubles_up_to_the_most()
{
    const struct {
        uint32_t attempt;
        int64_t bound;
    } rows[] = {{1, 500},   {2, 1000},  {3, 2000},    {6, 16000},
                {7, 30000}, {8, 30000}, {100, 30000}, {UINT32_MAX, 30000}};
    for (const auto &row : rows) {
        CHECK(delay(500, 30000, row.attempt, 0) == 0);
        CHECK(delay(500, 30000, row.attempt, UINT32_MAX) == row.bound);
        const int64_t middle = delay(500, 30000, row.attempt, UINT32_MAX / 2);
        CHECK(middle >= row.bound / 2 - 1 && middle <= row.bound / 2 + 1);
    }
    return true;
}

bool at_the_edges()
{
    CHECK(delay(0, 0, 1, UINT32_MAX) == 0);
    CHECK(delay(0, 1000, 50, UINT32_MAX) == 0);
    CHECK(delay(1000, 10, 1, UINT32_MAX) == 10);
    CHECK(delay(UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX) == UINT32_MAX);
    return true;
}

// Each delay is as likely as any other.
bool evenly()
{
    int counts[4] = {};
    for (uint64_t random = 0; random <= UINT32_MAX; random += 1 << 16) {
        ++counts[delay(3, 3, 1, static_cast<uint32_t>(random))];
    }
    for (const int count : counts) {
        CHECK(count == (1 << 16) / 4);
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<doubles_up_to_the_most>),
        cmocka_unit_test(run<at_the_edges>),
        cmocka_unit_test(run<evenly>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
