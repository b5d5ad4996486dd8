// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the ways of Kotlin/Native, which passes NULL wherever it may, and of
// OpenHarmony's unit test.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <network/netstack/net_websocket.h>

#include "support/test_server.h"

using namespace nws::test;

namespace {

void all_null(void **)
{
    WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    assert_non_null(client);
    assert_int_equal(OH_WebSocketClient_AddHeader(client, {nullptr, nullptr, nullptr}),
                     WEBSOCKET_NO_HEADER_CONTEXT);
    assert_int_equal(OH_WebSocketClient_Connect(client, nullptr, {nullptr}),
                     WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
    assert_int_equal(OH_WebSocketClient_Send(client, nullptr, 0), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(OH_WebSocketClient_Close(client, {0, nullptr}), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

// It hears nothing, but it works.
void conversation_without_callbacks(void **)
{
    TestServer server;
    assert_true(server.start());
    WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    assert_non_null(client);
    assert_int_equal(OH_WebSocketClient_Connect(client, server.url("/echo").c_str(), {nullptr}),
                     WEBSOCKET_OK);
    char data[] = {'d', 'a', 't', 'a'};
    assert_int_equal(OH_WebSocketClient_Send(client, data, sizeof data), WEBSOCKET_OK);
    assert_true(server.wait_for_frames(Opcode::text));
    assert_int_equal(OH_WebSocketClient_Close(client, {0, nullptr}), WEBSOCKET_OK);
    assert_true(server.wait_for_frames(Opcode::close));
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

// A name that cannot be resolved (RFC 6761 6.4), and no wait for that.
void unit_test_of_openharmony(void **)
{
    WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    assert_non_null(client);
    WebSocket unregistered = {};
    assert_int_equal(OH_WebSocketClient_Connect(&unregistered, "ws://name.invalid", {nullptr}),
                     WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(OH_WebSocketClient_Connect(client, "ws://name.invalid", {nullptr}), WEBSOCKET_OK);
    char data[] = "data";
    const int sent = OH_WebSocketClient_Send(client, data, sizeof data);
    assert_true(sent == WEBSOCKET_OK || sent == WEBSOCKET_NO_CONNECTION);  // it may have failed by now
    assert_int_equal(OH_WebSocketClient_Send(client, nullptr, 0), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(OH_WebSocketClient_Send(client, data, 0), WEBSOCKET_OK);
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(all_null),
        cmocka_unit_test(conversation_without_callbacks),
        cmocka_unit_test(unit_test_of_openharmony),
    };
    return cmocka_run_group_tests_name("NULL wherever it may be", tests, nullptr, nullptr);
}
