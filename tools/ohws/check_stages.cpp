// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "check_stages.h"

#include <algorithm>
#include <string_view>

namespace nws::ohws {

namespace {

// In the order in which an attempt goes through them.
struct Step {
    const char *name;
    std::string_view words;  // with which the text of a failure begins
    uint64_t NetWebSocket_ConnectionInfo::*reached;
};

constexpr Step kSteps[] = {
    {"dns", "DNS: ", &NetWebSocket_ConnectionInfo::resolvedMicroseconds},
    {"tcp", "TCP: ", &NetWebSocket_ConnectionInfo::tcpMicroseconds},
    {"proxy", "Proxy: ", &NetWebSocket_ConnectionInfo::proxyMicroseconds},
    {"tls", "TLS: ", &NetWebSocket_ConnectionInfo::tlsMicroseconds},
    {"upgrade", "HTTP: ", &NetWebSocket_ConnectionInfo::openMicroseconds},
};

bool begins_with(std::string_view text, std::string_view words)
{
    return text.substr(0, words.size()) == words;
}

// Without words of its own, as a timeout, the failure is of the first stage that
// was needed and not reached.
std::string failed_stage(const std::string &url, const AttemptEnd &end,
                         const NetWebSocket_ConnectionInfo &info)
{
    for (const Step &step : kSteps) {
        if (begins_with(end.text, step.words)) {
            return step.name;
        }
    }
    if (info.tcpMicroseconds == 0) {
        return info.resolvedMicroseconds == 0 ? "connect" : "tcp";
    }
    if (*info.proxy != '\0' && info.proxyMicroseconds == 0) {
        return "proxy";
    }
    return begins_with(url, "wss:") && info.tlsMicroseconds == 0 ? "tls" : "upgrade";
}

std::string tls_of(const NetWebSocket_ConnectionInfo &info)
{
    std::string text = info.tlsVersion;
    text += text.empty() || *info.tlsCipher == '\0' ? "" : ", ";
    return text + info.tlsCipher;
}

void add_details(CheckStage &stage, const AttemptDetails &details)
{
    const NetWebSocket_ConnectionInfo &info = details.info;
    if (stage.name == "tcp") {
        stage.detail = stage.ok ? info.peerAddress : stage.detail;
        if (*info.localAddress != '\0') {
            stage.facts.emplace_back("From", info.localAddress);
        }
    } else if (stage.name == "proxy") {
        stage.detail = stage.ok ? info.proxy : stage.detail;
    } else if (stage.name == "tls") {
        stage.detail = stage.ok ? tls_of(info) : stage.detail;
        if (!stage.ok && !tls_of(info).empty()) {
            stage.facts.emplace_back("TLS", tls_of(info));
        }
        if (info.tlsResumed != 0) {
            stage.facts.emplace_back("Session", "resumed");
        }
        stage.certificates = parse_chain(details.certificates);
    } else if (stage.name == "upgrade") {
        if (info.redirects > 0) {
            stage.facts.emplace_back("Redirects", std::to_string(info.redirects));
        }
        for (std::string_view text = details.headers; !text.empty();) {
            if (auto field = parse_field(take_line(text)); !field.first.empty()) {
                stage.facts.push_back(std::move(field));
            }
        }
    }
}

}  // namespace

std::vector<CheckStage> stages_of(const std::string &url, const AttemptEnd &end,
                                  const AttemptDetails &details)
{
    const std::string last = end.opened ? "upgrade" : failed_stage(url, end, details.info);
    std::vector<CheckStage> stages;
    Microseconds before{0};
    for (const Step &step : kSteps) {
        const Microseconds reached(details.info.*step.reached);
        if (step.name == last) {
            break;
        }
        if (reached.count() != 0) {
            stages.push_back({step.name, true, std::max(reached - before, Microseconds(0)), ""});
            before = std::max(before, reached);
        }
    }
    // What the clocks of two threads leave is not to be less than nothing.
    stages.push_back({last, end.opened, std::max(end.time - before, Microseconds(0)), end.text});
    for (CheckStage &stage : stages) {
        add_details(stage, details);
    }
    return stages;
}

}  // namespace nws::ohws
