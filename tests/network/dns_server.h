// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a name server (RFC 1035, UDP) that knows the names which the test tells
// it, on a thread of its own; for a network namespace, as it needs port 53 of
// 127.0.0.1. Must not know: the library under test.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/append_log.h"

namespace nws::test {

class DnsServer {
public:
    struct Record {
        std::vector<std::string> addresses;  // IPv4 and IPv6; none: the name exists, and that is all
        std::chrono::milliseconds delay{0};  // before each answer
        bool fails = false;                  // SERVFAIL
        bool silent = false;                 // no answer ever
    };

    DnsServer() = default;
    ~DnsServer() { stop(); }
    DnsServer(const DnsServer &) = delete;
    DnsServer &operator=(const DnsServer &) = delete;

    bool start();
    void stop();
    // What has no record does not exist.
    void set(const std::string &name, const Record &record);

    // The names that were asked for, as often as they were.
    const AppendLog<std::string> &queries() const { return queries_; }
    bool wait_for_query(const std::string &name) const;

private:
    struct Answer {
        std::string bytes;
        std::string client;  // a sockaddr_in
    };
    using Clock = std::chrono::steady_clock;

    void run();
    void take_query();
    void send_due_answers();
    int milliseconds_to_next() const;

    int socket_ = -1;
    int stop_ = -1;
    std::thread thread_;
    std::multimap<Clock::time_point, Answer> answers_;  // by the time they are due
    AppendLog<std::string> queries_;
    std::mutex mutex_;
    std::map<std::string, Record> records_;
};

}  // namespace nws::test
