// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what an application may ask of one Connect, beyond URL and fields.
// Plain data; made by the thread that calls Connect.
// Must not know: where the values come from.

#pragma once

#include <string>

#include "base/limits.h"
#include "route/proxy.h"
#include "tls/tls_options.h"

namespace nws {

struct ConnectOptions {
    TlsOptions tls;
    std::string tls_server_name;  // empty: the URL's host
    std::string proxy;            // "none" or a URL; empty: as proxy_environment says
    ProxyEnvironment proxy_environment;
    Timeouts timeouts;
    // Not empty: a value that cannot be ignored safely; Connect fails with it.
    std::string problem;
};

}  // namespace nws
