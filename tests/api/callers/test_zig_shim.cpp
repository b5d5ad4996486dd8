// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the way of a Zig wrapper: header fields come from AddHeader only, and
// a handle whose Destroy did not return 0 is destroyed again.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstring>
#include <string>

#include <network/netstack/net_websocket.h>

#include "api/callers/zig_shim.h"
#include "support/event_log.h"
#include "support/test_server.h"

using namespace nws::test;

namespace {

EventLog g_log;

void on_text(WebSocket *, char *data, uint32_t length)
{
    g_log.note(std::string(data, length));
}

void header_fields_without_a_list(void **)
{
    TestServer server;
    assert_true(server.start());
    void *client = shim_create(on_text);
    assert_non_null(client);
    assert_int_equal(shim_add_header(client, "X-Zig", "yes"), 0);
    assert_int_equal(shim_connect(client, server.url("/headers").c_str()), 0);
    assert_true(g_log.wait_for(EventLog::Kind::note));
    assert_non_null(std::strstr(g_log.snapshot()[0].text.c_str(), "X-Zig: yes\r\n"));
    assert_int_equal(shim_destroy(&client), 0);
    assert_null(client);
}

void destroyed_again(void **)
{
    void *client = shim_create(on_text);
    assert_non_null(client);
    assert_int_equal(shim_destroy(&client), WEBSOCKET_NO_CONNECTION_CONTEXT);
    assert_non_null(client);
    void *other = shim_create(on_text);
    assert_int_equal(shim_destroy(&client), WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(shim_destroy(&other), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(header_fields_without_a_list),
        cmocka_unit_test(destroyed_again),
    };
    return cmocka_run_group_tests_name("Zig shim", tests, nullptr, nullptr);
}
