// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what every test here starts from, a running server and the clients that
// it asks for, and what holds at the end of each of them. Include it first:
// cmocka wants its headers in this order.
// Must not know: the library's insides.
//
// A failed assertion jumps over destructors, so the scene belongs to set_up()
// and tear_down(), not to the test's stack.

#pragma once

// Before cmocka: its macro fail() would break the class of that header.
#include <ios>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/logged_client.h"
#include "support/sanitized.h"
#include "support/test_server.h"

namespace nws::test {

using ServerKind = ServerEvent::Kind;
using ClientKind = ClientEvent::Kind;

struct Scene {
    TestServer server;
    // Of clients only, in the order of their making.
    std::vector<std::unique_ptr<LoggedClient>> clients;

    LoggedClient &new_client()
    {
        clients.push_back(std::make_unique<LoggedClient>());
        return *clients.back();
    }

    // One that is open.
    LoggedClient &open_client(const std::string &path)
    {
        LoggedClient &client = new_client();
        assert_int_equal(client.connect(server.url(path)), 0);
        assert_true(client.wait_open());
        return client;
    }

    // What the callbacks of destroyed clients must not do.
    unsigned strays_before = ClientRecords::all().strays();
};

// No smart pointer: a child process that calls exit() must not tear down what
// belongs to threads that it does not have.
inline Scene *g_scene;

inline TestServer &server()
{
    return g_scene->server;
}

inline LoggedClient &new_client()
{
    return g_scene->new_client();
}

inline LoggedClient &open_client(const std::string &path)
{
    return g_scene->open_client(path);
}

inline int set_up_without_server(void **)
{
    g_scene = new Scene;
    return 0;
}

inline int set_up(void **)
{
    g_scene = new Scene;
    return g_scene->server.start() ? 0 : -1;
}

// After each test: the library never broke a rule of the protocol, each connection
// of each client ended once, and no callback came after Destroy.
inline int tear_down(void **)
{
    g_scene->clients.clear();
    g_scene->server.stop();
    const std::string complaints = g_scene->server.complaints();
    const bool silent = ClientRecords::all().strays() == g_scene->strays_before;
    delete g_scene;
    g_scene = nullptr;
    if (!complaints.empty()) {
        print_error("the server complains:\n%s", complaints.c_str());
    }
    if (!silent) {
        print_error("a callback came after Destroy\n");
    }
    const std::string disorders = ClientRecords::all().take_disorders();
    if (!disorders.empty()) {
        print_error("callbacks came in a wrong order: %s\n", disorders.c_str());
    }
    return complaints.empty() && silent && disorders.empty() ? 0 : -1;
}

inline bool begins_with(std::string_view text, std::string_view beginning)
{
    return text.substr(0, beginning.size()) == beginning;
}

}  // namespace nws::test

#define SCENE_TEST(function) \
    cmocka_unit_test_setup_teardown(function, nws::test::set_up, nws::test::tear_down)

// Shows the text on failure, which assert_true does not.
#define ASSERT_TEXT(text, wanted) assert_string_equal(std::string(text).c_str(), std::string(wanted).c_str())

#define ASSERT_BEGINS(text, beginning)                                               \
    do {                                                                             \
        if (!nws::test::begins_with(text, beginning)) {                              \
            fail_msg("\"%s\" does not begin with \"%s\"", std::string(text).c_str(), \
                     std::string(beginning).c_str());                                \
        }                                                                            \
    } while (false)

#define ASSERT_CONTAINS(text, part)                                               \
    do {                                                                          \
        if ((text).find(part) == std::string::npos) {                             \
            fail_msg("\"%s\" does not contain \"%s\"", std::string(text).c_str(), \
                     std::string(part).c_str());                                  \
        }                                                                         \
    } while (false)
