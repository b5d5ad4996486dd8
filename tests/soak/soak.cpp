// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program soak: clients on several threads against servers that behave
// and misbehave, for a given time, by a schedule that a seed decides. Each byte
// is checked: nothing lost that was accepted before a Close that both sides
// agreed on, nothing doubled, nothing out of order. Memory, descriptors and
// threads must not grow.
// Must not know: the library's insides.

#include <getopt.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "soak/session.h"
#include "support/process.h"
#include "support/sanitized.h"

namespace nws::soak {

namespace {

using Clock = std::chrono::steady_clock;

struct Settings {
    unsigned seconds = 5;
    unsigned threads = 6;
    uint64_t seed = 1;
    std::string server;  // the program ws-test-server
    std::string certs;   // its certificates
};

struct Servers {
    std::string plain, secure;  // "ws://...:port", "wss://...:port"
    std::string authorities;
};

std::atomic<bool> g_stop{false};
std::atomic<uint64_t> g_rounds{0};
std::atomic<uint64_t> g_messages{0};
std::atomic<unsigned> g_problems{0};

void report(const std::string &what, const Session &session, uint64_t seed)
{
    if (++g_problems <= 20) {
        std::fprintf(stderr, "soak: %s: %s (%s), seed %llu\n", what.c_str(), session.problem().c_str(),
                     session.state().c_str(), static_cast<unsigned long long>(seed));
    }
}

// ---- what one client does in a round; false: that was wrong ----

struct Round {
    Session &session;
    std::mt19937_64 &random;
    const std::string &url;

