// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The pure parts of ohws: the histogram, how bytes are written, what a check
// makes of an attempt.

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "certificate_chain.h"
#include "check_stages.h"
#include "exit_status.h"
#include "histogram.h"
#include "message_text.h"
#include "unit/check.h"

using namespace nws::ohws;

namespace {

// ---- histogram ----

void an_empty_histogram(void **)
{
    const Histogram histogram;
    assert_int_equal(histogram.count(), 0);
    assert_int_equal(histogram.min(), 0);
    assert_int_equal(histogram.max(), 0);
    assert_int_equal(histogram.percentile(99), 0);
    histogram.each_power_of_two([](uint64_t, uint64_t, uint64_t) { fail(); });
}

void small_numbers_are_exact(void **)
{
    Histogram histogram;
    for (uint64_t value = 1; value <= 100; ++value) {
        histogram.record(value);
    }
    assert_int_equal(histogram.percentile(50), 50);
    assert_int_equal(histogram.percentile(1), 1);
    assert_int_equal(histogram.percentile(100), 100);
    assert_int_equal(histogram.min(), 1);
    assert_int_equal(histogram.max(), 100);
    assert_true(std::fabs(histogram.mean() - 50.5) < 1e-9);
}

void percentiles_are_less_than_2_percent_off(void **)
{
    std::mt19937_64 random(20260101);
    for (int round = 0; round < 200; ++round) {
        const uint64_t value = random() >> (24 + random() % 40);
        Histogram histogram;
        histogram.record(value);
        histogram.record(UINT64_MAX >> 24);  // so that the maximum does not cut
        const uint64_t median = histogram.percentile(50);
        assert_true(median >= value);
        assert_true(static_cast<double>(median - value) <= 0.02 * static_cast<double>(value));
    }
}

void powers_of_two_hold_each_number_once(void **)
{
    Histogram histogram;
    const std::vector<uint64_t> values = {5, 6, 7, 8, 63, 64, 65, 127, 128, 1000000, 1048575, 1048576};
    for (const uint64_t value : values) {
        histogram.record(value);
    }
    uint64_t total = 0;
    uint64_t previous = 4;
    histogram.each_power_of_two([&](uint64_t lower, uint64_t upper, uint64_t count) {
        assert_int_equal(lower, previous);
        assert_int_equal(upper, 2 * lower);
        previous = upper;
        uint64_t inside = 0;
        for (const uint64_t value : values) {
            inside += value >= lower && value < upper ? 1 : 0;
        }
        assert_int_equal(count, inside);
        total += count;
    });
    assert_int_equal(total, values.size());
    assert_int_equal(previous, 2097152);
}

void the_largest_numbers_are_kept_together(void **)
{
    Histogram histogram;
    histogram.record(UINT64_MAX);
    histogram.record(uint64_t{1} << 50);
    assert_int_equal(histogram.count(), 2);
    assert_true(histogram.max() == UINT64_MAX);
}

// ---- bytes as text ----

void base64_as_in_the_rfc(void **)
{
    // RFC 4648 10
    const char *const pairs[][2] = {{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="},
                                    {"foobar", "Zm9vYmFy"}};
    for (const auto &pair : pairs) {
        assert_string_equal(to_base64(pair[0]).c_str(), pair[1]);
        assert_true(from_base64(pair[1]) == std::string(pair[0]));
    }
    assert_true(from_base64("Zg") == std::string("f"));
    assert_true(from_base64(" Zm 9v\r") == std::string("foo"));
    for (const char *wrong :
         {"Z", "Zg=", "Zg===", "=", "Zg==Zg==", "Z=g=", "Zm9v=", "Zm9v====", "Zm-v", "Zm_v"}) {
        assert_true(from_base64(wrong) == std::nullopt);
    }
    assert_true(from_base64(std::string("Zg\0=", 4)) == std::nullopt);
}

void all_bytes_there_and_back(void **)
{
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) {
        bytes.push_back(static_cast<char>(byte));
        assert_true(from_base64(to_base64(bytes)) == bytes);
        assert_true(from_hex(to_hex(bytes)) == bytes);
    }
}

void what_is_plain(void **)
{
    for (const char *plain : {"", "a\tb\r\n", "γ", "€", "\U0001f600", "\u00a0"}) {
        assert_true(is_plain_text(plain));
        assert_true(is_utf8(plain));
    }
    for (const char *control : {"\033[", "\x7f", "\xc2\x9b", "\x01"}) {
        assert_false(is_plain_text(control));
        assert_true(is_utf8(control));
    }
    for (const char *wrong : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80",
                              "\xf8\x88\x80\x80\x80", "\xe0\x9f\xbf"}) {
        assert_false(is_plain_text(wrong));
        assert_false(is_utf8(wrong));
    }
}

// ---- check ----

const char kChain[] =
    "Subject: CN=localhost, O=a: b\r\n"
    "Issuer: CN=above\n"
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB\n"
    "-----END CERTIFICATE-----\n"
    "not a field\n"
    "Subject: CN=above\n"
    "-----BEGIN CERTIFICATE-----\n"
    "MIIC: not a field\n"
    "-----END CERTIFICATE-----\n";

