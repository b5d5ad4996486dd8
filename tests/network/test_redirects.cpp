// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Redirections and authorization, against our test server and nginx.

#include "network/reach.h"

using namespace nws::test;

namespace {

constexpr const char *kBasic = "Basic bWU6bWluZQ==";  // me:mine

int set_up_with_other_host(void **state)
{
    ServerOptions options;
    options.host = "127.0.0.2";
    options.tls.certificate = CERTS_DIR "/server.pem";
    options.tls.key = CERTS_DIR "/server.key";
    return set_up_reach(state) == 0 && other_server().start(options) ? 0 : -1;
}

std::string url_with_user(const std::string &path)
{
    return "ws://me:mine@127.0.0.1:" + std::to_string(server().port()) + path;
}

// What each redirection is tried with.
const LoggedClient::Fields kFields = {
    {"Cookie", "a=b"}, {"X-Field", "y"}, {"Sec-WebSocket-Protocol", "chat"}};

// The answer of a server that is asked for the subprotocol of kFields.
UpgradeReply chat_reply()
{
    UpgradeReply reply;
    reply.subprotocol = "chat";
    return reply;
}

Script answer_with_chat()
{
    return Script().expect_upgrade().reply_upgrade(chat_reply()).echo_until_close();
}

void the_four_that_are_followed(void **)
{
    server().on_path("/end", answer_with_chat());
    for (const unsigned status : {301, 302, 307, 308}) {
        const size_t before = requests_of(server()).size();
        server().on_path("/", Script().expect_upgrade().redirect(server().url("/end?x=y"), status));
        const std::string row = "redirection " + std::to_string(status) + " on the same host";
        assert_works(row.c_str(), url_with_user("/"), kFields);
        const auto requests = requests_of(server());
        assert_int_equal(requests.size(), before + 2);
        const HttpRequest &first = requests[before];
        const HttpRequest &second = requests[before + 1];
        ASSERT_TEXT(second.method, "GET");
        ASSERT_TEXT(second.target, "/end?x=y");
        for (const char *name :
             {"Host", "Origin", "Authorization", "Cookie", "X-Field", "Sec-WebSocket-Protocol"}) {
            ASSERT_TEXT(field_of(second, name), field_of(first, name));
        }
        ASSERT_TEXT(field_of(second, "Authorization"), kBasic);
        ASSERT_TEXT(field_of(second, "Cookie"), "a=b");
    }
}

void other_statuses_are_not_followed(void **)
{
    server().on_path("/end", Script().upgrade().echo_until_close());
    for (const unsigned status : {300, 303, 304, 305}) {
        server().on_path("/", Script().expect_upgrade().redirect(server().url("/end"), status));
        const std::string row = "redirection " + std::to_string(status);
        ASSERT_BEGINS(failure(row.c_str(), server().url("/")), "HTTP: " + std::to_string(status));
    }
}

void relative_locations(void **)
{
    const char *const cases[][2] = {
        {"/end", "/end"},   {"end", "/a/b/end"},       {"../end", "/a/end"}, {"./end?x=y", "/a/b/end?x=y"},
        {"?x", "/a/b/c?x"}, {"/end#fragment", "/end"},
    };
    for (const auto &[location, target] : cases) {
        server().on_path("/a/b/c", Script().expect_upgrade().redirect(location));
        const std::string path = std::string(target).substr(0, std::string(target).find('?'));
        if (path == "/a/b/c") {
            server().on_path_once(path, Script().expect_upgrade().redirect(location));
            server().on_path(path, Script().upgrade().echo_until_close());
        } else {
            server().on_path(path, Script().upgrade().echo_until_close());
        }
        const std::string row = std::string("redirection to \"") + location + "\"";
        assert_works(row.c_str(), server().url("/a/b/c"));
        ASSERT_TEXT(requests_of(server()).back().target, target);
    }
}

// RFC 6455 knows no "http" here, yet that is what servers write.
void schemes_of_the_location(void **)
{
    const std::string authority = "127.0.0.1:" + std::to_string(server().port());
    server().on_path("/end", Script().upgrade().echo_until_close());
    for (const std::string &location : {"http://" + authority + "/end", "HTTP://" + authority + "/end",
                                        "//" + authority + "/end", "WS://" + authority + "/end"}) {
        server().on_path("/", Script().expect_upgrade().redirect(location));
        assert_works(nullptr, server().url("/"));
    }
    for (const std::string &location : {"https://" + authority + "/end", "wss://" + authority + "/end"}) {
        const size_t before = server().count(ServerKind::tls);
        server().on_path("/", Script().expect_upgrade().redirect(location));
        assert_works("redirection from ws to wss", server().url("/"));
        assert_int_equal(server().count(ServerKind::tls), before + 1);
    }
}

void never_from_wss_to_ws(void **)
{
    const std::string authority = "127.0.0.1:" + std::to_string(server().port());
    server().on_path("/end", Script().upgrade().echo_until_close());
    for (const std::string &location : {"ws://" + authority + "/end", "http://" + authority + "/end"}) {
        server().on_path("/", Script().expect_upgrade().redirect(location));
        const std::string text = failure("redirection from wss to ws", server().url("/", true));
        ASSERT_BEGINS(text, "HTTP: 302 Found: ");
        ASSERT_CONTAINS(text, "wss");
    }
    assert_int_equal(server().count(ServerKind::request), 2);
    // On the same side it is followed.
    server().on_path("/", Script().expect_upgrade().redirect("/end"));
    assert_works("redirection from wss to wss", server().url("/", true));
}

// Another host, port or scheme: a stranger to what the first one was told.
void secrets_stay_with_the_host(void **)
{
    other_server().on_path("/end", answer_with_chat());
    server().on_path("/end", answer_with_chat());
    const std::string port = std::to_string(server().port());
    const std::string locations[] = {
        "ws://127.0.0.2:" + std::to_string(other_server().port()) + "/end",
        "ws://localhost:" + port + "/end",
        "wss://127.0.0.1:" + port + "/end",
    };
    for (const std::string &location : locations) {
        const size_t before = requests_of(server()).size() + requests_of(other_server()).size();
        server().on_path("/", Script().expect_upgrade().redirect(location));
        LoggedClient::Fields fields = kFields;
        const bool from_url = location == locations[0];
        if (!from_url) {
            fields.push_back({"Authorization", kBasic});
        }
        assert_works("redirection to another host, without Authorization and Cookie",
                     from_url ? url_with_user("/") : server().url("/"), fields);
        const auto others = requests_of(other_server());
        const HttpRequest last = from_url ? others.back() : requests_of(server()).back();
        assert_int_equal(requests_of(server()).size() + others.size(), before + 2);
        ASSERT_TEXT(last.target, "/end");
        assert_int_equal(last.count("Authorization"), 0);
        assert_int_equal(last.count("Cookie"), 0);
        ASSERT_TEXT(field_of(last, "X-Field"), "y");
        const size_t host = location.find("://") + 3;
        ASSERT_TEXT(field_of(last, "Host"), location.substr(host, location.find('/', host) - host));
    }
}

// Back at the first host they are still not sent: a stranger sent us there.
void secrets_do_not_come_back(void **)
{
    server().on_path("/end", answer_with_chat());
    other_server().on_path("/", Script().expect_upgrade().redirect(server().url("/end")));
    server().on_path("/", Script().expect_upgrade().redirect(other_server().url("/")));
    assert_works(nullptr, url_with_user("/"), kFields);
    const HttpRequest last = requests_of(server()).back();
    ASSERT_TEXT(last.target, "/end");
    assert_int_equal(last.count("Cookie"), 0);
}

void five_times_and_no_more(void **)
{
    // "/5" leads to "/4", and so on to "/0".
    for (int left = 1; left <= 6; ++left) {
        server().on_path("/" + std::to_string(left),
                         Script().expect_upgrade().redirect("/" + std::to_string(left - 1)));
    }
    server().on_path("/0", Script().upgrade().echo_until_close());
    assert_works("5 redirections", server().url("/5"));
    const size_t before = requests_of(server()).size();
    assert_int_equal(before, 6);
    const std::string text = failure("6 redirections", server().url("/6"));
    ASSERT_BEGINS(text, "HTTP: 302 Found: ");
    ASSERT_CONTAINS(text, "redirect");
    assert_int_equal(requests_of(server()).size(), before + 6);
}

void loop(void **)
{
    server().on_path("/", Script().expect_upgrade().redirect("/", 307));
    const std::string text = failure("redirection in a loop", server().url("/"));
    ASSERT_BEGINS(text, "HTTP: 307 ");
    ASSERT_CONTAINS(text, "redirect");
    assert_int_equal(requests_of(server()).size(), 6);
}

void locations_that_cannot_be_followed(void **)
{
    server().on_path("/", Script().expect_upgrade().reply_status(302, "Found"));
    const std::string without = failure("redirection without Location", server().url("/"));
    ASSERT_BEGINS(without, "HTTP: 302 Found: ");
    ASSERT_CONTAINS(without, "Location");
    const char *row = "redirection to what is no server";
    for (const char *location : {"ftp://127.0.0.1/", "ws://999.1.1.1/", "ws://", "ws://127.0.0.1:0/",
                                 "ws+unix:///tmp/socket:/", "mailto:me@here"}) {
        server().on_path("/", Script().expect_upgrade().redirect(location));
        ASSERT_BEGINS(failure(row, server().url("/")), "HTTP: 302 Found: ");
        row = nullptr;
    }
}

// The redirection's own connection is not kept, whatever it says of itself.
void each_connection_ends(void **)
{
    const std::string heads[] = {
        "HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 100000\r\n\r\n" + std::string(100000, 'x'),
        "HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\nLOCATION:/end\r\n\r\n3\r\nabc\r\n",
    };
    server().on_path("/end", Script().upgrade().echo_until_close());
    for (const std::string &head : heads) {
        server().on_path("/", Script().expect_upgrade().send_bytes(head).expect_end());
        assert_works(nullptr, server().url("/"));
    }
    assert_true(server().wait_all_ended());
}

void failure_where_it_leads(void **)
{
    const RefusingPort port;
    const std::string peer = "127.0.0.1:" + std::to_string(port.port());
    server().on_path("/", Script().expect_upgrade().redirect("ws://" + peer + "/"));
    ASSERT_TEXT(failure("redirection to a port that refuses", server().url("/")),
                "TCP: connection refused (" + peer + ")");
    server().on_path("/", Script().expect_upgrade().redirect("/status?code=403"));
    ASSERT_TEXT(failure(nullptr, server().url("/")), "HTTP: 403 Forbidden");
    server().on_path("/", Script().expect_upgrade().redirect("ws://does-not-exist.invalid/"));
    ASSERT_BEGINS(failure(nullptr, server().url("/")), "DNS: does-not-exist.invalid: ");
}

// What was sent before the connection was open goes where it opens in the end.
void messages_wait_for_the_end_of_the_way(void **)
{
    server().on_path("/", Script().expect_upgrade().stall("answer").redirect("/end"));
    server().on_path("/end", Script().upgrade().count_messages(100).answer_close());
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(server().url("/")), 0);
    for (int i = 0; i < 50; ++i) {
        assert_int_equal(client.send(std::to_string(i)), 0);
    }
    assert_true(server().wait_for(ServerKind::stalled));
    for (int i = 50; i < 100; ++i) {
        assert_int_equal(client.send(std::to_string(i)), 0);
    }
    server().release("answer");
    assert_true(client.wait_open());
    client.close();
    assert_true(client.wait_close());
    assert_true(server().wait_for(ServerKind::script_done, 2));
    ASSERT_TEXT(client.log().order(), "oc");
}

