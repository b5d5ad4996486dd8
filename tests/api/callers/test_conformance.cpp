// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the ways of OpenHarmony's conformance callers.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <string>
#include <vector>

#include <network/netstack/net_websocket.h>

#include "support/event_log.h"
#include "support/test_server.h"

using namespace nws::test;

namespace {

EventLog g_log;
TestServer g_server;

void onOpen(WebSocket *, WebSocket_OpenResult openResult)
{
    g_log.note("open " + std::to_string(openResult.code) + " " + openResult.reason);
}

// As a C string, whatever its length is said to be.
void onMessage(WebSocket *, char *data, uint32_t)
{
    g_log.note(std::string("message ") + data);
}

void onError(WebSocket *, WebSocket_ErrorResult errorResult)
{
    g_log.note("error " + std::to_string(errorResult.errorCode));
}

void onClose(WebSocket *, WebSocket_CloseResult closeResult)
{
    // Where the library itself finds the words, they are not the test's business.
    const char *reason = closeResult.code == 1007 ? "" : closeResult.reason;
    g_log.note("close " + std::to_string(closeResult.code) + (*reason == '\0' ? "" : " ") + reason);
}

WebSocket *new_client()
{
    WebSocket *client = OH_WebSocketClient_Constructor(onOpen, onMessage, onError, onClose);
    assert_non_null(client);
    return client;
}

std::string notes()
{
    std::string text;
    for (const ClientEvent &event : g_log.snapshot()) {
        text += event.text + "\n";
    }
    return text;
}

bool wait_notes(size_t count)
{
    return g_log.wait_for(EventLog::Kind::note, count);
}

void url_without_scheme(void **)
{
    const std::string port = ":" + std::to_string(g_server.port());
    for (const std::string &url :
         {"127.0.0.1" + port, "127.0.0.1" + port + "/echo", "localhost" + port + "/echo"}) {
        g_log.clear();
        WebSocket *client = new_client();
        assert_int_equal(OH_WebSocketClient_Connect(client, url.c_str(), {}), WEBSOCKET_OK);
        assert_true(wait_notes(1));
        // The path "/" is none of the server's.
        const bool found = url.find("/echo") != std::string::npos;
        assert_string_equal(notes().c_str(), found ? "open 101 Switching Protocols\n" : "error 1003\n");
        assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
    }
    WebSocket *client = new_client();
    assert_int_equal(OH_WebSocketClient_Connect(client, "", {}), WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

void send_without_connect(void **)
{
    WebSocket *client = new_client();
    char data[] = "data";
    assert_int_equal(OH_WebSocketClient_Send(client, data, sizeof data - 1), WEBSOCKET_OK);
    // It waits for a connection, should there be one.
    g_log.clear();
    assert_int_equal(OH_WebSocketClient_Connect(client, g_server.url("/echo").c_str(), {}), WEBSOCKET_OK);
    assert_true(wait_notes(2));
    assert_string_equal(notes().c_str(), "open 101 Switching Protocols\nmessage data\n");
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
}

void own_struct(void **)
{
    auto *own = new WebSocket();
    assert_int_equal(OH_WebSocketClient_Close(own, {1000, ""}), WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(OH_WebSocketClient_Destroy(own), WEBSOCKET_CLIENT_NOT_CREATED);
    delete own;
}

// What callbacks tell of a conversation, each with the bit of its callback.
struct Told {
    unsigned callback;
    const char *note;
};

void converse_with(unsigned callbacks, const std::string &url, const std::vector<Told> &told)
{
    std::string wanted;
    size_t count = 0;
    for (const Told &one : told) {
        if ((callbacks & one.callback) != 0) {
            wanted += std::string(one.note) + "\n";
            ++count;
        }
    }
    g_log.clear();
    const size_t ended = g_server.count(ServerEvent::Kind::ended);
    WebSocket *client = OH_WebSocketClient_Constructor(
        (callbacks & 1) != 0 ? onOpen : nullptr, (callbacks & 2) != 0 ? onMessage : nullptr,
        (callbacks & 4) != 0 ? onError : nullptr, (callbacks & 8) != 0 ? onClose : nullptr);
    assert_non_null(client);
    assert_int_equal(OH_WebSocketClient_Connect(client, url.c_str(), {}), WEBSOCKET_OK);
    assert_true(wait_notes(count));
    assert_true(g_server.wait_for(ServerEvent::Kind::ended, ended + 1));
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
    assert_string_equal(notes().c_str(), wanted.c_str());
}

void each_combination_of_null_callbacks(void **)
{
    g_server.on_path("/bad", Script().upgrade().send_text("last").send_text("no UTF-8: \xff").expect_close());
    g_server.on_path("/good",
                     Script().upgrade().send_text("only").send_close(1000, "done").expect_close().close());
    for (unsigned callbacks = 0; callbacks < 16; ++callbacks) {
        converse_with(callbacks, g_server.url("/good"),
                      {{1, "open 101 Switching Protocols"}, {2, "message only"}, {8, "close 1000 done"}});
        converse_with(
            callbacks, g_server.url("/bad"),
            {{1, "open 101 Switching Protocols"}, {2, "message last"}, {4, "error 1009"}, {8, "close 1007"}});
        converse_with(callbacks, g_server.url("/status?code=403"), {{4, "error 1003"}});
    }
}

void close_code_minus_one(void **)
{
    g_log.clear();
    WebSocket *client = new_client();
    assert_int_equal(OH_WebSocketClient_Connect(client, g_server.url("/echo").c_str(), {}), WEBSOCKET_OK);
    assert_true(wait_notes(1));
    assert_int_equal(OH_WebSocketClient_Close(client, {static_cast<uint32_t>(-1), "reason"}),
                     WEBSOCKET_PROTOCOL_ERROR);
    char data[] = "open";
    assert_int_equal(OH_WebSocketClient_Send(client, data, 4), WEBSOCKET_OK);
    assert_true(wait_notes(2));
    assert_int_equal(OH_WebSocketClient_Close(client, {0, nullptr}), WEBSOCKET_OK);
    assert_true(wait_notes(3));
    assert_string_equal(notes().c_str(), "open 101 Switching Protocols\nmessage open\nclose 1000\n");
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
}

void connect_close_destroy_without_waiting(void **)
{
    for (int i = 0; i < 100; ++i) {
        WebSocket *client = new_client();
        assert_int_equal(OH_WebSocketClient_Connect(client, g_server.url("/echo").c_str(), {}), WEBSOCKET_OK);
        const int closed = OH_WebSocketClient_Close(client, {1000, "reason"});
        assert_true(closed == WEBSOCKET_OK || closed == WEBSOCKET_NO_CONNECTION);
        assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
    }
}

void calls_its_own_callbacks(void **)
{
    g_log.clear();
    WebSocket *client = new_client();
    client->onOpen(client, {101, "by hand"});
    char data[] = "data";
    client->onMessage(client, data, 4);
    client->onError(client, {1003, "by hand"});
    client->onClose(client, {1000, "by hand"});
    assert_string_equal(notes().c_str(), "open 101 by hand\nmessage data\nerror 1003\nclose 1000 by hand\n");
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

// Its list goes back to where it came from; each field is sent once.
void passes_its_request_options(void **)
{
    g_log.clear();
    WebSocket *client = new_client();
    assert_int_equal(OH_WebSocketClient_AddHeader(client, {"X-Once", "yes", nullptr}), WEBSOCKET_OK);
    assert_int_equal(OH_WebSocketClient_AddHeader(client, {"Cookie", "a=1", nullptr}), WEBSOCKET_OK);
    assert_int_equal(
        OH_WebSocketClient_Connect(client, g_server.url("/headers").c_str(), client->requestOptions),
        WEBSOCKET_OK);
    assert_true(wait_notes(2));
    const std::string text = notes();
    assert_true(text.find("X-Once: yes\r\n") != std::string::npos);
    assert_true(text.find("X-Once") == text.rfind("X-Once"));
    assert_true(text.find("Cookie: a=1\r\n") != std::string::npos);
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
}

// Each is read from the struct at the moment of its event.
void callbacks_replaced(void **)
{
    g_log.clear();
    WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    client->onOpen = onOpen;
    client->onMessage = onMessage;
    assert_int_equal(OH_WebSocketClient_Connect(client, g_server.url("/echo").c_str(), {}), WEBSOCKET_OK);
    char data[] = "data";
    assert_int_equal(OH_WebSocketClient_Send(client, data, 4), WEBSOCKET_OK);
    assert_true(wait_notes(2));
    assert_string_equal(notes().c_str(), "open 101 Switching Protocols\nmessage data\n");
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_OK);
}

// Last: the process ends with them.
void never_destroyed(void **)
{
    g_log.clear();
    constexpr size_t kCount = 300;
    for (size_t i = 0; i < kCount; ++i) {
        WebSocket *client = new_client();
        if (i % 3 != 0) {
            assert_int_equal(OH_WebSocketClient_Connect(client, g_server.url("/echo").c_str(), {}),
                             WEBSOCKET_OK);
        }
    }
    assert_true(wait_notes(kCount - kCount / 3));
}

int start_server(void **)
{
    return g_server.start() ? 0 : 1;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(url_without_scheme),
        cmocka_unit_test(send_without_connect),
        cmocka_unit_test(own_struct),
        cmocka_unit_test(each_combination_of_null_callbacks),
        cmocka_unit_test(close_code_minus_one),
        cmocka_unit_test(connect_close_destroy_without_waiting),
        cmocka_unit_test(calls_its_own_callbacks),
        cmocka_unit_test(passes_its_request_options),
        cmocka_unit_test(callbacks_replaced),
        cmocka_unit_test(never_destroyed),
    };
    return cmocka_run_group_tests_name("conformance callers", tests, start_server, nullptr);
}
