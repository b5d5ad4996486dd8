// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a check found out, and what that looks like, for people and as
// JSON. Pure.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "certificate_chain.h"
#include "console.h"
#include "event_queue.h"

namespace nws::ohws {

struct CheckStage {
    std::string name;
    bool ok;
    Microseconds time;
    std::string detail;  // what came of it, or why it failed
    // Names and values, in order.
    std::vector<std::pair<std::string, std::string>> facts = {};
    std::vector<Certificate> certificates = {};  // the server's, its own first
};

struct CheckReport {
    std::string url;
    std::vector<CheckStage> stages;

    bool ok() const;
};

// Without the last line's end; with_pem: the certificates themselves, too.
std::string check_text(const CheckReport &report, bool with_pem, const Console &console);
std::string check_json(const CheckReport &report, bool with_pem);

}  // namespace nws::ohws
