// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of what a pointer to a client may be.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstring>
#include <memory>
#include <set>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <network/netstack/net_websocket.h>

namespace {

WebSocket *new_client()
{
    WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    assert_non_null(client);
    return client;
}

// Good arguments otherwise: the client is what is wrong.
void assert_every_call_gives(WebSocket *client, int code)
{
    char data[] = "data";
    const WebSocket_Header header = {"name", "value", nullptr};
    assert_int_equal(OH_WebSocketClient_AddHeader(client, header), code);
    assert_int_equal(OH_WebSocketClient_Connect(client, "ws://127.0.0.1:1/", {}), code);
    assert_int_equal(OH_WebSocketClient_Send(client, data, sizeof data), code);
    assert_int_equal(OH_WebSocketClient_Close(client, {1000, "reason"}), code);
    assert_int_equal(OH_WebSocketClient_Destroy(client), code);
}

void null_client(void **)
{
    assert_every_call_gives(nullptr, WEBSOCKET_CLIENT_NULL);
}

// The client is looked at before all other arguments.
void client_comes_first(void **)
{
    WebSocket never_created = {};
    for (WebSocket *client : {static_cast<WebSocket *>(nullptr), &never_created}) {
        const int code = client == nullptr ? WEBSOCKET_CLIENT_NULL : WEBSOCKET_CLIENT_NOT_CREATED;
        assert_int_equal(OH_WebSocketClient_AddHeader(client, {nullptr, nullptr, nullptr}), code);
        assert_int_equal(OH_WebSocketClient_Connect(client, nullptr, {}), code);
        assert_int_equal(OH_WebSocketClient_Send(client, nullptr, 0), code);
        assert_int_equal(OH_WebSocketClient_Close(client, {UINT32_MAX, nullptr}), code);
    }
}

void never_created(void **)
{
    WebSocket on_stack = {};
    static WebSocket is_static = {};
    const auto on_heap = std::make_unique<WebSocket>();
    for (WebSocket *own : {&on_stack, &is_static, on_heap.get()}) {
        std::memset(static_cast<void *>(own), 0x5a, sizeof *own);
        assert_every_call_gives(own, WEBSOCKET_CLIENT_NOT_CREATED);
        for (size_t i = 0; i < sizeof *own; ++i) {
            assert_int_equal(reinterpret_cast<const unsigned char *>(own)[i], 0x5a);
        }
    }
}

void copy_of_a_client(void **)
{
    WebSocket *client = new_client();
    WebSocket copy = *client;
    assert_every_call_gives(&copy, WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

// None of them may be read, and some cannot be.
void any_pointer_value(void **)
{
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void *forbidden = mmap(nullptr, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *unmapped = mmap(nullptr, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(forbidden != MAP_FAILED && unmapped != MAP_FAILED);
    assert_int_equal(munmap(unmapped, page), 0);

    WebSocket *client = new_client();
    const auto address = reinterpret_cast<uintptr_t>(client);
    std::vector<uintptr_t> values = {
        1,
        7,
        8,
        page,
        UINTPTR_MAX,
        UINTPTR_MAX - 7,
        UINTPTR_MAX / 2,
        UINTPTR_MAX / 2 + 1,
        reinterpret_cast<uintptr_t>(forbidden),
        reinterpret_cast<uintptr_t>(unmapped),
        reinterpret_cast<uintptr_t>(&OH_WebSocketClient_Destroy),
    };
    // Around a live one: inside it, what follows, what came before.
    for (uintptr_t distance = 1; distance <= 4096; distance = distance < 16 ? distance + 1 : distance * 2) {
        values.push_back(address + distance);
        values.push_back(address - distance);
    }
    for (const uintptr_t value : values) {
        assert_every_call_gives(reinterpret_cast<WebSocket *>(value), WEBSOCKET_CLIENT_NOT_CREATED);
    }
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
    munmap(forbidden, page);
}

void destroyed(void **)
{
    WebSocket *client = new_client();
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
    assert_every_call_gives(client, WEBSOCKET_CLIENT_NOT_CREATED);
}

// A freed handle's address is not given out again soon.
void destroyed_twice_with_others_between(void **)
{
    WebSocket *old = new_client();
    assert_int_equal(OH_WebSocketClient_Destroy(old), WEBSOCKET_NO_CONNECTION_CONTEXT);
    std::vector<WebSocket *> others;
    for (int i = 0; i < 1000; ++i) {
        others.push_back(new_client());
    }
    assert_every_call_gives(old, WEBSOCKET_CLIENT_NOT_CREATED);
    for (WebSocket *other : others) {
        assert_int_equal(OH_WebSocketClient_Destroy(other), WEBSOCKET_NO_CONNECTION_CONTEXT);
    }
    assert_every_call_gives(old, WEBSOCKET_CLIENT_NOT_CREATED);
}

void created_and_destroyed_twenty_thousand_times(void **)
{
    std::set<WebSocket *> seen;
    WebSocket *stays = new_client();
    for (int i = 0; i < 20'000; ++i) {
        WebSocket *client = new_client();
        assert_true(seen.insert(client).second);
        assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
    }
    for (WebSocket *client : seen) {
        assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_CLIENT_NOT_CREATED);
    }
    assert_int_equal(OH_WebSocketClient_Destroy(stays), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

// No limit of a hundred, as OpenHarmony's.
void five_thousand_at_the_same_time(void **)
{
    std::set<WebSocket *> clients;
    for (int i = 0; i < 5'000; ++i) {
        assert_true(clients.insert(new_client()).second);
    }
    for (WebSocket *client : clients) {
        assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
    }
}

void on_open(WebSocket *, WebSocket_OpenResult) {}
void on_message(WebSocket *, char *, uint32_t) {}
void on_error(WebSocket *, WebSocket_ErrorResult) {}
void on_close(WebSocket *, WebSocket_CloseResult) {}

void the_struct_holds_what_was_given(void **)
{
    WebSocket *client = OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close);
    assert_non_null(client);
    assert_true(client->onOpen == on_open);
    assert_true(client->onMessage == on_message);
    assert_true(client->onError == on_error);
    assert_true(client->onClose == on_close);
    assert_null(client->requestOptions.headers);
    // The application may write to all five words.
    *client = {};
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);

    client = new_client();
    assert_true(client->onOpen == nullptr && client->onMessage == nullptr && client->onError == nullptr &&
                client->onClose == nullptr);
    assert_int_equal(OH_WebSocketClient_Destroy(client), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(null_client),
        cmocka_unit_test(client_comes_first),
        cmocka_unit_test(never_created),
        cmocka_unit_test(copy_of_a_client),
        cmocka_unit_test(any_pointer_value),
        cmocka_unit_test(destroyed),
        cmocka_unit_test(destroyed_twice_with_others_between),
        cmocka_unit_test(created_and_destroyed_twenty_thousand_times),
        cmocka_unit_test(five_thousand_at_the_same_time),
        cmocka_unit_test(the_struct_holds_what_was_given),
    };
    return cmocka_run_group_tests_name("handles", tests, nullptr, nullptr);
}
