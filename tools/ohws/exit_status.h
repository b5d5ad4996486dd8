// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program's exit status, and which one a failure has. Pure.

#pragma once

#include <cstdint>
#include <string_view>

namespace nws::ohws {

// Documented in command_line.cpp, which --help and the manual come from.
enum ExitStatus {
    kExitClean = 0,
    kExitFailed = 1,
    kExitUsage = 2,
    kExitNotReached = 3,
    kExitTls = 4,
    kExitRefused = 5,
};

// Of what onError told: its text begins with the stage.
ExitStatus status_of_error(uint32_t code, std::string_view text) noexcept;

}  // namespace nws::ohws
