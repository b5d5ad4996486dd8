// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: conversations (conversation.h) in rounds, in each of which something else
// fails: how many, what must be left behind, what they came to.
// Must not know: what fails.
//
// With NET_WEBSOCKET_TEST_FULL in the environment nothing is left out, and less under
// a sanitizer; with NET_WEBSOCKET_TEST_VERBOSE the outcomes are shown.

#pragma once

#include "faults/conversation.h"

#include <map>

#include "support/sanitized.h"

namespace nws::test {

inline bool full_run()
{
    return std::getenv("NET_WEBSOCKET_TEST_FULL") != nullptr;
}

// Every so many of many.
inline size_t stride_for(size_t count, size_t most)
{
    return !full_run() ? count / most + 1 : NWS_SANITIZED ? 4 : 1;
}

// Some without a failure: what is made once in a process is there then.
inline void talk_in_peace(const Conversation &conversation)
{
    for (int i = 0; i < 3; ++i) {
        const Account account = Talk(conversation).run();
        ASSERT_TEXT(account.wrong, "");
        if (!account.complete) {
            fail_msg("without a failure: %s%s", account.calls.c_str(), account.seen.text.c_str());
        }
    }
}

// What must not be left of a conversation.
inline std::string left_behind(size_t descriptors_before)
{
    std::string wrong;
    if (!eventually([] { return count_service_threads() == 0; })) {
        wrong += "its thread is still there; ";
    }
    if (!eventually([=] { return count_descriptors() == descriptors_before; })) {
        wrong += std::to_string(count_descriptors()) + " descriptors are open, not " +
                 std::to_string(descriptors_before) + "; ";
    }
    return wrong;
}

inline std::string words_of(const Account &account)
{
    if (account.complete) {
        return "complete";
    }
    const Witness::Seen &seen = account.seen;
    return account.calls + (seen.opens > 0 ? "open, " : "") + std::to_string(seen.first_error) + ", " +
           std::to_string(seen.code) + " " + seen.text;
}

// Each with how often it came.
class Outcomes {
public:
    void add(const std::string &words) { ++outcomes_[words]; }
    void print(const char *name, const char *what, size_t count) const
    {
        size_t rounds = 0;
        for (const auto &outcome : outcomes_) {
            rounds += outcome.second;
        }
        print_message("%s: %zu %s, %zu rounds\n", name, count, what, rounds);
        for (const auto &outcome : outcomes_) {
            if (std::getenv("NET_WEBSOCKET_TEST_VERBOSE") != nullptr) {
                print_message("  %5zu x %s\n", outcome.second, outcome.first.c_str());
            }
        }
    }

private:
    std::map<std::string, size_t> outcomes_;
};

// The authority of the test's certificates, no proxy, and a library that has
// taken what it takes once.
inline int set_up_environment(void **)
{
    for (const char *name : {"http_proxy", "https_proxy", "all_proxy", "SSL_CERT_DIR", "NET_WEBSOCKET_PROXY",
                             "NET_WEBSOCKET_TLS_VERIFY", "NET_WEBSOCKET_TLS_CA"}) {
        unsetenv(name);
    }
    setenv("SSL_CERT_FILE", CERTS_DIR "/ca.pem", 1);
    // What is lost must be seen, not waited for.
    return setenv("NET_WEBSOCKET_CONNECT_TIMEOUT", "10000", 1);
}

// No failure is told by a timeout.
inline std::string timed_out(const Account &account)
{
    return begins_with(account.seen.text, "timeout") || begins_with(account.seen.text, "no answer")
               ? "it hung; "
               : "";
}

}  // namespace nws::test