void destroyed_on_the_way(void **)
{
    server().on_path("/", Script().expect_upgrade().redirect("/end"));
    server().on_path("/end", Script().expect_upgrade().stall("answer").expect_end());
    LoggedClient &closed = new_client();
    LoggedClient &destroyed = new_client();
    assert_int_equal(closed.connect(server().url("/")), 0);
    assert_int_equal(destroyed.connect(server().url("/")), 0);
    assert_true(server().wait_for(ServerKind::stalled, 2));
    closed.close();
    assert_int_equal(destroyed.destroy(), 0);
    server().release("answer");
    assert_true(server().wait_all_ended());
    closed.destroy();
    ASSERT_TEXT(closed.log().order(), "n");
    ASSERT_TEXT(destroyed.log().order(), "n");
}

// ---- authorization ----

void authorization_is_asked_for(void **)
{
    server().on_path("/", Script().expect_upgrade().reply_status(
                              401, "Unauthorized", "no", "WWW-Authenticate: Basic realm=\"here\"\r\n"));
    ASSERT_BEGINS(failure("401, no credentials in the URL", server().url("/")), "HTTP: 401 Unauthorized");
    const std::string text = failure("401, credentials in the URL", url_with_user("/"));
    ASSERT_BEGINS(text, "HTTP: 401 Unauthorized");
    ASSERT_LACKS(text, "mine");
    const auto requests = requests_of(server());
    assert_int_equal(requests[0].count("Authorization"), 0);
    ASSERT_TEXT(field_of(requests[1], "Authorization"), kBasic);
}

