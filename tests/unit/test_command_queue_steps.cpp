// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the test of CommandQueue in all orders in which its threads' accesses
// to memory can come (unit/stepped.h).
// Must not know: weaker orders of memory than one for all; threads under a
// sanitizer are test_command_queue's.

#include "unit/check.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "unit/stepped.h"

// Under another name: other files of the program have the ordinary one.
#define std stepped
#define nws nws_stepped
#include "command/command_queue.h"
#undef nws
#undef std

namespace {

using nws_stepped::CommandQueue;
using nws_stepped::QueueNode;

struct Parts {
    stepped::atomic<QueueNode *> &newest;
    QueueNode *&oldest;
    QueueNode &stub;
};

Parts parts(CommandQueue &queue);

// An explicit instantiation may name private members.
template <auto newest, auto oldest, auto stub>
struct Opened {
    friend Parts parts(CommandQueue &queue) { return {queue.*newest, queue.*oldest, queue.*stub}; }
};
template struct Opened<&CommandQueue::newest_, &CommandQueue::oldest_, &CommandQueue::stub_>;

constexpr size_t kMaxNodes = 6;

// What the operations really work on; each state is put here for its steps.
CommandQueue g_queue;
const Parts g_parts = parts(g_queue);
QueueNode g_nodes[kMaxNodes];

struct Producer {
    size_t first = 0;  // its nodes
    size_t end = 0;
    bool exchanged = false;  // the push() of `first` has taken its place
    stepped::Results results;

    bool done() const { return first == end; }
    bool operator<(const Producer &other) const
    {
        return std::tie(first, exchanged, results) < std::tie(other.first, other.exchanged, other.results);
    }
};

struct State {
    // Memory.
    QueueNode *newest = nullptr;
    QueueNode *oldest = nullptr;  // before the pop() that is under way
    std::vector<QueueNode *> next;
    // Threads.
    std::vector<Producer> producers;
    stepped::Results pop_results;
    // What happened.
    std::vector<QueueNode *> order;  // of the exchanges
    std::vector<QueueNode *> popped;

