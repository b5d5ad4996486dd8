// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the latest session of each server, bounded. Service thread.
// Must not know: what a session is.

#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace nws {

template <typename Session>
class SessionCache {
public:
    // nullptr: none.
    Session *find(const std::string &host, uint16_t port) noexcept
    {
        const auto entry = locate(host, port);
        return entry == entries_.end() ? nullptr : &entry->session;
    }

    // In the place of an earlier one. Without memory: not at all.
    void store(const std::string &host, uint16_t port, Session session) noexcept
    {
        forget(host, port);
        try {
            if (entries_.size() == kMaxSessions) {
                entries_.erase(entries_.begin());  // the oldest
            }
            entries_.push_back({host, port, std::move(session)});
        } catch (const std::bad_alloc &) {
        }
    }

    void forget(const std::string &host, uint16_t port) noexcept
    {
        const auto entry = locate(host, port);
        if (entry != entries_.end()) {
            entries_.erase(entry);
        }
    }

    static constexpr size_t kMaxSessions = 32;

private:
    struct Entry {
        std::string host;
        uint16_t port;
        Session session;
    };

    auto locate(const std::string &host, uint16_t port) noexcept
    {
        auto entry = entries_.begin();
        while (entry != entries_.end() && (entry->port != port || entry->host != host)) {
            ++entry;
        }
        return entry;
    }

    std::vector<Entry> entries_;
};

}  // namespace nws
