// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a proxy that says what it is told to, for tests of conversations with
// one. Must not know: protocols.

#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "route/proxy_conversation.h"

namespace nws::test {

// What a conversation came to.
struct Outcome {
    std::string said;    // what it wrote, "|" where it then waited
    std::string result;  // "open", "waiting", or the problem
    std::string left;    // what it did not take of the proxy's bytes

    bool operator==(const Outcome &other) const
    {
        return said == other.said && result == other.result && left == other.left;
    }
};

// Plays the caller's part. The proxy's bytes come in pieces that end at the
// given places; sent: so many bytes are written at a time.
inline Outcome talk(ProxyConversation &conversation, std::string_view answer, const std::vector<size_t> &cuts,
                    size_t sent = SIZE_MAX)
{
    Outcome outcome;
    size_t taken = 0;
    size_t come = 0;  // of the proxy's bytes
    auto cut = cuts.begin();
    while (!conversation.done() && !conversation.failed()) {
        while (!conversation.to_write().empty()) {
            const std::string_view piece = conversation.to_write().substr(0, sent);
            outcome.said += piece;
            conversation.written(piece.size());
            if (conversation.to_write().empty()) {
                outcome.said += '|';
            }
        }
        if (come == taken) {
            if (come == answer.size()) {
                break;
            }
            come = cut == cuts.end() ? answer.size() : *cut++;
        }
        taken += conversation.consume(answer.substr(taken, come - taken));
    }
    outcome.result = conversation.done()     ? "open"
                     : conversation.failed() ? conversation.problem()
                                             : "waiting";
    outcome.left = answer.substr(taken);
    return outcome;
}

inline Outcome talk(const Proxy &proxy, const std::string &host, uint16_t port, std::string_view answer,
                    const std::vector<size_t> &cuts = {}, size_t sent = SIZE_MAX)
{
    const std::unique_ptr<ProxyConversation> conversation = start_proxy_conversation(proxy, host, port);
    return talk(*conversation, answer, cuts, sent);
}

// Whether the outcome is the same wherever the answer is cut: at each place, and
// everywhere at once.
inline bool cuts_do_not_matter(const Proxy &proxy, const std::string &host, uint16_t port,
                               const std::string &answer)
{
    const Outcome whole = talk(proxy, host, port, answer);
    std::vector<size_t> everywhere;
    for (size_t cut = 1; cut < answer.size(); ++cut) {
        everywhere.push_back(cut);
        if (!(talk(proxy, host, port, answer, {cut}) == whole)) {
            return differs(__FILE__, __LINE__, whole.result, answer + " cut at " + std::to_string(cut));
        }
    }
    return talk(proxy, host, port, answer, everywhere, 1) == whole ||
           differs(__FILE__, __LINE__, whole.result, answer + " cut everywhere");
}

// What reaches the application: one line, printable, whole.
inline bool is_presentable(const std::string &problem)
{
    return problem.rfind("Proxy: ", 0) == 0 && problem.size() < 255 &&
           std::all_of(problem.begin(), problem.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace nws::test
