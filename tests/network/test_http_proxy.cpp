// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Through HTTP proxies with CONNECT: Debian's tinyproxy, and proxies with words
// of our own for what it does not do.

#include "network/reach.h"

using namespace nws::test;

namespace {

// ---- tinyproxy ----

void start_tinyproxy(const std::string &settings)
{
    const bool started = foreign().start([&](uint16_t port, const std::string &directory) {
        write_file(directory + "/configuration", "Listen 127.0.0.1\nPort " + std::to_string(port) +
                                                     "\nLogLevel Connect\nTimeout 600\n" + settings);
        return std::vector<std::string>{find_program("tinyproxy"), "-d", "-c", directory + "/configuration"};
    });
    assert_true(started);
}

std::string server_address()
{
    return "127.0.0.1:" + std::to_string(server().port());
}

void ws_through_tinyproxy(void **)
{
    NEEDS_PROGRAM("tinyproxy");
    start_tinyproxy("");
    set_variable("http_proxy", "http://" + foreign().address());
    assert_works("ws", server().url("/echo"));
    ASSERT_CONTAINS(foreign().output(), "CONNECT " + server_address());
}

void wss_through_tinyproxy(void **)
{
    NEEDS_PROGRAM("tinyproxy");
    start_tinyproxy("");
    set_variable("https_proxy", "http://" + foreign().address());
    assert_works("wss", server().url("/echo", true));
    ASSERT_CONTAINS(foreign().output(), "CONNECT " + server_address());
    assert_int_equal(server().count(ServerKind::tls), 1);
}

// The server's name, and not the proxy's, is what its certificate is for.
void certificate_is_the_servers_behind_a_proxy(void **)
{
    NEEDS_PROGRAM("tinyproxy");
    start_tinyproxy("");
    set_proxy("http://" + foreign().address());
    const std::string port = std::to_string(server().port());
    assert_works(nullptr, "wss://localhost:" + port + "/echo");
    ASSERT_CONTAINS(server().events(ServerKind::tls).front().text, "sni=localhost");
    setenv("SSL_CERT_FILE", CERTS_DIR "/selfsigned.pem", 1);
    ASSERT_BEGINS(failure("wss, a certificate that is not trusted", server().url("/echo", true)), "TLS: ");
}

void right_credentials(void **)
{
    NEEDS_PROGRAM("tinyproxy");
    start_tinyproxy("BasicAuth us.er se-cr_et\n");
    // Percent-encoded, as in every URL.
    set_proxy("http://us%2Eer:se%2Dcr_%65t@" + foreign().address());
    assert_works("right credentials", server().url("/echo"));
    assert_works(nullptr, server().url("/echo", true));
}

void no_credentials(void **)
{
    NEEDS_PROGRAM("tinyproxy");
    start_tinyproxy("BasicAuth user secret\n");
    set_proxy("http://" + foreign().address());
    ASSERT_BEGINS(failure("no credentials", server().url("/echo")),
                  "Proxy: 407 Proxy Authentication Required");
    ASSERT_BEGINS(failure(nullptr, server().url("/echo", true)), "Proxy: 407 Proxy Authentication Required");
    assert_int_equal(server().count(ServerKind::accepted), 0);
}

// tinyproxy 1.11 has 401 for them, where 407 would be right.
void wrong_credentials(void **)
{
    NEEDS_PROGRAM("tinyproxy");
    start_tinyproxy("BasicAuth user secret\n");
    set_proxy("http://user:guess@" + foreign().address());
    const std::string text = failure("wrong credentials, tinyproxy", server().url("/echo"));
    ASSERT_BEGINS(text, "Proxy: 401 Unauthorized");
    ASSERT_LACKS(text, "guess");
    assert_int_equal(server().count(ServerKind::accepted), 0);
}

void target_is_forbidden(void **)
{
    NEEDS_PROGRAM("tinyproxy");
    start_tinyproxy("ConnectPort 1\n");
    set_proxy("http://" + foreign().address());
    ASSERT_BEGINS(failure("forbids the target", server().url("/echo")), "Proxy: 403 ");
    ASSERT_BEGINS(failure(nullptr, server().url("/echo", true)), "Proxy: 403 ");
}

void target_that_the_proxy_cannot_reach(void **)
{
    NEEDS_PROGRAM("tinyproxy");
    start_tinyproxy("");
    set_proxy("http://" + foreign().address());
    const RefusingPort port;
    ASSERT_BEGINS(failure("cannot reach the target", "ws://127.0.0.1:" + std::to_string(port.port()) + "/"),
                  "Proxy: 500 Unable to connect");
}

// ---- proxies in words of our own ----

// The test server as the proxy, and what is behind it.
void proxy_answers(const std::string &answer, Cut cut = {})
{
    server().on_accept(Script().expect_request().send_bytes(answer, cut).close());
    set_proxy("http://" + server_address());
}

constexpr const char *kTarget = "ws://server.invalid:8080/echo";

// The name is the proxy's to resolve: nobody else could.
void request_to_the_proxy(void **)
{
    server().on_accept(Script()
                           .expect_request()
                           .send_bytes("HTTP/1.1 200 Connection established\r\nX-Proxy: ours\r\n\r\n")
                           .next_request()
                           .upgrade()
                           .echo_until_close());
    set_proxy("http://user:se%3Acret@" + server_address());
    assert_works("a name that only the proxy resolves", "ws://me:mine@server.invalid:8080/echo",
                 {{"Cookie", "a=b"}, {"X-Field", "y"}});
    const auto requests = requests_of(server());
    assert_int_equal(requests.size(), 2);
    const HttpRequest &connect = requests[0];
    ASSERT_TEXT(connect.method, "CONNECT");
    ASSERT_TEXT(connect.target, "server.invalid:8080");
    ASSERT_TEXT(connect.version, "HTTP/1.1");
    ASSERT_TEXT(field_of(connect, "Host"), "server.invalid:8080");
    ASSERT_TEXT(field_of(connect, "Proxy-Authorization"), "Basic dXNlcjpzZTpjcmV0");
    // What is meant for the server is none of the proxy's business.
    for (const char *name :
         {"Authorization", "Cookie", "X-Field", "Origin", "Upgrade", "Sec-WebSocket-Key"}) {
        assert_int_equal(connect.count(name), 0);
    }
    // And the other way round.
    const HttpRequest &upgrade = requests[1];
    ASSERT_TEXT(upgrade.method, "GET");
    ASSERT_TEXT(upgrade.target, "/echo");
    ASSERT_TEXT(field_of(upgrade, "Host"), "server.invalid:8080");
    ASSERT_TEXT(field_of(upgrade, "Authorization"), "Basic bWU6bWluZQ==");
    ASSERT_TEXT(field_of(upgrade, "Cookie"), "a=b");
    assert_int_equal(upgrade.count("Proxy-Authorization"), 0);
}

void default_ports_and_addresses_in_the_request(void **)
{
    const char *const cases[][2] = {
        {"ws://server.invalid/", "server.invalid:80"},
        {"wss://server.invalid/", "server.invalid:443"},
        {"ws://[::1]:81/", "[::1]:81"},
        {"ws://127.7.7.7/", "127.7.7.7:80"},
    };
    for (const auto &[url, target] : cases) {
        const size_t before = requests_of(server()).size();
        proxy_answers("HTTP/1.1 503 Busy\r\n\r\n");
        ASSERT_BEGINS(failure(nullptr, url), "Proxy: 503 Busy");
        const auto requests = requests_of(server());
        assert_int_equal(requests.size(), before + 1);
        ASSERT_TEXT(requests.back().target, target);
        ASSERT_TEXT(field_of(requests.back(), "Host"), target);
        // No credentials were given.
        assert_int_equal(requests.back().count("Proxy-Authorization"), 0);
    }
}

void refusals_are_told_in_words(void **)
{
    const char *const cases[][3] = {
        {"wrong credentials",
         "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"here\"\r\n"
         "Content-Length: 4\r\n\r\nhow?",
         "Proxy: 407 Proxy Authentication Required"},
        {"403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "Proxy: 403 Forbidden"},
        {"502", "HTTP/1.0 502 Bad Gateway\r\n\r\nno such server", "Proxy: 502 Bad Gateway"},
        // Never followed: it is not the server that says so.
        {"a redirect of the proxy's own", "HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n",
         "Proxy: 302 Found"},
    };
    for (const auto &[row, answer, text] : cases) {
        proxy_answers(answer);
        set_proxy("http://user:guess@" + server_address());
        const std::string told = failure(row, kTarget);
        ASSERT_BEGINS(told, text);
        ASSERT_LACKS(told, "guess");
        proxy_answers(answer, Cut::at_every(1));
        ASSERT_BEGINS(failure(nullptr, kTarget), text);
    }
}

void answer_without_fields_is_enough(void **)
{
    for (const char *answer :
         {"HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 299 Fine\r\n\r\n"}) {
        server().on_accept(
            Script().expect_request().send_bytes(answer).next_request().upgrade().echo_until_close());
        set_proxy("http://" + server_address());
        assert_works(nullptr, kTarget);
    }
}

void answer_cut_at_every_byte(void **)
{
    const std::string answer = "HTTP/1.1 200 Yes\r\nA: b\r\n\r\n";
    set_proxy("http://" + server_address());
    for (size_t position = 1; position < answer.size(); ++position) {
        server().on_accept(Script()
                               .expect_request()
                               .send_bytes(answer, Cut::at_byte(position))
                               .next_request()
                               .upgrade()
                               .echo_until_close());
        assert_works(nullptr, kTarget);
    }
}

void garbage_from_the_proxy(void **)
{
    const std::string answers[] = {
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        std::string("\5\0", 2) + "\r\n\r\n",
        "\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 abc Yes\r\n\r\n",
        "HTTP/1.1 2000 Yes\r\n\r\n",
        std::string(60000, 'x'),
        "HTTP/1.1 200 Yes\r\nX: " + std::string(60000, 'x'),
    };
    const char *row = "garbage instead of an answer";
    for (const std::string &answer : answers) {
        proxy_answers(answer);
        ASSERT_BEGINS(failure(row, kTarget), "Proxy: ");
        row = nullptr;
    }
}

void proxy_that_closes_early(void **)
{
    const Script scripts[] = {
        Script().expect_request().close(),
        Script().close(),
        Script().expect_request().reset(),
        Script().expect_request().send_bytes("HTTP/1.1 200 Connection esta").close(),
        Script().expect_request().send_bytes("HTTP/1.1 200 Yes\r\nX: y\r\n").reset(),
    };
    set_proxy("http://" + server_address());
    const char *row = "closes before it has answered";
    for (const Script &script : scripts) {
        server().on_accept(script);
        ASSERT_BEGINS(failure(row, kTarget), "Proxy: ");
        row = nullptr;
    }
}

// What fails behind the proxy is not the proxy's fault, and not told as such.
void server_behind_the_proxy_fails(void **)
{
    set_proxy("http://" + server_address());
    const auto behind = [] {
        return Script().expect_request().send_bytes("HTTP/1.1 200 Yes\r\n\r\n").next_request();
    };
    server().on_accept(behind().expect_upgrade().reply_status(403, "Forbidden"));
    ASSERT_TEXT(failure("the server behind it answers 403", kTarget), "HTTP: 403 Forbidden");
    server().on_accept(behind().expect_upgrade().close());
    ASSERT_BEGINS(failure(nullptr, kTarget), "HTTP: ");
    server().on_accept(Script().expect_request().send_bytes("HTTP/1.1 200 Yes\r\n\r\n").close());
    failure(nullptr, "wss://server.invalid/");
}

void unreachable_proxy(void **)
{
    const RefusingPort port;
    const std::string address = "127.0.0.1:" + std::to_string(port.port());
    set_proxy("http://user:sesame@" + address);
    for (const bool secure : {false, true}) {
        const std::string text =
            failure(secure ? nullptr : "refuses the connection", server().url("/", secure));
        ASSERT_CONTAINS(text, address);
        ASSERT_CONTAINS(text, "roxy");
        ASSERT_LACKS(text, "sesame");
    }
    assert_int_equal(server().count(ServerKind::accepted), 0);
}

void proxy_whose_name_does_not_resolve(void **)
{
    set_proxy("http://user:sesame@no-such-proxy.invalid:3128");
    const std::string text = failure("its name does not resolve", server().url("/echo"));
    ASSERT_CONTAINS(text, "no-such-proxy.invalid");
    ASSERT_LACKS(text, "sesame");
}

// Nobody is to believe in a proxy that is not used.
void proxy_url_that_is_none(void **)
{
    const char *row = "a setting that is no proxy's URL";
    for (const char *value :
         {"http://", "http://user:sesame@", "http://user:sesame@proxy:99999", "http://user:sesame@pro xy:1",
          "gopher://user:sesame@127.0.0.1:1", "http://user:sesame@999.1.1.1:1", "http://[::1:1"}) {
        for (const char *name : {"NET_WEBSOCKET_PROXY", "http_proxy"}) {
            clear_environment();
            set_variable(name, value);
            const std::string text = failure(row, server().url("/echo"));
            ASSERT_BEGINS(text, "Proxy: ");
            ASSERT_CONTAINS(text, name);
            ASSERT_LACKS(text, "sesame");
            row = nullptr;
        }
    }
    assert_int_equal(server().count(ServerKind::accepted), 0);
}

// The attempt ends with the client, wherever it is.
void destroyed_while_the_proxy_thinks(void **)
{
    server().on_accept(Script().expect_request().stall("answer").expect_end());
    set_proxy("http://" + server_address());
    LoggedClient &closed = new_client();
    assert_int_equal(closed.connect(kTarget), 0);
    LoggedClient &destroyed = new_client();
    assert_int_equal(destroyed.connect(kTarget), 0);
    assert_true(server().wait_for(ServerKind::stalled, 2));
    closed.close();
    assert_int_equal(destroyed.destroy(), 0);
    server().release("answer");
    assert_true(server().wait_for(ServerKind::ended, 2));
    closed.destroy();
    ASSERT_TEXT(closed.log().order(), "n");
    ASSERT_TEXT(destroyed.log().order(), "n");
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        REACH_TEST(ws_through_tinyproxy),
        REACH_TEST(wss_through_tinyproxy),
        REACH_TEST(certificate_is_the_servers_behind_a_proxy),
        REACH_TEST(right_credentials),
        REACH_TEST(no_credentials),
        REACH_TEST(wrong_credentials),
        REACH_TEST(target_is_forbidden),
        REACH_TEST(target_that_the_proxy_cannot_reach),
        REACH_TEST(request_to_the_proxy),
        REACH_TEST(default_ports_and_addresses_in_the_request),
        REACH_TEST(refusals_are_told_in_words),
        REACH_TEST(answer_without_fields_is_enough),
        REACH_TEST(answer_cut_at_every_byte),
        REACH_TEST(garbage_from_the_proxy),
        REACH_TEST(proxy_that_closes_early),
        REACH_TEST(server_behind_the_proxy_fails),
        REACH_TEST(unreachable_proxy),
        REACH_TEST(proxy_whose_name_does_not_resolve),
        REACH_TEST(proxy_url_that_is_none),
        REACH_TEST(destroyed_while_the_proxy_thinks),
    };
    return run_reach_tests("HTTP proxy", tests);
}
