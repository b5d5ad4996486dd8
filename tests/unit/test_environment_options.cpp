// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of what the environment says.

#include "unit/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "api/environment_options.h"
#include "base/log.h"

namespace {

using namespace nws;
using namespace nws::test;

// nullptr: unset.
void set(const char *name, const char *value)
{
    if (value == nullptr) {
        unsetenv(name);
    } else {
        setenv(name, value, 1);
    }
}

std::string authorities(const char *ours, const char *of_file, const char *of_directory)
{
    set("NET_WEBSOCKET_TLS_CA", ours);
    set("SSL_CERT_FILE", of_file);
    set("SSL_CERT_DIR", of_directory);
    std::string found = environment_options().tls.authorities;
    set("NET_WEBSOCKET_TLS_CA", nullptr);
    set("SSL_CERT_FILE", nullptr);
    set("SSL_CERT_DIR", nullptr);
    return found;
}

bool authorities_in_their_order()
{
    CHECK_TEXT("", authorities(nullptr, nullptr, nullptr));
    CHECK_TEXT("/dir", authorities(nullptr, nullptr, "/dir"));
    CHECK_TEXT("/file", authorities(nullptr, "/file", "/dir"));
    CHECK_TEXT("/ours", authorities("/ours", "/file", "/dir"));
    // Empty counts as unset.
    CHECK_TEXT("/dir", authorities("", "", "/dir"));
    return true;
}

bool texts_as_they_are()
{
    const struct {
        const char *name;
        std::string (*read)(const ClientOptions &);
    } rows[] = {
        {"NET_WEBSOCKET_TLS_CRL", [](const ClientOptions &o) { return o.tls.revocations; }},
        {"NET_WEBSOCKET_TLS_CERT", [](const ClientOptions &o) { return o.tls.certificate; }},
        {"NET_WEBSOCKET_TLS_KEY", [](const ClientOptions &o) { return std::string(o.tls.private_key); }},
        {"NET_WEBSOCKET_TLS_KEY_PASSWORD",
         [](const ClientOptions &o) { return std::string(o.tls.private_key_password); }},
        {"NET_WEBSOCKET_TLS_SERVER_NAME", [](const ClientOptions &o) { return o.tls_server_name; }},
        {"NET_WEBSOCKET_PROXY", [](const ClientOptions &o) { return std::string(o.proxy); }},
        {"https_proxy", [](const ClientOptions &o) { return std::string(o.proxy_environment.https_proxy); }},
    };
    for (const auto &row : rows) {
        set(row.name, "a value, ");
        const std::string given = row.read(environment_options());
        set(row.name, nullptr);
        CHECK_TEXT("a value, ", given);
        CHECK_TEXT("", row.read(environment_options()));
    }
    return true;
}

bool malformed_pins_are_a_problem()
{
    const std::string pin = "sha256//" + std::string(43, 'A') + "=";
    set("NET_WEBSOCKET_TLS_PINS", (pin + ";" + pin).c_str());
    const ClientOptions good = environment_options();
    set("NET_WEBSOCKET_TLS_PINS", (pin + ";sha256//x").c_str());
    const ClientOptions bad = environment_options();
    set("NET_WEBSOCKET_TLS_PINS", nullptr);
    CHECK_TEXT("", good.problem);
    CHECK(good.tls.pins.size() == 2);
    CHECK_TEXT("TLS: NET_WEBSOCKET_TLS_PINS is not a list of sha256//base64", bad.problem);
    CHECK_TEXT("", environment_options().problem);
    return true;
}

// How often the variable has been complained of.
int g_lines;

void count_line(NetWebSocket_LogLevel, const char *, void *)
{
    ++g_lines;
}

bool numbers_in_their_range()
{
    const struct {
        const char *name;
        uint64_t (*read)(const ClientOptions &);
        bool zero;  // turns off
    } rows[] = {
        {"NET_WEBSOCKET_CONNECT_TIMEOUT",
         [](const ClientOptions &o) { return uint64_t(o.session.timeouts.connect.count()); }, true},
        {"NET_WEBSOCKET_CLOSE_TIMEOUT",
         [](const ClientOptions &o) { return uint64_t(o.session.timeouts.close.count()); }, true},
        {"NET_WEBSOCKET_PING_INTERVAL",
         [](const ClientOptions &o) { return uint64_t(o.session.timeouts.ping.count()); }, true},
        {"NET_WEBSOCKET_PONG_TIMEOUT",
         [](const ClientOptions &o) { return uint64_t(o.session.timeouts.lost.count()); }, true},
        {"NET_WEBSOCKET_MAX_SEND_BYTES", [](const ClientOptions &o) { return uint64_t(o.max_send_bytes); },
         false},
        {"NET_WEBSOCKET_MAX_RECEIVE_BYTES",
         [](const ClientOptions &o) { return uint64_t(o.session.max_receive_bytes); }, false},
        {"NET_WEBSOCKET_MAX_QUEUED_BYTES",
         [](const ClientOptions &o) { return uint64_t(o.max_queued_bytes); }, false},
    };
    set_log(count_line, NET_WEBSOCKET_LOG_WARNING, nullptr);
    for (const auto &row : rows) {
        set(row.name, nullptr);
        const uint64_t usual = row.read(environment_options());
        g_lines = 0;
        for (const char *value : {"-1", "1 s", "1.5", "99999999999999999999", "x"}) {
            set(row.name, value);
            CHECK(row.read(environment_options()) == usual);
        }
        CHECK(g_lines == 1);  // once
        set(row.name, "");
        CHECK(row.read(environment_options()) == usual);
        set(row.name, "0");
        CHECK(row.read(environment_options()) == (row.zero ? 0 : usual));
        set(row.name, "1500");
        CHECK(row.read(environment_options()) == 1500);
        set(row.name, nullptr);
    }
    set_log(nullptr, NET_WEBSOCKET_LOG_NONE, nullptr);
    return true;
}

bool off_now()
{
    return !environment_options().tls.verify;
}

bool checking_is_off_for_0_only()
{
    for (const char *value : {"", "1", "00", "0 ", "no", "false", "off"}) {
        set("NET_WEBSOCKET_TLS_VERIFY", value);
        CHECK(!off_now());
    }
    set("NET_WEBSOCKET_TLS_VERIFY", nullptr);
    CHECK(!off_now());

    set("NET_WEBSOCKET_TLS_VERIFY", "0");
    const bool off = off_now();
    set("NET_WEBSOCKET_TLS_VERIFY", nullptr);
    CHECK(off);
    CHECK(!off_now());
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<authorities_in_their_order>),   cmocka_unit_test(run<texts_as_they_are>),
        cmocka_unit_test(run<malformed_pins_are_a_problem>), cmocka_unit_test(run<numbers_in_their_range>),
        cmocka_unit_test(run<checking_is_off_for_0_only>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
