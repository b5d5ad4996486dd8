// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what every foreign server is tested for. Must not know: which it is.

#pragma once

#include <string>
#include <vector>

namespace nws::test {

// Starts the server, runs every case over ws and over wss, and stops the
// server. The test program's exit status.
int run_interop_cases(const std::vector<std::string> &server_command);

}  // namespace nws::test
