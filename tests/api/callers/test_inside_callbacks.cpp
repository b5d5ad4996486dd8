// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the ways of applications that call from inside callbacks: Destroy in
// onClose, as the documentation recommends, and everywhere else; Connect again.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <string>

#include "support/logged_client.h"
#include "support/test_server.h"

using namespace nws::test;
using Kind = ClientEvent::Kind;

namespace {

// Destroys the client in the first event of a kind, and a second time. Nothing
// more may follow, though there would be more.
void destroy_inside(Kind kind, const std::string &url, const char *order)
{
    LoggedClient client;
    client.set_hook([&](const ClientEvent &event) {
        if (event.kind == kind) {
            client.destroy();
            const int again = OH_WebSocketClient_Destroy(client.get());
            client.log().note(again == WEBSOCKET_CLIENT_NOT_CREATED ? "gone" : "not gone");
        }
    });
    assert_int_equal(client.connect(url), WEBSOCKET_OK);
    assert_true(client.log().wait_for(Kind::note, 2));
    // The hook refers to the client.
    LoggedClient other;
    assert_int_equal(other.connect(url), WEBSOCKET_OK);
    assert_true(other.wait_terminal());
    assert_string_equal(client.log().order().c_str(), order);
    assert_string_equal(client.log().snapshot().back().text.c_str(), "gone");
    assert_int_equal(client.destroy(), WEBSOCKET_OK);
}

void destroy_inside_callbacks(void **)
{
    TestServer server;
    assert_true(server.start());
    server.on_path("/bad", Script().upgrade().send_text("no UTF-8: \xff").expect_close());
    destroy_inside(Kind::close, server.url("/close?code=1000"), "ocnn");
    destroy_inside(Kind::open, server.url("/source?n=5"), "onn");
    destroy_inside(Kind::message, server.url("/source?n=5"), "omnn");
    destroy_inside(Kind::error, server.url("/bad"), "oenn");
    destroy_inside(Kind::error, server.url("/status?code=403"), "enn");
}

// The only client: the library's thread ends by itself, and may start again.
void last_client_destroyed_inside_close(void **)
{
    TestServer server;
    assert_true(server.start());
    for (int i = 0; i < 20; ++i) {
        AppendLog<int> results;
        LoggedClient client;
        client.set_hook([&](const ClientEvent &event) {
            if (event.kind == Kind::close) {
                results.append(client.destroy());
            }
        });
        assert_int_equal(client.connect(server.url("/close?code=1000&reason=bye")), WEBSOCKET_OK);
        // From then on the hook touches nothing of this function's.
        assert_true(results.wait_count([](int) { return true; }, 1));
        assert_int_equal(results.snapshot().front(), WEBSOCKET_OK);
        assert_string_equal(client.log().order().c_str(), "ocn");
    }
}

void other_client_destroyed_inside_message(void **)
{
    TestServer server;
    assert_true(server.start());
    LoggedClient other;
    assert_int_equal(other.connect(server.url("/echo")), WEBSOCKET_OK);
    assert_true(other.wait_open());
    LoggedClient client;
    client.set_hook([&](const ClientEvent &event) {
        if (event.kind == Kind::message) {
            other.destroy();
        }
    });
    assert_int_equal(client.connect(server.url("/source?n=1")), WEBSOCKET_OK);
    assert_true(client.wait_close());
    assert_int_equal(other.destroy(), WEBSOCKET_OK);
    assert_string_equal(other.log().order().c_str(), "on");
}

void connect_again_inside_close_and_error(void **)
{
    TestServer server;
    assert_true(server.start());
    LoggedClient client;
    AppendLog<int> results;
    client.set_hook([&](const ClientEvent &event) {
        if (event.kind == Kind::close && client.log().count_of(Kind::close) == 1) {
            results.append(client.connect(server.url("/status?code=503")));
        } else if (event.kind == Kind::error) {
            results.append(client.connect(server.url("/close?code=1001")));
        }
    });
    assert_int_equal(client.connect(server.url("/close?code=1000")), WEBSOCKET_OK);
    assert_true(client.wait_close(2));
    assert_string_equal(client.log().order().c_str(), "oceoc");
    for (const int result : results.snapshot()) {
        assert_int_equal(result, WEBSOCKET_OK);
    }
    client.destroy();
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(destroy_inside_callbacks),
        cmocka_unit_test(last_client_destroyed_inside_close),
        cmocka_unit_test(other_client_destroyed_inside_message),
        cmocka_unit_test(connect_again_inside_close_and_error),
    };
    return cmocka_run_group_tests_name("calls inside callbacks", tests, nullptr, nullptr);
}
