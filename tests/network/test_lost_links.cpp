// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Networks that break under open connections: one cable for each client.

#include "network/reach.h"

#include <network/netstack/net_websocket_ext.h>

#include "network/network_namespace.h"

using namespace nws::test;

namespace {

constexpr int kCables = 6;

OtherNamespace *g_there;

int set_up_cables(void **state)
{
    set_up_reach_without_server(state);
    g_there = new OtherNamespace;
    bool done = true;
    for (int i = 0; i < kCables; ++i) {
        const std::string n = std::to_string(i);
        done = done && g_there->connect("here" + n, "198.51.100." + std::to_string(i * 8 + 1) + "/29",
                                        "there" + n, "198.51.100." + std::to_string(i * 8 + 2) + "/29");
    }
    g_there->inside([&] {
        ServerOptions options;
        options.host = "0.0.0.0";
        done = done && server().start(options);
    });
    ServerOptions local;
    return done && other_server().start(local) ? 0 : -1;
}

int tear_down_cables(void **state)
{
    const int result = tear_down_reach(state);
    for (int i = 0; i < kCables; ++i) {
        ip("link delete here" + std::to_string(i));
    }
    delete g_there;
    g_there = nullptr;
    return result;
}

// Through the cable of that number.
LoggedClient &open_through(int cable)
{
    LoggedClient &client = new_client();
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.pingIntervalMs = 1'000;
    options.pongTimeoutMs = 5'000;
    assert_int_equal(NetWebSocket_SetOptions(client.get(), &options), WEBSOCKET_OK);
    const std::string host = "198.51.100." + std::to_string(cable * 8 + 2);
    assert_int_equal(client.connect("ws://" + host + ":" + std::to_string(server().port()) + "/echo"), 0);
    assert_true(client.wait_open());
    assert_int_equal(client.send("hello"), 0);
    assert_true(client.wait_message_count(1));
    return client;
}

void set_link(int cable, bool ours, const char *state)
{
    const std::string words =
        std::string("link set ") + (ours ? "here" : "there") + std::to_string(cable) + " " + state;
    bool done = false;
    if (ours) {
        done = ip(words);
    } else {
        g_there->inside([&] { done = ip(words); });
    }
    assert_true(done);
}

void assert_lost(LoggedClient &client, const char *row)
{
    assert_true(client.log().wait_terminal());
    const ClientEvent last = client.log().snapshot().back();
    add_row(row, false, std::to_string(last.code) + " " + last.text, "lost");
    ASSERT_TEXT(client.log().order(), "omc");
    assert_int_equal(last.code, 1006);
    assert_string_not_equal(last.text.c_str(), "");
}

void each_is_lost_in_its_time(void **)
{
    LoggedClient &idle = open_through(0);
    LoggedClient &sending = open_through(1);
    LoggedClient &closing = open_through(2);
    LoggedClient &moved = open_through(3);
    LoggedClient &interrupted = open_through(4);
    LoggedClient &unharmed = new_client();
    assert_int_equal(unharmed.connect(other_server().url("/echo")), 0);
    assert_true(unharmed.wait_open());

    set_link(0, false, "down");
    set_link(1, true, "down");
    assert_int_equal(sending.send("never comes"), 0);
    set_link(2, true, "down");
    assert_int_equal(closing.close(4000, "over"), 0);
    assert_true(ip("address delete 198.51.100.25/29 dev here3") &&
                ip("address add 198.51.100.28/29 dev here3"));
    assert_int_equal(moved.send("from nowhere"), 0);

    // A break that is mended before anybody gave up costs nothing.
    set_link(4, false, "down");
    assert_int_equal(interrupted.send("later"), 0);
    set_link(4, false, "up");
    assert_true(interrupted.wait_message_count(2));
    add_row("link is down for a short time", true, "");

    // The new address is good for a new connection.
    LoggedClient &again = open_through(3);

    assert_lost(closing, "link is down, then Close");
    assert_lost(idle, "link is down, nothing is sent");
    assert_lost(sending, "link is down, and a message waits");
    assert_lost(moved, "address has changed");
    // All that time these were idle and well: Pings went there and Pongs came back.
    ASSERT_TEXT(interrupted.log().order(), "omm");
    for (LoggedClient *client : {&interrupted, &again}) {
        const size_t before = client->log().count_of(ClientKind::message);
        assert_int_equal(client->send("still there"), 0);
        assert_true(client->wait_message_count(before + 1));
    }
    assert_int_equal(unharmed.send("still there"), 0);
    assert_true(unharmed.wait_message_count(1));
    ASSERT_TEXT(unharmed.log().order(), "om");

    // Clients are as good as new.
    assert_int_equal(moved.connect(other_server().url("/echo")), 0);
    assert_true(moved.wait_open(2));
}

// The end of the way, while it is being made.
void link_goes_down_in_the_handshake(void **)
{
    server().on_path("/", Script().expect_upgrade().stall("answer").reply_upgrade());
    set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", "4000");
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws://198.51.100.42:" + std::to_string(server().port()) + "/"), 0);
    assert_true(server().wait_for(ServerKind::stalled));
    set_link(5, true, "down");
    server().release("answer");
    const std::string text = first_error(client);
    add_row("link goes down in the handshake", false, text);
    client.destroy();
    ASSERT_TEXT(client.log().order(), "en");
    ASSERT_BEGINS(text, "timeout after ");
    ASSERT_CONTAINS(text, "handshake");
}

}  // namespace

#define CABLES_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_cables, tear_down_cables)

int main(int argc, char **argv)
{
    if (const int status = enter_namespaces(argc, argv)) {
        return status;
    }
    const CMUnitTest tests[] = {
        CABLES_TEST(link_goes_down_in_the_handshake),
        CABLES_TEST(each_is_lost_in_its_time),
    };
    return run_reach_tests("Links that break", tests);
}
