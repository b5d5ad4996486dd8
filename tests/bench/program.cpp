// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "program.h"

#include <dirent.h>
#include <getopt.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace nws::bench {

namespace {

const char kUsage[] =
    "Usage: %s --mode MODE --port PORT [OPTION]...\n"
    "Measures one thing against nws-bench-server, and prints a line of JSON.\n"
    "\n"
    "  --mode MODE       send, receive, echo, roundtrip, roundtrip-threads, fairness,\n"
    "                    connections, handshakes, handshakes-resumed, peak, queue\n"
    "  --size BYTES      of a message\n"
    "  --count N         messages of the round; otherwise as many as take --seconds S\n"
    "  --connections N   --threads N   --idle S   --queue BYTES   --text\n"
    "  --tls --ca FILE   wss, trusting this file\n"
    "  --server-pid PID  whose processor time counts, too\n"
    "  --flood-port PORT --flood-size BYTES   of mode fairness: a second server\n"
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

double read_clock(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// What pthread_getcpuclockid() gives, for a thread that is known by its number.
clockid_t thread_clock(int thread)
{
    constexpr unsigned kOfThreadAndScheduler = 4 | 2;
    return static_cast<clockid_t>(~static_cast<unsigned>(thread) << 3 | kOfThreadAndScheduler);
}

// A line of /proc/self/status.
uint64_t status_bytes(const char *name)
{
    std::FILE *file = std::fopen("/proc/self/status", "r");
    uint64_t bytes = 0;
    char line[256];
    while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr) {
        if (std::strncmp(line, name, std::strlen(name)) == 0) {
            bytes = std::strtoull(line + std::strlen(name), nullptr, 10) * 1024;
        }
    }
    if (file != nullptr) {
        std::fclose(file);
    }
    return bytes;
}

}  // namespace

std::string Options::url(const std::string &endpoint) const
{
    return (tls ? "wss://localhost:" : "ws://127.0.0.1:") + std::to_string(port) + path(endpoint);
}

std::string Options::flood_url() const
{
    return "ws://127.0.0.1:" + std::to_string(flood_port) + "/source";
}

Options parse_options(int argc, char **argv, const char *program)
{
    enum {
        mode = 1,
        port,
        size,
        count,
        seconds,
        connections,
        threads,
        idle,
        text,
        tls,
        ca,
        queue,
        server_pid,
        flood_port,
        flood_size,
        help
    };
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
                            {"server-pid", required_argument, nullptr, server_pid},
                            {"flood-port", required_argument, nullptr, flood_port},
                            {"flood-size", required_argument, nullptr, flood_size},
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
        case server_pid:
            read_number(optarg, options.server_pid);
            break;
        case flood_port:
            read_number(optarg, options.flood_port);
            break;
        case flood_size:
            read_number(optarg, options.flood_size);
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
        "{\"mode\": \"%s\", \"size\": %zu, \"count\": %llu, \"seconds\": %.9f, \"cpu_seconds\": %.9f, "
        "\"bytes\": %llu, \"extra\": {",
        options.mode.c_str(), options.size, static_cast<unsigned long long>(result.count), result.seconds,
        result.cpu_seconds, static_cast<unsigned long long>(result.bytes));
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
    return read_clock(CLOCK_MONOTONIC);
}

void wait(sem_t &semaphore)
{
    while (sem_wait(&semaphore) != 0) {
    }
}

CpuTimes::CpuTimes(const Options &options)
{
    clockid_t clock = 0;
    if (options.server_pid != 0 && clock_getcpuclockid(options.server_pid, &clock) == 0) {
        server_ = read_clock(clock);
    }
    process_ = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    if (DIR *directory = opendir("/proc/self/task")) {
        while (const dirent *entry = readdir(directory)) {
            if (const int thread = std::atoi(entry->d_name); thread != 0) {
                threads_[thread] = read_clock(thread_clock(thread));
            }
        }
        closedir(directory);
    }
}