    uint64_t upto(uint64_t most) const { return random() % (most + 1); }
    // Mostly small, at times large.
    size_t size() const
    {
        const unsigned kind = static_cast<unsigned>(upto(9));
        return kLeastBytes + (kind < 7 ? upto(300) : kind < 9 ? upto(20'000) : upto(500'000));
    }
};

bool send_some(const Round &round, uint64_t count)
{
    for (uint64_t i = 0; i < count; ++i) {
        if (round.session.send(i, round.size()) != WEBSOCKET_OK) {
            return false;
        }
    }
    return true;
}

// Close follows Send at once: all of it comes back all the same.
bool echo(const Round &round)
{
    const uint64_t count = 1 + round.upto(40);
    if (round.session.connect(round.url + "/echo") != WEBSOCKET_OK || !round.session.wait_open_or_end() ||
        !send_some(round, count)) {
        return false;
    }
    if (round.upto(1) == 0 && !round.session.wait_messages(count)) {
        return false;
    }
    return round.session.close() == WEBSOCKET_OK && round.session.wait_end() &&
           round.session.close_code() == 1000 && round.session.messages() == count;
}

// What is sent while connecting goes out, too.
bool echo_of_early_messages(const Round &round)
{
    const uint64_t count = 1 + round.upto(20);
    return send_some(round, count) && round.session.connect(round.url + "/echo") == WEBSOCKET_OK &&
           round.session.wait_messages(count) && round.session.close() == WEBSOCKET_OK &&
           round.session.wait_end() && round.session.close_code() == 1000 &&
           round.session.messages() == count;
}

// Paused and resumed at random while messages flood in.
bool flood(const Round &round)
{
    const uint64_t count = 1 + round.upto(2000);
    const size_t size = 8 + round.upto(2000);
    round.session.judge_by([size](const char *data, size_t length, uint64_t number) {
        uint64_t found = 0;
        for (size_t i = 0; i < 8 && i < length; ++i) {
            found = found << 8 | static_cast<unsigned char>(data[i]);
        }
        return length == size && found == number;
    });
    if (round.session.connect(round.url + "/source?n=" + std::to_string(count) +
                              "&size=" + std::to_string(size)) != WEBSOCKET_OK ||
        !round.session.wait_open_or_end()) {
        return false;
    }
    for (uint64_t i = round.upto(20); i > 0; --i) {
        NetWebSocket_Pause(round.session.client());
        std::this_thread::yield();
        NetWebSocket_Resume(round.session.client());
    }
    return round.session.wait_end() && round.session.close_code() == 1000 &&
           round.session.messages() == count;
}

// Each ends by itself in this way.
bool ends_with(const Round &round, const char *path, uint32_t code, bool opens)
{
    return round.session.connect(round.url + path) == WEBSOCKET_OK && round.session.wait_end() &&
           (!opens || round.session.close_code() == code);
}

// Whatever is going on: Destroy ends it.
bool destroyed(const Round &round)
{
    round.session.judge_by([](const char *, size_t, uint64_t) { return true; });
    const char *const paths[] = {"/echo", "/stall", "/source?n=100000&size=100", "/drop"};
    if (round.session.connect(round.url + paths[round.upto(3)]) != WEBSOCKET_OK) {
        return false;
    }
    if (round.upto(1) == 0) {
        send_some(round, round.upto(10));
    }
    if (round.upto(1) == 0) {
        round.session.close();
    }
    round.session.destroy();
    return true;
}

bool closed_while_connecting(const Round &round)
{
    if (round.session.connect(round.url + "/stall") != WEBSOCKET_OK) {
        return false;
    }
    round.session.close();
    round.session.destroy();
    return true;
}

// Nobody waits for how it ends; but the library does, in the background.
bool is_abandoned(unsigned scenario)
{
    return scenario == 3 || scenario == 4;
}

bool play(const Round &round, unsigned scenario, const char *&name)
{
    switch (scenario) {
    case 0:
        name = "a server that drops";
        return ends_with(round, "/drop", 1006, true);
    case 1:
        name = "a server that goes away";
        return ends_with(round, "/close?code=1001&reason=going", 1001, true);
    case 2:
        name = "a server that refuses";
        return ends_with(round, "/status?code=503", 0, false);
    case 3:
        name = "destroyed";
        return destroyed(round);
    case 4:
        name = "closed while connecting";
        return closed_while_connecting(round);
    case 5:
    case 6:
        name = "flood";
        return flood(round);
    case 7:
        name = "early messages";
        return echo_of_early_messages(round);
    default:
        name = "echo";
        return echo(round);
    }
}

void work(const Servers &servers, uint64_t seed)
{
    std::mt19937_64 random(seed);
    while (!g_stop) {
        const uint64_t round_seed = random();
        std::mt19937_64 own(round_seed);
        const bool secure = !servers.secure.empty() && own() % 2 == 0;
        const auto scenario = static_cast<unsigned>(own() % 12);
        Session session(round_seed, secure ? servers.authorities : "", is_abandoned(scenario));
        const std::string &url = secure ? servers.secure : servers.plain;
        const char *name = "";
        const bool right = play(Round{session, own, url}, scenario, name);
        if (!right || !session.problem().empty()) {
            report(std::string(name) + (secure ? " (wss)" : " (ws)"), session, round_seed);
        }
        g_messages += session.messages();
        ++g_rounds;
    }
}

// ---- what must not grow ----

struct Usage {
    long memory = 0;  // kB resident
    long descriptors = 0;
    long threads = 0;
};

Usage usage_now()
{
    Usage usage;
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmRSS:") {
            status >> usage.memory;
        } else if (word == "Threads:") {
            status >> usage.threads;
        }
    }
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        (void)entry;
        ++usage.descriptors;
    }
    return usage;
}

long median(std::vector<Usage> samples, long Usage::*what)
{
    std::sort(samples.begin(), samples.end(),
              [what](const Usage &a, const Usage &b) { return a.*what < b.*what; });
    return samples[samples.size() / 2].*what;
}

// Compares the second quarter of the time with the last: the first is warming up.
bool grown(const std::vector<Usage> &samples)
{
    const size_t quarter = samples.size() / 4;
    if (quarter < 2) {
        return false;
    }
    const std::vector<Usage> early(samples.begin() + static_cast<long>(quarter),
                                   samples.begin() + static_cast<long>(2 * quarter));
    const std::vector<Usage> late(samples.end() - static_cast<long>(quarter), samples.end());
    struct {
        const char *name;
        long Usage::*what;
        long slack;  // of what comes and goes at random
    } const rows[] = {{"memory (kB)", &Usage::memory, 0},
                      {"descriptors", &Usage::descriptors, 16},
                      {"threads", &Usage::threads, 6}};
    bool any = false;
    for (const auto &row : rows) {
        const long before = median(early, row.what);
        const long after = median(late, row.what);
        const long slack = row.slack != 0 ? row.slack : std::max(before / 4, 8192L);
        std::printf("soak: %-14s %8ld then, %8ld now\n", row.name, before, after);
        // Sanitizers keep what was freed.
        any = any || (after > before + slack && !(NWS_SANITIZED && row.what == &Usage::memory));
    }
    return any;
}

