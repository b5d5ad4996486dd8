// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "check_report.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "json_line.h"
#include "output.h"

namespace nws::ohws {

namespace {

using Fact = std::pair<std::string, std::string>;

const std::string kIndent(7, ' ');

std::string line_of(const CheckStage &stage, const Console &console)
{
    char text[64];
    std::snprintf(text, sizeof text, " %-8s %10.3f ms", stage.name.c_str(),
                  static_cast<double>(stage.time.count()) / 1000);
    const std::string mark =
        stage.ok ? console.painted(Paint::good, "ok  ") : console.painted(Paint::problem, "FAIL");
    return mark + text + (stage.detail.empty() ? "" : "  " + shown(stage.detail)) + "\n";
}

std::string line_of(const Fact &fact, const Console &console)
{
    return console.painted(Paint::dim, shown(fact.first) + ":") + " " + shown(fact.second) + "\n";
}

// The PEM block is not indented, so that it can be copied.
std::string lines_of(const Certificate &certificate, size_t number, bool with_pem, const Console &console)
{
    std::string text = kIndent + console.painted(Paint::dim, "Certificate " + std::to_string(number)) + "\n";
    for (const Fact &fact : certificate.facts) {
        text += kIndent + "  " + line_of(fact, console);
    }
    return text + (with_pem ? shown(certificate.pem) : "");
}

std::string lower(std::string text)
{
    for (char &c : text) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

Json json_of(const Certificate &certificate, bool with_pem)
{
    Json object = Json::object();
    for (const auto &[name, value] : certificate.facts) {
        object[lower(name)] = value;
    }
    if (with_pem) {
        object["pem"] = certificate.pem;
    }
    return object;
}

Json json_of(const CheckStage &stage, bool with_pem)
{
    Json object;
    object["stage"] = stage.name;
    object["ok"] = stage.ok;
    object["us"] = stage.time.count();
    object["detail"] = stage.detail;
    Json facts = Json::array();
    for (const auto &[name, value] : stage.facts) {
        Json fact;
        fact["name"] = name;
        fact["value"] = value;
        facts.push_back(std::move(fact));
    }
    object["facts"] = std::move(facts);
    if (!stage.certificates.empty()) {
        Json chain = Json::array();
        for (const Certificate &certificate : stage.certificates) {
            chain.push_back(json_of(certificate, with_pem));
        }
        object["certificates"] = std::move(chain);
    }
    return object;
}

}  // namespace

bool CheckReport::ok() const
{
    return std::all_of(stages.begin(), stages.end(), [](const CheckStage &stage) { return stage.ok; });
}

std::string check_text(const CheckReport &report, bool with_pem, const Console &console)
{
    std::string text = shown(report.url) + "\n";
    for (const CheckStage &stage : report.stages) {
        text += line_of(stage, console);
        for (const Fact &fact : stage.facts) {
            text += kIndent + line_of(fact, console);
        }
        for (size_t i = 0; i < stage.certificates.size(); ++i) {
            text += lines_of(stage.certificates[i], i + 1, with_pem, console);
        }
    }
    text.pop_back();
    return text;
}

std::string check_json(const CheckReport &report, bool with_pem)
{
    Json object;
    object["url"] = report.url;
    object["ok"] = report.ok();
    Json stages = Json::array();
    for (const CheckStage &stage : report.stages) {
        stages.push_back(json_of(stage, with_pem));
    }
    object["stages"] = std::move(stages);
    return json_line(object);
}

}  // namespace nws::ohws
