// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: ohws bench: rounds of messages to an echo server, one for each size.
// Main thread; the library's counts and answers.

#pragma once

#include "exit_status.h"
#include "options.h"

namespace nws::ohws {

ExitStatus bench(const Options &options);

}  // namespace nws::ohws
