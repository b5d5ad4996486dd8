// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Through dante, which looks users up in the system's files and names in
// /etc/hosts: it gets files of its own, in a namespace for it alone.

#include "network/reach.h"

#include "network/network_namespace.h"

using namespace nws::test;

namespace {

// "sesame", as crypt(3) has it.
constexpr const char *kHash =
    "$6$networks$C/APgLqVYPik1V9kbfNNYbFaHrcmQAlCVG0geA83klqkTJi/"
    "UikEuBogfcrveN6Wz9VxHFR3UK/ZVnF2v9beR1";

void start_dante(const std::string &method)
{
    const bool started = foreign().start([&](uint16_t port, const std::string &directory) {
        write_file(directory + "/passwd", "root:x:0:0::/:/bin/sh\nali:x:12345:12345::/:/bin/false\n");
        write_file(directory + "/shadow",
                   std::string("root:*:19000:0:99999:7:::\nali:") + kHash + ":19000:0:99999:7:::\n");
        write_file(directory + "/hosts", "127.0.0.1 localhost known-to-the-proxy.test\n");
        write_file(directory + "/configuration",
                   "logoutput: stderr\ninternal: 127.0.0.1 port = " + std::to_string(port) +
                       "\nexternal: 127.0.0.1\nclientmethod: none\nsocksmethod: " + method +
                       "\nclient pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n"
                       "socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 command: connect }\n");
        // What covers it already has no name to be covered by.
        std::string script = "umount /etc/hosts && ";
        for (const char *name : {"passwd", "shadow", "hosts"}) {
            script += "mount --bind " + directory + "/" + name + " /etc/" + name + " && ";
        }
        script +=
            "exec " + find_program("danted") + " -f " + directory + "/configuration -p " + directory + "/pid";
        return std::vector<std::string>{find_program("unshare"), "--mount", "--", "/bin/sh", "-c", script};
    });
    assert_true(started);
}

void name_that_only_the_proxy_knows(void **)
{
    NEEDS_PROGRAM("danted");
    start_dante("none");
    const std::string port = std::to_string(server().port());
    ASSERT_BEGINS(failure(nullptr, "ws://known-to-the-proxy.test:" + port + "/echo"), "DNS: ");
    for (const char *scheme : {"socks5h://", "socks5://"}) {
        set_variable("all_proxy", scheme + foreign().address());
        assert_works("a name that only the proxy knows", "ws://known-to-the-proxy.test:" + port + "/echo");
        ASSERT_TEXT(field_of(requests_of(server()).back(), "Host"), "known-to-the-proxy.test:" + port);
    }
}

void user_and_password(void **)
{
    NEEDS_PROGRAM("danted");
    start_dante("username");
    set_proxy("socks5h://ali:sesame@" + foreign().address());
    assert_works("right credentials", server().url("/echo"));
    assert_works(nullptr, server().url("/echo", true));
    set_proxy("socks5h://ali:guess@" + foreign().address());
    const std::string wrong = failure("wrong credentials", server().url("/echo"));
    ASSERT_BEGINS(wrong, "Proxy: SOCKS5: ");
    ASSERT_LACKS(wrong, "guess");
    set_proxy("socks5h://" + foreign().address());
    ASSERT_BEGINS(failure("no credentials", server().url("/echo")), "Proxy: SOCKS5: ");
    assert_int_equal(server().count(ServerKind::accepted), 2);
}

}  // namespace

int main(int argc, char **argv)
{
    if (const int status = enter_namespaces(argc, argv)) {
        return status;
    }
    const CMUnitTest tests[] = {
        REACH_TEST(name_that_only_the_proxy_knows),
        REACH_TEST(user_and_password),
    };
    return run_reach_tests("SOCKS5 proxy", tests);
}
