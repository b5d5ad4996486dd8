// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of what Connect takes and refuses before there is a network.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <string>
#include <vector>

#include "support/logged_client.h"
#include "support/test_server.h"

using namespace nws::test;

namespace {

void refused_urls(void **)
{
    const std::string refused[] = {
        "",
        " ",
        "ws://",
        "wss://",
        "ws:///path",
        "://host/",
        "/path",
        "?query",
        ":80",
        "ws://:80/",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "ftp://127.0.0.1/",
        "file:///etc/hosts",
        "wsss://127.0.0.1/",
        "ws:/127.0.0.1/",
        "ws:127.0.0.1",
        "ws://127.0.0.1:0/",
        "ws://127.0.0.1:65536/",
        "ws://127.0.0.1:99999999999999999999/",
        "ws://127.0.0.1:port/",
        "ws://127.0.0.1:-1/",
        "ws://127.0.0.1:80x/",
        "ws://127.0.0.1:80:80/",
        "ws://256.0.0.1/",
        "ws://1.2.3/",
        "ws://1.2.3.4.5/",
        "256.256.256.256",
        "ws://[::1/",
        "ws://::1/",
        "ws://[]/",
        "ws://[::g]/",
        "ws://[127.0.0.1]/",
        "ws://[::1]x/",
        "ws://ho st/",
        "ws://host/a b",
        "ws://host/\r\nX-Injected: yes",
        "ws://host/\n",
        "ws://host/\t",
        "ws://host\x01/",
        "ws://host/\x7f",
        "ws://host\\path/",
        "ws://.host/",
        "ws://host..name/",
        "ws://-host/",
        "ws://ho$t/",
        "ws://h\xc3\xb6st/",
        "ws://" + std::string(64, 'a') + "/",
        "ws://user:p%zz@host/",
        "ws://user:%0d%0a@host/",
        "ws+unix://",
        "ws+unix://relative.sock",
        "ws+unix:///" + std::string(200, 's'),
        "ws://127.0.0.1/" + std::string(8192, 'p'),
    };
    LoggedClient client;
    for (const std::string &url : refused) {
        const int code = client.connect(url);
        if (code != WEBSOCKET_CONNECTION_PARSE_URL_ERROR) {
            print_error("\"%s\"\n", url.c_str());
        }
        assert_int_equal(code, WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
    }
    assert_int_equal(OH_WebSocketClient_Connect(client.get(), nullptr, {}),
                     WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
    // So it never had a connection, and nobody was told of one.
    assert_int_equal(client.destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
    assert_string_equal(client.log().order().c_str(), "n");
}

void accepted_urls(void **)
{
    const RefusingPort refusing;
    const std::string port = ":" + std::to_string(refusing.port());
    const std::string accepted[] = {
        "ws://127.0.0.1" + port,
        "ws://127.0.0.1" + port + "/",
        "ws://127.0.0.1" + port + "?query",
        "ws://127.0.0.1" + port + "/path?query=a&b#fragment",
        "WS://127.0.0.1" + port + "/",
        "wss://127.0.0.1" + port + "/",
        "WsS://127.0.0.1" + port + "/",
        "127.0.0.1" + port,
        "127.0.0.1" + port + "/path",
        "localhost" + port + "/path",
        "ws://localhost." + port + "/",
        "ws://user:pass%20word@127.0.0.1" + port + "/",
        "ws://@127.0.0.1" + port + "/",
        "ws://[::1]" + port + "/",
        "ws://127.0.0.1" + port + "/\xc3\xbc",
        "ws://127.0.0.1" + port + "/" + std::string(8192 - 22 - port.size(), 'p'),
        "ws+unix:///nonexistent/socket:/path",
    };
    for (const std::string &url : accepted) {
        LoggedClient client;
        const int code = client.connect(url);
        if (code != WEBSOCKET_OK) {
            print_error("\"%s\"\n", url.c_str());
        }
        assert_int_equal(code, WEBSOCKET_OK);
        assert_true(client.wait_terminal());
        assert_string_equal(client.log().order().c_str(), "e");
        const ClientEvent failed = client.log().snapshot().front();
        assert_int_equal(failed.code, WEBSOCKET_CONNECTION_ERROR);
        assert_true(failed.terminated && !failed.text.empty());
        // It had a connection, though no good one.
        assert_int_equal(client.destroy(), WEBSOCKET_OK);
    }
}

void refused_header_lists(void **)
{
    LoggedClient client;
    const auto connect = [&](WebSocket_Header *headers) {
        return OH_WebSocketClient_Connect(client.get(), "ws://127.0.0.1:1/", {headers});
    };
    WebSocket_Header last = {"Last", "field", nullptr};
    WebSocket_Header no_name = {nullptr, "value", &last};
    WebSocket_Header no_value = {"Name", nullptr, &last};
    WebSocket_Header empty_name = {"", "value", &last};
    WebSocket_Header injected = {"Name", "value\r\nOther: field", &last};
    WebSocket_Header first = {"First", "field", &injected};
    assert_int_equal(connect(&no_name), WEBSOCKET_NO_HEADER_CONTEXT);
    assert_int_equal(connect(&no_value), WEBSOCKET_NO_HEADER_CONTEXT);
    assert_int_equal(connect(&empty_name), WEBSOCKET_NO_HEADER_CONTEXT);
    assert_int_equal(connect(&injected), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(connect(&first), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(client.destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

void too_many_header_nodes(void **)
{
    for (const char *value : {"", "a value that makes it too many bytes, too"}) {
        std::vector<WebSocket_Header> nodes(8194);
        for (size_t i = 0; i < nodes.size(); ++i) {
            nodes[i] = {"n", value, i + 1 < nodes.size() ? &nodes[i + 1] : nullptr};
        }
        LoggedClient client;
        assert_int_equal(OH_WebSocketClient_Connect(client.get(), "ws://127.0.0.1:1/", {nodes.data()}),
                         WEBSOCKET_HEADER_EXCEEDED);
        assert_int_equal(client.destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
    }
}

void circular_header_list(void **)
{
    WebSocket_Header first = {"a", "b", nullptr};
    WebSocket_Header second = {"c", "d", &first};
    first.next = &second;
    LoggedClient client;
    assert_int_equal(OH_WebSocketClient_Connect(client.get(), "ws://127.0.0.1:1/", {&first}),
                     WEBSOCKET_HEADER_EXCEEDED);
    first.next = &first;
    assert_int_equal(OH_WebSocketClient_Connect(client.get(), "ws://127.0.0.1:1/", {&first}),
                     WEBSOCKET_HEADER_EXCEEDED);
}

// Each list has its limit, and so has their sum.
void too_many_bytes_together(void **)
{
    const std::string half(40'000, 'v');
    LoggedClient client;
    assert_int_equal(client.add_header("First", half), WEBSOCKET_OK);
    assert_int_equal(client.connect("ws://127.0.0.1:1/", {{"Second", half}}), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(client.destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

void connecting_already(void **)
{
    TestServer server;
    assert_true(server.start());
    LoggedClient client;
    assert_int_equal(client.connect(server.url("/stall")), WEBSOCKET_OK);
    assert_int_equal(client.connect(server.url("/echo")), WEBSOCKET_CONNECTION_ERROR);
    // A bad URL is worse than a second call.
    assert_int_equal(client.connect("http://127.0.0.1/"), WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.connect(server.url("/echo")), WEBSOCKET_OK);
    assert_true(client.wait_open());
    assert_int_equal(client.connect(server.url("/echo")), WEBSOCKET_CONNECTION_ERROR);
    assert_int_equal(client.send("untouched"), WEBSOCKET_OK);
    assert_true(client.wait_message_count(1));
    assert_int_equal(client.close(), WEBSOCKET_OK);
    assert_true(client.wait_close());
    assert_string_equal(client.log().order().c_str(), "omc");
}

void again_after_an_error(void **)
{
    TestServer server;
    assert_true(server.start());
    const RefusingPort refusing;
    LoggedClient client;
    assert_int_equal(client.connect("ws://127.0.0.1:" + std::to_string(refusing.port())), WEBSOCKET_OK);
    assert_true(client.wait_error());
    assert_int_equal(client.connect(server.url("/echo")), WEBSOCKET_OK);
    assert_true(client.wait_open());
    assert_string_equal(client.log().order().c_str(), "eo");
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(refused_urls),         cmocka_unit_test(accepted_urls),
        cmocka_unit_test(refused_header_lists), cmocka_unit_test(too_many_header_nodes),
        cmocka_unit_test(circular_header_list), cmocka_unit_test(too_many_bytes_together),
        cmocka_unit_test(connecting_already),   cmocka_unit_test(again_after_an_error),
    };
    return cmocka_run_group_tests_name("Connect arguments", tests, nullptr, nullptr);
}
