// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The connect timeout counts from Connect to onOpen, over all stages, and says in
// which of them it came. The stage of names is in test_dns.

#include "network/reach.h"

#include <poll.h>

#include <cstdio>

using namespace nws::test;

namespace {

constexpr int kShort = 400;
constexpr int kLongest = 25'600;

int set_up_timeout(void **state)
{
    const int result = set_up_reach(state);
    set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", std::to_string(kShort));
    return result;
}

std::string raw_url(bool secure = false)
{
    return std::string(secure ? "wss://" : "ws://") + raw().address() + "/";
}

void say_nothing(RawConnection &connection)
{
    connection.wait_end();
}

// The text of the first timeout that leaves time enough to come to that stage: on a
// machine that is busy the shortest may not. `row` is of the shortest.
std::string timeout_while(const char *row, const std::string &url, const std::string &what,
                          int shortest = kShort)
{
    const std::string beginning = "timeout after ";
    const auto number = [](int milliseconds) {
        char text[16];
        std::snprintf(text, sizeof text, "%g", milliseconds / 1000.0);
        return std::string(text);
    };
    std::string text;
    for (int timeout = shortest; timeout <= kLongest; timeout *= 4) {
        set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", std::to_string(timeout));
        text = failure(nullptr, url);
        ASSERT_BEGINS(text, beginning + number(timeout) + " s while ");
        if (text.find(what) != std::string::npos) {
            break;
        }
    }
    set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", std::to_string(kShort));
    if (row != nullptr) {
        add_row(row, false, beginning + number(shortest) + text.substr(text.find(" s while ")));
    }
    ASSERT_CONTAINS(text, what);
    return text;
}

// Who was waited for, and for what.
void assert_timeout(const char *row, const std::string &url, const std::string &who, const char *what)
{
    const std::string text = timeout_while(row, url, what);
    ASSERT_CONTAINS(text, who);
}

void in_tcp(void **)
{
    const FullPort port;
    const std::string peer = "127.0.0.1:" + std::to_string(port.port());
    assert_timeout("in TCP", "ws://" + peer + "/", peer, "connecting");
    assert_timeout(nullptr, "wss://" + peer + "/", peer, "connecting");
}

// Most connections to the same host are there at once; this one has to be waited for.
void not_yet_in_tcp(void **)
{
    set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", "20000");
    FullPort port;
    const std::string host = "127.0.0.1:" + std::to_string(port.port());
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws://" + host + "/late"), 0);
    ASSERT_CONTAINS(port.let_in(), "GET /late HTTP/1.1\r\nHost: " + host);
    assert_true(client.wait_error());
}

void in_tls(void **)
{
    assert_true(raw().start(say_nothing));
    assert_timeout("in TLS", raw_url(true), "127.0.0.1", "TLS");
}

void in_http(void **)
{
    server().on_path("/", Script().expect_upgrade().stall("answer").expect_end());
    assert_timeout("in HTTP", server().url("/"), "127.0.0.1", " to the handshake");
    assert_timeout(nullptr, server().url("/", true), "127.0.0.1", " to the handshake");
    server().release("answer");
}

void in_tcp_of_the_proxy(void **)
{
    const FullPort port;
    const std::string proxy = "127.0.0.1:" + std::to_string(port.port());
    for (const char *scheme : {"http://", "socks5h://"}) {
        set_proxy(scheme + proxy);
        assert_timeout("in TCP to the proxy", server().url("/"), proxy, "connecting to the proxy");
    }
}

void in_the_proxy(void **)
{
    assert_true(raw().start(say_nothing));
    for (const char *scheme : {"http://", "socks5h://"}) {
        set_proxy(scheme + std::string("user:sesame@") + raw().address());
        const std::string row = std::string("in the proxy's answer, ") + scheme;
        const std::string text = timeout_while(row.c_str(), server().url("/"), "the answer of the proxy");
        ASSERT_LACKS(text, "sesame");
    }
    assert_int_equal(server().count(ServerKind::accepted), 0);
}

void in_each_step_of_socks(void **)
{
    for (const size_t steps : {1, 2}) {
        assert_true(raw().start([=](RawConnection &connection) {
            connection.read(4);
            connection.write(std::string("\5\2", 2));
            if (steps == 2) {
                connection.read(3 + 4 + 6);
                connection.write(std::string("\1\0", 2));
            }
            connection.wait_end();
        }));
        set_proxy("socks5h://user:sesame@" + raw().address());
        assert_timeout(nullptr, server().url("/"), "", "the answer of the proxy");
    }
}

// Behind the proxy it is the server that is waited for.
void behind_the_proxy(void **)
{
    assert_true(raw().start([](RawConnection &connection) {
        connection.read_head();
        connection.write("HTTP/1.1 200 Yes\r\n\r\n");
        connection.wait_end();
    }));
    set_proxy("http://" + raw().address());
    assert_timeout("in TLS behind a proxy", "wss://server.invalid/", "", "TLS");
    assert_timeout("in HTTP behind a proxy", "ws://server.invalid/", "", " to the handshake");
}

// Each byte is progress, and none of them is a new beginning.
void a_byte_at_a_time(void **)
{
    const auto drip = [](RawConnection &connection) {
        while (connection.write_bytewise("HTTP/1.1 101 Switching Protocols\r\nX: ")) {
            while (connection.write_bytewise("x")) {
                poll(nullptr, 0, 1);
            }
        }
    };
    const auto slowly = [drip](RawConnection &connection) {
        connection.read_head();
        drip(connection);
    };
    assert_true(raw().start(slowly));
    // Within 16 KiB of header, which would be the end otherwise.
    timeout_while("in HTTP, byte after byte", raw_url(), " to the handshake", 100);
}

// Redirections are part of the way.
void over_redirections(void **)
{
    server().on_path("/", Script().expect_upgrade().redirect("/next"));
    server().on_path("/next", Script().expect_upgrade().redirect("/stalls"));
    server().on_path("/stalls", Script().expect_upgrade().stall("answer").expect_end());
    assert_timeout("after two redirections", server().url("/"), "127.0.0.1", " to the handshake");
    server().release("answer");
}

// A value of one's own, by the order in which clients give up.
void read_at_each_connect(void **)
{
    assert_true(raw().start(say_nothing));
    unsetenv("NET_WEBSOCKET_CONNECT_TIMEOUT");
    LoggedClient &patient = new_client();
    assert_int_equal(patient.connect(raw_url()), 0);  // 20 s
    set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", "2000");
    LoggedClient &second = new_client();
    assert_int_equal(second.connect(raw_url()), 0);
    set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", "200");
    LoggedClient &first = new_client();
    first.set_hook([&second](const ClientEvent &) { second.log().note("the first gave up"); });
    assert_int_equal(first.connect(raw_url()), 0);
    assert_true(second.wait_error());
    ASSERT_TEXT(second.log().order(), "ne");
    ASSERT_TEXT(patient.log().order(), "");
}

void values_that_are_none(void **)
{
    for (const char *value : {"", "0", "-1", "soon", "1e3", "99999999999999999999"}) {
        set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", value);
        assert_works(nullptr, server().url("/echo"));
    }
}

}  // namespace

#define TIMEOUT_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_timeout, tear_down_reach)

int main()
{
    const CMUnitTest tests[] = {
        TIMEOUT_TEST(in_tcp),
        TIMEOUT_TEST(not_yet_in_tcp),
        TIMEOUT_TEST(in_tls),
        TIMEOUT_TEST(in_http),
        TIMEOUT_TEST(in_tcp_of_the_proxy),
        TIMEOUT_TEST(in_the_proxy),
        TIMEOUT_TEST(in_each_step_of_socks),
        TIMEOUT_TEST(behind_the_proxy),
        TIMEOUT_TEST(a_byte_at_a_time),
        TIMEOUT_TEST(over_redirections),
        TIMEOUT_TEST(read_at_each_connect),
        TIMEOUT_TEST(values_that_are_none),
    };
    return run_reach_tests("Connect timeout", tests);
}