// All is given back: what the process had before it began.
bool left_over(Usage before)
{
    before.threads += NWS_SANITIZED;  // ThreadSanitizer's own
    const auto deadline = Clock::now() + std::chrono::seconds(60);
    Usage after = usage_now();
    while ((after.descriptors > before.descriptors || after.threads > before.threads) &&
           Clock::now() < deadline) {
        std::this_thread::yield();
        after = usage_now();
    }
    std::printf("soak: at the end %ld descriptors (%ld before), %ld threads (%ld before)\n",
                after.descriptors, before.descriptors, after.threads, before.threads);
    return after.descriptors > before.descriptors || after.threads > before.threads;
}

// ---- the program ----

bool start_server(test::Process &process, const Settings &settings, bool tls, std::string &url)
{
    std::vector<std::string> command = {settings.server};
    if (tls) {
        command.insert(command.end(),
                       {"--cert", settings.certs + "/server.pem", "--key", settings.certs + "/server.key"});
    }
    const std::string beginning = "listening on ";
    if (!process.start(command)) {
        return false;
    }
    const std::optional<std::string> line = process.read_line();
    if (!line || line->compare(0, beginning.size(), beginning) != 0) {
        return false;
    }
    url = line->substr(beginning.size());
    while (!url.empty() && url.back() == '/') {
        url.pop_back();
    }
    return true;
}

bool run(const Settings &settings, const Servers &servers)
{
    const Usage before = usage_now();
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < settings.threads; ++i) {
        threads.emplace_back([&servers, seed = settings.seed * 1000 + i] { work(servers, seed); });
    }
    std::vector<Usage> samples;
    const auto interval = std::chrono::milliseconds(std::max(settings.seconds * 1000 / 200, 20U));
    const auto end = Clock::now() + std::chrono::seconds(settings.seconds);
    while (Clock::now() < end) {
        std::this_thread::sleep_for(interval);  // the schedule of the samples
        samples.push_back(usage_now());
    }
    g_stop = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
    std::printf("soak: %llu rounds, %llu messages, %u problems, seed %llu\n",
                static_cast<unsigned long long>(g_rounds), static_cast<unsigned long long>(g_messages),
                g_problems.load(), static_cast<unsigned long long>(settings.seed));
    const bool grew = grown(samples);
    return !left_over(before) && !grew && g_problems == 0 && g_rounds > 0;
}

int main(int argc, char **argv)
{
    Settings settings;
    const option options[] = {
        {"seconds", required_argument, nullptr, 's'}, {"threads", required_argument, nullptr, 't'},
        {"seed", required_argument, nullptr, 'r'},    {"server", required_argument, nullptr, 'p'},
        {"certs", required_argument, nullptr, 'c'},   {nullptr, 0, nullptr, 0}};
    for (int found = 0; (found = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        switch (found) {
        case 's':
            settings.seconds = static_cast<unsigned>(std::atoi(optarg));
            break;
        case 't':
            settings.threads = static_cast<unsigned>(std::atoi(optarg));
            break;
        case 'r':
            settings.seed = std::strtoull(optarg, nullptr, 10);
            break;
        case 'p':
            settings.server = optarg;
            break;
        case 'c':
            settings.certs = optarg;
            break;
        default:
            return 2;
        }
    }
    if (settings.server.empty() || settings.threads == 0) {
        std::fprintf(stderr,
                     "Usage: soak --server WS-TEST-SERVER [--certs DIRECTORY] [--seconds N] [--threads N] "
                     "[--seed N]\n");
        return 2;
    }
    test::Process plain;
    test::Process secure;
    Servers servers;
    if (!start_server(plain, settings, false, servers.plain) ||
        (!settings.certs.empty() && !start_server(secure, settings, true, servers.secure))) {
        std::fprintf(stderr, "soak: no server\n");
        return 2;
    }
    servers.authorities = settings.certs + "/ca.pem";
    return run(settings, servers) ? 0 : 1;
}

}  // namespace

}  // namespace nws::soak

int main(int argc, char **argv)
{
    return nws::soak::main(argc, argv);
}
