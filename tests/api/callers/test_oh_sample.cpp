// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the way of OpenHarmony's own sample: everything that was passed is
// gone after the call, and Destroy follows Close at once.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstdlib>
#include <cstring>
#include <string>

#include <network/netstack/net_websocket.h>

#include "support/event_log.h"
#include "support/test_server.h"

using namespace nws::test;

namespace {

EventLog g_log;

void onOpen(struct WebSocket *, WebSocket_OpenResult openResult)
{
    g_log.note(std::string("open ") + openResult.reason);
}

void onMessage(struct WebSocket *, char *data, uint32_t)
{
    g_log.note(std::string("message ") + data);
}

void onError(struct WebSocket *, WebSocket_ErrorResult errorResult)
{
    g_log.note(std::string("error ") + errorResult.errorMessage);
}

void onClose(struct WebSocket *, WebSocket_CloseResult closeResult)
{
    g_log.note(std::string("close ") + closeResult.reason);
}

int connect_with_a_url_that_goes(struct WebSocket *client, const std::string &url)
{
    char *buffer = static_cast<char *>(std::malloc(url.size() + 1));
    std::memcpy(buffer, url.c_str(), url.size() + 1);
    struct WebSocket_RequestOptions options = {};
    const int result = OH_WebSocketClient_Connect(client, buffer, options);
    std::memset(buffer, '#', url.size());
    std::free(buffer);
    return result;
}

int send_a_buffer_that_goes(struct WebSocket *client, const char *text)
{
    char *buffer = static_cast<char *>(std::malloc(std::strlen(text)));
    std::memcpy(buffer, text, std::strlen(text));
    const int result = OH_WebSocketClient_Send(client, buffer, std::strlen(text));
    std::memset(buffer, '#', std::strlen(text));
    std::free(buffer);
    return result;
}

// What the server got from connection `number`, up to the end.
void assert_conversation(TestServer &server, unsigned number, const char *message, const std::string &close)
{
    assert_true(server.wait_for(ServerEvent::Kind::ended, number));
    std::string texts;
    std::string closes;
    for (const ServerEvent &event : server.events(ServerEvent::Kind::frame)) {
        if (event.connection == number && event.opcode == Opcode::text) {
            texts += event.payload;
        }
        if (event.connection == number && event.opcode == Opcode::close) {
            closes += event.payload;
        }
    }
    assert_string_equal(texts.c_str(), message);
    assert_int_equal(closes.size(), close.size());
    assert_memory_equal(closes.data(), close.data(), close.size());
}

void sample(void **)
{
    TestServer server;
    assert_true(server.start());
    for (unsigned run = 1; run <= 3; ++run) {
        struct WebSocket *client = OH_WebSocketClient_Constructor(onOpen, onMessage, onError, onClose);
        assert_non_null(client);
        assert_int_equal(connect_with_a_url_that_goes(client, server.url("/echo")), 0);
        assert_int_equal(send_a_buffer_that_goes(client, "Hello, server!"), 0);
        struct WebSocket_CloseOption closeOption;
        closeOption.code = 0;
        closeOption.reason = "normal close";
        const int closed = OH_WebSocketClient_Close(client, closeOption);
        assert_true(closed == WEBSOCKET_OK || closed == WEBSOCKET_NO_CONNECTION);
        assert_int_equal(OH_WebSocketClient_Destroy(client), 0);
        const size_t heard = g_log.snapshot().size();
        assert_conversation(server, run, "Hello, server!", close_payload(1000, "normal close"));
        assert_int_equal(g_log.snapshot().size(), heard);
    }
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

void sample_that_waits_for_open(void **)
{
    TestServer server;
    assert_true(server.start());
    g_log.clear();
    struct WebSocket *client = OH_WebSocketClient_Constructor(onOpen, onMessage, onError, onClose);
    assert_int_equal(connect_with_a_url_that_goes(client, server.url("/echo")), 0);
    assert_true(g_log.wait_for(EventLog::Kind::note));
    assert_string_equal(g_log.snapshot().front().text.c_str(), "open Switching Protocols");
    assert_int_equal(send_a_buffer_that_goes(client, "Hello, server!"), 0);
    struct WebSocket_CloseOption closeOption;
    closeOption.code = 0;
    closeOption.reason = "normal close";
    assert_int_equal(OH_WebSocketClient_Close(client, closeOption), 0);
    assert_int_equal(OH_WebSocketClient_Destroy(client), 0);
    assert_conversation(server, 1, "Hello, server!", close_payload(1000, "normal close"));
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(sample),
        cmocka_unit_test(sample_that_waits_for_open),
    };
    return cmocka_run_group_tests_name("OpenHarmony's sample", tests, nullptr, nullptr);
}
