// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: mode send of nws-bench-epoll: what a function like Send costs at least,
// which takes a copy of the message, for another thread to mask and write.
// Must not know: any WebSocket library.

#pragma once

#include "program.h"

namespace nws::bench {

Result run_handed_over(const Options &options);

}  // namespace nws::bench
