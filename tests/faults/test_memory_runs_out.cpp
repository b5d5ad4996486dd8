// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The nth allocation fails, for every n, in the library and all that it is built
// on: right codes, one terminal event, nothing held, no thread left, no hang.
// Once alone, and once with all that follow it.

#include "faults/rounds.h"

#include <algorithm>

#include <sys/wait.h>

#include "faults/short_memory.h"

using namespace nws::test;

namespace {

ServerProcess g_server;

// Nothing of it is left. What was held before may become less: the thread of a look-up
// ends when it likes.
std::string left_behind(size_t &blocks_before, size_t descriptors_before)
{
    if (!eventually([=] { return held_blocks() <= blocks_before; })) {
        return "it holds " + std::to_string(held_blocks()) + " blocks, not " + std::to_string(blocks_before) +
               "; ";
    }
    blocks_before = std::min(blocks_before, held_blocks());
    return nws::test::left_behind(descriptors_before);
}

void fail_each(const char *name, const Conversation &conversation, Shortage shortage, size_t most_rounds)
{
    run_short_of_memory(0, Shortage::once);
    talk_in_peace(conversation);
    const size_t total = allocations() / 3;
    const size_t stride = stride_for(total, most_rounds);
    size_t blocks = held_blocks();
    const size_t descriptors = count_descriptors();
    Outcomes outcomes;
    size_t failed = 1;
    for (size_t number = 1; failed > 0; number += stride) {
        run_short_of_memory(number, shortage);
        const Account account = Talk(conversation).run();
        failed = failed_allocations();
        const std::string wrong =
            account.wrong + timed_out(account) + left_behind(blocks, descriptors) +
            (failed == 0 && !account.complete ? "nothing failed, and it is not complete; " : "");
        if (!wrong.empty()) {
            show_failed_allocation();
            show_held_blocks();
            fail_msg("%s, allocation %zu%s: %s(%s)", name, number,
                     shortage == Shortage::once ? "" : " and all that follow", wrong.c_str(),
                     words_of(account).c_str());
        }
        outcomes.add(words_of(account));
    }
    run_short_of_memory(0, Shortage::once);
    outcomes.print(name, "allocations", total);
}

void fail_each(const char *name, const Conversation &conversation, size_t most_rounds)
{
    fail_each(name, conversation, Shortage::once, most_rounds);
    fail_each(name, conversation, Shortage::for_good, most_rounds);
}

int tear_down_server(void **)
{
    run_short_of_memory(0, Shortage::once);
    g_server.stop();
    return 0;
}

void need_memory_that_runs_short()
{
    if (!memory_can_run_short()) {
        print_message("skipped: something else has replaced malloc()\n");
        skip();
    }
}

// ---- the first use of the library in a process ----

// In a child of its own, as only the first round of it makes what is made once.
// 0: right, and nothing failed any more; 1: right; 2: wrong.
int first_round(size_t number, Shortage shortage)
{
    const Conversation conversation{g_server.url("/echo")};
    run_short_of_memory(number, shortage);
    const Account first = Talk(conversation).run();
    const bool failed = failed_allocations() > 0;
    run_short_of_memory(0, Shortage::once);
    const Account second = Talk(conversation).run();
    if (first.wrong.empty() && second.wrong.empty() && second.complete) {
        return failed ? 1 : 0;
    }
    show_failed_allocation();
    print_error("allocation %zu: %s(%s); then %s(%s)\n", number, first.wrong.c_str(), words_of(first).c_str(),
                second.wrong.c_str(), words_of(second).c_str());
    return 2;
}

void first_use(void **)
{
    need_memory_that_runs_short();
    assert_true(g_server.start(""));
    if (const char *only = std::getenv("NET_WEBSOCKET_TEST_ALLOCATION")) {
        // In this process, for a debugger.
        assert_in_range(first_round(std::strtoul(only, nullptr, 10), Shortage::once), 0, 1);
        return;
    }
    for (const Shortage shortage : {Shortage::once, Shortage::for_good}) {
        size_t number = 1;
        for (int status = 1; status == 1; ++number) {
            const pid_t child = fork();
            if (child == 0) {
                _exit(first_round(number, shortage));
            }
            assert_int_equal(waitpid(child, &status, 0), child);
            if (!WIFEXITED(status)) {
                fail_msg("allocation %zu: signal %d", number, WTERMSIG(status));
            }
            status = WEXITSTATUS(status);
            assert_in_range(status, 0, 1);
        }
        print_message("first use: %zu rounds\n", number - 1);
    }
}

// ---- each later one ----

void ws(void **)
{
    need_memory_that_runs_short();
    // The log takes memory of its own at the first line.
    NetWebSocket_SetLog(nullptr, NET_WEBSOCKET_LOG_NONE, nullptr);
    assert_true(g_server.start(""));
    fail_each("ws", {g_server.url("/echo")}, 1000);
}

void ws_with_the_extension(void **)
{
    need_memory_that_runs_short();
    assert_true(g_server.start(""));
    fail_each("ws, extension", {g_server.url("/echo"), true}, 1000);
}

void ws_by_name_without_close(void **)
{
    need_memory_that_runs_short();
    assert_true(g_server.start(""));
    fail_each("ws by name, Destroy without Close", {g_server.url("/echo", "localhost"), false, false}, 1000);
}

void wss_1_2(void **)
{
    need_memory_that_runs_short();
    assert_true(g_server.start("12"));
    fail_each("wss, TLS 1.2", {g_server.url("/echo")}, 100);
}

void wss_1_3_with_the_extension(void **)
{
    need_memory_that_runs_short();
    assert_true(g_server.start("13"));
    fail_each("wss, TLS 1.3, extension", {g_server.url("/echo"), true}, 100);
}

}  // namespace

#define MEMORY_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_environment, tear_down_server)

int main()
{
    const CMUnitTest tests[] = {
        MEMORY_TEST(first_use),  // before any other
        MEMORY_TEST(ws),
        MEMORY_TEST(ws_with_the_extension),
        MEMORY_TEST(ws_by_name_without_close),
        MEMORY_TEST(wss_1_2),
        MEMORY_TEST(wss_1_3_with_the_extension),
    };
    return cmocka_run_group_tests_name("Memory runs out", tests, nullptr, nullptr);
}
