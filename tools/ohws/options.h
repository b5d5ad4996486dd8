// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the command line may ask for. Data only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nws::ohws {

struct HeaderField {
    std::string name;
    std::string value;
};

// How bytes are written as a line.
enum class Notation { plain, hex, base64 };

// As what lines are sent; by_content: text if it is UTF-8 without NUL.
enum class SendAs { by_content, text, binary };

enum class Colour { automatic, always, never };

// Durations are in seconds; negative: not given.
struct ConnectionOptions {
    std::string url;
    std::vector<HeaderField> headers;
    std::vector<std::string> subprotocols;
    std::string proxy;
    double connect_timeout = -1;
    bool compress = false;
    bool details = false;  // stages, certificates and fields are looked at

    std::string authorities;
    std::string certificate;
    std::string private_key;
    std::vector<std::string> pins;
    std::string server_name;
    bool insecure = false;
};

struct OutputOptions {
    bool json = false;
    bool verbose = false;
    bool timestamps = false;
    Colour colour = Colour::automatic;
};

struct TalkOptions {
    Notation notation = Notation::plain;
    SendAs send_as = SendAs::by_content;
    double wait = 0;
    double ping = -1;
    uint64_t max_messages = 0;        // 0: no limit
    uint32_t reconnect_attempts = 0;  // UINT32_MAX: no limit
    uint16_t close_code = 1000;
    std::string close_reason;
    bool history = true;
};

struct BenchOptions {
    std::vector<uint64_t> sizes = {64};
    uint64_t messages = 10000;
    double duration = -1;
    uint64_t connections = 1;
    uint64_t window = 1;
    bool text = false;
    double stall = 10;
};

struct CheckOptions {
    bool certificates = false;
};

enum class Subcommand { talk, bench, check };

struct Options {
    Subcommand subcommand = Subcommand::talk;
    ConnectionOptions connection;
    OutputOptions output;
    TalkOptions talk;
    BenchOptions bench;
    CheckOptions check;
};

}  // namespace nws::ohws