void a_chain_is_taken_apart(void **)
{
    const std::vector<Certificate> chain = parse_chain(kChain);
    assert_int_equal(chain.size(), 2);
    assert_int_equal(chain[0].facts.size(), 2);
    assert_string_equal(chain[0].facts[0].second.c_str(), "CN=localhost, O=a: b");
    assert_string_equal(chain[0].facts[1].first.c_str(), "Issuer");
    assert_string_equal(chain[0].pem.c_str(),
                        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    assert_int_equal(chain[1].facts.size(), 1);
    // What is cut off is left out.
    for (size_t length = 0; length < sizeof kChain - 1; ++length) {
        assert_true(parse_chain(std::string_view(kChain, length)).size() <= 2);
    }
    assert_true(parse_chain("").empty());
    assert_true(parse_chain("-----BEGIN CERTIFICATE-----\nMIIB\n").empty());
}

NetWebSocket_ConnectionInfo reached(uint64_t dns, uint64_t tcp, uint64_t proxy, uint64_t tls, uint64_t open)
{
    NetWebSocket_ConnectionInfo info = {};
    info.resolvedMicroseconds = dns;
    info.tcpMicroseconds = tcp;
    info.proxyMicroseconds = proxy;
    info.tlsMicroseconds = tls;
    info.openMicroseconds = open;
    return info;
}

// "dns 5, tcp 3!": the stages with their times, and which one failed.
std::string stages_text(const char *url, bool opened, const char *words,
                        const NetWebSocket_ConnectionInfo &info)
{
    std::string text;
    for (const CheckStage &stage : stages_of(url, {opened, words, Microseconds(100)}, {info, "", ""})) {
        text += (text.empty() ? "" : ", ") + stage.name + " " + std::to_string(stage.time.count()) +
                (stage.ok ? "" : "!");
    }
    return text;
}

void stages_and_their_times(void **)
{
    const auto through_proxy = [](NetWebSocket_ConnectionInfo info) {
        info.proxy[0] = 'p';
        return info;
    };
    const struct {
        const char *url;
        bool opened;
        const char *words;
        NetWebSocket_ConnectionInfo info;
        const char *stages;
    } cases[] = {
        {"ws://a/", true, "101", reached(5, 8, 0, 0, 60), "dns 5, tcp 3, upgrade 92"},
        {"wss://1.2.3.4/", true, "101", reached(0, 8, 0, 20, 60), "tcp 8, tls 12, upgrade 80"},
        {"wss://a/", true, "101", through_proxy(reached(5, 8, 10, 20, 60)),
         "dns 5, tcp 3, proxy 2, tls 10, upgrade 80"},
        {"ws://a/", false, "DNS: no", reached(0, 0, 0, 0, 0), "dns 100!"},
        {"ws://a/", false, "TCP: no", reached(5, 0, 0, 0, 0), "dns 5, tcp 95!"},
        {"ws://a/", false, "Proxy: no", through_proxy(reached(5, 8, 0, 0, 0)), "dns 5, tcp 3, proxy 92!"},
        {"wss://a/", false, "TLS: no", reached(5, 8, 0, 0, 0), "dns 5, tcp 3, tls 92!"},
        {"wss://a/", false, "HTTP: 403", reached(5, 8, 0, 20, 0), "dns 5, tcp 3, tls 12, upgrade 80!"},
        // What fails without saying where.
        {"ws://a/", false, "timeout", reached(0, 0, 0, 0, 0), "connect 100!"},
        {"ws://a/", false, "timeout", reached(5, 0, 0, 0, 0), "dns 5, tcp 95!"},
        {"ws://a/", false, "timeout", through_proxy(reached(5, 8, 0, 0, 0)), "dns 5, tcp 3, proxy 92!"},
        {"wss://a/", false, "timeout", reached(5, 8, 0, 0, 0), "dns 5, tcp 3, tls 92!"},
        {"wss://a/", false, "timeout", reached(5, 8, 0, 20, 0), "dns 5, tcp 3, tls 12, upgrade 80!"},
        {"ws://a/", false, "timeout", reached(5, 8, 0, 0, 0), "dns 5, tcp 3, upgrade 92!"},
        // Clocks that disagree.
        {"ws://a/", true, "101", reached(5, 200, 0, 0, 201), "dns 5, tcp 195, upgrade 0"},
    };
    for (const auto &one : cases) {
        assert_string_equal(stages_text(one.url, one.opened, one.words, one.info).c_str(), one.stages);
    }
}

void exit_status_by_stage(void **)
{
    assert_int_equal(status_of_error(1003, "DNS: no such name"), kExitNotReached);
    assert_int_equal(status_of_error(1003, "TCP: refused"), kExitNotReached);
    assert_int_equal(status_of_error(1003, "Proxy: 407"), kExitNotReached);
    assert_int_equal(status_of_error(1003, "timeout after 1 s"), kExitNotReached);
    assert_int_equal(status_of_error(1003, "TLS: expired"), kExitTls);
    assert_int_equal(status_of_error(1003, "HTTP: 403"), kExitRefused);
    assert_int_equal(status_of_error(1003, "out of memory"), kExitFailed);
    assert_int_equal(status_of_error(1009, "TLS: "), kExitFailed);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_histogram),
        cmocka_unit_test(small_numbers_are_exact),
        cmocka_unit_test(percentiles_are_less_than_2_percent_off),
        cmocka_unit_test(powers_of_two_hold_each_number_once),
        cmocka_unit_test(the_largest_numbers_are_kept_together),
        cmocka_unit_test(base64_as_in_the_rfc),
        cmocka_unit_test(all_bytes_there_and_back),
        cmocka_unit_test(what_is_plain),
        cmocka_unit_test(a_chain_is_taken_apart),
        cmocka_unit_test(stages_and_their_times),
        cmocka_unit_test(exit_status_by_stage),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
