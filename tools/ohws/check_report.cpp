// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "check_report.h"

#include <algorithm>
#include <cstdio>

#include "json_line.h"
#include "output.h"

namespace nws::ohws {

namespace {

std::string line_of(const CheckStage &stage, const Console &console)
{
    char text[64];
    std::snprintf(text, sizeof text, " %-8s %10.3f ms", stage.name.c_str(),
                  static_cast<double>(stage.time.count()) / 1000);
    const std::string mark =
        stage.ok ? console.painted(Paint::good, "ok  ") : console.painted(Paint::problem, "FAIL");
    return mark + text + (stage.detail.empty() ? "" : "  " + shown(stage.detail)) + "\n";
}

std::string lines_of(const std::pair<std::string, std::string> &fact, const Console &console)
{
    const std::string text = shown(fact.second);
    if (text.find('\n') != std::string::npos) {
        return text + (text.back() == '\n' ? "" : "\n");
    }
    return "       " + console.painted(Paint::dim, fact.first + ":") + " " + text + "\n";
}

}  // namespace

bool CheckReport::ok() const
{
    return std::all_of(stages.begin(), stages.end(), [](const CheckStage &stage) { return stage.ok; });
}

std::string check_text(const CheckReport &report, const Console &console)
{
    std::string text = shown(report.url) + "\n";
    for (const CheckStage &stage : report.stages) {
        text += line_of(stage, console);
        for (const auto &fact : stage.facts) {
            text += lines_of(fact, console);
        }
    }
    text.pop_back();
    return text;
}

std::string check_json(const CheckReport &report)
{
    Json object;
    object["url"] = report.url;
    object["ok"] = report.ok();
    Json stages = Json::array();
    for (const CheckStage &stage : report.stages) {
        Json entry;
        entry["stage"] = stage.name;
        entry["ok"] = stage.ok;
        entry["us"] = stage.time.count();
        entry["detail"] = stage.detail;
        Json facts = Json::array();
        for (const auto &[name, value] : stage.facts) {
            Json fact;
            fact["name"] = name;
            fact["value"] = value;
            facts.push_back(std::move(fact));
        }
        entry["facts"] = std::move(facts);
        stages.push_back(std::move(entry));
    }
    object["stages"] = std::move(stages);
    return json_line(object);
}

}  // namespace nws::ohws
