// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a running server that others wrote, as servers/README.md describes it;
// the test's main thread. Must not know: which of them it is.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/process.h"

namespace nws::test {

// What the server says of a connection when it has ended.
struct Report {
    unsigned code = 0;  // of the Close frame it got; 1005: without a code; 1006: none came
    unsigned texts = 0;
    unsigned binaries = 0;
    std::string sha1;  // of the bytes of all messages, one after the other
    std::string reason;
};

class Peer {
public:
    // Meson's exit status for a test that cannot run here.
    static constexpr int kNotInstalled = 77;

    // 0: it listens; kNotInstalled; 1: neither.
    int start(const std::vector<std::string> &command);

    bool listens(const std::string &listener) const { return ports_.count(listener) > 0; }
    // A listener's URL for a target; listener: "ws", or a certificate's name.
    std::string url(const std::string &listener, const std::string &target,
                    const std::string &host = "127.0.0.1", const std::string &userinfo = {}) const;

    // Waits for the end of the connection to this target.
    std::optional<Report> wait_report(const std::string &target);
    // Waits until the server holds the handshake for this target.
    bool wait_held(const std::string &target);
    bool release(const std::string &target);

private:
    // The next line that begins so; keeps the others for later.
    std::optional<std::string> wait_line(const std::string &beginning);

    Process process_;
    std::map<std::string, uint16_t> ports_;
    std::deque<std::string> lines_;
};

// In hexadecimal, as reports have it.
std::string sha1_text(const std::string &bytes);

}  // namespace nws::test
