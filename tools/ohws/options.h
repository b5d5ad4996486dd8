// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the command line asks for. Main thread.

#pragma once

#include <string>
#include <vector>

namespace nws::ohws {

enum ExitStatus {
    kExitClean = 0,
    kExitFailed = 1,
    kExitUsage = 2,
};

struct HeaderField {
    std::string name;
    std::string value;
};

struct Options {
    std::string url;
    std::vector<HeaderField> headers;
    unsigned wait_seconds = 0;
    bool hex = false;
    bool verbose = false;
    bool help = false;
    bool version = false;
};

// False after telling on standard error what is wrong.
bool parse_options(int argc, char **argv, Options &options);

const char *help_text();

}  // namespace nws::ohws
