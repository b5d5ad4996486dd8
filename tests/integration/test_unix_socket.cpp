// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// ws+unix:///path/to.sock:/request-path

#include "integration/scene.h"

#include <cstdlib>

#include <unistd.h>

#include "support/http_request.h"

using namespace nws::test;

namespace {

std::string g_directory;

int set_up_on_unix_socket(void **state)
{
    const char *base = std::getenv("TMPDIR");
    g_directory = std::string(base == nullptr ? "/tmp" : base) + "/net_websocket-XXXXXX";
    if (mkdtemp(&g_directory[0]) == nullptr) {
        return -1;
    }
    set_up_without_server(state);
    ServerOptions options;
    options.unix_path = g_directory + "/a socket";
    return server().start(options) ? 0 : -1;
}

int tear_down_unix_socket(void **state)
{
    const int result = tear_down(state);
    unlink((g_directory + "/a socket").c_str());
    return rmdir(g_directory.c_str()) == 0 ? result : -1;
}

std::string url(const std::string &target)
{
    return "ws+unix://" + g_directory + "/a%20socket" + target;
}

void opens_and_echoes(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url(":/echo?query")), 0);
    assert_int_equal(client.send("hello"), 0);
    assert_true(client.wait_message_count(1));
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "omc");
    HttpRequest request;
    ASSERT_TEXT(parse_request(server().events(ServerKind::request).front().payload, request), "");
    ASSERT_TEXT(request.target, "/echo?query");
    ASSERT_TEXT(*request.field("Host"), "localhost");
}

void target_is_slash_if_none_is_given(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url("")), 0);
    assert_true(client.wait_error());
    ASSERT_TEXT(client.log().events(ClientKind::error).front().text, "HTTP: 404 Not Found");
    ASSERT_TEXT(server().events(ServerKind::request).front().text, "/");
}

void no_such_socket(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws+unix://" + g_directory + "/none:/"), 0);
    assert_true(client.wait_terminal());
    client.destroy();
    ASSERT_TEXT(client.log().order(), "en");
    const ClientEvent error = client.log().events(ClientKind::error).front();
    assert_int_equal(error.code, WEBSOCKET_CONNECTION_ERROR);
    ASSERT_TEXT(error.text, "TCP: no such file or directory (" + g_directory + "/none)");
}

void nobody_listens(void **)
{
    server().stop();
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url(":/echo")), 0);
    assert_true(client.wait_error());
    ASSERT_BEGINS(client.log().events(ClientKind::error).front().text, "TCP: ");
}

}  // namespace

#define UNIX_TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up_on_unix_socket, tear_down_unix_socket)

int main()
{
    const CMUnitTest tests[] = {
        UNIX_TEST(opens_and_echoes),
        UNIX_TEST(target_is_slash_if_none_is_given),
        UNIX_TEST(no_such_socket),
        UNIX_TEST(nobody_listens),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
