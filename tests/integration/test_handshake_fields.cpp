// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What the request of the opening handshake says: its target, its fields, and
// where each of them comes from.

#include "integration/scene.h"

#include <cstdio>

#include "support/http_request.h"

using namespace nws::test;
using Fields = LoggedClient::Fields;

namespace {

std::string authority()
{
    return "127.0.0.1:" + std::to_string(server().port());
}

// The last request that the server has read.
HttpRequest last_request()
{
    HttpRequest request;
    const auto requests = server().events(ServerKind::request);
    assert_false(requests.empty());
    ASSERT_TEXT(parse_request(requests.back().payload, request), "");
    return request;
}

// Connects, and returns the request. A refusal, so that the client is free again.
HttpRequest request_for(LoggedClient &client, const std::string &url, const Fields &fields = {})
{
    const size_t errors = client.log().count_of(ClientKind::error);
    assert_int_equal(client.connect(url, fields), 0);
    assert_true(client.wait_error(errors + 1));
    ASSERT_TEXT(client.log().events(ClientKind::error).back().text, "HTTP: 404 Not Found");
    return last_request();
}

HttpRequest request_for(const std::string &target = "/", const Fields &fields = {})
{
    return request_for(new_client(), "ws://" + authority() + target, fields);
}

// All values of a field, in their order, with "|" between them.
std::string values(const HttpRequest &request, std::string_view name)
{
    std::string all;
    for (const auto &[field, value] : request.fields) {
        if (equal_ignoring_case(field, name)) {
            all += all.empty() ? value : "|" + value;
        }
    }
    return all;
}

void request_of_a_plain_connect(void **)
{
    // The server checks method, version, Upgrade, Connection, key and version.
    open_client("/echo");
    const HttpRequest request = last_request();
    ASSERT_TEXT(request.target, "/echo");
    ASSERT_TEXT(values(request, "Host"), authority());
    ASSERT_TEXT(values(request, "Origin"), "http://" + authority());
    ASSERT_TEXT(values(request, "Upgrade"), "websocket");
    ASSERT_TEXT(values(request, "Connection"), "Upgrade");
    ASSERT_TEXT(values(request, "Sec-WebSocket-Version"), "13");
    assert_int_equal(values(request, "Sec-WebSocket-Key").size(), 24);
    // permessage-deflate is offered only if asked for, and nothing else is sent.
    assert_int_equal(request.fields.size(), 6);
}

void target_of_the_request(void **)
{
    const struct {
        const char *url;
        const char *target;
    } cases[] = {
        {"", "/"},
        {"/", "/"},
        {"/a/b?c=d&e=%20f", "/a/b?c=d&e=%20f"},
        {"?only=query", "/?only=query"},
        {"/path#fragment", "/path"},
        {"/path?query#fragment?x", "/path?query"},
        {"#fragment", "/"},
        {"/%C3%A9t\xc3\xa9", "/%C3%A9t%C3%A9"},
        {"//double", "//double"},
        {"/a/../b;c,d", "/a/../b;c,d"},
    };
    for (const auto &c : cases) {
        ASSERT_TEXT(request_for(c.url).target, c.target);
    }
}

void host_is_lower_case_and_keeps_its_port(void **)
{
    LoggedClient &client = new_client();
    const std::string port = std::to_string(server().port());
    const HttpRequest request = request_for(client, "WS://LocalHost:" + port + "/");
    ASSERT_TEXT(values(request, "Host"), "localhost:" + port);
    ASSERT_TEXT(values(request, "Origin"), "http://localhost:" + port);
}

void userinfo_becomes_basic_authorization(void **)
{
    const auto authorization = [](const std::string &userinfo, const Fields &fields = {}) {
        const HttpRequest request = request_for(new_client(), "ws://" + userinfo + authority() + "/", fields);
        ASSERT_TEXT(values(request, "Host"), authority());
        return values(request, "Authorization");
    };
    ASSERT_TEXT(authorization(""), "");
    ASSERT_TEXT(authorization("Aladdin:open%20sesame@"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    ASSERT_TEXT(authorization("user@"), "Basic dXNlcjo=");
    ASSERT_TEXT(authorization("user:pass@", {{"authorization", "Bearer mine"}}), "Bearer mine");
}

void headers_added_are_sent_by_every_connect(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.add_header("X-Added", "1"), 0);
    assert_int_equal(client.add_header("X-Empty", ""), 0);
    for (int round = 0; round < 2; ++round) {
        const HttpRequest request = request_for(client, server().url("/"), {{"X-Option", "2"}});
        ASSERT_TEXT(values(request, "X-Added"), "1");
        ASSERT_TEXT(values(request, "X-Option"), "2");
        assert_int_equal(request.count("X-Empty"), 1);
    }
    // What one Connect was given is not for the next one.
    assert_int_equal(request_for(client, server().url("/")).count("X-Option"), 0);
}

void header_passed_to_add_is_copied_and_its_next_ignored(void **)
{
    LoggedClient &client = new_client();
    std::string name = "X-Copied";
    std::string value = "before";
    auto *garbage = reinterpret_cast<WebSocket_Header *>(uintptr_t{16});
    assert_int_equal(OH_WebSocketClient_AddHeader(client.get(), {name.c_str(), value.c_str(), garbage}), 0);
    name.assign(name.size(), '!');
    value.assign(value.size(), '!');
    ASSERT_TEXT(values(request_for(client, server().url("/")), "X-Copied"), "before");
}

void options_win_over_added_and_the_last_within_a_list(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.add_header("X-Both", "added"), 0);
    assert_int_equal(client.add_header("X-Twice", "first"), 0);
    assert_int_equal(client.add_header("x-twice", "second"), 0);
    const HttpRequest request = request_for(client, server().url("/"),
                                            {{"x-BOTH", "option"}, {"X-List", "first"}, {"X-LIST", "last"}});
    ASSERT_TEXT(values(request, "X-Both"), "option");
    ASSERT_TEXT(values(request, "X-Twice"), "second");
    ASSERT_TEXT(values(request, "X-List"), "last");
}

void cookies_are_joined(void **)
{
    LoggedClient &client = new_client();
    const HttpRequest request =
        request_for(client, server().url("/"), {{"Cookie", "a=1"}, {"X-Between", "x"}, {"cookie", "b=2"}});
    ASSERT_TEXT(values(request, "Cookie"), "a=1; b=2");
}

void list_of_the_client_passed_to_connect_is_sent_once(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.add_header("Cookie", "a=1"), 0);
    assert_int_equal(client.add_header("X-Seen", "by the application"), 0);
    const WebSocket_Header *seen = client.get()->requestOptions.headers;
    assert_non_null(seen);
    ASSERT_TEXT(seen->fieldName, "Cookie");
    ASSERT_TEXT(seen->next->fieldName, "X-Seen");
    assert_null(seen->next->next);
    assert_int_equal(
        OH_WebSocketClient_Connect(client.get(), server().url("/").c_str(), client.get()->requestOptions), 0);
    assert_true(client.wait_error());
    ASSERT_TEXT(values(last_request(), "Cookie"), "a=1");
    ASSERT_TEXT(values(last_request(), "X-Seen"), "by the application");
}

