// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: SIGINT and SIGTERM as something to poll for. The first one can be
// polled for, the second ends the program as if nobody had asked.

#pragma once

namespace nws::ohws {

// The descriptor that becomes readable at the first signal, or -1.
int catch_interrupt() noexcept;

}  // namespace nws::ohws
