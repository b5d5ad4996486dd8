// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of Alarms: which fire, and in which order. Time does not pass:
// fire_due() is told what time it is.

#include "unit/check.h"

#include <algorithm>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <libwebsockets.h>

#include "service/alarms.h"

using namespace nws;
using namespace nws::test;

namespace {

// So long that the time a slow machine takes for the test is nothing.
constexpr int64_t kDay = 86'400'000'000;

struct Due {
    Due(Alarms &alarms, std::vector<int64_t> &fired_list)
        : fired(fired_list),
          alarm(alarms, this, [](void *due) noexcept { static_cast<Due *>(due)->on_due(); })
    {
    }
    void start(int64_t after)
    {
        days = after;
        alarm.start(after * kDay);
    }
    void on_due() noexcept
    {
        fired.push_back(days);
        if (again > 0) {
            start(std::exchange(again, 0));
        }
        if (victim != nullptr) {
            victim->reset();
        }
    }

    std::vector<int64_t> &fired;
    int64_t days = 0;
    int64_t again = 0;
    std::unique_ptr<Due> *victim = nullptr;
    Alarm alarm;
};

struct World {
    Alarms alarms;
    std::vector<int64_t> fired;
    std::vector<std::unique_ptr<Due>> due;

    Due &add()
    {
        due.push_back(std::make_unique<Due>(alarms, fired));
        return *due.back();
    }
    void pass(int64_t days) { alarms.fire_due(lws_now_usecs() + days * kDay); }
};

bool they_fire_in_order_and_once()
{
    World world;
    for (const int64_t after : {50, 10, 40, 20, 30}) {
        world.add().start(after);
    }
    world.pass(25);
    CHECK(world.fired == (std::vector<int64_t>{10, 20}));
    world.pass(100);
    world.pass(200);
    CHECK(world.fired == (std::vector<int64_t>{10, 20, 30, 40, 50}));
    return true;
}

// Started, started anew, stopped and destroyed in any order, as often as 10000
// connections would.
bool heap_holds_what_is_started()
{
    World world;
    std::mt19937 random(1);
    constexpr size_t kAlarms = 2000;
    for (size_t i = 0; i < kAlarms; ++i) {
        world.add();
    }
    std::vector<int64_t> wanted(kAlarms, 0);
    for (size_t round = 0; round < 5 * kAlarms; ++round) {
        const size_t i = random() % kAlarms;
        if (random() % 3 == 0) {
            world.due[i]->alarm.stop();
            wanted[i] = 0;
        } else {
            wanted[i] = 1 + static_cast<int64_t>(random() % 100'000);
            world.due[i]->start(wanted[i]);
        }
    }
    for (size_t i = 0; i < kAlarms; i += 10) {
        world.due[i].reset();
        wanted[i] = 0;
    }
    for (int64_t now = 1000; now <= 101'000; now += 1000) {
        world.pass(now);
    }
    wanted.erase(std::remove(wanted.begin(), wanted.end(), 0), wanted.end());
    std::sort(wanted.begin(), wanted.end());
    CHECK(world.fired == wanted);
    return true;
}

bool what_is_started_by_one_that_fires_is_due_later()
{
    World world;
    Due &due = world.add();
    due.again = 10;
    due.start(5);
    world.pass(7);
    CHECK(world.fired == std::vector<int64_t>{5});
    world.pass(20);
    CHECK(world.fired == (std::vector<int64_t>{5, 10}));
    return true;
}

bool one_that_fires_may_end_others_and_itself()
{
    World world;
    world.add();
    world.add().start(6);
    world.due[0]->victim = &world.due[1];
    world.due[0]->start(5);
    world.pass(10);
    CHECK(world.fired == std::vector<int64_t>{5});
    auto alone = std::make_unique<Due>(world.alarms, world.fired);
    alone->victim = &alone;
    alone->start(5);
    world.pass(10);
    CHECK(alone == nullptr && world.fired.size() == 2);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<they_fire_in_order_and_once>),
        cmocka_unit_test(run<heap_holds_what_is_started>),
        cmocka_unit_test(run<what_is_started_by_one_that_fires_is_due_later>),
        cmocka_unit_test(run<one_that_fires_may_end_others_and_itself>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
