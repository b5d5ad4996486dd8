// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "check.h"

#include <network/netstack/net_websocket_ext.h>
#include <poll.h>

#include <algorithm>
#include <string>

#include "check_report.h"
#include "check_stages.h"
#include "client.h"
#include "connection_options.h"
#include "console.h"
#include "output.h"
#include "signals.h"

namespace nws::ohws {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

// For an answer to the ping; the library has its own timeouts for the rest.
constexpr std::chrono::seconds kTimeToAnswer{10};

class Check {
public:
    Check(const Options &options, Console &console, int signals)
        : options_(options), console_(console), signals_(signals)
    {
    }

    ExitStatus run();

private:
    ExitStatus connect();
    void ping();
    void close();

    // The next event of this kind, or one that ends the connection. Nothing: it
    // took too long, or the user does not want to wait any more.
    std::optional<Event> wait_for(Event::Kind kind, std::optional<Clock::time_point> deadline = {});
    std::optional<Event> take(Event::Kind kind);
    void add(const char *stage, bool ok, Clock::time_point since, Clock::time_point until,
             const std::string &detail);

    const Options &options_;
    Console &console_;
    int signals_;
    Client client_;
    CheckReport report_;
};

ExitStatus Check::run()
{
    report_.url = options_.connection.url;
    const ExitStatus status = connect();
    if (report_.stages.empty()) {
        return status;
    }
    if (status == kExitClean) {
        ping();
        close();
    }
    const bool with_pem = options_.check.certificates;
    const bool written = console_.out(options_.output.json ? check_json(report_, with_pem)
                                                           : check_text(report_, with_pem, console_));
    if (status != kExitClean) {
        return status;
    }
    return written && report_.ok() ? kExitClean : kExitFailed;
}

ExitStatus Check::connect()
{
    std::string problem;
    const auto start = Clock::now();
    ConnectionOptions connection = options_.connection;
    connection.details = true;
    const int code = client_.connect(connection, 0, problem);
    if (code != WEBSOCKET_OK) {
        console_.err(console_.painted_err(Paint::problem, "ohws: " + shown(problem)));
        return is_mistake(code) ? kExitUsage : kExitFailed;
    }
    const auto event = wait_for(Event::Kind::open);
    const bool opened = event && event->kind == Event::Kind::open;
    const AttemptEnd end = {
        opened, event ? (opened ? std::to_string(event->code) + " " : "") + event->text : "interrupted",
        duration_cast<Microseconds>((event ? event->when : Clock::now()) - start)};
    report_.stages = stages_of(options_.connection.url, end,
                               {client_.info(), client_.peer_certificates(), client_.response_headers()});
    if (opened) {
        return kExitClean;
    }
    return event ? status_of_error(event->code, event->text) : kExitNotReached;
}

void Check::ping()
{
    const auto start = Clock::now();
    client_.ping("ohws");
    const auto event = wait_for(Event::Kind::pong, start + kTimeToAnswer);
    const bool answered = event && event->kind == Event::Kind::pong;
    add("ping", answered, start, event ? event->when : Clock::now(),
        answered ? ""
        : event  ? event->text
                 : "no answer");
}

void Check::close()
{
    const auto start = Clock::now();
    client_.close(1000, "");
    const auto event = wait_for(Event::Kind::close);
    if (!event) {
        add("close", false, start, Clock::now(), "interrupted");
        return;
    }
    const bool clean = event->code == 1000 || event->code == 1005;
    add("close", clean, start, event->when,
        std::to_string(event->code) + (event->text.empty() ? "" : " ") + event->text);
}

std::optional<Event> Check::wait_for(Event::Kind kind, std::optional<Clock::time_point> deadline)
{
    for (;;) {
        if (auto event = take(kind)) {
            return event;
        }
        const auto left = deadline ? std::chrono::ceil<milliseconds>(*deadline - Clock::now()).count() : -1;
        if (deadline && left <= 0) {
            return std::nullopt;
        }
        pollfd ready[] = {{Client::events().descriptor(), POLLIN, 0}, {signals_, POLLIN, 0}};
        poll(ready, 2, static_cast<int>(left));
        if (Signals::take() == Signals::Request::end) {
            return std::nullopt;
        }
    }
}

std::optional<Event> Check::take(Event::Kind kind)
{
    while (auto event = Client::events().take()) {
        if (event->kind == kind || event->kind == Event::Kind::error || event->kind == Event::Kind::close) {
            return event;
        }
    }
    return std::nullopt;
}

void Check::add(const char *stage, bool ok, Clock::time_point since, Clock::time_point until,
                const std::string &detail)
{
    report_.stages.push_back({stage, ok, duration_cast<Microseconds>(until - since), detail});
}

}  // namespace

ExitStatus check(const Options &options)
{
    const int signals = Signals::catch_them();
    Console console(options.output.colour);
    return Check(options, console, signals).run();
}

}  // namespace nws::ohws
