// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what every test of this suite starts from: a scene (integration/scene.h),
// a server for bytes, a server that others wrote, and an environment without any
// setting of the way to the server; and the rows of the table of networks.
// Include it first. Must not know: the library's insides.
//
// With the name of a file in CONNECTING_ROWS, each row goes to that file as a line
// of JSON: tools/connecting-tables compares them with docs/connecting.md.

#pragma once

#include "integration/scene.h"

#include <cstdio>
#include <cstdlib>
#include <list>

#include "network/foreign_server.h"
#include "network/raw_server.h"
#include "support/http_request.h"

namespace nws::test {

struct Reach {
    RawServer raw;
    ForeignServer foreign;
    TestServer other_server;
};

inline Reach *g_reach;

inline RawServer &raw()
{
    return g_reach->raw;
}

inline ForeignServer &foreign()
{
    return g_reach->foreign;
}

// A second host for tests that need one.
inline TestServer &other_server()
{
    return g_reach->other_server;
}

// ---- the environment ----

inline void clear_environment()
{
    for (const char *name :
         {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
          "NO_PROXY", "NET_WEBSOCKET_PROXY", "NET_WEBSOCKET_CONNECT_TIMEOUT", "NET_WEBSOCKET_TLS_VERIFY",
          "NET_WEBSOCKET_TLS_CA", "SSL_CERT_DIR"}) {
        unsetenv(name);
    }
    setenv("SSL_CERT_FILE", CERTS_DIR "/ca.pem", 1);
}

inline void set_variable(const char *name, const std::string &value)
{
    setenv(name, value.c_str(), 1);
}

// Only what is set before the next test.
inline void set_proxy(const std::string &url)
{
    set_variable("NET_WEBSOCKET_PROXY", url);
}

inline int set_up_reach_without_server(void **state)
{
    clear_environment();
    g_reach = new Reach;
    return set_up_without_server(state);
}

// The test server speaks ws and wss on one port.
inline int set_up_reach(void **state)
{
    set_up_reach_without_server(state);
    ServerOptions options;
    options.tls.certificate = CERTS_DIR "/server.pem";
    options.tls.key = CERTS_DIR "/server.key";
    return server().start(options) ? 0 : -1;
}

inline int tear_down_reach(void **state)
{
    // Clients first, with the servers they talk to still there.
    g_scene->clients.clear();
    g_reach->other_server.stop();
    const std::string complaints = g_reach->other_server.complaints();
    if (!complaints.empty()) {
        print_error("the other server complains:\n%s", complaints.c_str());
    }
    delete g_reach;
    g_reach = nullptr;
    clear_environment();
    return tear_down(state) == 0 && complaints.empty() ? 0 : -1;
}

// ---- rows ----

inline std::string in_json(const std::string &text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        if (static_cast<unsigned char>(c) >= ' ') {
            quoted += c;
        }
    }
    return quoted + "\"";
}

// Ports differ from run to run, and the table should not.
inline std::string without_ports(const std::string &text)
{
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        size_t end = i + 1;
        while (text[i] == ':' && end < text.size() && text[end] >= '0' && text[end] <= '9') {
            ++end;
        }
        if (end - i > 4) {
            out += "PORT";
            i = end - 1;
        }
    }
    return out;
}

// The program's part of the table.
inline const char *g_group = "";

// `verdict`: of what does not connect, if it is another than "refused".
inline void add_row(const std::string &row, bool connects, const std::string &text,
                    const char *verdict = nullptr)
{
    const char *path = std::getenv("CONNECTING_ROWS");
    std::FILE *file = path == nullptr ? nullptr : std::fopen(path, "a");
    if (file == nullptr) {
        return;
    }
    std::string line = "{\"group\": " + in_json(g_group) + ", \"row\": " + in_json(row) +
                       ", \"connects\": " + (connects ? "true" : "false") +
                       ", \"text\": " + in_json(without_ports(text));
    if (verdict != nullptr) {
        line += ", \"verdict\": " + in_json(verdict);
    }
    std::fputs((line + "}\n").c_str(), file);
    std::fclose(file);
}

// main()'s: the rows of an earlier run are not this one's.
template <size_t Count>
int run_reach_tests(const char *group, const CMUnitTest (&tests)[Count])
{
    g_group = group;
    if (const char *path = std::getenv("CONNECTING_ROWS")) {
        write_file(path, "");
    }
    return cmocka_run_group_tests_name(group, tests, nullptr, nullptr);
}

// ---- outcomes ----

// Waits for the first event, which is what the row is about.
inline std::string first_error(LoggedClient &client)
{
    client.log().wait_until([](const auto &events) { return !events.empty(); });
    const auto errors = client.log().events(ClientKind::error);
    return errors.empty() ? "" : errors.front().text;
}

// Connects and gets a message back. `row`: NULL if the table has none for it.
inline LoggedClient &assert_connects(const char *row, const std::string &url,
                                     const LoggedClient::Fields &fields = {})
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url, fields), 0);
    assert_int_equal(client.send("hello"), 0);
    const std::string error = first_error(client);
    if (row != nullptr) {
        add_row(row, error.empty(), error);
    }
    ASSERT_TEXT(error, "");
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().order(), "om");
    ASSERT_TEXT(client.log().events(ClientKind::message).front().bytes, "hello");
    return client;
}

inline void assert_closes(LoggedClient &client)
{
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    client.destroy();
    ASSERT_TEXT(client.log().order(), "omcn");
    assert_int_equal(client.log().events(ClientKind::close).front().code, 1000);
}

// What went through and closed again.
inline void assert_works(const char *row, const std::string &url, const LoggedClient::Fields &fields = {})
{
    assert_closes(assert_connects(row, url, fields));
}

// Exactly one onError, and nothing after it: its text.
inline std::string failure(const char *row, const std::string &url, const LoggedClient::Fields &fields = {})
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url, fields), 0);
    const std::string text = first_error(client);
    if (row != nullptr) {
        add_row(row, text.empty(), text);
    }
    client.destroy();
    ASSERT_TEXT(client.log().order(), "en");
    const ClientEvent error = client.log().events(ClientKind::error).front();
    assert_int_equal(error.code, WEBSOCKET_CONNECTION_ERROR);
    assert_true(error.terminated);
    return text;
}

// The heads of all requests that a server saw, in order.
inline std::vector<HttpRequest> requests_of(const TestServer &server)
{
    std::vector<HttpRequest> requests;
    for (const ServerEvent &event : server.events(ServerKind::request)) {
        requests.emplace_back();
        parse_request(event.payload, requests.back());
    }
    return requests;
}

inline std::string field_of(const HttpRequest &request, const char *name)
{
    const std::string *value = request.field(name);
    return value == nullptr ? "" : *value;
}

}  // namespace nws::test

#define REACH_TEST(function) \
    cmocka_unit_test_setup_teardown(function, nws::test::set_up_reach, nws::test::tear_down_reach)

#define ASSERT_LACKS(text, part)                                                                      \
    do {                                                                                              \
        if ((text).find(part) != std::string::npos) {                                                 \
            fail_msg("\"%s\" contains \"%s\"", std::string(text).c_str(), std::string(part).c_str()); \
        }                                                                                             \
    } while (false)

// For what the machine may lack: says so, and skips the rest of the test.
#define NEEDS_PROGRAM(name)                                                     \
    do {                                                                        \
        if (nws::test::find_program(name).empty()) {                            \
            print_message("skipped: " name " is not installed (tools/deps)\n"); \
            skip();                                                             \
        }                                                                       \
    } while (false)
