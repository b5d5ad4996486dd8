// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of BlockPool.

#include "unit/check.h"

#include <cstdlib>
#include <cstring>
#include <vector>

#include "command/block_pool.h"

using namespace nws;
using namespace nws::test;

namespace {

constexpr size_t kMostBytes = size_t{1} << 20;

bool what_was_given_is_taken_again()
{
    BlockPool pool(kMostBytes);
    void *const block = pool.take(5'000);
    CHECK(block != nullptr && pool.empty());
    pool.give(block, 5'000);
    CHECK(!pool.empty());
    void *const other = pool.take(5'010);  // nearly the same size
    CHECK(other == block && pool.empty());
    std::memset(other, 1, 5'010);
    pool.give(other, 5'010);
    pool.clear();
    CHECK(pool.empty());
    return true;
}

bool small_blocks_are_not_kept()
{
    BlockPool pool(kMostBytes);
    pool.give(pool.take(BlockPool::kLeast - 1), BlockPool::kLeast - 1);
    CHECK(pool.empty());
    return true;
}

// Of another size: what takes as much is freed.
bool takes_no_more_than_was_in_use()
{
    BlockPool pool(kMostBytes);
    void *const one = pool.take(10'000);
    void *const two = pool.take(20'000);
    pool.give(one, 10'000);
    pool.give(two, 20'000);
    void *const large = pool.take(25'000);
    CHECK(pool.empty());
    pool.give(large, 25'000);
    void *const small = pool.take(3'000);
    CHECK(pool.empty());
    pool.give(small, 3'000);
    pool.clear();
    return true;
}

bool keeps_no_more_than_it_may()
{
    BlockPool pool(50'000);
    std::vector<void *> blocks;
    for (int i = 0; i < 4; ++i) {
        blocks.push_back(pool.take(20'000));
    }
    for (void *const block : blocks) {
        pool.give(block, 20'000);
    }
    void *const first = pool.take(20'000);
    void *const second = pool.take(20'000);
    CHECK(pool.empty());
    pool.give(first, 20'000);
    pool.give(second, 20'000);
    pool.clear();

    BlockPool many(kMostBytes);
    blocks.clear();
    for (size_t i = 0; i < BlockPool::kMost + 1; ++i) {
        blocks.push_back(many.take(3'000));
    }
    for (void *const block : blocks) {
        many.give(block, 3'000);
    }
    for (size_t i = 0; i < BlockPool::kMost; ++i) {
        CHECK(!many.empty());
        std::free(many.take(3'000));
    }
    CHECK(many.empty());
    return true;
}

bool trimmed_when_nobody_wants_it()
{
    BlockPool pool(kMostBytes);
    pool.give(pool.take(3'000), 3'000);
    pool.trim();
    CHECK(!pool.empty());
    pool.give(pool.take(3'000), 3'000);
    pool.trim();
    CHECK(!pool.empty());
    pool.trim();
    CHECK(pool.empty());
    return true;
}

bool threads_take_and_give()
{
    BlockPool pool(kMostBytes);
    run_threads(4, [&pool](size_t thread) {
        for (size_t i = 0; i < 20'000; ++i) {
            const size_t bytes = 2'500 + 1'000 * ((i + thread) % 3);
            auto *const block = static_cast<unsigned char *>(pool.take(bytes));
            std::memset(block, static_cast<int>(thread), 64);
            if (block[63] != thread) {
                std::abort();
            }
            pool.give(block, bytes);
            if (i % 100 == 0) {
                pool.trim();
            }
        }
    });
    pool.clear();
    CHECK(pool.empty());
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<what_was_given_is_taken_again>),
        cmocka_unit_test(run<small_blocks_are_not_kept>),
        cmocka_unit_test(run<takes_no_more_than_was_in_use>),
        cmocka_unit_test(run<keeps_no_more_than_it_may>),
        cmocka_unit_test(run<trimmed_when_nobody_wants_it>),
        cmocka_unit_test(run<threads_take_and_give>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
