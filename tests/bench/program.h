// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the measuring programs have in common: one command line, one way to
// choose how much to measure, one line of JSON as the result.
// Must not know: any WebSocket library.

#pragma once

#include <semaphore.h>

#include <cstdint>
#include <functional>
#include <map>
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
    int server_pid = 0;
    uint16_t flood_port = 0;
    size_t flood_size = 16;
    uint64_t queue = uint64_t{4} << 20;  // bytes that a program may queue in its library

    std::string path(const std::string &endpoint) const { return "/" + endpoint; }
    std::string url(const std::string &endpoint) const;
    std::string flood_url() const;
};

// Exit status: the program does not have the mode.
constexpr int kNoSuchMode = 4;

// No more connections are under way than the server's backlog takes.
constexpr unsigned kMostConnecting = 256;

// Ends the program if the command line is wrong, or asks for help.
Options parse_options(int argc, char **argv, const char *program);

[[noreturn]] void fail(const std::string &what);

struct Result {
    uint64_t count = 0;
    double seconds = 0;
    double cpu_seconds = 0;  // CpuTimes::bound()
    uint64_t bytes = 0;
    std::vector<std::pair<std::string, double>> extra;
};

void print_result(const Options &options, const Result &result);

double now();

// Signals do not end it.
void wait(sem_t &semaphore);

// What the threads of this process and the server's one have used.
class CpuTimes {
public:
    explicit CpuTimes(const Options &options);
    // How long it took since then if nobody else used the processors: as long as
    // the busiest thread, or as all of them on the processors that there are.
    double bound(const CpuTimes &before) const;

private:
    std::map<int, double> threads_;
    double process_ = 0;
    double server_ = 0;
};

// Binary, and no UTF-8 at its first byte; or ASCII.
std::vector<uint8_t> make_payload(const Options &options);

// What the sink and the source are told.
extern const char kEndMark[4];
std::string source_command(const Options &options, uint64_t count);
// More than anyone waits for.
std::string flood_command(const Options &options);

// Messages that are lost, or not what was sent, end the program.
void check_answer(const Options &options, const char *text, size_t length, uint64_t sent);
inline void check_length(size_t expected, size_t length)
{
    if (length != expected) {
        fail("a message of " + std::to_string(length) + " bytes, not " + std::to_string(expected));
    }
}

// How many messages may be under way at once: `echo` keeps the pipe full.
uint64_t echo_window(const Options &options);

// Runs rounds of growing counts; the one that takes long enough is the result.
// round(count) gives the seconds that it took.
Result measure(const Options &options, const std::function<double(uint64_t count)> &round);

// Times of single round trips.
class Latencies {
public:
    void clear() { nanoseconds_.clear(); }
    void begin() { started_ = now(); }
    void end() { nanoseconds_.push_back(static_cast<float>((now() - started_) * 1e9)); }
    // p50 and p99 in microseconds.
    void report(Result &result, const std::string &prefix = "");

private:
    double started_ = 0;
    std::vector<float> nanoseconds_;
};

// Rounds of trip(), one after the other; each is timed.
Result measure_trips(const Options &options, Latencies &latencies, const std::function<void()> &trip);

// Of this process.
struct Usage {
    double cpu_seconds = 0;
    uint64_t sleeps = 0;  // how often a thread went to sleep
    uint64_t resident_bytes = 0;
    uint64_t peak_bytes = 0;
};
Usage usage();
// The peak begins anew.
void reset_peak();

// The steps of mode `connections`, the same in all programs: open(count) returns
// when so many further ones are open, round() when all have echoed one message.
Result measure_connections(const Options &options, const std::function<void(unsigned count)> &open,
                           const std::function<void()> &round, const std::function<void(double)> &idle);

// Mode `fairness`: round trips, without and then beside another connection that
// is flooded. flood_count() tells how many of its messages have come.
Result measure_fairness(const Options &options, Latencies &latencies,
                        const std::function<double(uint64_t count)> &round,
                        const std::function<void()> &begin_flood,
                        const std::function<uint64_t()> &flood_count);

// Mode `peak`: memory while receive() gets one message.
Result measure_peak(const Options &options, const std::function<void()> &receive);

// Descriptors for so many connections.
void raise_descriptor_limit();

}  // namespace nws::bench