double CpuTimes::bound(const CpuTimes &before) const
{
    cpu_set_t processors;
    CPU_ZERO(&processors);
    sched_getaffinity(0, sizeof processors, &processors);
    const double server = server_ - before.server_;
    double longest = std::max(server, (process_ - before.process_ + server) / CPU_COUNT(&processors));
    for (const auto &[thread, seconds] : threads_) {
        const auto earlier = before.threads_.find(thread);
        longest = std::max(longest, seconds - (earlier != before.threads_.end() ? earlier->second : 0));
    }
    return longest;
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

std::string flood_command(const Options &options)
{
    Options flood = options;
    flood.size = options.flood_size;
    return source_command(flood, (uint64_t{1} << 50) / flood.size);
}

void check_answer(const Options &options, const char *text, size_t length, uint64_t sent)
{
    const std::string expected = std::to_string(sent) + " " + std::to_string(sent * options.size);
    if (expected.compare(0, std::string::npos, text, length) != 0) {
        fail("the server has messages and bytes: " + std::string(text, length) + ", not " + expected);
    }
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
    double seconds = 0;
    const auto run = [&] {
        const CpuTimes before(options);
        seconds = round(count);
        result.cpu_seconds = CpuTimes(options).bound(before);
    };
    run();
    // The first rounds tell little, and one that was held up tells nothing: the
    // last must take as long as the one before it let expect.
    for (bool last = false; options.count == 0 && !(last && seconds > options.seconds / 2);) {
        last = seconds > options.seconds / 4;
        const double growth =
            last ? options.seconds / seconds : std::clamp(options.seconds / 3 / seconds, 2.0, 16.0);
        count = std::max<uint64_t>(2, static_cast<uint64_t>(static_cast<double>(count) * growth));
        run();
    }
    result.count = count;
    result.seconds = seconds;
    result.bytes = count * options.size;
    return result;
}

void Latencies::report(Result &result, const std::string &prefix)
{
    if (nanoseconds_.empty()) {
        return;
    }
    std::sort(nanoseconds_.begin(), nanoseconds_.end());
    const auto at = [this](double part) {
        return nanoseconds_[static_cast<size_t>(part * static_cast<double>(nanoseconds_.size() - 1))] / 1e3;
    };
    result.extra.emplace_back(prefix + "p50_us", at(0.5));
    result.extra.emplace_back(prefix + "p99_us", at(0.99));
}

Result measure_trips(const Options &options, Latencies &latencies, const std::function<void()> &trip)
{
    Result result = measure(options, [&](uint64_t count) {
        latencies.clear();
        const double start = now();
        for (uint64_t i = 0; i < count; ++i) {
            latencies.begin();
            trip();
            latencies.end();
        }
        return now() - start;
    });
    latencies.report(result);
    return result;
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
    usage.sleeps = static_cast<uint64_t>(of_process.ru_nvcsw);
    usage.resident_bytes = status_bytes("VmRSS:");
    usage.peak_bytes = status_bytes("VmHWM:");
    return usage;
}

void reset_peak()
{
    std::FILE *file = std::fopen("/proc/self/clear_refs", "w");
    if (file == nullptr || std::fputs("5", file) < 0 || std::fclose(file) != 0) {
        fail("the memory's peak cannot be reset");
    }
}

Result measure_connections(const Options &options, const std::function<void(unsigned count)> &open,
                           const std::function<void()> &round, const std::function<void(double)> &idle)
{
    raise_descriptor_limit();
    Result result;
    // What all of them share is there with the first.
    open(1);
    round();
    const Usage before = usage();
    const CpuTimes cpu_start(options);
    const double start = now();
    open(options.connections);
    const double opened = now();
    const CpuTimes cpu_opened(options);
    const double begun = now();
    round();
    const double echoed = now();
    const CpuTimes cpu_echoed(options);
    // To let what the round began come to rest.
    idle(0.3);
    const Usage resting = usage();
    idle(options.idle);
    const Usage idled = usage();
    result.count = options.connections;
    result.seconds = echoed - start;
    result.bytes = options.connections * options.size;
    result.cpu_seconds = cpu_echoed.bound(cpu_start);
    result.extra = {{"open_s", opened - start},
                    {"open_cpu_s", cpu_opened.bound(cpu_start)},
                    {"round_s", echoed - begun},
                    {"round_cpu_s", cpu_echoed.bound(cpu_opened)},
                    {"bytes_each", (static_cast<double>(resting.resident_bytes) -
                                    static_cast<double>(before.resident_bytes)) /
                                       options.connections},
                    {"idle_s", options.idle},
                    {"idle_cpu_s", idled.cpu_seconds - resting.cpu_seconds},
                    // Without the sleep of the one who measures.
                    {"idle_wakeups", static_cast<double>(idled.sleeps - resting.sleeps) - 1}};
    return result;
}

Result measure_fairness(const Options &options, Latencies &latencies,
                        const std::function<double(uint64_t count)> &round,
                        const std::function<void()> &begin_flood,
                        const std::function<uint64_t()> &flood_count)
{
    measure(options, round);
    Result quiet;
    latencies.report(quiet, "quiet_");
    begin_flood();
    round(10);
    const uint64_t before = flood_count();
    const double start = now();
    Result result = measure(options, round);
    const double rate = static_cast<double>(flood_count() - before) / (now() - start);
    if (rate == 0) {
        fail("the flooded connection got nothing");
    }
    latencies.report(result);
    result.extra.insert(result.extra.end(), quiet.extra.begin(), quiet.extra.end());
    result.extra.emplace_back("flood_rate", rate);
    return result;
}

Result measure_peak(const Options &options, const std::function<void()> &receive)
{
    Result result;
    const uint64_t before = usage().resident_bytes;
    reset_peak();
    const double start = now();
    receive();
    result.seconds = now() - start;
    result.count = 1;
    result.bytes = options.size;
    result.extra = {{"peak_bytes", static_cast<double>(usage().peak_bytes - before)}};
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
