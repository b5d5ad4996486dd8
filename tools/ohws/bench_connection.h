// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one connection of a benchmark: keeps its window full of messages until
// the round has no more. The library's thread, but for the functions that say
// otherwise.

#pragma once

#include <network/netstack/net_websocket_ext.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>

#include "bench_round.h"
#include "exit_status.h"
#include "options.h"

namespace nws::ohws {

struct Problem {
    std::string text;
    ExitStatus status = kExitFailed;
};

// How many connections are open, and what became of the others.
class ConnectionCount {
public:
    void opened();
    void closed();
    void failed(const std::string &why, ExitStatus status);

    // Main thread. False: not so many are open yet, and none has failed.
    bool wait_open(uint64_t connections, Clock::time_point deadline);
    // Main thread. False: not so few yet.
    bool wait_closed(Clock::time_point deadline);
    // What failed first; its text is "": nothing.
    Problem problem();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    uint64_t open_ = 0;
    Problem problem_;
};

class BenchConnection {
public:
    BenchConnection(const Options &options, ConnectionCount &count);
    ~BenchConnection();
    BenchConnection(const BenchConnection &) = delete;
    BenchConnection &operator=(const BenchConnection &) = delete;

    // Main thread. The library's code; `problem` says what is wrong, if it is not 0.
    int connect(std::string &problem);
    void begin(BenchRound &round, const std::string &message);
    // Main thread. After that the round and the message are not used any more.
    void end();
    // Main thread.
    void close();

private:
    static void on_open(WebSocket *client, WebSocket_OpenResult result);
    static void on_error(WebSocket *client, WebSocket_ErrorResult result);
    static void on_close(WebSocket *client, WebSocket_CloseResult result);
    static void on_message(WebSocket *client, NetWebSocket_MessageType type, const char *data, size_t length,
                           void *self);

    // With mutex_ held.
    void fill_window();
    void on_echo(NetWebSocket_MessageType type, size_t length);

    const Options &options_;
    ConnectionCount &count_;
    WebSocket *handle_;
    std::mutex mutex_;
    BenchRound *round_ = nullptr;
    const std::string *message_ = nullptr;
    std::deque<Clock::time_point> sent_;  // those under way, in order
};

}  // namespace nws::ohws
