// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the option struct of net_websocket_ext.h means: its defaults, which
// of its fields a caller knows, and which values cannot be used. Any thread.
// Must not know: clients.

#pragma once

#include <cstddef>
#include <string>

#include "client/client_options.h"
#include "net_websocket_ext.h"

namespace nws {

// The struct of the first version ended with this field, and no caller knows less.
// With the padding behind it, where no later version may put a field: its bytes
// are anything.
inline constexpr size_t kFirstOptionsSize =
    (offsetof(NetWebSocket_Options, keepConnectionDetails) +
     sizeof NetWebSocket_Options::keepConnectionDetails + alignof(NetWebSocket_Options) - 1) /
    alignof(NetWebSocket_Options) * alignof(NetWebSocket_Options);

// Fills in the fields that fit into `size` bytes. Throws std::bad_alloc only.
void fill_in_defaults(NetWebSocket_Options *options, size_t size);

// What a client needs of it; strings that are NULL are the environment's. False
// and a text if something of it cannot be used. Throws std::bad_alloc only.
bool read_options(const NetWebSocket_Options *options, ClientOptions &out, std::string &problem);

}  // namespace nws
