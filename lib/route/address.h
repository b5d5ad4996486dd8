// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a server's address is. Pure; any thread.
// Must not know: where it comes from, sockets.

#pragma once

#include <string>

namespace nws {

struct Address {
    std::string text;  // numeric, an IPv6 address with its zone, without brackets
    bool ipv6 = false;
};

}  // namespace nws
