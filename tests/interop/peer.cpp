// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "interop/peer.h"

#include <algorithm>
#include <sstream>

#include "support/digest.h"

namespace nws::test {

namespace {

bool begins_with(const std::string &text, const std::string &beginning)
{
    return text.compare(0, beginning.size(), beginning) == 0;
}

}  // namespace

int Peer::start(const std::vector<std::string> &command)
{
    if (!process_.start(command)) {
        return 1;
    }
    while (const std::optional<std::string> line = process_.read_line()) {
        std::istringstream words(*line);
        std::string word;
        std::string listener;
        uint16_t port = 0;
        if (words >> word && word == "ready") {
            return 0;
        }
        if (words >> listener >> port) {
            ports_[listener] = port;
        }
    }
    return process_.wait_exit() == kNotInstalled ? kNotInstalled : 1;
}

std::string Peer::url(const std::string &listener, const std::string &target, const std::string &host,
                      const std::string &userinfo) const
{
    const std::string scheme = listener == "ws" ? "ws://" : "wss://";
    return scheme + userinfo + host + ":" + std::to_string(ports_.at(listener)) + target;
}

std::optional<std::string> Peer::wait_line(const std::string &beginning)
{
    const auto wanted = [&](const std::string &line) { return begins_with(line, beginning); };
    for (;;) {
        const auto found = std::find_if(lines_.begin(), lines_.end(), wanted);
        if (found != lines_.end()) {
            std::string line = *found;
            lines_.erase(found);
            return line;
        }
        std::optional<std::string> line = process_.read_line();
        if (!line) {
            return std::nullopt;
        }
        lines_.push_back(std::move(*line));
    }
}

std::optional<Report> Peer::wait_report(const std::string &target)
{
    const std::string beginning = "closed " + target + " ";
    const std::optional<std::string> line = wait_line(beginning);
    if (!line) {
        return std::nullopt;
    }
    Report report;
    std::istringstream words(line->substr(beginning.size()));
    words >> report.code >> report.texts >> report.binaries >> report.sha1;
    words.ignore();
    std::getline(words, report.reason);
    return report;
}

bool Peer::wait_held(const std::string &target)
{
    return wait_line("held " + target).has_value();
}

bool Peer::release(const std::string &target)
{
    return process_.write_line("release " + target);
}

std::string sha1_text(const std::string &bytes)
{
    std::string text;
    for (const uint8_t byte : sha1(bytes)) {
        text.push_back("0123456789abcdef"[byte >> 4]);
        text.push_back("0123456789abcdef"[byte & 15]);
    }
    return text;
}

}  // namespace nws::test
