// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the one client of a conversation or a check; its events come out of
// events(). Main thread, but for the callbacks inside.

#pragma once

#include <network/netstack/net_websocket_ext.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "event_queue.h"
#include "options.h"

namespace nws::ohws {

// The functions return the library's code, 0 for success.
class Client {
public:
    Client();
    // Destroys the client, with a connection or without.
    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    bool usable() const noexcept;
    // Begins to connect; `problem` says what is wrong, if the code is not 0.
    int connect(const ConnectionOptions &options, uint32_t reconnect_attempts, std::string &problem);
    int send(SendAs as, const std::string &message);
    int ping(std::string_view payload);
    int close(uint16_t code, const std::string &reason);

    std::string subprotocol() const;
    // After open or error, if the options asked for details; what is not known is
    // 0 or "".
    NetWebSocket_ConnectionInfo info() const;
    std::string peer_certificates() const;
    std::string response_headers() const;

    static EventQueue &events();

private:
    WebSocket *handle_;
};

}  // namespace nws::ohws
