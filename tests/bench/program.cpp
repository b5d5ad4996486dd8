// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "program.h"

#include <getopt.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace nws::bench {

namespace {

const char kUsage[] =
    "Usage: %s --mode MODE --port PORT [OPTION]...\n"
    "Measures one thing against nws-bench-server, and prints a line of JSON.\n"
    "\n"
    "  --mode MODE       send, receive, echo, roundtrip, roundtrip-threads, send-threads,\n"
    "                    connections, handshakes, handshakes-resumed\n"
    "  --size BYTES      of a message\n"
    "  --count N         messages of the round; otherwise as many as take --seconds S\n"
    "  --connections N   --threads N   --idle S   --queue BYTES   --text\n"
    "  --tls --ca FILE   wss, trusting this file\n"
    "Exit status 4: this program does not have the mode.\n";

void read_number(const char *text, double &number)
{
    char *end = nullptr;
    number = std::strtod(text, &end);
    if (end == text || *end != '\0' || number < 0) {
        fail(std::string("not a number: ") + text);
    }
}

template <typename Number>
void read_number(const char *text, Number &number)
{
    double value = 0;
    read_number(text, value);
    number = static_cast<Number>(value);
}

}  // namespace

std::string Options::url(const std::string &endpoint) const
{
    return (tls ? "wss://localhost:" : "ws://127.0.0.1:") + std::to_string(port) + path(endpoint);
}

Options parse_options(int argc, char **argv, const char *program)
{
    enum { mode = 1, port, size, count, seconds, connections, threads, idle, text, tls, ca, queue, help };
    const option known[] = {{"mode", required_argument, nullptr, mode},
                            {"port", required_argument, nullptr, port},
                            {"size", required_argument, nullptr, size},
                            {"count", required_argument, nullptr, count},
                            {"seconds", required_argument, nullptr, seconds},
                            {"connections", required_argument, nullptr, connections},
                            {"threads", required_argument, nullptr, threads},
                            {"idle", required_argument, nullptr, idle},
                            {"text", no_argument, nullptr, text},
                            {"tls", no_argument, nullptr, tls},
                            {"ca", required_argument, nullptr, ca},
                            {"queue", required_argument, nullptr, queue},
                            {"help", no_argument, nullptr, help},
                            {nullptr, 0, nullptr, 0}};
    Options options;
    for (int found = 0; (found = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
        switch (found) {
        case mode:
            options.mode = optarg;
            break;
        case port:
            read_number(optarg, options.port);
            break;
        case size:
            read_number(optarg, options.size);
            break;
        case count:
            read_number(optarg, options.count);
            break;
        case seconds:
            read_number(optarg, options.seconds);
            break;
        case connections:
            read_number(optarg, options.connections);
            break;
        case threads:
            read_number(optarg, options.threads);
            break;
        case idle:
            read_number(optarg, options.idle);
            break;
        case text:
            options.text = true;
            break;
        case tls:
            options.tls = true;
            break;
        case ca:
            options.ca = optarg;
            break;
        case queue:
            read_number(optarg, options.queue);
            break;
        case help:
            std::printf(kUsage, program);
            std::exit(0);
        default:
            std::fprintf(stderr, kUsage, program);
            std::exit(2);
        }
    }
    if (options.mode.empty() || options.port == 0 || optind < argc) {
        std::fprintf(stderr, kUsage, program);
        std::exit(2);
    }
    return options;
}

void fail(const std::string &what)
{
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, what.c_str());
    std::exit(1);
}

void print_result(const Options &options, const Result &result)
{
    std::printf(
        "{\"mode\": \"%s\", \"size\": %zu, \"count\": %llu, \"seconds\": %.9f, \"bytes\": %llu, \"extra\": {",
        options.mode.c_str(), options.size, static_cast<unsigned long long>(result.count), result.seconds,
        static_cast<unsigned long long>(result.bytes));
    const char *separator = "";
    for (const auto &[name, value] : result.extra) {
        std::printf("%s\"%s\": %.9g", separator, name.c_str(), value);
        separator = ", ";
    }
    std::printf("}}\n");
    std::fflush(stdout);
}

