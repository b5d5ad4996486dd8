// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// How a connection opens, and all the ways in which it does not: exactly one of
// onOpen and onError, with texts that name stage and cause.

#include "integration/scene.h"

#include <cstring>

#include "support/digest.h"
#include "support/frame_coder.h"

using namespace nws::test;

namespace {

ClientEvent only_error(LoggedClient &client)
{
    assert_true(client.wait_terminal());
    ASSERT_TEXT(client.log().order(), "e");
    const ClientEvent error = client.log().events(ClientKind::error).front();
    assert_int_equal(error.code, WEBSOCKET_CONNECTION_ERROR);
    assert_true(error.terminated);
    return error;
}

// The text of the one error that connecting to `url` gives.
std::string failure(const std::string &url)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url), 0);
    const ClientEvent error = only_error(client);
    client.destroy();
    // Nothing follows: no onClose for what never opened.
    ASSERT_TEXT(client.log().order(), "en");
    return error.text;
}

void assert_echoes(LoggedClient &client, const std::string &text)
{
    const size_t before = client.log().count_of(ClientKind::message);
    assert_int_equal(client.send(text), 0);
    assert_true(client.wait_message_count(before + 1));
    ASSERT_TEXT(client.log().events(ClientKind::message).back().bytes, text);
}

void opens_with_status_and_phrase(void **)
{
    LoggedClient &client = open_client("/echo");
    ASSERT_TEXT(client.log().order(), "o");
    const ClientEvent open = client.log().events(ClientKind::open).front();
    assert_int_equal(open.code, 101);
    ASSERT_TEXT(open.text, "Switching Protocols");
    assert_ptr_equal(open.client, client.get());
    assert_echoes(client, "hello");
}

// The application may free or overwrite its buffers as soon as Connect returns.
void everything_given_to_connect_is_copied(void **)
{
    LoggedClient &client = new_client();
    std::vector<char> url(512), name(16), value(16);
    std::strcpy(url.data(), server().url("/headers").c_str());
    std::strcpy(name.data(), "X-Copied");
    std::strcpy(value.data(), "yes");
    WebSocket_Header header = {name.data(), value.data(), nullptr};
    assert_int_equal(OH_WebSocketClient_Connect(client.get(), url.data(), {&header}), 0);
    std::memset(url.data(), '!', url.size());
    std::memset(name.data(), '!', name.size());
    std::memset(value.data(), '!', value.size());
    assert_true(client.wait_message_count(1));
    ASSERT_CONTAINS(client.log().events(ClientKind::message).front().bytes, "X-Copied: yes\r\n");
}

void url_without_scheme_is_ws(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("127.0.0.1:" + std::to_string(server().port()) + "/echo"), 0);
    assert_true(client.wait_open());
}

void bad_url_is_refused_at_once_and_the_client_stays_usable(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(OH_WebSocketClient_Connect(client.get(), nullptr, {}),
                     WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
    for (const char *url : {"", "http://127.0.0.1/", "ws://", "ws://127.0.0.1:0/", "ws://127.0.0.1:65536/",
                            "ws://a b/", "ws://127.0.0.1/\r\nX: y", "ws://999.1.1.1/"}) {
        assert_int_equal(client.connect(url), WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
    }
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_open());
    ASSERT_TEXT(client.log().order(), "o");
}

// "localhost" has two addresses on most machines, and nobody listens on ::1.
void every_address_of_a_name_is_tried(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws://localhost:" + std::to_string(server().port()) + "/echo"), 0);
    assert_true(client.wait_open());
    ASSERT_TEXT(client.log().order(), "o");
}

void refused(void **)
{
    const RefusingPort port;
    const std::string peer = "127.0.0.1:" + std::to_string(port.port());
    ASSERT_TEXT(failure("ws://" + peer + "/"), "TCP: connection refused (" + peer + ")");
    ASSERT_BEGINS(failure("ws://localhost:" + std::to_string(port.port()) + "/"),
                  "TCP: connection refused (");
}

void name_that_does_not_resolve(void **)
{
    ASSERT_BEGINS(failure("ws://does-not-exist.invalid/"), "DNS: does-not-exist.invalid: ");
}

void http_status_instead_of_the_upgrade(void **)
{
    ASSERT_TEXT(failure(server().url("/status?code=403")), "HTTP: 403 Forbidden");
    ASSERT_TEXT(failure(server().url("/no-such-path")), "HTTP: 404 Not Found");
    ASSERT_TEXT(failure(server().url("/status?code=503")), "HTTP: 503 Service Unavailable");
    ASSERT_TEXT(failure(server().url("/status?code=200")), "HTTP: 200 OK");
    ASSERT_TEXT(failure(server().url("/status?code=401")), "HTTP: 401 Unauthorized");
}

UpgradeReply reply_without(const std::string &field)
{
    UpgradeReply reply;
    reply.leave_out.push_back(field);
    return reply;
}

UpgradeReply reply_with(const std::string &line)
{
    UpgradeReply reply;
    reply.extra_fields = line + "\r\n";
    return reply;
}

// RFC 6455 4.1: "If ... the client MUST _Fail the WebSocket Connection_".
void answers_that_are_no_right_handshake(void **)
{
    UpgradeReply wrong_key;
    wrong_key.accept = accept_for_key("AAAAAAAAAAAAAAAAAAAAAA==");
    UpgradeReply not_the_key;
    not_the_key.accept = "x";
    UpgradeReply unasked_subprotocol;
    unasked_subprotocol.subprotocol = "chat";
    UpgradeReply wrong_upgrade = reply_without("Upgrade");
    wrong_upgrade.extra_fields = "Upgrade: h2c\r\n";
    UpgradeReply wrong_connection = reply_without("Connection");
    wrong_connection.extra_fields = "Connection: close\r\n";
    const UpgradeReply replies[] = {
        wrong_key,
        not_the_key,
        unasked_subprotocol,
        wrong_upgrade,
        wrong_connection,
        reply_without("Sec-WebSocket-Accept"),
        reply_without("Upgrade"),
        reply_without("Connection"),
        reply_with("Sec-WebSocket-Extensions: permessage-deflate"),
    };
    for (const UpgradeReply &reply : replies) {
        server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).expect_end());
        ASSERT_BEGINS(failure(server().url("/")), "HTTP: ");
    }
}

