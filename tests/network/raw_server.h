// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a listener whose connections do, byte by byte, what a function of the
// test says: proxies with words of their own, servers that are none. Each
// connection has a thread, on which the function runs and may block.
// Must not know: HTTP, SOCKS, the library under test.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "support/append_log.h"

namespace nws::test {

class RawServer;

// One connection. Everything returns early once the client has gone or the
// server stops.
class RawConnection {
public:
    // So many bytes, fewer only at the end.
    std::string read(size_t count);
    // Up to and with the empty line that ends an HTTP head.
    std::string read_head();
    // False: the client is gone.
    bool write(const std::string &bytes);
    // Each byte when the client has read the one before.
    bool write_bytewise(const std::string &bytes);
    // To the end of the client's stream.
    void wait_end();
    // FIN: nothing more is written.
    void end_writing();
    // To and from a port of 127.0.0.1, until one of both ends, or the client has got
    // so many bytes.
    void relay_to(uint16_t port, size_t most = SIZE_MAX);
    // RST rather than FIN at the end.
    void reset_at_end();
    // Into the server's log.
    void note(const std::string &text);
    // True once the server stops; for loops.
    bool stopping() const;

private:
    friend class RawServer;
    RawConnection(RawServer &server, int fd) : server_(server), fd_(fd) {}
    // Waits for events of a descriptor. False: the server stops.
    bool wait(int fd, short events) const;

    RawServer &server_;
    int fd_;
};

class RawServer {
public:
    using Talk = std::function<void(RawConnection &)>;

    RawServer() = default;
    ~RawServer() { stop(); }
    RawServer(const RawServer &) = delete;
    RawServer &operator=(const RawServer &) = delete;

    // Listens on 127.0.0.1. After stop() it may start again.
    bool start(Talk talk);
    // Ends all connections and joins all threads.
    void stop();

    uint16_t port() const { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    // What connections noted; "accepted" and "ended" for each of them.
    const AppendLog<std::string> &log() const { return log_; }
    size_t count(const std::string &text) const;
    bool wait_for(const std::string &text, size_t count = 1) const;

private:
    friend class RawConnection;

    void accept_all();
    void serve(int fd);

    Talk talk_;
    AppendLog<std::string> log_;
    int listener_ = -1;
    int stop_ = -1;  // an eventfd: readable for ever once the server stops
    uint16_t port_ = 0;
    std::thread acceptor_;
    std::list<std::thread> threads_;  // the acceptor's, until it is joined
};

// A port where connecting neither succeeds nor fails as long as this lives:
// nobody accepts, and its queue is full.
class FullPort {
public:
    FullPort();
    ~FullPort();
    FullPort(const FullPort &) = delete;
    FullPort &operator=(const FullPort &) = delete;

    uint16_t port() const { return port_; }
    // Waits for one who asks in vain, then accepts until he gets through, when TCP tries
    // again: what he says first, or "" if none comes.
    std::string let_in();

private:
    void empty();
    size_t outside() const;

    uint16_t port_ = 0;
    int listener_;
    size_t fillers_outside_ = 0;
    std::list<int> fillers_;
};

}  // namespace nws::test
