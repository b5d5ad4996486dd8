// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a name server (RFC 1035, UDP) that knows the names which the test tells
// it, on a thread of its own; for a network namespace, as it needs port 53 of
// 127.0.0.1. Must not know: the library under test.

#pragma once

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
        bool fails = false;                  // SERVFAIL
        bool silent = false;                 // no answer ever
        bool held = false;                   // none before release()
    };

    DnsServer() = default;
    ~DnsServer() { stop(); }
    DnsServer(const DnsServer &) = delete;
    DnsServer &operator=(const DnsServer &) = delete;

    bool start();
    void stop();
    // What has no record does not exist.
    void set(const std::string &name, const Record &record);
    // Answers what is held, now and later.
    void release();

    // The names that were asked for, as often as they were.
    const AppendLog<std::string> &queries() const { return queries_; }
    bool wait_for_query(const std::string &name) const;

private:
    struct Answer {
        std::string bytes;
        std::string client;  // a sockaddr_in
    };

    void run();
    void take_query();
    void send(const Answer &answer) const;

    int socket_ = -1;
    int stop_ = -1;
    std::thread thread_;
    AppendLog<std::string> queries_;
    std::mutex mutex_;
    std::map<std::string, Record> records_;
    std::vector<Answer> held_;
    bool released_ = false;
};

}  // namespace nws::test
