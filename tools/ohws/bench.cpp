// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "bench.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bench_connection.h"
#include "bench_report.h"
#include "bench_round.h"
#include "connection_options.h"
#include "console.h"
#include "output.h"
#include "progress_bar.h"
#include "signals.h"

namespace nws::ohws {

namespace {

// How often the bar grows, and Ctrl-C is looked for.
constexpr std::chrono::milliseconds kTick{100};
// More than the library gives the peer to answer Close.
constexpr std::chrono::seconds kTimeToClose{6};

bool is_interrupted()
{
    return Signals::take() == Signals::Request::end;
}

class Bench {
public:
    Bench(const Options &options, Console &console) : options_(options), console_(console) {}

    ExitStatus run();

private:
    // Nothing: all is well.
    std::optional<ExitStatus> open_connections();
    ExitStatus run_rounds();
    ExitStatus run_round(uint64_t size);
    std::string wait_for_end(BenchRound &round, ProgressBar &bar, Clock::time_point start);
    double done(BenchRound &round, Clock::time_point start) const;
    bool has_duration() const { return options_.bench.duration > 0; }
    ExitStatus complain(const Problem &problem);

    const Options &options_;
    Console &console_;
    ConnectionCount count_;
    std::vector<std::unique_ptr<BenchConnection>> connections_;
};

ExitStatus Bench::run()
{
    if (const auto failed = open_connections()) {
        return *failed;
    }
    const ExitStatus status = run_rounds();
    for (const auto &connection : connections_) {
        connection->close();
    }
    count_.wait_closed(Clock::now() + kTimeToClose);
    return status;
}

std::optional<ExitStatus> Bench::open_connections()
{
    for (uint64_t i = 0; i < options_.bench.connections; ++i) {
        connections_.push_back(std::make_unique<BenchConnection>(options_, count_));
        std::string problem;
        if (const int code = connections_.back()->connect(problem); code != WEBSOCKET_OK) {
            return complain({problem, is_mistake(code) ? kExitUsage : kExitFailed});
        }
    }
    while (!count_.wait_open(connections_.size(), Clock::now() + kTick)) {
        if (is_interrupted()) {
            return complain({"interrupted while connecting", kExitNotReached});
        }
    }
    if (const Problem problem = count_.problem(); !problem.text.empty()) {
        return complain(problem);
    }
    if (options_.output.verbose) {
        console_.err(console_.painted_err(Paint::dim, "* all connections are open"));
    }
    return std::nullopt;
}

ExitStatus Bench::run_rounds()
{
    for (const uint64_t size : options_.bench.sizes) {
        if (const ExitStatus status = run_round(size); status != kExitClean) {
            return status;
        }
    }
    return kExitClean;
}

ExitStatus Bench::run_round(uint64_t size)
{
    // Not all the same, so that compression has something to do, and text, too.
    std::string message(size, '\0');
    for (uint64_t i = 0; i < size; ++i) {
        message[i] = static_cast<char>('a' + (i * i + i / 26) % 26);
    }
    BenchRound round(has_duration() ? UINT64_MAX : options_.bench.messages);
    std::string problem;
    const Clock::time_point start = Clock::now();
    for (const auto &connection : connections_) {
        connection->begin(round, message);
    }
    {
        ProgressBar bar(std::to_string(size) + " bytes", !options_.output.json);
        problem = wait_for_end(round, bar, start);
    }
    for (const auto &connection : connections_) {
        connection->end();
    }
    if (!problem.empty()) {
        return complain({problem});
    }
    const BenchResult result = {size, std::chrono::duration<double>(round.last() - start).count(),
                                round.latency()};
    const bool written = console_.out(options_.output.json ? bench_json(options_.bench, result)
                                                           : bench_text(options_.bench, result));
    return written ? kExitClean : kExitFailed;
}

// "", or what went wrong.
std::string Bench::wait_for_end(BenchRound &round, ProgressBar &bar, Clock::time_point start)
{
    const auto stall = std::chrono::duration<double>(options_.bench.stall);
    uint64_t received = 0;
    Clock::time_point latest = start;
    while (!round.wait_until(Clock::now() + kTick)) {
        bar.show(done(round, start));
        if (has_duration() && done(round, start) >= 1) {
            round.stop();
        }
        if (round.received() != received) {
            received = round.received();
            latest = Clock::now();
        }
        if (const Problem lost = count_.problem(); !lost.text.empty()) {
            return lost.text;
        }
        if (is_interrupted()) {
            return "interrupted";
        }
        if (Clock::now() - latest > stall) {
            char text[64];
            std::snprintf(text, sizeof text, "nothing came back for %g s", options_.bench.stall);
            return text;
        }
    }
    return round.problem();
}

double Bench::done(BenchRound &round, Clock::time_point start) const
{
    if (has_duration()) {
        return std::chrono::duration<double>(Clock::now() - start).count() / options_.bench.duration;
    }
    return static_cast<double>(round.received()) / static_cast<double>(round.messages());
}

ExitStatus Bench::complain(const Problem &problem)
{
    console_.err(console_.painted_err(Paint::problem, "ohws: " + shown(problem.text)));
    return problem.status;
}

}  // namespace

ExitStatus bench(const Options &options)
{
    Signals::catch_them();
    Console console(options.output.colour);
    return Bench(options, console).run();
}

}  // namespace nws::ohws
