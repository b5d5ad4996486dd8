// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the options of the command line are in the library's words. Any
// thread.

#pragma once

#include <network/netstack/net_websocket_ext.h>

#include <string>

#include "options.h"

namespace nws::ohws {

// What the library's struct points to; both live until it was taken.
class LibraryOptions {
public:
    explicit LibraryOptions(const ConnectionOptions &options);
    LibraryOptions(const LibraryOptions &) = delete;
    LibraryOptions &operator=(const LibraryOptions &) = delete;

    NetWebSocket_Options values;

private:
    std::string subprotocols_;
    std::string pins_;
};

// Sets the options, adds the header fields and begins to connect: the library's
// code; `problem` says what is wrong, if it is not 0.
int start_to_connect(WebSocket *client, const NetWebSocket_Options &library, const ConnectionOptions &options,
                     std::string &problem);

// The text of one of the library's functions that give one.
template <typename Function>
std::string text_of(Function function)
{
    size_t length = 0;
    if (function(nullptr, 0, &length) != WEBSOCKET_OK) {
        return "";
    }
    std::string text(length, '\0');
    // One more for the NUL, which a string has.
    function(text.data(), text.size() + 1, nullptr);
    return text;
}

// The library's code in words, and whether the command line is to blame.
const char *describe_code(int code) noexcept;
bool is_mistake(int code) noexcept;

}  // namespace nws::ohws
