// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what an unmodified application can be given through the environment
// (docs/configuration.md). Read by the thread that calls Connect, each time.
// Must not know: what is made of the values.

#pragma once

#include "client/client_options.h"

namespace nws {

// Throws std::bad_alloc only.
ClientOptions environment_options();

}  // namespace nws
