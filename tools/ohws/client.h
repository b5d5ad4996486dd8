// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the one client of a conversation or a check; its events come out of
// events(). Main thread, but for the callbacks inside.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "event_queue.h"
#include "options.h"

struct WebSocket;

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
    WebSocket *handle() const noexcept { return handle_; }
    // What connect() and the attempts after it are to be like.
    int set_up(const ConnectionOptions &options, uint32_t reconnect_attempts);
    int connect(const std::string &url);
    int send(SendAs as, const std::string &message);
    int ping(std::string_view payload);
    int close(uint16_t code, const std::string &reason);

    std::string subprotocol() const;
    // "" if the server's answer has none of this name.
    std::string response_header(const char *name) const;
    // Why set_up() failed, in the words of the library's options.
    std::string set_up_problem() const;

    static EventQueue &events();

private:
    WebSocket *handle_;
};

// The library's code; `problem` says what is wrong, if it is not 0.
int start_to_connect(Client &client, const ConnectionOptions &options, uint32_t reconnect_attempts,
                     std::string &problem);

}  // namespace nws::ohws
