// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what --help prints. Pure.

#pragma once

#include <string>

namespace CLI {
class App;
}

namespace nws::ohws {

// Of the program or of a subcommand.
std::string help_text(const CLI::App &app);

}  // namespace nws::ohws