// The application's own nodes stay its own: they are sent only by a Connect
// that is given the list, and nobody frees them.
void nodes_that_the_application_hung_in_stay_its_own(void **)
{
    LoggedClient &client = new_client();
    WebSocket_Header own = {"X-Own", "node", nullptr};
    client.get()->requestOptions.headers = &own;
    assert_int_equal(client.add_header("X-Added", "1"), 0);
    HttpRequest request = request_for(client, server().url("/"));
    assert_int_equal(request.count("X-Own"), 0);
    ASSERT_TEXT(values(request, "X-Added"), "1");
    assert_int_equal(
        OH_WebSocketClient_Connect(client.get(), server().url("/").c_str(), client.get()->requestOptions), 0);
    assert_true(client.wait_error(2));
    request = last_request();
    ASSERT_TEXT(values(request, "X-Own"), "node");
    ASSERT_TEXT(values(request, "X-Added"), "1");
    client.destroy();
    ASSERT_TEXT(own.fieldName, "X-Own");
    assert_null(own.next);
}

void fields_of_the_handshake_cannot_be_overridden(void **)
{
    LoggedClient &client = new_client();
    const HttpRequest request = request_for(client, server().url("/"),
                                            {{"Upgrade", "h2c"},
                                             {"connection", "close"},
                                             {"Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="},
                                             {"Sec-WebSocket-Version", "8"},
                                             {"Sec-WebSocket-Extensions", "permessage-deflate"}});
    ASSERT_TEXT(values(request, "Upgrade"), "websocket");
    ASSERT_TEXT(values(request, "Connection"), "Upgrade");
    ASSERT_TEXT(values(request, "Sec-WebSocket-Version"), "13");
    assert_int_equal(request.count("Sec-WebSocket-Key"), 1);
    assert_string_not_equal(values(request, "Sec-WebSocket-Key").c_str(), "AAAAAAAAAAAAAAAAAAAAAA==");
    assert_int_equal(request.count("Sec-WebSocket-Extensions"), 0);
}

void host_and_origin_can_be_overridden(void **)
{
    const HttpRequest request =
        request_for("/", {{"host", "virtual.example"}, {"origin", "https://app.example"}});
    ASSERT_TEXT(values(request, "Host"), "virtual.example");
    ASSERT_TEXT(values(request, "Origin"), "https://app.example");
    assert_int_equal(request_for("/", {{"Origin", ""}}).count("Origin"), 0);
}

