// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "output.h"

#include <cstdio>
#include <ctime>

#include "json_line.h"
#include "message_text.h"

namespace nws::ohws {

namespace {

using std::chrono::duration_cast;
using std::chrono::system_clock;

std::string code_and_text(const Event &event)
{
    return std::to_string(event.code) + (event.text.empty() ? "" : " " + event.text);
}

std::string milliseconds(Microseconds time)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3f ms", static_cast<double>(time.count()) / 1000);
    return text;
}

// Hours to milliseconds, the user's time.
std::string time_of_day(system_clock::time_point time)
{
    const std::time_t seconds = system_clock::to_time_t(time);
    const auto fraction = duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
    std::tm parts = {};
    localtime_r(&seconds, &parts);
    char text[32];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>(fraction));
    return text;
}

class TextOutput final : public Output {
public:
    TextOutput(const Options &options, Console &console) : options_(options), console_(console) {}

    bool message(const Event &event) override
    {
        std::string line;
        if (options_.output.timestamps) {
            line += console_.painted(Paint::dim, time_of_day(event.time)) + " ";
        }
        line += console_.interactive() ? console_.painted(Paint::dim, "<") + " " : "";
        return console_.out(line + content(event));
    }

    void opened(const Event &event, const std::string &, const std::string &subprotocol) override
    {
        progress("open: " + code_and_text(event) +
                 (subprotocol.empty() ? "" : ", subprotocol " + subprotocol));
    }

    void pong(const Event &, Microseconds round_trip) override
    {
        progress("pong after " + milliseconds(round_trip));
    }

    void reconnecting(const Event &event) override
    {
        progress("attempt " + std::to_string(event.code) + " to connect anew in " +
                 std::to_string(event.delay.count()) + " ms");
    }

    void closed(const Event &event, bool clean) override
    {
        if (clean) {
            progress("closed: " + code_and_text(event));
        } else {
            problem("closed: " + code_and_text(event));
        }
    }

    void problem(const std::string &text) override
    {
        console_.err(console_.painted_err(Paint::problem, "ohws: " + shown(text)));
    }

    void progress(const std::string &text) override
    {
        if (options_.output.verbose) {
            console_.err(console_.painted_err(Paint::dim, "* " + shown(text)));
        }
    }

private:
    std::string content(const Event &event) const
    {
        const Paint paint = event.is_binary ? Paint::binary : Paint::text;
        switch (options_.talk.notation) {
        case Notation::hex:
            return console_.painted(paint, to_hex(event.text));
        case Notation::base64:
            return console_.painted(paint, to_base64(event.text));
        case Notation::plain:
            break;
        }
        return console_.painted(paint, shown(event.text));
    }

    const Options &options_;
    Console &console_;
};

class JsonOutput final : public Output {
public:
    explicit JsonOutput(Console &console) : console_(console) {}

    bool message(const Event &event) override
    {
        Json object = begin("message", event.time);
        object["type"] = event.is_binary ? "binary" : "text";
        if (event.is_binary) {
            object["base64"] = to_base64(event.text);
        } else {
            object["data"] = event.text;
        }
        return console_.out(json_line(object));
    }

    void opened(const Event &event, const std::string &url, const std::string &subprotocol) override
    {
        Json object = begin("open", event.time);
        object["url"] = url;
        object["status"] = event.code;
        object["subprotocol"] = subprotocol;
        console_.out(json_line(object));
    }

    void pong(const Event &event, Microseconds round_trip) override
    {
        Json object = begin("pong", event.time);
        object["round_trip_us"] = round_trip.count();
        console_.out(json_line(object));
    }

    void reconnecting(const Event &event) override
    {
        Json object = begin("reconnect", event.time);
        object["attempt"] = event.code;
        object["delay_ms"] = event.delay.count();
        console_.out(json_line(object));
    }

    void closed(const Event &event, bool clean) override
    {
        Json object = begin("close", event.time);
        object["code"] = event.code;
        object["reason"] = event.text;
        object["clean"] = clean;
        console_.out(json_line(object));
    }

    void problem(const std::string &text) override
    {
        Json object = begin("error", system_clock::now());
        object["text"] = text;
        console_.out(json_line(object));
    }

    void progress(const std::string &) override {}

private:
    static Json begin(const char *event, system_clock::time_point time)
    {
        Json object;
        object["event"] = event;
        object["time"] = format_time(time);
        return object;
    }

    Console &console_;
};

}  // namespace

std::unique_ptr<Output> make_output(const Options &options, Console &console)
{
    if (options.output.json) {
        return std::make_unique<JsonOutput>(console);
    }
    return std::make_unique<TextOutput>(options, console);
}

std::string shown(const std::string &text)
{
    return is_plain_text(text) ? text : "0x" + to_hex(text);
}

std::string format_time(system_clock::time_point time)
{
    const std::time_t seconds = system_clock::to_time_t(time);
    const auto fraction = duration_cast<Microseconds>(time.time_since_epoch()).count() % 1000000;
    std::tm parts = {};
    gmtime_r(&seconds, &parts);
    char date[32];
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    char text[48];
    std::snprintf(text, sizeof text, "%s.%06dZ", date, static_cast<int>(fraction));
    return text;
}

}  // namespace nws::ohws