double now()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::vector<uint8_t> make_payload(const Options &options)
{
    std::vector<uint8_t> payload(options.size);
    uint32_t state = 0x9e3779b9;
    for (uint8_t &byte : payload) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<uint8_t>(options.text ? 'a' + (state >> 24) % 26 : state >> 24);
    }
    if (!options.text && !payload.empty()) {
        payload[0] = 0xff;
    }
    return payload;
}

const char kEndMark[4] = "end";

std::string source_command(const Options &options, uint64_t count)
{
    return std::to_string(count) + " " + std::to_string(options.size) + (options.text ? " text" : " binary");
}

uint64_t echo_window(const Options &options)
{
    constexpr uint64_t kUnderWay = uint64_t{256} << 10;
    return std::max<uint64_t>(2, kUnderWay / std::max<size_t>(options.size, 64));
}

Result measure(const Options &options, const std::function<double(uint64_t count)> &round)
{
    Result result;
    uint64_t count = options.count != 0 ? options.count : 2;
    double seconds = round(count);
    while (options.count == 0 && seconds < options.seconds / 4) {
        // The first rounds tell little.
        count *= static_cast<uint64_t>(std::clamp(options.seconds / 3 / std::max(seconds, 1e-9), 2.0, 16.0));
        seconds = round(count);
    }
    if (options.count == 0) {
        count = std::max<uint64_t>(
            1, static_cast<uint64_t>(static_cast<double>(count) * options.seconds / seconds));
        seconds = round(count);
    }
    result.count = count;
    result.seconds = seconds;
    result.bytes = count * options.size;
    return result;
}

void Latencies::report(Result &result)
{
    if (nanoseconds_.empty()) {
        return;
    }
    std::sort(nanoseconds_.begin(), nanoseconds_.end());
    const auto at = [this](double part) {
        return nanoseconds_[static_cast<size_t>(part * static_cast<double>(nanoseconds_.size() - 1))] / 1e3;
    };
    result.extra.emplace_back("p50_us", at(0.5));
    result.extra.emplace_back("p99_us", at(0.99));
}

Usage usage()
{
    Usage usage;
    rusage of_process{};
    getrusage(RUSAGE_SELF, &of_process);
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    usage.cpu_seconds = seconds(of_process.ru_utime) + seconds(of_process.ru_stime);
    usage.switches = static_cast<uint64_t>(of_process.ru_nvcsw + of_process.ru_nivcsw);
    if (std::FILE *file = std::fopen("/proc/self/statm", "r")) {
        unsigned long long pages = 0;
        if (std::fscanf(file, "%*u %llu", &pages) == 1) {
            usage.resident_bytes = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
        }
        std::fclose(file);
    }
    return usage;
}

Result measure_connections(const Options &options, const std::function<void()> &open,
                           const std::function<void()> &round, const std::function<void(double)> &idle)
{
    raise_descriptor_limit();
    Result result;
    const Usage before = usage();
    const double start = now();
    open();
    const double opened = now();
    round();
    const double echoed = now();
    const Usage after = usage();
    // One turn to let what the round began come to rest.
    idle(0.3);
    const Usage resting = usage();
    idle(options.idle);
    const Usage idled = usage();
    result.count = options.connections;
    result.seconds = echoed - start;
    result.bytes = options.connections * options.size;
    result.extra = {{"open_s", opened - start},
                    {"round_s", echoed - opened},
                    {"bytes_each", (static_cast<double>(after.resident_bytes) -
                                    static_cast<double>(before.resident_bytes)) /
                                       options.connections},
                    {"idle_s", options.idle},
                    {"idle_cpu_s", idled.cpu_seconds - resting.cpu_seconds},
                    // The waits of the one who measures are no part of it.
                    {"idle_switches", static_cast<double>(idled.switches - resting.switches)}};
    return result;
}

void raise_descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace nws::bench