    bool operator<(const State &other) const
    {
        return std::tie(newest, oldest, next, producers, pop_results, order, popped) <
               std::tie(other.newest, other.oldest, other.next, other.producers, other.pop_results,
                        other.order, other.popped);
    }
};

void put(const State &state)
{
    g_parts.newest.value_ = state.newest;
    g_parts.oldest = state.oldest;
    g_parts.stub.next.value_ = state.next[0];
    for (size_t i = 0; i < kMaxNodes; ++i) {
        g_nodes[i].next.value_ = state.next[i + 1];
    }
}

void take_memory(State &state)
{
    state.newest = g_parts.newest.value_;
    state.next.assign(1, g_parts.stub.next.value_);
    for (const QueueNode &node : g_nodes) {
        state.next.push_back(node.next.value_);
    }
}

State first_state(size_t producers, size_t nodes_each)
{
    State state;
    state.oldest = &g_parts.stub;
    state.newest = &g_parts.stub;
    state.next.assign(kMaxNodes + 1, nullptr);
    for (size_t i = 0; i < producers; ++i) {
        Producer producer;
        producer.first = i * nodes_each;
        producer.end = producer.first + nodes_each;
        state.producers.push_back(producer);
    }
    return state;
}

// A popped node is the caller's to free: nobody may touch it any more.
const State *g_state = nullptr;
bool g_touched_popped = false;

void on_access(const void *atomic)
{
    const std::vector<QueueNode *> &popped = g_state->popped;
    g_touched_popped =
        g_touched_popped || std::any_of(popped.begin(), popped.end(),
                                        [atomic](const QueueNode *node) { return &node->next == atomic; });
}

bool contains(const std::vector<QueueNode *> &list, const QueueNode *node)
{
    return std::find(list.begin(), list.end(), node) != list.end();
}

void step_producer(State &state, size_t which)
{
    put(state);
    g_state = &state;
    Producer &producer = state.producers[which];
    QueueNode *node = &g_nodes[producer.first];
    const bool finished = stepped::step(producer.results, [node] { g_queue.push(node); });
    take_memory(state);
    if (state.newest == node && !contains(state.order, node)) {
        state.order.push_back(node);
        producer.exchanged = true;
    }
    if (finished) {
        producer.results.clear();
        producer.exchanged = false;
        ++producer.first;
    }
}

enum class Popped { unfinished, nothing, node };

Popped step_consumer(State &state)
{
    put(state);
    g_state = &state;
    static QueueNode *node;
    const bool finished = stepped::step(state.pop_results, [] { node = g_queue.pop(); });
    take_memory(state);
    if (!finished) {
        return Popped::unfinished;
    }
    state.pop_results.clear();
    state.oldest = g_parts.oldest;
    if (node == nullptr) {
        return Popped::nothing;
    }
    state.popped.push_back(node);
    return Popped::node;
}

// ---- what must hold in every state ----

bool in_order(const State &state)
{
    return state.popped.size() <= state.order.size() &&
           std::equal(state.popped.begin(), state.popped.end(), state.order.begin());
}

// How many nodes the consumer must find when nobody disturbs it: all whose
// push() is through, and that no half-done one hides. That one hides itself,
// what is behind it, and the node it has not been linked to yet.
size_t reachable(const State &state)
{
    for (size_t i = 0; i < state.order.size(); ++i) {
        for (const Producer &producer : state.producers) {
            if (producer.exchanged && &g_nodes[producer.first] == state.order[i]) {
                return i == 0 ? 0 : i - 1;
            }
        }
    }
    return state.order.size();
}

bool drains(State state)
{
    const size_t wanted = reachable(state);
    for (size_t steps = 0; steps < 1000; ++steps) {
        if (step_consumer(state) == Popped::nothing) {
            return state.popped.size() >= wanted && in_order(state);
        }
    }
    return false;
}

bool holds(const State &state)
{
    CHECK(!g_touched_popped);
    CHECK(in_order(state));
    // At the beginning of a pop(): what a wake-up leads to.
    CHECK(!state.pop_results.empty() || drains(state));
    return true;
}

struct Totals {
    size_t states = 0;
    size_t ends = 0;
    size_t half_done = 0;  // a pop() found nothing though something was pushed
};

bool visit_all(size_t producers, size_t nodes_each, Totals &totals)
{
    std::set<State> seen;
    std::vector<State> open{first_state(producers, nodes_each)};
    const auto found = [&](State &state) {
        if (seen.insert(state).second) {
            open.push_back(std::move(state));
        }
    };
    seen.insert(open.back());
    g_touched_popped = false;
    stepped::g_on_access = on_access;
    while (!open.empty()) {
        const State state = std::move(open.back());
        open.pop_back();
        CHECK(holds(state));
        bool producing = false;
        for (size_t i = 0; i < producers; ++i) {
            if (!state.producers[i].done()) {
                producing = true;
                State then = state;
                step_producer(then, i);
                found(then);
            }
        }
        State then = state;
        const Popped popped = step_consumer(then);
        totals.half_done += popped == Popped::nothing && state.popped.size() < state.order.size() ? 1 : 0;
        totals.ends += !producing && then.popped.size() == producers * nodes_each ? 1 : 0;
        found(then);
    }
    totals.states = seen.size();
    return true;
}

template <size_t producers, size_t nodes_each>
bool every_order_is_right()
{
    Totals totals;
    CHECK(visit_all(producers, nodes_each, totals));
    print_message("%zu producers, %zu nodes each: %zu states\n", producers, nodes_each, totals.states);
    CHECK(totals.ends > 0);
    CHECK(totals.half_done > 0);  // so the test meets what it is for
    return true;
}

}  // namespace

int main()
{
    using nws::test::run;
    const CMUnitTest tests[] = {
        cmocka_unit_test((run<every_order_is_right<1, 3>>)),
        cmocka_unit_test((run<every_order_is_right<2, 1>>)),
        cmocka_unit_test((run<every_order_is_right<2, 2>>)),
        cmocka_unit_test((run<every_order_is_right<3, 1>>)),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
