// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Every number that bounds something, in one place. Immutable; any thread.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "build_options.h"

namespace nws {

// Unless the build says otherwise, OpenHarmony's limits.
inline constexpr size_t kMaxSendMessageBytes = NWS_MAX_SEND_BYTES;
inline constexpr size_t kMaxHeaderFields = 8192;

inline constexpr size_t kMaxUrlBytes = 8192;
// The handshake request is written into the context's service buffer.
inline constexpr size_t kServiceBufferBytes = size_t{64} << 10;
inline constexpr size_t kMaxHandshakeBytes = kServiceBufferBytes - 1024;
inline constexpr size_t kMaxResponseHeaderBytes = size_t{16} << 10;

inline constexpr size_t kMaxReceiveMessageBytes = NWS_MAX_RECEIVE_BYTES;
inline constexpr size_t kMaxQueuedBytes = NWS_MAX_QUEUED_BYTES;

// RFC 6455 5.5: all control frames; a Close frame's payload begins with two
// bytes of code.
inline constexpr size_t kMaxControlPayload = 125;
inline constexpr size_t kMaxCloseReason = kMaxControlPayload - 2;

inline constexpr size_t kMaxRedirects = 5;

using Milliseconds = std::chrono::milliseconds;

// RFC 8305 5: how long an attempt has until the next address is tried beside it.
inline constexpr Milliseconds kConnectionAttemptDelay{250};

// What one connection may take its time for.
struct Timeouts {
    Milliseconds connect{NWS_CONNECT_TIMEOUT_MS};  // from Connect to onOpen
    Milliseconds close{5'000};                     // for the peer to answer a Close frame
    Milliseconds ping{30'000};                     // silence after which a Ping is sent
    Milliseconds lost{60'000};                     // silence after which the peer is lost
};

}  // namespace nws
