// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of CommandQueue with real threads: nothing is lost, doubled
// or overtaken. test_command_queue_steps.cpp has the orders that threads
// rarely take.

#include "unit/check.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "command/command_queue.h"

namespace {

using namespace nws;
using namespace nws::test;

struct Item : QueueNode {
    size_t producer = 0;
    size_t number = 0;
};

Item *pop(CommandQueue &queue)
{
    return static_cast<Item *>(queue.pop());
}

bool one_producer_keeps_its_order()
{
    CommandQueue queue;
    CHECK(queue.pop() == nullptr);
    Item items[5];
    for (Item &item : items) {
        queue.push(&item);
    }
    for (Item &item : items) {
        CHECK(pop(queue) == &item);
    }
    CHECK(queue.pop() == nullptr);
    CHECK(queue.pop() == nullptr);
    return true;
}

// Every change between empty, one and some, and nodes that come again.
bool nodes_come_again()
{
    CommandQueue queue;
    Item items[3];
    for (int round = 0; round < 100; ++round) {
        queue.push(&items[0]);
        CHECK(pop(queue) == &items[0]);
        queue.push(&items[1]);
        queue.push(&items[2]);
        CHECK(pop(queue) == &items[1]);
        queue.push(&items[0]);
        CHECK(pop(queue) == &items[2]);
        CHECK(pop(queue) == &items[0]);
        CHECK(pop(queue) == nullptr);
    }
    return true;
}

// A node belongs to the caller again when it has been popped.
bool popped_nodes_may_be_freed()
{
    CommandQueue queue;
    auto *first = new Item;
    auto *second = new Item;
    queue.push(first);
    queue.push(second);
    CHECK(pop(queue) == first);
    delete first;
    auto *third = new Item;
    queue.push(third);
    CHECK(pop(queue) == second);
    delete second;
    CHECK(pop(queue) == third);
    delete third;
    CHECK(pop(queue) == nullptr);
    return true;
}

// The consumer's own take their place among those of others: each comes out behind
// what was pushed before it, and before what was pushed after it.
bool own_nodes_keep_their_place()
{
    CommandQueue queue;
    Item items[7];
    CHECK(!queue.has_own());
    queue.push_own(&items[0]);
    queue.push_own(&items[1]);
    CHECK(queue.has_own());
    queue.push(&items[2]);
    queue.push_own(&items[3]);
    CHECK(pop(queue) == &items[0]);
    queue.push_own(&items[4]);
    CHECK(pop(queue) == &items[1] && !queue.has_own());
    CHECK(pop(queue) == &items[2]);
    queue.push_own(&items[5]);
    for (int i = 3; i < 6; ++i) {
        CHECK(pop(queue) == &items[i]);
    }
    CHECK(pop(queue) == nullptr);
    queue.push_own(&items[6]);
    CHECK(queue.has_own() && pop(queue) == &items[6] && pop(queue) == nullptr);
    return true;
}

constexpr size_t kProducers = 4;
constexpr size_t kItems = 200'000;

bool many_producers_lose_nothing()
{
    CommandQueue queue;
    std::vector<std::unique_ptr<Item[]>> items;
    for (size_t producer = 0; producer < kProducers; ++producer) {
        items.emplace_back(new Item[kItems]);
    }
    std::vector<size_t> next(kProducers, 0);
    bool in_order = true;
    std::atomic<bool> all_pushed{false};
    std::thread consumer([&] {
        for (size_t left = kProducers * kItems; left > 0;) {
            const bool last_look = all_pushed.load();
            const Item *item = pop(queue);
            if (item == nullptr) {
                if (last_look) {
                    return;  // something got lost
                }
                std::this_thread::yield();
                continue;
            }
            in_order = in_order && item->number == next[item->producer];
            ++next[item->producer];
            --left;
        }
    });
    run_threads(kProducers, [&](size_t producer) {
        for (size_t i = 0; i < kItems; ++i) {
            Item &item = items[producer][i];
            item.producer = producer;
            item.number = i;
            queue.push(&item);
        }
    });
    all_pushed.store(true);
    consumer.join();
    CHECK(in_order);
    CHECK(next == std::vector<size_t>(kProducers, kItems));
    CHECK(queue.pop() == nullptr);
    return true;
}

// Two producers take turns; each push happens before the other's next. The
// consumer must see one order: 0, 1, 2, …
struct Turns {
    CommandQueue queue;
    std::atomic<size_t> turn{0};
    std::atomic<bool> stop{false};
    std::atomic<size_t> popped{0};
    std::vector<Item> items = std::vector<Item>(1024);

