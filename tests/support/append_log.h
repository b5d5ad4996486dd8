// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a log that some threads append to and others wait on; any thread.
// Must not know: what the entries mean.

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace nws::test {

// How long a test waits for something that should happen soon: long enough for
// valgrind on a slow board, as only failing tests ever wait so long.
constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(60);

template <class Entry>
class AppendLog {
public:
    using Entries = std::vector<Entry>;

    void append(Entry entry)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        entries_.push_back(std::move(entry));
        // Under the lock: a waiter may destroy the log as soon as it wakes.
        grown_.notify_all();
    }

    // Waits until `wanted` says yes to the whole log; false: it did not in time.
    bool wait_until(const std::function<bool(const Entries &)> &wanted,
                    std::chrono::milliseconds patience = kPatience) const
    {
        std::unique_lock<std::mutex> lock(mutex_);
        return grown_.wait_for(lock, patience, [&] { return wanted(entries_); });
    }

    // Waits until `count` entries match; looks at each entry once only.
    bool wait_count(const std::function<bool(const Entry &)> &matches, size_t count,
                    std::chrono::milliseconds patience = kPatience) const
    {
        size_t looked_at = 0;
        size_t found = 0;
        return wait_until(
            [&](const Entries &entries) {
                for (; looked_at < entries.size(); ++looked_at) {
                    found += matches(entries[looked_at]) ? 1 : 0;
                }
                return found >= count;
            },
            patience);
    }

    size_t count(const std::function<bool(const Entry &)> &matches) const
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        size_t found = 0;
        for (const Entry &entry : entries_) {
            found += matches(entry) ? 1 : 0;
        }
        return found;
    }

    Entries snapshot() const
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return entries_;
    }

    // Only for logs without waiters: tests that go on after a part.
    void clear()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        entries_.clear();
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable grown_;
    Entries entries_;
};

}  // namespace nws::test