// ---- nginx ----

// As the test's user, on one process, with everything in its directory.
void start_nginx(const std::string &locations)
{
    const bool started = foreign().start([&](uint16_t port, const std::string &directory) {
        const std::string upstream = "http://127.0.0.1:" + std::to_string(server().port());
        write_file(directory + "/users", "me:{PLAIN}mine\n");
        write_file(directory + "/configuration",
                   "daemon off; master_process off; pid " + directory +
                       "/pid;\n"
                       "error_log stderr; events { worker_connections 64; }\n"
                       "http {\naccess_log off;\nclient_body_temp_path " +
                       directory +
                       "/1;\n"
                       "proxy_temp_path " +
                       directory + "/2;\nfastcgi_temp_path " + directory +
                       "/3;\n"
                       "uwsgi_temp_path " +
                       directory + "/4;\nscgi_temp_path " + directory +
                       "/5;\n"
                       "server {\nlisten 127.0.0.1:" +
                       std::to_string(port) +
                       ";\n"
                       "location /echo {\nproxy_pass " +
                       upstream +
                       ";\nproxy_http_version 1.1;\n"
                       "proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n}\n" +
                       locations + "}\n}\n");
        return std::vector<std::string>{find_program("nginx"),       "-p", directory, "-e", "stderr", "-c",
                                        directory + "/configuration"};
    });
    assert_true(started);
}

