// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what all connections of a server share, and what tests tell it while
// it runs. `tls`, `read_buffer` and `seen_keys` are the server thread's; the
// functions may be called on any thread. Must not know: sockets.

#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/script.h"
#include "support/server_event.h"
#include "support/stream.h"

namespace nws::test {

struct ServerOptions {
    std::string host = "127.0.0.1";  // or "::1"
    uint16_t port = 0;               // 0: one that is free
    std::string unix_path;           // set: a Unix socket instead of TCP
    std::string url_host;            // what url() says instead of host
    TlsOptions tls;                  // with a certificate: wss beside ws on the same port
    int receive_buffer = 0;          // SO_RCVBUF, for tests of backpressure
    unsigned stop_after = 0;         // stop when so many connections have ended
    bool keep_events = true;
    bool record_frames = true;                          // a frame event for each frame
    bool record_payloads = true;                        // and its payload
    std::function<void(const ServerEvent &)> observer;  // called on the server's thread
};

class ServerState {
public:
    ServerState() : read_buffer(size_t{256} << 10) {}

    void record(ServerEvent event);

    // What a new connection does before its request is known; NULL: wait for it.
    std::unique_ptr<Behaviour> behaviour_at_accept() const;
    // What a request for this path gets: a script, an endpoint, or 404.
    std::unique_ptr<Behaviour> behaviour_for(const std::string &path);

    void set_script_at_accept(std::optional<Script> script);
    void set_script(const std::string &path, const Script &script);
    void add_script_once(const std::string &path, const Script &script);

    void release(const std::string &name);
    bool is_released(const std::string &name) const;

    ServerOptions options;
    ServerLog log;
    std::unique_ptr<TlsContext> tls;
    std::vector<char> read_buffer;
    std::set<std::string> seen_keys;

private:
    struct Route {
        std::deque<Script> once;
        std::optional<Script> always;
    };

    mutable std::mutex mutex_;
    std::map<std::string, Route> routes_;
    std::optional<Script> at_accept_;
    std::set<std::string> released_;
};

}  // namespace nws::test
