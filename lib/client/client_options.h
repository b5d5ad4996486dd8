// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what an application may ask of a client, beyond URL and fields. Made
// whole by the thread that asks, never changed after; any thread.
// Must not know: where the values come from.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/limits.h"
#include "callback/callbacks.h"
#include "deflate/deflate_parameters.h"
#include "route/proxy.h"
#include "tls/tls_options.h"

namespace nws {

// What a connection needs as long as it lives.
struct SessionOptions {
    Timeouts timeouts;
    size_t max_receive_bytes = kMaxReceiveMessageBytes;
    size_t drained_bytes = 0;  // the send queue's low-water mark
    bool keeps_queue = false;  // for the attempt that follows
    ExtendedCallbacks callbacks;
};

struct ReconnectOptions {
    uint32_t attempts = 0;  // in a row; 0: none
    Milliseconds first_delay{500};
    Milliseconds most_delay{30'000};
    uint32_t on = NET_WEBSOCKET_RECONNECT_ON_LOSS | NET_WEBSOCKET_RECONNECT_ON_FAILURE |
                  NET_WEBSOCKET_RECONNECT_ON_GOING;
};

struct ClientOptions {
    SessionOptions session;
    ReconnectOptions reconnect;
    size_t max_send_bytes = kMaxSendMessageBytes;
    size_t max_queued_bytes = kMaxQueuedBytes;

    // Each in the place of the field that the URL or the application gives.
    std::optional<std::string> subprotocols, origin, host;

    bool keep_details = false;  // of how the connection came about

    // Offered to the server (RFC 7692).
    std::optional<DeflateParameters> deflate;

    TlsOptions tls;
    std::string tls_server_name;    // empty: the URL's host
    SecretString proxy;             // "none" or a URL; empty: as proxy_environment says
    const char *proxy_source = "";  // who says so, for texts; static
    ProxyEnvironment proxy_environment;

    // Not empty: a value that cannot be ignored safely; Connect fails with it.
    std::string problem;
};

}  // namespace nws
