// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how the unit tests check: a test is a function that returns false, so
// that cmocka's jump out of a failed assert passes over no destructor; and
// threads that start together. Must not know: what is tested.

#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

extern "C" {
#include <cmocka.h>
}

namespace nws::test {

inline bool fails(const char *file, int line, const char *condition)
{
    print_error("%s:%d: %s\n", file, line, condition);
    return false;
}

inline bool differs(const char *file, int line, const std::string &wanted, const std::string &got)
{
    print_error("%s:%d: wanted\n%s\ngot\n%s\n", file, line, wanted.c_str(), got.c_str());
    return false;
}

template <bool (*check)()>
void run(void **)
{
    assert_true(check());
}

// Any number of threads, again and again: none passes before all have come.
class Barrier {
public:
    explicit Barrier(size_t threads) : threads_(threads) {}

    void wait()
    {
        std::unique_lock<std::mutex> lock(mutex_);
        const size_t round = round_;
        if (++waiting_ == threads_) {
            waiting_ = 0;
            ++round_;
            passed_.notify_all();
            return;
        }
        passed_.wait(lock, [&] { return round_ != round; });
    }

private:
    const size_t threads_;
    std::mutex mutex_;
    std::condition_variable passed_;
    size_t waiting_ = 0;
    size_t round_ = 0;
};

// Runs work(0) to work(count - 1), each on a thread of its own, to their end.
template <typename Work>
void run_threads(size_t count, Work work)
{
    std::vector<std::thread> threads;
    for (size_t i = 0; i < count; ++i) {
        threads.emplace_back([&work, i] { work(i); });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

}  // namespace nws::test

// In a function that returns bool: false unless the condition holds.
#define CHECK(condition)                                             \
    do {                                                             \
        if (!(condition)) {                                          \
            return nws::test::fails(__FILE__, __LINE__, #condition); \
        }                                                            \
    } while (false)

// The same for texts, both of which are shown.
#define CHECK_TEXT(wanted, got)                                                   \
    do {                                                                          \
        const std::string wanted_text = (wanted);                                 \
        const std::string got_text = (got);                                       \
        if (wanted_text != got_text) {                                            \
            return nws::test::differs(__FILE__, __LINE__, wanted_text, got_text); \
        }                                                                         \
    } while (false)
