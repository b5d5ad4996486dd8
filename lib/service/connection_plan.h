// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a connection is made from, the first time and each time anew.
// Made by the thread that calls Connect.

#pragma once

#include <memory>

#include "base/url.h"
#include "client/client_options.h"
#include "connection/handshake.h"

namespace nws {

struct ConnectionPlan {
    Url url;
    HandshakeRequest request;
    std::shared_ptr<const ClientOptions> options;
};

}  // namespace nws
