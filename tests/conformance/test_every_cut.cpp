// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: each case without a socket: its bytes in one read, one by one, and cut
// at every position.

#include "unit/check.h"

#include <algorithm>

#include "conformance/in_process.h"
#include "support/sanitized.h"

namespace {

using namespace nws;
using namespace nws::test;

// Longer ones are cut near their ends, and at some places between.
const size_t kAllCuts = is_slow() ? 40 : 700;
const size_t kEndCuts = is_slow() ? 4 : 24;
const size_t kCutsBetween = is_slow() ? 2 : 12;
const size_t kAllBytes = is_slow() ? 1000 : 70000;

// Where the pieces of a delivery begin.
using Cuts = std::vector<size_t>;

DeflateParameters parameters(const DeflateTerms &terms)
{
    DeflateParameters out;
    out.server_max_window_bits = terms.server_bits;
    out.client_max_window_bits = terms.client_bits;
    out.server_no_context_takeover = terms.server_alone;
    out.client_no_context_takeover = terms.client_alone;
    return out;
}

void read_wire(std::string &wire, const Case &one, Observed &observed)
{
    SentFrames sent(one.deflate, observed);
    FrameDecoder decoder;
    decoder.give(&wire[0], wire.size());
    test::Frame frame;
    while (decoder.next(frame)) {
        if (!frame.masked || !frame.shortest_length) {
            observed.broken = "the client's frame is not masked, or its length is too long";
        }
        sent.add(frame.opcode, frame.fin, frame.rsv, frame.payload);
    }
}

// "" or what is wrong.
std::string deliver(const Case &one, const Expectation &expected, const Cuts &cuts)
{
    Observed observed;
    SessionOptions options;
    if (one.receive_limit > 0) {
        options.max_receive_bytes = static_cast<size_t>(one.receive_limit);
    }
    EchoConnection connection(options, observed);
    DeflateParameters agreed;
    if (one.deflate) {
        agreed = parameters(*one.deflate);
    }
    connection.open(one.deflate ? &agreed : nullptr);
    size_t at = 0;
    for (size_t i = 0; i <= cuts.size() && at < one.wire.size(); ++i) {
        const size_t end = i < cuts.size() ? cuts[i] : one.wire.size();
        connection.receive(std::string_view(one.wire).substr(at, end - at));
        at = end;
    }
    const bool goes_on = one.expected.end == Expectation::End::open;
    if (connection.ended() == goes_on) {
        return std::string(goes_on ? "it has ended" : "it has not ended") + " " + observed.error_text;
    }
    if (goes_on) {
        connection.receive(frame(test::Opcode::text, kLastMessage));
        connection.receive(close_frame(1000));
    }
    read_wire(connection.wire(), one, observed);
    return difference(observed, expected);
}

Cuts every_byte(size_t length)
{
    Cuts cuts;
    for (size_t i = 1; i < length; ++i) {
        cuts.push_back(i);
    }
    return cuts;
}

// For pieces of two deliveries.
std::vector<size_t> single_cuts(size_t length)
{
    if (length <= kAllCuts) {
        return every_byte(length);
    }
    std::vector<size_t> cuts;
    for (size_t i = 1; i <= kEndCuts; ++i) {
        cuts.push_back(i);
        cuts.push_back(length - i);
    }
    for (size_t i = 1; i <= kCutsBetween; ++i) {
        cuts.push_back(length / (kCutsBetween + 1) * i);
    }
    return cuts;
}

bool check_case(const Case &one, size_t &deliveries)
{
    const Expectation expected = whole_expectation(one.expected);
    const auto check = [&](const Cuts &cuts, const std::string &how) {
        ++deliveries;
        const std::string wrong = deliver(one, expected, cuts);
        if (!wrong.empty()) {
            print_error("%s: %s, %s: %s\n", one.group.c_str(), one.name.c_str(), how.c_str(), wrong.c_str());
        }
        return wrong.empty();
    };
    if (!check({}, "in one read")) {
        return false;
    }
    if (one.wire.size() <= kAllBytes && !check(every_byte(one.wire.size()), "byte by byte")) {
        return false;
    }
    for (const size_t cut : single_cuts(one.wire.size())) {
        if (!check({cut}, "cut at byte " + std::to_string(cut))) {
            return false;
        }
    }
    return true;
}

void group(void **state)
{
    const std::string name = static_cast<const char *>(*state);
    bool good = true;
    bool skipped = false;
    size_t cases = 0;
    size_t deliveries = 0;
    for (const Case &one : all_cases()) {
        if (one.group == name) {
            skipped = one.deflate && !has_deflate();
            good = (skipped || check_case(one, deliveries)) && good;
            ++cases;
        }
    }
    if (skipped) {
        print_message("skipped: there is no zlib here\n");
        skip();
    }
    print_message("%zu cases, %zu deliveries\n", cases, deliveries);
    assert_true(good);
}

}  // namespace

int main()
{
    static const std::vector<std::string> kGroups = groups();
    std::vector<CMUnitTest> tests;
    for (const std::string &name : kGroups) {
        tests.push_back({name.c_str(), group, nullptr, nullptr, const_cast<char *>(name.c_str())});
    }
    return _cmocka_run_group_tests("every cut", tests.data(), tests.size(), nullptr, nullptr);
}
