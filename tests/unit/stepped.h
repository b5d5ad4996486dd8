// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: atomics that stop at each access, for tests that try all orders in which
// threads' accesses to memory can come. The code under test is the product's
// own, compiled with `stepped` in the place of `std`.
//
// An operation is carried to its next access by running it from its beginning:
// the accesses that it has behind it get the results they had and leave memory
// alone, the next one is carried out, and the one after it jumps out. So the
// state of everything is a handful of small values, and all states can be
// visited: memory, and for each thread the results its operation got so far.
//
// Must not know: weaker orders of memory than one for all.

#pragma once

#include <setjmp.h>
#include <string.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stepped {

using std::memory_order;
using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;

using Results = std::vector<uintptr_t>;  // of the accesses of one operation

// The operation that is run just now.
inline Results *g_results = nullptr;
inline size_t g_position = 0;
inline bool g_stepped = false;
inline bool g_finished = false;
inline jmp_buf g_out;
inline void (*g_on_access)(const void *) = nullptr;

template <typename T>
class atomic {
public:
    constexpr atomic() noexcept : value_() {}
    constexpr atomic(T value) noexcept : value_(value) {}

    T load(memory_order) const noexcept
    {
        return access([this] { return value_; });
    }
    void store(T value, memory_order) noexcept
    {
        access([this, value] { return exchange_value(value); });
    }
    T exchange(T value, memory_order) noexcept
    {
        return access([this, value] { return exchange_value(value); });
    }
    T fetch_and(T bits, memory_order) noexcept
    {
        return access([this, bits] { return exchange_value(value_ & bits); });
    }
    T fetch_or(T bits, memory_order) noexcept
    {
        return access([this, bits] { return exchange_value(value_ | bits); });
    }
    T fetch_add(T amount, memory_order) noexcept
    {
        return access([this, amount] { return exchange_value(value_ + amount); });
    }
    T fetch_sub(T amount, memory_order) noexcept
    {
        return access([this, amount] { return exchange_value(value_ - amount); });
    }
    // Fails for no other reason than another value.
    bool compare_exchange_weak(T &expected, T value, memory_order one, memory_order other) noexcept
    {
        return compare_exchange_strong(expected, value, one, other);
    }
    bool compare_exchange_strong(T &expected, T value, memory_order, memory_order) noexcept
    {
        const T wanted = expected;
        expected =
            access([this, wanted, value] { return value_ == wanted ? exchange_value(value) : value_; });
        return expected == wanted;
    }

    T value_;

private:
    static uintptr_t as_bits(T value) noexcept
    {
        uintptr_t bits = 0;
        memcpy(&bits, &value, sizeof value);
        return bits;
    }
    static T as_value(uintptr_t bits) noexcept
    {
        T value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }

    T exchange_value(T value) noexcept
    {
        const T before = value_;
        value_ = value;
        return before;
    }

    template <typename Work>
    T access(Work work) const noexcept
    {
        if (g_position < g_results->size()) {
            return as_value((*g_results)[g_position++]);
        }
        if (g_stepped) {
            longjmp(g_out, 1);
        }
        g_stepped = true;
        g_on_access(this);
        g_results->push_back(as_bits(work()));
        return as_value((*g_results)[g_position++]);
    }
};

// True when the operation came to its end with this step.
template <typename Operation>
bool step(Results &results, Operation operation)
{
    g_results = &results;
    g_position = 0;
    g_stepped = false;
    g_finished = false;
    if (setjmp(g_out) == 0) {
        operation();
        g_finished = true;
    }
    return g_finished;
}

}  // namespace stepped
