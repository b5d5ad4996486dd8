// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the measuring programs have in common: one command line, one way to
// choose how much to measure, one line of JSON as the result.
// Must not know: any WebSocket library.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nws::bench {

struct Options {
    std::string mode;
    uint16_t port = 0;
    size_t size = 16;
    uint64_t count = 0;  // 0: as many as take `seconds`
    double seconds = 0.5;
    unsigned connections = 1;
    unsigned threads = 1;
    double idle = 0;
    bool text = false;
    bool tls = false;
    std::string ca;
    uint64_t queue = uint64_t{4} << 20;  // bytes that a program may queue in its library

    std::string path(const std::string &endpoint) const { return "/" + endpoint; }
    std::string url(const std::string &endpoint) const;
};

// Ends the program if the command line is wrong, or asks for help.
Options parse_options(int argc, char **argv, const char *program);

[[noreturn]] void fail(const std::string &what);

struct Result {
    uint64_t count = 0;
    double seconds = 0;
    uint64_t bytes = 0;
    std::vector<std::pair<std::string, double>> extra;
};

void print_result(const Options &options, const Result &result);

double now();

// Binary, and no UTF-8 at its first byte; or ASCII.
std::vector<uint8_t> make_payload(const Options &options);

// What the sink and the source are told.
extern const char kEndMark[4];
std::string source_command(const Options &options, uint64_t count);

// How many messages may be under way at once: `echo` keeps the pipe full.
uint64_t echo_window(const Options &options);

// Runs rounds of growing counts until one takes long enough, then the one that
// is the result. round(count) gives the seconds that it took.
Result measure(const Options &options, const std::function<double(uint64_t count)> &round);

// Times of single round trips.
class Latencies {
public:
    void clear() { nanoseconds_.clear(); }
    void begin() { started_ = now(); }
    void end() { nanoseconds_.push_back(static_cast<float>((now() - started_) * 1e9)); }
    // p50 and p99 in microseconds.
    void report(Result &result);

private:
    double started_ = 0;
    std::vector<float> nanoseconds_;
};

// Of this process.
struct Usage {
    double cpu_seconds = 0;
    uint64_t switches = 0;
    uint64_t resident_bytes = 0;
};
Usage usage();

// The steps of mode `connections`, the same in all programs: open() returns when
// all are open, round() when each has echoed one message.
Result measure_connections(const Options &options, const std::function<void()> &open,
                           const std::function<void()> &round, const std::function<void(double)> &idle);

// Descriptors for so many connections.
void raise_descriptor_limit();

}  // namespace nws::bench
