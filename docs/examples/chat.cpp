// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Each line of standard input is a message, each message a line of standard
// output, until either side ends it:
//     example-chat wss://localhost:8443/echo

#include <network/netstack/net_websocket.hpp>

#include <cstdio>
#include <future>
#include <iostream>
#include <string>

using net_websocket::Client;
using net_websocket::ClientRef;
using net_websocket::Closed;
using net_websocket::Error;
using net_websocket::MessageType;

int main(int argc, char **argv)
{
    // Before the client: its functions use them until the client is gone.
    std::promise<bool> opened;
    std::promise<uint32_t> closed;
    bool open = false;  // on the library's thread only

    Client client;
    client.on_open([&](ClientRef) {
        open = true;
        opened.set_value(true);
    });
    client.on_message([](ClientRef, MessageType, std::string_view data) {
        std::printf("%.*s\n", static_cast<int>(data.size()), data.data());
    });
    client.on_error([&](ClientRef, const Error &error) {
        std::printf("%s: %.*s\n", error.name(), static_cast<int>(error.text.size()), error.text.data());
        if (!open) {
            opened.set_value(false);
        }
    });
    client.on_close([&](ClientRef, const Closed &result) { closed.set_value(result.code); });

    net_websocket::Options options;
    options.connectTimeoutMs = 5000;
    const bool set = static_cast<bool>(client.set_options(options));
    if (const auto result = client.connect(argc > 1 ? argv[1] : ""); !set || !result) {
        std::fprintf(stderr, "usage: example-chat URL (%s)\n", result.name());
        return 2;
    }
    if (!opened.get_future().get()) {
        return 1;
    }
    for (std::string line; std::getline(std::cin, line);) {
        if (!client.send_text(line)) {
            break;
        }
    }
    // What was sent goes out first. The server may have closed already.
    client.close().ignore();
    return closed.get_future().get() == 1000 ? 0 : 1;
}
