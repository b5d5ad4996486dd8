// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: ohws URL. Main thread.

#pragma once

#include "exit_status.h"
#include "options.h"

namespace nws::ohws {

ExitStatus talk(const Options &options);

}  // namespace nws::ohws