void subprotocols_are_offered_and_one_of_them_is_accepted(void **)
{
    for (const char *chosen : {"chat.v2", "chat.v1"}) {
        UpgradeReply reply;
        reply.subprotocol = chosen;
        server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).answer_close());
        LoggedClient &client = new_client();
        assert_int_equal(client.add_header("Sec-WebSocket-Protocol", "chat.v2"), 0);
        assert_int_equal(client.add_header("sec-websocket-protocol", " chat.v1 , other"), 0);
        assert_int_equal(client.connect(server().url("/")), 0);
        assert_true(client.wait_open());
        ASSERT_TEXT(values(last_request(), "Sec-WebSocket-Protocol"), "chat.v2, chat.v1, other");
        assert_int_equal(client.close(), 0);
        assert_true(client.wait_close());
        client.destroy();
    }
}

// RFC 6455 4.2.2: a server that knows none of them says nothing.
void server_may_choose_no_subprotocol(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(server().url("/echo"), {{"Sec-WebSocket-Protocol", "chat"}}), 0);
    assert_true(client.wait_open());
}

void subprotocol_that_was_not_offered_fails_the_connection(void **)
{
    for (const char *chosen : {"other", "chat, superchat", "CHAT", "cha", "chat2"}) {
        UpgradeReply reply;
        reply.subprotocol = chosen;
        server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).expect_end());
        LoggedClient &client = new_client();
        assert_int_equal(client.connect(server().url("/"), {{"Sec-WebSocket-Protocol", "chat, superchat"}}),
                         0);
        assert_true(client.wait_terminal());
        client.destroy();
        ASSERT_TEXT(client.log().order(), "en");
        ASSERT_BEGINS(client.log().events(ClientKind::error).front().text, "HTTP: ");
    }
}

void header_errors_leave_the_client_usable(void **)
{
    LoggedClient &client = new_client();
    const std::string url = server().url("/");
    assert_int_equal(client.connect(url, {{"", "x"}}), WEBSOCKET_NO_HEADER_CONTEXT);
    assert_int_equal(client.connect(url, {{"No Token", "x"}}), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(client.connect(url, {{"X-Injected", "a\r\nX-Evil: b"}}), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(client.add_header("X-Injected", "a\nb"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(client.connect(url, {{"X-Long", std::string(70000, 'x')}}), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(server().count(ServerKind::accepted), 0);
    assert_int_equal(request_for(client, url).count("X-Injected"), 0);
}

void thousands_of_fields(void **)
{
    // All different, as many as fit into the handshake.
    Fields fields;
    for (int i = 0; i < 5000; ++i) {
        char name[16];
        std::snprintf(name, sizeof name, "x%04x", i);
        fields.push_back({name, "y"});
    }
    const HttpRequest request = request_for("/", fields);
    for (const auto &[name, value] : fields) {
        ASSERT_TEXT(values(request, name), value);
    }

    // Up to 8192 nodes, here of two names only.
    Fields many(8192, {"a", ""});
    many.back() = {"b", "y"};
    LoggedClient &client = new_client();
    const HttpRequest of_many = request_for(client, server().url("/"), many);
    assert_int_equal(of_many.count("a"), 1);
    ASSERT_TEXT(values(of_many, "b"), "y");
    many.push_back({"c", "y"});
    assert_int_equal(client.connect(server().url("/"), many), WEBSOCKET_HEADER_EXCEEDED);
}

void fields_of_many_kilobytes(void **)
{
    const std::string token(30000, 't');
    ASSERT_TEXT(values(request_for("/", {{"Authorization", "Bearer " + token}}), "Authorization"),
                "Bearer " + token);
}

void url_of_8192_bytes(void **)
{
    const std::string start = "ws://" + authority() + "/?";
    const std::string longest = start + std::string(8192 - start.size(), 'q');
    LoggedClient &client = new_client();
    const HttpRequest request = request_for(client, longest);
    ASSERT_TEXT(request.target, "/?" + std::string(8192 - start.size(), 'q'));
    assert_int_equal(client.connect(longest + "q"), WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(request_of_a_plain_connect),
        SCENE_TEST(target_of_the_request),
        SCENE_TEST(host_is_lower_case_and_keeps_its_port),
        SCENE_TEST(userinfo_becomes_basic_authorization),
        SCENE_TEST(headers_added_are_sent_by_every_connect),
        SCENE_TEST(header_passed_to_add_is_copied_and_its_next_ignored),
        SCENE_TEST(options_win_over_added_and_the_last_within_a_list),
        SCENE_TEST(cookies_are_joined),
        SCENE_TEST(list_of_the_client_passed_to_connect_is_sent_once),
        SCENE_TEST(nodes_that_the_application_hung_in_stay_its_own),
        SCENE_TEST(fields_of_the_handshake_cannot_be_overridden),
        SCENE_TEST(host_and_origin_can_be_overridden),
        SCENE_TEST(subprotocols_are_offered_and_one_of_them_is_accepted),
        SCENE_TEST(server_may_choose_no_subprotocol),
        SCENE_TEST(subprotocol_that_was_not_offered_fails_the_connection),
        SCENE_TEST(header_errors_leave_the_client_usable),
        SCENE_TEST(thousands_of_fields),
        SCENE_TEST(fields_of_many_kilobytes),
        SCENE_TEST(url_of_8192_bytes),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
