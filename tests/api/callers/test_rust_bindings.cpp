// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the way of raw Rust bindings, which know the library by declarations
// of their own: WebSocket is opaque, results are 32 bits, lengths a word. Every
// text is read as a C string without looking for NULL. Nothing is destroyed.
// Must not know: the public headers.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstring>
#include <string>
#include <vector>

#include "support/event_log.h"
#include "support/test_server.h"

using namespace nws::test;

extern "C" {

struct Opaque;

struct CodeAndText {
    uint32_t code;
    const char *text;
};

struct Node {
    const char *name;
    const char *value;
    Node *next;
};

struct Options {
    Node *headers;
};

using OnResult = void (*)(Opaque *, CodeAndText);
using OnMessage = void (*)(Opaque *, char *, uint32_t);

Opaque *OH_WebSocketClient_Constructor(OnResult on_open, OnMessage on_message, OnResult on_error,
                                       OnResult on_close);
int32_t OH_WebSocketClient_AddHeader(Opaque *client, Node header);
int32_t OH_WebSocketClient_Connect(Opaque *client, const char *url, Options options);
int32_t OH_WebSocketClient_Send(Opaque *client, char *data, uintptr_t length);
int32_t OH_WebSocketClient_Close(Opaque *client, CodeAndText options);
}

namespace {

EventLog g_log;

void tell(const char *kind, CodeAndText result)
{
    g_log.note(std::string(kind) + ' ' + std::to_string(result.code) + ' ' +
               std::string(result.text, std::strlen(result.text)));
}

void on_open(Opaque *, CodeAndText result)
{
    tell("open", result);
}
void on_error(Opaque *, CodeAndText result)
{
    tell("error", result);
}
void on_close(Opaque *, CodeAndText result)
{
    tell("close", result);
}
void on_message(Opaque *, char *data, uint32_t length)
{
    g_log.note("message " + std::string(data, length));
}

Opaque *new_client()
{
    g_log.clear();
    Opaque *client = OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close);
    assert_non_null(client);
    return client;
}

void assert_notes(const std::vector<std::string> &wanted)
{
    g_log.wait_for(EventLog::Kind::note, wanted.size());
    const auto notes = g_log.snapshot();
    assert_int_equal(notes.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
        assert_string_equal(notes[i].text.c_str(), wanted[i].c_str());
    }
}

TestServer g_server;

void conversation(void **)
{
    Opaque *client = new_client();
    assert_int_equal(OH_WebSocketClient_AddHeader(client, {"X-Rust", "yes", nullptr}), 0);
    assert_int_equal(OH_WebSocketClient_Connect(client, g_server.url("/echo").c_str(), {nullptr}), 0);
    char data[] = {'d', 'a', 't', 'a'};
    assert_int_equal(OH_WebSocketClient_Send(client, data, sizeof data), 0);
    assert_notes({"open 101 Switching Protocols", "message data"});
    assert_int_equal(OH_WebSocketClient_Close(client, {1000, nullptr}), 0);
    assert_notes({"open 101 Switching Protocols", "message data", "close 1000 "});
}

void texts_of_every_end(void **)
{
    // Closed without a code.
    assert_int_equal(OH_WebSocketClient_Connect(new_client(), g_server.url("/close").c_str(), {nullptr}), 0);
    assert_notes({"open 101 Switching Protocols", "close 1005 "});

    // Broken off: the text is the library's own.
    assert_int_equal(OH_WebSocketClient_Connect(new_client(), g_server.url("/drop").c_str(), {nullptr}), 0);
    assert_true(g_log.wait_for(EventLog::Kind::note, 2));
    assert_int_equal(g_log.snapshot()[1].text.compare(0, 11, "close 1006 "), 0);
    assert_true(g_log.snapshot()[1].text.size() > 11);

    // A protocol error: both callbacks, both with a text.
    g_server.on_path("/bad", Script().upgrade().send_text("no UTF-8: \xff").expect_close());
    assert_int_equal(OH_WebSocketClient_Connect(new_client(), g_server.url("/bad").c_str(), {nullptr}), 0);
    assert_true(g_log.wait_for(EventLog::Kind::note, 3));
    assert_int_equal(g_log.snapshot()[1].text.compare(0, 11, "error 1009 "), 0);
    assert_int_equal(g_log.snapshot()[2].text.compare(0, 11, "close 1007 "), 0);

    const RefusingPort refusing;
    const std::string url = "ws://127.0.0.1:" + std::to_string(refusing.port());
    assert_int_equal(OH_WebSocketClient_Connect(new_client(), url.c_str(), {nullptr}), 0);
    assert_true(g_log.wait_for(EventLog::Kind::note));
    assert_int_equal(g_log.snapshot()[0].text.compare(0, 11, "error 1003 "), 0);
    assert_true(g_log.snapshot()[0].text.size() > 11);
}

// The process ends with them; its end must not hang, nor crash.
void left_open(void **)
{
    for (int i = 0; i < 20; ++i) {
        assert_int_equal(OH_WebSocketClient_Connect(new_client(), g_server.url("/echo").c_str(), {nullptr}),
                         0);
        assert_true(g_log.wait_for(EventLog::Kind::note));
    }
}

int start_server(void **)
{
    return g_server.start() ? 0 : 1;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(conversation),
        cmocka_unit_test(texts_of_every_end),
        cmocka_unit_test(left_open),
    };
    return cmocka_run_group_tests_name("Rust bindings", tests, start_server, nullptr);
}
