// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: which stages an attempt to connect went through, and which one failed,
// out of what the library tells of it. Pure.

#pragma once

#include <network/netstack/net_websocket_ext.h>

#include <string>
#include <vector>

#include "check_report.h"

namespace nws::ohws {

// How an attempt ended.
struct AttemptEnd {
    bool opened;
    std::string text;   // status and reason phrase, or why it failed
    Microseconds time;  // since it began
};

struct AttemptDetails {
    NetWebSocket_ConnectionInfo info;
    std::string certificates;  // as the library gives them
    std::string headers;
};

// From the look-up of the name to the server's answer. The last one is the one
// that failed, if one did.
std::vector<CheckStage> stages_of(const std::string &url, const AttemptEnd &end,
                                  const AttemptDetails &details);

}  // namespace nws::ohws
