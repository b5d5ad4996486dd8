// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the one client of this program; its events come out of events(). Main
// thread, but for the callbacks inside.

#pragma once

#include <cstddef>
#include <string>

#include "event_queue.h"

struct WebSocket;

namespace nws::ohws {

struct HeaderField;

// The functions return the library's code, 0 for success.
class Client {
public:
    Client();
    // Destroys the client, with a connection or without.
    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    bool usable() const noexcept;
    int add_header(const HeaderField &field);
    int connect(const std::string &url);
    int send(std::string &message);
    int close();

    static EventQueue &events();

private:
    WebSocket *handle_;
};

// The library's code in words.
const char *describe_code(int code) noexcept;

}  // namespace nws::ohws
