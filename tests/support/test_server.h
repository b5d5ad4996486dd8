// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a WebSocket server for tests: built-in endpoints (endpoints.h), scripts
// for paths (script.h), and a log of all that it saw (server_event.h). It runs
// on a thread of its own; all functions here may be called from any other.
// Must not know: the library under test.
//
//     TestServer server;
//     assert_true(server.start());
//     server.on_path("/late", Script().upgrade().stall("go").send_text("hello").answer_close());
//     … connect to server.url("/late") …
//     assert_true(server.wait_for(ServerEvent::Kind::stalled));
//     server.release("go");
//     …
//     server.stop();
//     assert_string_equal(server.complaints().c_str(), "");

#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "support/script.h"
#include "support/server_event.h"
#include "support/server_state.h"

namespace nws::test {

class Connection;

class TestServer {
public:
    TestServer();
    ~TestServer();
    TestServer(const TestServer &) = delete;
    TestServer &operator=(const TestServer &) = delete;

    // Listening when it returns true; else error() says why not. After stop() it
    // may start again, also on the port that it had.
    bool start(const ServerOptions &options = {});
    // Closes everything and joins the thread. The log stays.
    void stop();
    // Waits until the server stops by itself (stop_after, request_stop).
    void join();
    // Async-signal-safe.
    void request_stop();

    uint16_t port() const { return port_; }
    const std::string &error() const { return error_; }
    // "ws://127.0.0.1:PORT/path", "wss://…" or "ws+unix://SOCKET:/path".
    std::string url(const std::string &path, bool secure = false) const;

    // What a path does from now on; instead of an endpoint of that path, too.
    void on_path(const std::string &path, const Script &script);
    // What the next request for the path gets, before on_path's; may be stacked.
    void on_path_once(const std::string &path, const Script &script);
    // What every new connection does, before its request is read; none: route it.
    void on_accept(std::optional<Script> script);
    // Lets all scripts past stall(name), now and later.
    void release(const std::string &name);

    bool wait_for(ServerEvent::Kind kind, size_t count = 1,
                  std::chrono::milliseconds patience = kPatience) const;
    bool wait_for_frames(Opcode opcode, size_t count = 1,
                         std::chrono::milliseconds patience = kPatience) const;
    bool wait_until(const std::function<bool(const std::vector<ServerEvent> &)> &wanted,
                    std::chrono::milliseconds patience = kPatience) const;
    // Every connection that was accepted has ended.
    bool wait_all_ended(std::chrono::milliseconds patience = kPatience) const;

    std::vector<ServerEvent> events() const { return state_.log.snapshot(); }
    std::vector<ServerEvent> events(ServerEvent::Kind kind) const;
    std::vector<ServerEvent> frames(Opcode opcode) const;
    size_t count(ServerEvent::Kind kind) const;
    // All violations and failed scripts, a line for each: "" is what tests want.
    std::string complaints() const;

private:
    struct Entry {
        std::unique_ptr<Connection> connection;
        uint32_t events = 0;  // what epoll watches for
    };

    bool listen_on_tcp();
    bool listen_on_unix();
    bool open_loop();
    bool set_error(const std::string &what);
    void close_all();
    void wake();

    // On the server's thread.
    void run();
    void on_ready(uint64_t id, uint32_t events);
    void accept_all();
    void watch_listener(bool watch);
    void drive_all(bool only_ticking);
    void settle(uint64_t id, Entry &entry);
    bool has_ticking() const;

    ServerState state_;
    std::string error_;
    uint16_t port_ = 0;
    int listener_ = -1;
    int epoll_ = -1;
    int wake_ = -1;
    std::thread thread_;
    std::atomic<bool> stopping_{false};

    std::unordered_map<uint64_t, Entry> connections_;
    unsigned last_id_ = 0;
    unsigned ended_ = 0;
    bool listener_watched_ = false;
};

// A port where connecting is refused as long as this lives.
class RefusingPort {
public:
    RefusingPort();
    ~RefusingPort();
    RefusingPort(const RefusingPort &) = delete;
    RefusingPort &operator=(const RefusingPort &) = delete;

    uint16_t port() const { return port_; }

private:
    int fd_;
    uint16_t port_ = 0;
};

}  // namespace nws::test
