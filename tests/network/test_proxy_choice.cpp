// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Which proxy is used, end to end: the variables are read at each Connect, and
// choose as curl's do. The unit tests have the table of all cases.

#include "network/reach.h"

using namespace nws::test;

namespace {

// A proxy that lets everything through, and tells what it was asked for.
void serve_as_proxy(RawConnection &connection)
{
    const std::string head = connection.read_head();
    connection.note(head.substr(0, head.find(" HTTP/")));
    connection.write("HTTP/1.1 200 Connection established\r\n\r\n");
    connection.relay_to(server().port());
}

int set_up_with_proxy(void **state)
{
    return set_up_reach(state) == 0 && raw().start(serve_as_proxy) ? 0 : -1;
}

using Variables = std::vector<std::pair<std::string, std::string>>;

// "PROXY" in a value is the proxy's URL, "PORT" the server's port.
std::string expanded(std::string value)
{
    const std::pair<std::string, std::string> words[] = {
        {"PROXY", "http://" + raw().address()},
        {"PORT", std::to_string(server().port())},
    };
    for (const auto &[word, meaning] : words) {
        const size_t at = value.find(word);
        if (at != std::string::npos) {
            value.replace(at, word.size(), meaning);
        }
    }
    return value;
}

void assert_uses_proxy(const Variables &variables, bool secure, bool wanted)
{
    clear_environment();
    std::string setting;
    for (const auto &[name, value] : variables) {
        set_variable(name.c_str(), expanded(value));
        setting += (setting.empty() ? "" : " ") + name + "=" + value;
    }
    const size_t before = raw().count("accepted");
    assert_works(nullptr, server().url("/echo", secure));
    const bool used = raw().count("accepted") > before;
    const std::string row =
        (secure ? "wss, " : "ws, ") + (setting.empty() ? "no variable" : "`" + setting + "`");
    add_row(row, true, used ? "through the proxy" : "directly");
    if (used != wanted) {
        fail_msg("not so: %s: %s", row.c_str(), wanted ? "through the proxy" : "directly");
    }
}

void each_variable_has_its_scheme(void **)
{
    assert_uses_proxy({}, false, false);
    assert_uses_proxy({{"http_proxy", "PROXY"}}, false, true);
    assert_uses_proxy({{"http_proxy", "PROXY"}}, true, false);
    assert_uses_proxy({{"https_proxy", "PROXY"}}, true, true);
    assert_uses_proxy({{"https_proxy", "PROXY"}}, false, false);
    assert_uses_proxy({{"all_proxy", "PROXY"}}, false, true);
    assert_uses_proxy({{"all_proxy", "PROXY"}}, true, true);
    // Without a scheme it is an HTTP proxy.
    assert_uses_proxy({{"http_proxy", "127.0.0.1:1"}, {"NET_WEBSOCKET_PROXY", "PROXY"}}, false, true);
}

// A web server's script gets HTTP_PROXY from whoever sends a field "Proxy".
void upper_case_but_for_HTTP_PROXY(void **)
{
    assert_uses_proxy({{"HTTP_PROXY", "PROXY"}}, false, false);
    assert_uses_proxy({{"HTTPS_PROXY", "PROXY"}}, true, true);
    assert_uses_proxy({{"ALL_PROXY", "PROXY"}}, false, true);
    assert_uses_proxy({{"http_proxy", "PROXY"}, {"NO_PROXY", "127.0.0.1"}}, false, false);
}

// A port where nothing is: whoever went there would fail.
void what_is_more_special_wins(void **)
{
    assert_uses_proxy({{"http_proxy", "PROXY"}, {"all_proxy", "http://127.0.0.1:1"}}, false, true);
    assert_uses_proxy({{"https_proxy", "PROXY"}, {"HTTPS_PROXY", "http://127.0.0.1:1"}}, true, true);
    assert_uses_proxy({{"NET_WEBSOCKET_PROXY", "PROXY"}, {"http_proxy", "http://127.0.0.1:1"}}, false, true);
    // What the application was given for itself knows no exceptions.
    assert_uses_proxy({{"NET_WEBSOCKET_PROXY", "PROXY"}, {"no_proxy", "*"}}, false, true);
}

void none_is_no_proxy(void **)
{
    assert_uses_proxy({{"NET_WEBSOCKET_PROXY", "none"}, {"http_proxy", "http://127.0.0.1:1"}}, false, false);
    assert_uses_proxy({{"NET_WEBSOCKET_PROXY", "none"}, {"all_proxy", "http://127.0.0.1:1"}}, true, false);
}

void empty_is_unset(void **)
{
    assert_uses_proxy({{"http_proxy", ""}}, false, false);
    assert_uses_proxy({{"NET_WEBSOCKET_PROXY", ""}, {"http_proxy", "PROXY"}}, false, true);
    assert_uses_proxy({{"http_proxy", "PROXY"}, {"no_proxy", ""}}, false, true);
}

void exceptions(void **)
{
    for (const char *exception : {"*", "127.0.0.1", "example.com, 127.0.0.1", "127.0.0.0/8"}) {
        assert_uses_proxy({{"http_proxy", "PROXY"}, {"no_proxy", exception}}, false, false);
    }
    for (const char *exception : {"example.com", "127.0.0.2", "10.0.0.0/8", "localhost", "0.1"}) {
        assert_uses_proxy({{"http_proxy", "PROXY"}, {"no_proxy", exception}}, false, true);
    }
    assert_uses_proxy({{"https_proxy", "PROXY"}, {"no_proxy", "127.0.0.1:PORT"}}, true, false);
    assert_uses_proxy({{"https_proxy", "PROXY"}, {"no_proxy", "127.0.0.1:1"}}, true, true);
}

// Applications set them while they run, and each client has its own.
void read_at_each_connect(void **)
{
    LoggedClient &direct = assert_connects(nullptr, server().url("/echo"));
    set_proxy(expanded("PROXY"));
    LoggedClient &through = assert_connects(nullptr, server().url("/echo"));
    assert_int_equal(raw().count("accepted"), 1);
    set_proxy("none");
    assert_closes(through);
    assert_closes(direct);
    assert_works(nullptr, server().url("/echo"));
    assert_int_equal(raw().count("accepted"), 1);
}

// The error names the variable.
void the_variable_that_is_wrong_is_named(void **)
{
    const struct {
        const char *variable, *url;
    } rows[] = {{"http_proxy", "ws://far.example/"},
                {"all_proxy", "ws://far.example/"},
                {"https_proxy", "wss://far.example/"},
                {"all_proxy", "wss://far.example/"},
                {"NET_WEBSOCKET_PROXY", "wss://far.example/"}};
    for (const auto &row : rows) {
        set_variable(row.variable, "ftp://127.0.0.1");
        LoggedClient &client = new_client();
        assert_int_equal(client.connect(row.url), 0);
        assert_true(client.wait_error());
        ASSERT_BEGINS(client.log().snapshot().front().text, "Proxy: " + std::string(row.variable) + ": ");
        unsetenv(row.variable);
    }
}

}  // namespace

#define CHOICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_with_proxy, tear_down_reach)

int main()
{
    const CMUnitTest tests[] = {
        CHOICE_TEST(each_variable_has_its_scheme),
        CHOICE_TEST(upper_case_but_for_HTTP_PROXY),
        CHOICE_TEST(what_is_more_special_wins),
        CHOICE_TEST(none_is_no_proxy),
        CHOICE_TEST(empty_is_unset),
        CHOICE_TEST(exceptions),
        CHOICE_TEST(read_at_each_connect),
        CHOICE_TEST(the_variable_that_is_wrong_is_named),
    };
    return run_reach_tests("Choice of the proxy", tests);
}