    void produce(size_t which)
    {
        for (size_t number = which; !stop.load(); number += 2) {
            while (!stop.load() && (turn.load(std::memory_order_acquire) != number ||
                                    number - popped.load(std::memory_order_acquire) >= items.size())) {
                std::this_thread::yield();
            }
            Item &item = items[number % items.size()];
            item.number = number;
            queue.push(&item);
            turn.store(number + 1, std::memory_order_release);
        }
    }
};

bool a_push_after_a_push_comes_out_after_it()
{
    constexpr size_t kLeast = 10'000;
    constexpr size_t kMost = 3'000'000;
    const auto begin = std::chrono::steady_clock::now();
    const auto past = [begin](std::chrono::seconds time) {
        return std::chrono::steady_clock::now() - begin > time;
    };
    Turns turns;
    bool in_order = true;
    size_t wanted = 0;
    std::thread consumer([&] {
        while (wanted < kMost && (wanted < kLeast || !past(std::chrono::seconds(4)))) {
            const Item *item = pop(turns.queue);
            if (item == nullptr) {
                if (past(std::chrono::minutes(1))) {
                    return;  // something got lost
                }
                std::this_thread::yield();
                continue;
            }
            in_order = in_order && item->number == wanted;
            ++wanted;
            turns.popped.store(wanted, std::memory_order_release);
        }
    });
    std::thread stopper([&] {
        consumer.join();
        turns.stop.store(true);
    });
    run_threads(2, [&](size_t which) { turns.produce(which); });
    stopper.join();
    print_message("%zu turns\n", wanted);
    CHECK(in_order);
    CHECK(wanted >= kLeast);
    return true;
}

// The consumer sleeps until somebody wakes it, as the service thread does: each
// push is followed by a wake-up, and a wake-up must be enough to find the item,
// though pop() says "empty" while another push is half done.
bool a_wake_up_after_each_push_is_enough()
{
    constexpr size_t kEach = 20'000;
    CommandQueue queue;
    std::mutex mutex;
    std::condition_variable changed;
    std::atomic<bool> pending{false};
    std::vector<std::unique_ptr<Item[]>> items;
    for (size_t producer = 0; producer < kProducers; ++producer) {
        items.emplace_back(new Item[kEach]);
    }
    size_t seen = 0;
    bool woken = true;
    std::thread consumer([&] {
        while (seen < kProducers * kEach && woken) {
            {
                std::unique_lock<std::mutex> lock(mutex);
                woken = changed.wait_for(lock, std::chrono::minutes(1), [&] { return pending.load(); });
            }
            pending.exchange(false, std::memory_order_acq_rel);
            while (queue.pop() != nullptr) {
                ++seen;
            }
        }
    });
    run_threads(kProducers, [&](size_t producer) {
        for (size_t i = 0; i < kEach; ++i) {
            queue.push(&items[producer][i]);
            if (!pending.exchange(true, std::memory_order_acq_rel)) {
                const std::lock_guard<std::mutex> lock(mutex);
                changed.notify_one();
            }
        }
    });
    consumer.join();
    CHECK(woken);
    CHECK(seen == kProducers * kEach);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<one_producer_keeps_its_order>),
        cmocka_unit_test(run<nodes_come_again>),
        cmocka_unit_test(run<popped_nodes_may_be_freed>),
        cmocka_unit_test(run<own_nodes_keep_their_place>),
        cmocka_unit_test(run<many_producers_lose_nothing>),
        cmocka_unit_test(run<a_push_after_a_push_comes_out_after_it>),
        cmocka_unit_test(run<a_wake_up_after_each_push_is_enough>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
