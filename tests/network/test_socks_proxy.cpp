// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Through SOCKS5 proxies: Debian's microsocks and dante, and proxies with bytes
// of our own for what they do not do. dante with user and password, and with
// names that nobody else knows, is in test_dante: it needs files of its own in
// /etc.

#include "network/reach.h"

using namespace nws::test;

namespace {

using namespace std::string_literals;

std::string server_address()
{
    return "127.0.0.1:" + std::to_string(server().port());
}

// ---- microsocks ----

void start_microsocks(const std::vector<std::string> &settings)
{
    const bool started = foreign().start([&](uint16_t port, const std::string &) {
        std::vector<std::string> command = {find_program("microsocks"), "-i", "127.0.0.1", "-p",
                                            std::to_string(port)};
        command.insert(command.end(), settings.begin(), settings.end());
        return command;
    });
    assert_true(started);
}

void ws_and_wss_through_microsocks(void **)
{
    NEEDS_PROGRAM("microsocks");
    start_microsocks({});
    set_variable("all_proxy", "socks5://" + foreign().address());
    assert_works("ws", server().url("/echo"));
    ASSERT_CONTAINS(foreign().output(), server_address());
    assert_works("wss", server().url("/echo", true));
    set_variable("all_proxy", "socks5h://" + foreign().address());
    assert_works(nullptr, server().url("/echo"));
}

void name_resolved_by_microsocks(void **)
{
    NEEDS_PROGRAM("microsocks");
    start_microsocks({});
    set_proxy("socks5h://" + foreign().address());
    assert_works(nullptr, "wss://localhost:" + std::to_string(server().port()) + "/echo");
    ASSERT_CONTAINS(server().events(ServerKind::tls).front().text, "sni=localhost");
    ASSERT_CONTAINS(foreign().output(), "localhost:" + std::to_string(server().port()));
}

void credentials_for_microsocks(void **)
{
    NEEDS_PROGRAM("microsocks");
    start_microsocks({"-u", "us:er", "-P", "se@cret"});
    set_proxy("socks5h://us%3Aer:se%40cret@" + foreign().address());
    assert_works("right credentials", server().url("/echo"));
    set_proxy("socks5h://us%3Aer:guess@" + foreign().address());
    const std::string wrong = failure("wrong credentials", server().url("/echo"));
    ASSERT_BEGINS(wrong, "Proxy: SOCKS5: ");
    ASSERT_LACKS(wrong, "guess");
    set_proxy("socks5h://" + foreign().address());
    ASSERT_BEGINS(failure("no credentials", server().url("/echo")), "Proxy: SOCKS5: ");
    assert_int_equal(server().count(ServerKind::accepted), 1);
}

void target_that_microsocks_cannot_reach(void **)
{
    NEEDS_PROGRAM("microsocks");
    start_microsocks({});
    set_proxy("socks5h://" + foreign().address());
    const RefusingPort port;
    const std::string text =
        failure("the target refuses", "ws://127.0.0.1:" + std::to_string(port.port()) + "/");
    ASSERT_BEGINS(text, "Proxy: SOCKS5: ");
    ASSERT_CONTAINS(text, "refused");
}

// ---- dante ----

void start_dante(const std::string &rules)
{
    const bool started = foreign().start([&](uint16_t port, const std::string &directory) {
        write_file(directory + "/configuration",
                   "logoutput: stderr\ninternal: 127.0.0.1 port = " + std::to_string(port) +
                       "\nexternal: 127.0.0.1\nclientmethod: none\nsocksmethod: none\n"
                       "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n" +
                       rules + "socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 command: connect }\n");
        return std::vector<std::string>{find_program("danted"), "-f", directory + "/configuration", "-p",
                                        directory + "/pid"};
    });
    assert_true(started);
}

void ws_and_wss_through_dante(void **)
{
    NEEDS_PROGRAM("danted");
    start_dante("");
    set_variable("all_proxy", "socks5h://" + foreign().address());
    assert_works(nullptr, server().url("/echo"));
    assert_works("wss", server().url("/echo", true));
    assert_works(nullptr, "ws://localhost:" + std::to_string(server().port()) + "/echo");
}

void dante_forbids_the_target(void **)
{
    NEEDS_PROGRAM("danted");
    start_dante("socks block { from: 0.0.0.0/0 to: 0.0.0.0/0 port = " + std::to_string(server().port()) +
                " }\n");
    set_proxy("socks5h://" + foreign().address());
    const std::string text = failure("forbids the target", server().url("/echo"));
    ASSERT_BEGINS(text, "Proxy: SOCKS5: ");
    ASSERT_CONTAINS(text, "not allowed");
    const RefusingPort port;
    ASSERT_BEGINS(failure(nullptr, "ws://127.0.0.1:" + std::to_string(port.port()) + "/"), "Proxy: SOCKS5: ");
}

// ---- proxies in bytes of our own (RFC 1928, RFC 1929) ----

constexpr const char *kTarget = "ws://server.invalid:8080/echo";
const std::string kNoAuthentication = "\5\0"s;
const std::string kWantsPassword = "\5\2"s;
const std::string kPasswordIsRight = "\1\0"s;
const std::string kGranted = "\5\0\0\1\0\0\0\0\0\0"s;

void start_proxy(RawServer::Talk talk)
{
    assert_true(raw().start(std::move(talk)));
    set_proxy("socks5h://" + raw().address());
}

// The methods the client offers.
std::string read_greeting(RawConnection &connection)
{
    const std::string head = connection.read(2);
    return head.size() < 2 ? "" : connection.read(static_cast<uint8_t>(head[1]));
}

// The whole request: 5 1 0, the address with its type, the port.
std::string read_connect(RawConnection &connection)
{
    std::string request = connection.read(4);
    if (request.size() == 4 && request[3] == 3) {
        request += connection.read(1);
        return request + connection.read(static_cast<uint8_t>(request.back()) + size_t{2});
    }
    return request + connection.read(request.size() == 4 && request[3] == 4 ? 18 : 6);
}

RawServer::Talk answers(const std::string &method, const std::string &reply)
{
    return [=](RawConnection &connection) {
        read_greeting(connection);
        if (connection.write(method) && !reply.empty()) {
            read_connect(connection);
            connection.write(reply);
            connection.relay_to(server().port());
        }
    };
}

// The name is the proxy's to resolve: nobody else could.
void name_goes_to_the_proxy(void **)
{
    for (const char *scheme : {"socks5h://", "socks5://"}) {
        start_proxy([](RawConnection &connection) {
            connection.note(read_greeting(connection));
            connection.write(kNoAuthentication);
            connection.note(read_connect(connection));
            connection.write(kGranted);
            connection.relay_to(server().port());
        });
        set_proxy(scheme + raw().address());
        assert_works("a name that only the proxy resolves", kTarget);
        assert_true(raw().wait_for("\0"s));  // only what needs no password is offered
        assert_true(raw().wait_for("\5\1\0\3\16server.invalid\x1f\x90"s));
        ASSERT_TEXT(field_of(requests_of(server()).back(), "Host"), "server.invalid:8080");
    }
}

void addresses_go_as_such(void **)
{
    start_proxy([](RawConnection &connection) {
        read_greeting(connection);
        connection.write(kNoAuthentication);
        connection.note(read_connect(connection));
        connection.write("\5\4\0\1\0\0\0\0\0\0"s);
    });
    ASSERT_BEGINS(failure("the target's host is unreachable", "ws://127.7.7.7/"), "Proxy: SOCKS5: ");
    assert_int_equal(raw().count("\5\1\0\1\x7f\7\7\7\0\x50"s), 1);
    failure(nullptr, "wss://[::1]/");
    assert_int_equal(raw().count("\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\1\xbb"s), 1);
}

void password_only_when_asked_for(void **)
{
    const auto talk = [](const std::string &method) {
        return [=](RawConnection &connection) {
            connection.note(read_greeting(connection).find('\2') != std::string::npos ? "offered"
                                                                                      : "not offered");
            connection.write(method);
            if (method == kWantsPassword) {
                connection.note(connection.read(3 + 4 + 6));
                connection.write(kPasswordIsRight);
            }
            connection.note(read_connect(connection));
            connection.write(kGranted);
            connection.relay_to(server().port());
        };
    };
    for (const std::string &method : {kWantsPassword, kNoAuthentication}) {
        start_proxy(talk(method));
        set_proxy("socks5h://user:sesame@" + raw().address());
        assert_works(nullptr, kTarget);
    }
    assert_int_equal(raw().count("offered"), 2);
    assert_int_equal(raw().count("\1\4user\6sesame"s), 1);
    assert_int_equal(raw().count("\5\1\0\3\16server.invalid\x1f\x90"s), 2);
}

void password_is_refused(void **)
{
    start_proxy([](RawConnection &connection) {
        read_greeting(connection);
        connection.write(kWantsPassword);
        connection.read(3 + 4 + 6);
        connection.write("\1\1"s);
    });
    set_proxy("socks5h://user:sesame@" + raw().address());
    const std::string text = failure(nullptr, kTarget);
    ASSERT_BEGINS(text, "Proxy: SOCKS5: ");
    ASSERT_CONTAINS(text, "password");
    ASSERT_LACKS(text, "sesame");
}

void each_refusal_in_words_of_its_own(void **)
{
    std::vector<std::string> texts;
    for (int reply = 1; reply <= 9; ++reply) {
        start_proxy(answers(kNoAuthentication, "\5"s + static_cast<char>(reply) + "\0\1\0\0\0\0\0\0"s));
        texts.push_back(failure(nullptr, kTarget));
        ASSERT_BEGINS(texts.back(), "Proxy: SOCKS5: ");
        for (size_t i = 0; i + 1 < texts.size(); ++i) {
            assert_string_not_equal(texts[i].c_str(), texts.back().c_str());
        }
    }
    ASSERT_CONTAINS(texts[2 - 1], "not allowed");
    ASSERT_CONTAINS(texts[3 - 1], "etwork");
    ASSERT_CONTAINS(texts[4 - 1], "ost");
    ASSERT_CONTAINS(texts[5 - 1], "refused");
    add_row("forbids the target", false, texts[2 - 1]);
}

void no_method_is_acceptable(void **)
{
    start_proxy(answers("\5\xff"s, ""));
    ASSERT_BEGINS(failure(nullptr, kTarget), "Proxy: SOCKS5: ");
    // Chosen though it was not offered: RFC 1961's GSSAPI, and a password that nobody gave.
    start_proxy(answers("\5\1"s, ""));
    ASSERT_BEGINS(failure(nullptr, kTarget), "Proxy: SOCKS5: ");
    start_proxy(answers(kWantsPassword, ""));
    ASSERT_BEGINS(failure(nullptr, kTarget), "Proxy: SOCKS5: ");
}

// The address that the proxy is bound to is of no interest, and of any type.
void replies_of_each_type_cut_everywhere(void **)
{
    const std::string replies[] = {
        kGranted,
        "\5\0\0\3\4here\1\2"s,
        "\5\0\0\3\0\1\2"s,
        "\5\0\0\4"s + std::string(18, 'x'),
    };
    for (const std::string &reply : replies) {
        start_proxy(answers(kNoAuthentication, reply));
        assert_works(nullptr, kTarget);
        start_proxy([reply](RawConnection &connection) {
            read_greeting(connection);
            connection.write_bytewise(kNoAuthentication);
            read_connect(connection);
            connection.write_bytewise(reply);
            connection.relay_to(server().port());
        });
        assert_works(nullptr, kTarget);
        raw().stop();
    }
}

void garbage_from_the_proxy(void **)
{
    const char *row = "garbage instead of an answer";
    for (const std::string &answer :
         {"HTTP/1.1 400 Bad Request\r\n\r\n"s, "\4\0"s, "\0\0\0\0\0\0\0\0\0\0"s, "\r\n\r\n"s}) {
        start_proxy(answers(answer, kGranted));
        ASSERT_BEGINS(failure(row, kTarget), "Proxy: SOCKS5: ");
        row = nullptr;
    }
    for (const std::string &reply :
         {"\4\0\0\1\0\0\0\0\0\0"s, "\5\0\0\2\0\0\0\0\0\0"s, "HTTP/1.1 200 OK\r\n\r\n"s}) {
        start_proxy(answers(kNoAuthentication, reply));
        ASSERT_BEGINS(failure(nullptr, kTarget), "Proxy: SOCKS5: ");
    }
}

void proxy_that_closes_early(void **)
{
    const std::string answer = kNoAuthentication + kGranted;
    const char *row = "closes before it has answered";
    for (size_t length = 0; length < answer.size(); ++length) {
        for (const bool resets : {false, true}) {
            start_proxy([=](RawConnection &connection) {
                read_greeting(connection);
                if (length > kNoAuthentication.size()) {
                    connection.write(kNoAuthentication);
                    read_connect(connection);
                    connection.write_bytewise(kGranted.substr(0, length - kNoAuthentication.size()));
                } else {
                    connection.write_bytewise(answer.substr(0, length));
                }
                if (resets) {
                    connection.reset_at_end();
                }
            });
            ASSERT_BEGINS(failure(row, kTarget), "Proxy: ");
            row = nullptr;
        }
    }
}

void unreachable_proxy(void **)
{
    const RefusingPort port;
    const std::string address = "127.0.0.1:" + std::to_string(port.port());
    set_proxy("socks5h://user:sesame@" + address);
    const std::string text = failure("refuses the connection", server().url("/"));
    ASSERT_CONTAINS(text, address);
    ASSERT_CONTAINS(text, "roxy");
    ASSERT_LACKS(text, "sesame");
}

// More than one byte can say how long.
void what_socks_cannot_say(void **)
{
    start_proxy(answers(kNoAuthentication, kGranted));
    set_proxy("socks5h://user:" + std::string(256, 'x') + "@" + raw().address());
    ASSERT_BEGINS(failure(nullptr, kTarget), "Proxy: SOCKS5: ");
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        REACH_TEST(ws_and_wss_through_microsocks),
        REACH_TEST(name_resolved_by_microsocks),
        REACH_TEST(credentials_for_microsocks),
        REACH_TEST(target_that_microsocks_cannot_reach),
        REACH_TEST(ws_and_wss_through_dante),
        REACH_TEST(dante_forbids_the_target),
        REACH_TEST(name_goes_to_the_proxy),
        REACH_TEST(addresses_go_as_such),
        REACH_TEST(password_only_when_asked_for),
        REACH_TEST(password_is_refused),
        REACH_TEST(each_refusal_in_words_of_its_own),
        REACH_TEST(no_method_is_acceptable),
        REACH_TEST(replies_of_each_type_cut_everywhere),
        REACH_TEST(garbage_from_the_proxy),
        REACH_TEST(proxy_that_closes_early),
        REACH_TEST(unreachable_proxy),
        REACH_TEST(what_socks_cannot_say),
    };
    return run_reach_tests("SOCKS5 proxy", tests);
}
