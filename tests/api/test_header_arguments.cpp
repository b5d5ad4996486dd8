// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of what AddHeader takes, refuses and shows.

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

namespace {

WebSocket *g_client = nullptr;

int create(void **)
{
    g_client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    return g_client == nullptr ? 1 : 0;
}

int destroy(void **)
{
    return OH_WebSocketClient_Destroy(g_client) == WEBSOCKET_NO_CONNECTION_CONTEXT ? 0 : 1;
}

int add(const char *name, const char *value)
{
    // Applications leave next uninitialised.
    auto *garbage = reinterpret_cast<WebSocket_Header *>(uintptr_t{1});
    return OH_WebSocketClient_AddHeader(g_client, {name, value, garbage});
}

void what_may_be_added(void **)
{
    struct Row {
        const char *name;
        const char *value;
        int code;
    };
    constexpr Row kRows[] = {
        {"Name", "value", WEBSOCKET_OK},
        {"Name", "", WEBSOCKET_OK},
        {"Name", "with spaces, \t tabs; and \"quotes\"", WEBSOCKET_OK},
        {"Name", "\xc3\xbc", WEBSOCKET_OK},
        {"!#$%&'*+-.^_`|~09azAZ", "all that a token may have", WEBSOCKET_OK},
        {"Upgrade", "the handshake's own are no error", WEBSOCKET_OK},

        {nullptr, "value", WEBSOCKET_NO_HEADER_CONTEXT},
        {"Name", nullptr, WEBSOCKET_NO_HEADER_CONTEXT},
        {nullptr, nullptr, WEBSOCKET_NO_HEADER_CONTEXT},
        {"", "value", WEBSOCKET_NO_HEADER_CONTEXT},
        {"", nullptr, WEBSOCKET_NO_HEADER_CONTEXT},

        {"Na me", "value", WEBSOCKET_PROTOCOL_ERROR},
        {" Name", "value", WEBSOCKET_PROTOCOL_ERROR},
        {"Name:", "value", WEBSOCKET_PROTOCOL_ERROR},
        {"Name\r\nOther", "value", WEBSOCKET_PROTOCOL_ERROR},
        {"Name\t", "value", WEBSOCKET_PROTOCOL_ERROR},
        {"Na(me", "value", WEBSOCKET_PROTOCOL_ERROR},
        {"N\xc3\xa4me", "value", WEBSOCKET_PROTOCOL_ERROR},
        {"Name", "value\r\nOther: field", WEBSOCKET_PROTOCOL_ERROR},
        {"Name", "value\n", WEBSOCKET_PROTOCOL_ERROR},
        {"Name", "\rvalue", WEBSOCKET_PROTOCOL_ERROR},
    };
    for (const Row &row : kRows) {
        const int code = add(row.name, row.value);
        if (code != row.code) {
            print_error("%s: %s\n", row.name == nullptr ? "NULL" : row.name,
                        row.value == nullptr ? "NULL" : row.value);
        }
        assert_int_equal(code, row.code);
    }
}

size_t count_shown()
{
    size_t count = 0;
    for (const WebSocket_Header *node = g_client->requestOptions.headers; node != nullptr;
         node = node->next) {
        ++count;
    }
    return count;
}

void shown_as_copies(void **)
{
    char name[] = "First";
    char value[] = "one";
    assert_int_equal(add(name, value), WEBSOCKET_OK);
    std::memset(name, 'x', sizeof name - 1);
    std::memset(value, 'x', sizeof value - 1);
    assert_int_equal(add("Second", "two"), WEBSOCKET_OK);

    const WebSocket_Header *first = g_client->requestOptions.headers;
    assert_non_null(first);
    assert_string_equal(first->fieldName, "First");
    assert_string_equal(first->fieldValue, "one");
    assert_non_null(first->next);
    assert_string_equal(first->next->fieldName, "Second");
    assert_string_equal(first->next->fieldValue, "two");
    assert_null(first->next->next);
}

void refused_is_not_shown(void **)
{
    assert_int_equal(add("Name", "value"), WEBSOCKET_OK);
    assert_int_equal(add("Na me", "value"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(add(nullptr, "value"), WEBSOCKET_NO_HEADER_CONTEXT);
    assert_int_equal(count_shown(), 1);
}

// The application hangs nodes of its own into the list; it frees them, too.
void own_nodes_left_alone(void **)
{
    auto *node = static_cast<WebSocket_Header *>(std::malloc(sizeof(WebSocket_Header)));
    assert_non_null(node);
    *node = {"Own", "node", nullptr};
    g_client->requestOptions.headers = node;
    assert_int_equal(add("Added", "value"), WEBSOCKET_OK);
    assert_int_equal(count_shown(), 2);
    assert_int_equal(OH_WebSocketClient_Destroy(g_client), WEBSOCKET_NO_CONNECTION_CONTEXT);
    assert_string_equal(node->fieldName, "Own");
    assert_string_equal(node->fieldValue, "node");
    assert_null(node->next);
    std::free(node);
    assert_int_equal(create(nullptr), 0);
}

void own_node_behind_the_added(void **)
{
    WebSocket_Header node = {"Own", "node", nullptr};
    assert_int_equal(add("Added", "value"), WEBSOCKET_OK);
    g_client->requestOptions.headers->next = &node;
    assert_int_equal(add("Later", "value"), WEBSOCKET_OK);
    assert_int_equal(count_shown(), 3);
    assert_null(node.next);
}

void list_replaced(void **)
{
    WebSocket_Header node = {"Own", "node", nullptr};
    assert_int_equal(add("Added", "value"), WEBSOCKET_OK);
    g_client->requestOptions.headers = &node;
    assert_int_equal(add("Later", "value"), WEBSOCKET_OK);
    assert_null(node.next);
    assert_ptr_equal(g_client->requestOptions.headers, &node);
}

void too_many_fields(void **)
{
    for (int i = 0; i < 8192; ++i) {
        assert_int_equal(add("a", "b"), WEBSOCKET_OK);
    }
    assert_int_equal(add("a", "b"), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(count_shown(), 8192);
}

void too_many_bytes(void **)
{
    const std::string half(40'000, 'v');
    assert_int_equal(add("First", half.c_str()), WEBSOCKET_OK);
    assert_int_equal(add("Second", half.c_str()), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(add("Third", "small"), WEBSOCKET_OK);
    assert_int_equal(count_shown(), 2);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_may_be_added, create, destroy),
        cmocka_unit_test_setup_teardown(shown_as_copies, create, destroy),
        cmocka_unit_test_setup_teardown(refused_is_not_shown, create, destroy),
        cmocka_unit_test_setup_teardown(own_nodes_left_alone, create, destroy),
        cmocka_unit_test_setup_teardown(own_node_behind_the_added, create, destroy),
        cmocka_unit_test_setup_teardown(list_replaced, create, destroy),
        cmocka_unit_test_setup_teardown(too_many_fields, create, destroy),
        cmocka_unit_test_setup_teardown(too_many_bytes, create, destroy),
    };
    return cmocka_run_group_tests_name("header arguments", tests, nullptr, nullptr);
}
