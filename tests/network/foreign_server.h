// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a proxy or server that others wrote, running with a configuration of
// the test's on a port that the kernel gave, and the directory for it; the
// test's main thread. Must not know: which of them it is.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "support/process.h"

namespace nws::test {

// Where a program is, also those that only root has in PATH; "" if nowhere.
std::string find_program(const std::string &name);

class ForeignServer {
public:
    // Writes what configuration there is into the directory; the command line.
    using Prepare = std::function<std::vector<std::string>(uint16_t port, const std::string &directory)>;

    ForeignServer() = default;
    ~ForeignServer() { stop(); }
    ForeignServer(const ForeignServer &) = delete;
    ForeignServer &operator=(const ForeignServer &) = delete;

    // Listening when it returns true. Another port is tried if somebody took
    // the one that was free.
    bool start(const Prepare &prepare);
    void stop();

    uint16_t port() const { return port_; }
    // "127.0.0.1:PORT"
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    const std::string &directory() const { return directory_; }
    // What it wrote to standard output and error.
    std::string output() const;

private:
    bool wait_until_it_listens();

    Process process_;
    uint16_t port_ = 0;
    std::string directory_;
};

bool write_file(const std::string &path, const std::string &content);
std::string read_file(const std::string &path);

// A new directory for this process alone; "" if that fails.
std::string make_directory();

}  // namespace nws::test
