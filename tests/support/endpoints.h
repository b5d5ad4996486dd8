// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the server does by itself at each path; the server's thread.
// Must not know: scripts, the program's options.

#pragma once

#include <memory>
#include <string>

#include "support/behaviour.h"

namespace nws::test {

// Never NULL: 404 for a path that is none of them.
std::unique_ptr<Behaviour> make_endpoint(const std::string &path);

// What each path does, for --help.
const char *endpoints_help();

}  // namespace nws::test
