// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how a connection came about, for an application that asks afterwards.
// Made by the service thread, never changed once others see it.
// Must not know: who finds it out, who reads it.

#pragma once

#include <cstdint>
#include <string>

namespace nws {

struct ConnectionDetails {
    // Microseconds since the attempt began; 0: not reached, or nothing to do.
    struct Times {
        uint64_t resolved = 0;
        uint64_t connected = 0;
        uint64_t proxy = 0;
        uint64_t tls = 0;
        uint64_t open = 0;
    };

    Times times;
    uint32_t redirects = 0;
    std::string peer_address;
    std::string local_address;
    std::string proxy;  // without user information

    std::string tls_version;
    std::string tls_cipher;
    bool tls_resumed = false;
    std::string certificates;  // explanatory text and PEM (RFC 7468)
};

}  // namespace nws
