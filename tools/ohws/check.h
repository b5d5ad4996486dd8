// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: ohws check: connects, pings once, closes. Main thread.

#pragma once

#include "exit_status.h"
#include "options.h"

namespace nws::ohws {

ExitStatus check(const Options &options);

}  // namespace nws::ohws
