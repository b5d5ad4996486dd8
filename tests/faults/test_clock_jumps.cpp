// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The time of day jumps, forward and back: no timer of the library fires for it,
// or does not fire. A timer that runs is not seen but in who is first: a long one
// begins, the clock jumps, a short one begins.

#include "integration/extension.h"

#include <sys/time.h>
#include <ctime>

#include <algorithm>
#include <atomic>

#include "faults/next_function.h"

using namespace nws::test;

// ---- a clock of our own, for all of the process ----

namespace {

std::atomic<time_t> g_jumped{0};

NextFunction<int(clockid_t, timespec *)> g_clock_gettime("clock_gettime");

}  // namespace

extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t clock, timespec *now) noexcept
{
    const int result = g_clock_gettime(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
        now->tv_sec += g_jumped;
    }
    return result;
}

extern "C" __attribute__((visibility("default"))) int gettimeofday(timeval *now, void *) noexcept
{
    timespec time = {};
    clock_gettime(CLOCK_REALTIME, &time);
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

extern "C" __attribute__((visibility("default"))) time_t time(time_t *out) noexcept
{
    timespec now = {};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}

namespace {

constexpr time_t kTenYears = time_t{10} * 365 * 24 * 3600;
constexpr uint32_t kLong = 2000;
constexpr uint32_t kShort = 100;

const time_t kJumps[] = {kTenYears, -2 * kTenYears};

// `begin` starts a client that ends after so many milliseconds.
template <typename Begin>
void assert_in_order(Begin begin)
{
    LoggedClient &slow = begin(kLong);
    for (const time_t jump : kJumps) {
        g_jumped += jump;
        LoggedClient &quick = begin(kShort);
        assert_true(quick.log().wait_terminal());
        assert_int_equal(slow.log().terminals(), 0);
    }
    assert_true(slow.log().wait_terminal());
}

void the_clock_is_ours(void **)
{
    const time_t before = std::time(nullptr);
    g_jumped = kTenYears;
    assert_true(std::time(nullptr) - before >= kTenYears);
    assert_true(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) - before >= kTenYears);
}

void connect_timeout(void **)
{
    server().on_path("/", Script().expect_upgrade().stall("answer").expect_end());
    assert_in_order([](uint32_t milliseconds) -> LoggedClient & {
        NetWebSocket_Options options = new_options();
        options.connectTimeoutMs = milliseconds;
        return connect_with(options, server().url("/"));
    });
}

void silence_and_pings(void **)
{
    server().on_path("/", Script().upgrade().expect_end());
    assert_in_order([](uint32_t milliseconds) -> LoggedClient & {
        NetWebSocket_Options options = new_options();
        options.pingIntervalMs = milliseconds / 2;
        options.pongTimeoutMs = milliseconds;
        return open_with(options, server().url("/"));
    });
    // The slow one's Ping was due behind both jumps. Of the others' nothing is sure: a
    // thread that slept for as long as they have would take them as lost at once.
    const auto pings = server().frames(Opcode::ping);
    assert_true(std::any_of(pings.begin(), pings.end(),
                            [](const ServerEvent &ping) { return ping.connection == 1; }));
}

void close_timeout(void **)
{
    server().on_path("/", Script().upgrade().expect_close(1000).expect_end());
    assert_in_order([](uint32_t milliseconds) -> LoggedClient & {
        NetWebSocket_Options options = new_options();
        options.closeTimeoutMs = milliseconds;
        LoggedClient &client = open_with(options, server().url("/"));
        assert_int_equal(client.close(), 0);
        return client;
    });
}

// The delay is drawn from 0 to what is given: only that the attempt comes, soon
// enough, is certain.
void attempts_to_connect_anew(void **)
{
    for (const time_t jump : kJumps) {
        server().on_path_once("/echo", Script().upgrade().close());
        NetWebSocket_Options options = new_options();
        options.reconnectAttempts = 3;
        options.reconnectDelayMs = kLong / 4;
        options.reconnectMaxDelayMs = kLong / 4;
        LoggedClient &client = connect_with(options, server().url("/echo"));
        assert_true(client.wait_close());
        g_jumped += jump;
        assert_true(client.wait_open(2));
        assert_int_equal(client.send("hello"), 0);
        assert_true(client.wait_message_count(1));
    }
}

int set_up_clock(void **state)
{
    unsetenv("NET_WEBSOCKET_CONNECT_TIMEOUT");
    g_jumped = 0;
    return set_up(state);
}

int tear_down_clock(void **state)
{
    const int result = tear_down(state);
    g_jumped = 0;
    return result;
}

}  // namespace

#define CLOCK_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_clock, tear_down_clock)

int main()
{
    const CMUnitTest tests[] = {
        CLOCK_TEST(the_clock_is_ours), CLOCK_TEST(connect_timeout),          CLOCK_TEST(silence_and_pings),
        CLOCK_TEST(close_timeout),     CLOCK_TEST(attempts_to_connect_anew),
    };
    return cmocka_run_group_tests_name("The clock jumps", tests, nullptr, nullptr);
}