// Fields compare without case, lists may be lists, other fields are not ours.
void answers_that_are_unusual_but_right(void **)
{
    UpgradeReply folded = reply_without("Upgrade");
    folded.leave_out.push_back("Connection");
    folded.extra_fields =
        "UPGRADE: WebSocket\r\nconnection:keep-alive, Upgrade\r\nX-Other: " + std::string(3000, 'x') +
        "\r\nSet-Cookie: a=b\r\n";
    UpgradeReply other_phrase;
    other_phrase.status_line = "HTTP/1.1 101 Web Socket Protocol Handshake";
    for (const UpgradeReply &reply : {folded, other_phrase}) {
        server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).answer_close());
        LoggedClient &client = open_client("/");
        assert_int_equal(client.close(), 0);
        assert_true(client.wait_close());
        client.destroy();
        ASSERT_TEXT(client.log().order(), "ocn");
    }
}

void something_else_than_http(void **)
{
    for (const std::string &greeting :
         {std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string(100, '\0'), std::string("\r\n\r\n"),
          std::string("HTTP/1.1\r\n\r\n"), std::string("HTTP/1.1 abc Switching\r\n\r\n"),
          std::string(60000, 'x'), "HTTP/1.1 101 Switching Protocols\r\nX: " + std::string(60000, 'x')}) {
        server().on_accept(Script().expect_request().send_bytes(greeting).close());
        ASSERT_BEGINS(failure(server().url("/")), "HTTP: ");
    }
}

void lost_while_connecting(void **)
{
    // At once, before and after the request, and inside the answer.
    const Script scripts[] = {
        Script().close(),
        Script().expect_request().close(),
        Script().expect_request().reset(),
        Script().expect_request().send_bytes("HTTP/1.1 101 Switching Proto").close(),
        Script().expect_request().send_bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso").reset(),
    };
    for (const Script &script : scripts) {
        server().on_accept(script);
        ASSERT_BEGINS(failure(server().url("/")), "HTTP: ");
    }
}

void answer_cut_at_every_byte(void **)
{
    const auto opens = [](Cut cut) {
        UpgradeReply reply;
        reply.following = make_frame(Opcode::text, "first");
        server().on_path("/", Script().expect_upgrade().reply_upgrade(reply, cut).answer_close());
        LoggedClient &client = open_client("/");
        assert_true(client.wait_message_count(1));
        assert_int_equal(client.close(), 0);
        assert_true(client.wait_close());
        client.destroy();
        ASSERT_TEXT(client.log().order(), "omcn");
        ASSERT_TEXT(client.log().events(ClientKind::message).front().bytes, "first");
    };
    opens(Cut::at_every(1));
    // The accept value has always the same length, so every answer has.
    const size_t length = make_upgrade_reply({}, {}).size() + make_frame(Opcode::text, "first").size();
    for (size_t position = 1; position < length; ++position) {
        opens(Cut::at_byte(position));
    }
}

