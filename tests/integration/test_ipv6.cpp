// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Addresses in brackets. Skipped where the machine has no ::1.

#include "integration/scene.h"

#include "support/http_request.h"

using namespace nws::test;

namespace {

int set_up_on_ipv6(void **state)
{
    set_up_without_server(state);
    ServerOptions options;
    options.host = "::1";
    return server().start(options) ? 0 : -1;
}

void opens_and_echoes(void **)
{
    const std::string authority = "[::1]:" + std::to_string(server().port());
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws://" + authority + "/echo"), 0);
    assert_int_equal(client.send("hello"), 0);
    assert_true(client.wait_message_count(1));
    HttpRequest request;
    ASSERT_TEXT(parse_request(server().events(ServerKind::request).front().payload, request), "");
    ASSERT_TEXT(*request.field("Host"), authority);
    ASSERT_TEXT(*request.field("Origin"), "http://" + authority);
}

void refused(void **)
{
    const std::string authority = "[::1]:" + std::to_string(server().port());
    server().stop();
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws://" + authority + "/"), 0);
    assert_true(client.wait_error());
    ASSERT_TEXT(client.log().events(ClientKind::error).front().text, "TCP: connection refused (" + authority + ")");
}

// A function of its own: skip() runs no destructors.
bool only_ipv4_was_refused(LoggedClient &client)
{
    const auto errors = client.log().events(ClientKind::error);
    return !errors.empty() && begins_with(errors.front().text, "TCP: connection refused (127.0.0.1:");
}

// The other half of what test_connect does: nobody listens on 127.0.0.1.
void every_address_of_a_name_is_tried(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws://localhost:" + std::to_string(server().port()) + "/echo"), 0);
    assert_true(client.log().wait_until([](const auto &events) { return !events.empty(); }));
    if (only_ipv4_was_refused(client)) {
        skip();  // "localhost" has no IPv6 address here
    }
    ASSERT_TEXT(client.log().order(), "o");
}

}  // namespace

#define IPV6_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_on_ipv6, tear_down)

int main()
{
    {
        TestServer probe;
        ServerOptions options;
        options.host = "::1";
        if (!probe.start(options)) {
            return 77;
        }
    }
    const CMUnitTest tests[] = {
        IPV6_TEST(opens_and_echoes),
        IPV6_TEST(refused),
        IPV6_TEST(every_address_of_a_name_is_tried),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
