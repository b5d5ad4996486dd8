// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The nth call of the system fails or does less than it was asked, for every n and
// each way in which that call can fail: the connection goes on with all bytes
// right, or ends with one event; it never hangs, and never spins.

#include "faults/rounds.h"

#include <algorithm>

#include "faults/failing_calls.h"

using namespace nws::test;

namespace {

ServerProcess g_server;

// What it may take when something fails: attempts at other addresses, another
// turn of the loop, but nothing without end.
size_t most_calls(size_t in_peace)
{
    return 4 * in_peace + 1000;
}

std::string check(const Account &account, size_t most, size_t descriptors)
{
    const size_t calls = counted_calls();
    return account.wrong + timed_out(account) + left_behind(descriptors) +
           (calls > most ? std::to_string(calls) + " calls: it spins; " : "");
}

void fail_each(const char *name, const Conversation &conversation, size_t most_numbers)
{
    talk_in_peace(conversation);
    fail_call(0, 0);
    assert_true(Talk(conversation).run().complete);
    const size_t total = counted_calls();
    const size_t descriptors = count_descriptors();
    Outcomes outcomes;
    bool reached = true;
    for (size_t number = 1; reached; number += stride_for(total, most_numbers)) {
        bool failed = true;
        for (size_t fault = 0; failed; ++fault) {
            fail_call(number, fault);
            const Account account = Talk(conversation).run();
            failed = call_failed();
            reached = call_reached();
            const std::string wrong =
                check(account, most_calls(total), descriptors) +
                (failed || account.complete ? "" : "nothing failed, and it is not complete; ");
            if (!wrong.empty()) {
                fail_msg("%s, call %zu, %s: %s(%s)", name, number, failed_call().c_str(), wrong.c_str(),
                         words_of(account).c_str());
            }
            outcomes.add(failed ? failed_call() + ": " + words_of(account) : words_of(account));
        }
    }
    let_calls_succeed();
    outcomes.print(name, "calls", total);
}

void all_bytes_one_by_one(const char *name, Conversation conversation)
{
    // Each byte is a call: not so many.
    conversation.lengths = {5, 300, 3000};
    talk_in_peace(conversation);
    const size_t descriptors = count_descriptors();
    move_single_bytes();
    const Account account = Talk(conversation).run();
    const std::string wrong =
        check(account, SIZE_MAX, descriptors) + (account.complete ? "" : "it is not complete; ");
    const size_t calls = counted_calls();
    let_calls_succeed();
    if (!wrong.empty()) {
        fail_msg("%s: %s(%s)", name, wrong.c_str(), words_of(account).c_str());
    }
    print_message("%s, byte by byte: %zu calls\n", name, calls);
}

// One that is interrupted again and again gets through all the same.
void interruptions(const char *name, const Conversation &conversation)
{
    talk_in_peace(conversation);
    const size_t descriptors = count_descriptors();
    for (const size_t period : {7, 5, 3, 2}) {
        interrupt_calls(period);
        const Account account = Talk(conversation).run();
        const std::string wrong =
            check(account, SIZE_MAX, descriptors) + (account.complete ? "" : "it is not complete; ");
        let_calls_succeed();
        if (!wrong.empty()) {
            fail_msg("%s, one call of %zu is interrupted: %s(%s)", name, period, wrong.c_str(),
                     words_of(account).c_str());
        }
    }
}

void everything(const char *name, const Conversation &conversation, size_t most_numbers)
{
    fail_each(name, conversation, NWS_SANITIZED ? std::min(most_numbers, size_t{20}) : most_numbers);
    all_bytes_one_by_one(name, conversation);
    interruptions(name, conversation);
}

int tear_down_server(void **)
{
    let_calls_succeed();
    g_server.stop();
    return 0;
}

void ws(void **)
{
    assert_true(g_server.start(""));
    everything("ws", {g_server.url("/echo")}, 1000);
}

void ws_by_name_without_close(void **)
{
    assert_true(g_server.start(""));
    everything("ws by name, Destroy without Close", {g_server.url("/echo", "localhost"), false, false}, 1000);
}

void ws_with_the_extension(void **)
{
    assert_true(g_server.start(""));
    everything("ws, extension", {g_server.url("/echo"), true}, 50);
}

void wss_1_2(void **)
{
    assert_true(g_server.start("12"));
    everything("wss, TLS 1.2", {g_server.url("/echo")}, 50);
}

void wss_1_3(void **)
{
    assert_true(g_server.start("13"));
    everything("wss, TLS 1.3", {g_server.url("/echo")}, 50);
}

}  // namespace

#define CALLS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_environment, tear_down_server)

int main()
{
    const CMUnitTest tests[] = {
        CALLS_TEST(ws),
        CALLS_TEST(ws_by_name_without_close),
        CALLS_TEST(ws_with_the_extension),
        CALLS_TEST(wss_1_2),
        CALLS_TEST(wss_1_3),
    };
    return cmocka_run_group_tests_name("Calls fail", tests, nullptr, nullptr);
}