void refusal_cut_at_every_byte(void **)
{
    const size_t length = make_status_reply(403, "Forbidden", "no").size();
    for (size_t position = 1; position < length; ++position) {
        server().on_path(
            "/", Script().expect_upgrade().reply_status(403, "Forbidden", "no", {}, Cut::at_byte(position)));
        ASSERT_TEXT(failure(server().url("/")), "HTTP: 403 Forbidden");
    }
}

void connect_while_connecting(void **)
{
    server().on_path("/", Script().expect_upgrade().stall("answer").reply_upgrade().echo_until_close());
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_int_equal(client.connect(server().url("/echo")), WEBSOCKET_CONNECTION_ERROR);
    assert_true(server().wait_for(ServerKind::stalled));
    assert_int_equal(client.connect(server().url("/echo")), WEBSOCKET_CONNECTION_ERROR);
    server().release("answer");
    assert_true(client.wait_open());
    assert_echoes(client, "untouched");
    assert_int_equal(server().count(ServerKind::accepted), 1);
    ASSERT_TEXT(client.log().order(), "om");
}

void connect_while_open(void **)
{
    LoggedClient &client = open_client("/echo");
    assert_int_equal(client.connect(server().url("/echo")), WEBSOCKET_CONNECTION_ERROR);
    assert_echoes(client, "untouched");
    assert_int_equal(server().count(ServerKind::accepted), 1);
    ASSERT_TEXT(client.log().order(), "om");
}

void connect_while_closing(void **)
{
    server().on_path("/",
                     Script().upgrade().expect_close(4001).stall("answer").send_close(4001).expect_end());
    LoggedClient &client = open_client("/");
    assert_int_equal(client.close(4001, "over"), 0);
    assert_true(server().wait_for(ServerKind::stalled));
    assert_int_equal(client.connect(server().url("/echo")), WEBSOCKET_CONNECTION_ERROR);
    server().release("answer");
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "oc");
    assert_int_equal(client.log().events(ClientKind::close).front().code, 4001);
    assert_int_equal(server().count(ServerKind::accepted), 1);
}

void connects_again_after_the_end(void **)
{
    LoggedClient &client = new_client();
    for (size_t round = 1; round <= 3; ++round) {
        assert_int_equal(client.connect(server().url("/status?code=403")), 0);
        assert_true(client.wait_error(round));
        assert_int_equal(client.connect(server().url("/echo")), 0);
        assert_true(client.wait_open(round));
        assert_echoes(client, "round " + std::to_string(round));
        assert_int_equal(client.close(), 0);
        assert_true(client.wait_close(round));
    }
    ASSERT_TEXT(client.log().order(), "eomceomceomc");
}

void connects_again_inside_onError_and_onClose(void **)
{
    LoggedClient &client = new_client();
    // Shared: the last hook may still run when the test has ended.
    client.set_hook([&client, rounds = std::make_shared<int>(0)](const ClientEvent &event) {
        if (event.kind == ClientKind::error) {
            client.log().note(std::to_string(client.connect(server().url("/echo"))));
        } else if (event.kind == ClientKind::open) {
            client.close();
        } else if (event.kind == ClientKind::close && ++*rounds < 3) {
            client.log().note(std::to_string(client.connect(server().url("/status"))));
        }
    });
    assert_int_equal(client.connect(server().url("/status")), 0);
    assert_true(client.wait_close(3));
    ASSERT_TEXT(client.log().order(), "enocnenocnenoc");
    for (const ClientEvent &note : client.log().events(ClientKind::note)) {
        ASSERT_TEXT(note.text, "0");
    }
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(opens_with_status_and_phrase),
        SCENE_TEST(everything_given_to_connect_is_copied),
        SCENE_TEST(url_without_scheme_is_ws),
        SCENE_TEST(bad_url_is_refused_at_once_and_the_client_stays_usable),
        SCENE_TEST(every_address_of_a_name_is_tried),
        SCENE_TEST(refused),
        SCENE_TEST(name_that_does_not_resolve),
        SCENE_TEST(http_status_instead_of_the_upgrade),
        SCENE_TEST(answers_that_are_no_right_handshake),
        SCENE_TEST(answers_that_are_unusual_but_right),
        SCENE_TEST(something_else_than_http),
        SCENE_TEST(lost_while_connecting),
        SCENE_TEST(answer_cut_at_every_byte),
        SCENE_TEST(refusal_cut_at_every_byte),
        SCENE_TEST(connect_while_connecting),
        SCENE_TEST(connect_while_open),
        SCENE_TEST(connect_while_closing),
        SCENE_TEST(connects_again_after_the_end),
        SCENE_TEST(connects_again_inside_onError_and_onClose),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