std::string nginx_url(const std::string &path, const std::string &user = {})
{
    return "ws://" + user + foreign().address() + path;
}

void redirections_of_nginx(void **)
{
    NEEDS_PROGRAM("nginx");
    start_nginx(
        "location /301 { return 301 /echo; }\nlocation /302 { return 302 $scheme://$http_host/echo; }\n"
        "location /307 { return 307 /echo; }\nlocation /308 { return 308 /echo; }\n"
        "location /loop { return 302 /loop; }\n");
    assert_works("nginx before the server", nginx_url("/echo"));
    for (const char *path : {"/301", "/302", "/307", "/308"}) {
        assert_works((std::string("redirection by nginx, ") + (path + 1)).c_str(), nginx_url(path));
    }
    ASSERT_BEGINS(failure("redirection in a loop, nginx", nginx_url("/loop")), "HTTP: 302 ");
}

void authorization_by_nginx(void **)
{
    NEEDS_PROGRAM("nginx");
    start_nginx(
        "location /echo/secret { auth_basic here; auth_basic_user_file users;\n"
        "rewrite ^ /echo break; proxy_pass http://127.0.0.1:" +
        std::to_string(server().port()) +
        ";\nproxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;\n"
        "proxy_set_header Connection upgrade; }\n");
    assert_works("nginx asks for authorization: right", nginx_url("/echo/secret", "me:mine@"));
    ASSERT_BEGINS(failure("nginx asks for authorization: none", nginx_url("/echo/secret")),
                  "HTTP: 401 Unauthorized");
    ASSERT_BEGINS(failure("nginx asks for authorization: wrong", nginx_url("/echo/secret", "me:yours@")),
                  "HTTP: 401 Unauthorized");
}

}  // namespace

#define TWO_HOSTS_TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up_with_other_host, tear_down_reach)

int main()
{
    const CMUnitTest tests[] = {
        REACH_TEST(the_four_that_are_followed),
        REACH_TEST(other_statuses_are_not_followed),
        REACH_TEST(relative_locations),
        REACH_TEST(schemes_of_the_location),
        REACH_TEST(never_from_wss_to_ws),
        TWO_HOSTS_TEST(secrets_stay_with_the_host),
        TWO_HOSTS_TEST(secrets_do_not_come_back),
        REACH_TEST(five_times_and_no_more),
        REACH_TEST(loop),
        REACH_TEST(locations_that_cannot_be_followed),
        REACH_TEST(each_connection_ends),
        REACH_TEST(failure_where_it_leads),
        REACH_TEST(messages_wait_for_the_end_of_the_way),
        REACH_TEST(destroyed_on_the_way),
        REACH_TEST(authorization_is_asked_for),
        REACH_TEST(redirections_of_nginx),
        REACH_TEST(authorization_by_nginx),
    };
    return run_reach_tests("Redirections and authorization", tests);
}
