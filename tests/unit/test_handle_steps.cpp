// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the test of a handle's life in all orders in which the accesses of
// threads that use it and destroy it can come (unit/stepped.h).
// Must not know: weaker orders of memory than one for all; threads under a
// sanitizer are test_handle_table's.

#include "unit/check.h"

#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "unit/stepped.h"

// Under another name: other files of the program have the ordinary one.
#define std stepped
#define nws nws_stepped
#include "client/handle_word.h"
#undef nws
#undef std

namespace {

using nws_stepped::HandleWord;

stepped::atomic<uint32_t> &memory(HandleWord &word);

template <auto word>
struct Opened {
    friend stepped::atomic<uint32_t> &memory(HandleWord &of) { return of.*word; }
};
template struct Opened<&HandleWord::word_>;

HandleWord g_word;

// What a call does: look the handle up, for Destroy retire it, let go of it.
enum class At { acquire, retire, release, done };

struct Thread {
    bool destroys = false;
    unsigned calls = 1;  // to make
    At at = At::acquire;
    stepped::Results results;

    bool holds() const { return at == At::retire || at == At::release; }
    bool operator<(const Thread &other) const
    {
        return std::tie(calls, at, results) < std::tie(other.calls, other.at, other.results);
    }
};

struct State {
    uint32_t word = 0;
    std::vector<Thread> threads;
    unsigned retired = 0;  // how many were told that they did it
    unsigned ended = 0;    // how many were told that they were the last

    bool operator<(const State &other) const
    {
        return std::tie(word, threads, retired, ended) <
               std::tie(other.word, other.threads, other.retired, other.ended);
    }
};

template <typename Operation>
bool step(State &state, Thread &thread, Operation operation)
{
    memory(g_word).value_ = state.word;
    const bool finished = stepped::step(thread.results, operation);
    state.word = memory(g_word).value_;
    if (finished) {
        thread.results.clear();
    }
    return finished;
}

void next_call(Thread &thread)
{
    thread.at = --thread.calls > 0 ? At::acquire : At::done;
}

// Static: they are written where a jump may pass.
bool g_result;

void step_thread(State &state, size_t which)
{
    Thread &thread = state.threads[which];
    switch (thread.at) {
    case At::acquire:
        if (step(state, thread, [] { g_result = g_word.acquire(); })) {
            if (g_result) {
                thread.at = thread.destroys ? At::retire : At::release;
            } else {
                next_call(thread);
            }
        }
        break;
    case At::retire:
        if (step(state, thread, [] { g_result = g_word.retire(); })) {
            state.retired += g_result ? 1 : 0;
            thread.at = At::release;
        }
        break;
    case At::release:
        if (step(state, thread, [] { g_result = g_word.release(); })) {
            state.ended += g_result ? 1 : 0;
            next_call(thread);
        }
        break;
    case At::done:
        break;
    }
}

bool holds(const State &state)
{
    bool any_holds = false;
    bool all_done = true;
    bool any_destroys = false;
    for (const Thread &thread : state.threads) {
        any_holds = any_holds || thread.holds();
        all_done = all_done && thread.at == At::done;
        any_destroys = any_destroys || thread.destroys;
    }
    CHECK(state.retired <= 1);
    CHECK(state.ended <= state.retired);
    CHECK(!(state.ended == 1 && any_holds));
    CHECK(!all_done || state.ended == (any_destroys ? 1U : 0U));
    return true;
}

// Its first state: what publish() leaves.
uint32_t published()
{
    stepped::Results results;
    stepped::step(results, [] { g_word.publish(); });
    return memory(g_word).value_;
}

bool visit_all(std::vector<Thread> threads, size_t &states)
{
    State first;
    first.threads = std::move(threads);
    first.word = published();
    std::set<State> seen{first};
    std::vector<State> open{first};
    while (!open.empty()) {
        const State state = std::move(open.back());
        open.pop_back();
        CHECK(holds(state));
        for (size_t i = 0; i < state.threads.size(); ++i) {
            State then = state;
            step_thread(then, i);
            if (seen.insert(then).second) {
                open.push_back(std::move(then));
            }
        }
    }
    states = seen.size();
    return true;
}

template <size_t users, size_t destroyers, unsigned calls>
bool every_order_is_right()
{
    stepped::g_on_access = [](const void *) {};
    std::vector<Thread> threads(users + destroyers);
    for (size_t i = 0; i < threads.size(); ++i) {
        threads[i].destroys = i < destroyers;
        threads[i].calls = i < destroyers ? 1 : calls;
    }
    size_t states = 0;
    CHECK(visit_all(threads, states));
    print_message("%zu users of %u calls, %zu destroyers: %zu states\n", users, calls, destroyers, states);
    return true;
}

}  // namespace

int main()
{
    using nws::test::run;
    const CMUnitTest tests[] = {
        cmocka_unit_test((run<every_order_is_right<2, 0, 2>>)),
        cmocka_unit_test((run<every_order_is_right<2, 1, 2>>)),
        cmocka_unit_test((run<every_order_is_right<2, 2, 2>>)),
        cmocka_unit_test((run<every_order_is_right<3, 2, 1>>)),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
