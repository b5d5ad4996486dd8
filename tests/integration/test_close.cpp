// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// How connections end: who closes, with what code and reason, and that onClose
// comes exactly once for each onOpen, and last.

#include "integration/process.h"
#include "integration/scene.h"

#include <atomic>
#include <thread>

using namespace nws::test;

namespace {

// The one onClose, as the last event.
ClientEvent only_close(LoggedClient &client, const std::string &order = "oc")
{
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), order);
    const ClientEvent close = client.log().events(ClientKind::close).front();
    assert_true(close.terminated);
    return close;
}

// The one Close frame that the server got on connection `id`.
ServerEvent only_close_frame(unsigned id = 1)
{
    assert_true(server().wait_all_ended());
    ServerEvent found;
    int count = 0;
    for (const ServerEvent &frame : server().frames(Opcode::close)) {
        if (frame.connection == id) {
            found = frame;
            ++count;
        }
    }
    assert_int_equal(count, 1);
    return found;
}

void code_and_reason_reach_the_server_and_come_back(void **)
{
    const struct {
        uint32_t given;
        const char *given_reason;
        uint16_t code;
        std::string reason;
    } cases[] = {
        {0, nullptr, 1000, ""},
        {0, "bye", 1000, "bye"},
        {1000, "", 1000, ""},
        {1001, "going", 1001, "going"},
        {1011, "broken", 1011, "broken"},
        {3000, "registered", 3000, "registered"},
        {4999, "own \xc3\xa9", 4999, "own \xc3\xa9"},
    };
    unsigned id = 0;
    for (const auto &c : cases) {
        LoggedClient &client = open_client("/echo");
        assert_int_equal(client.close(c.given, c.given_reason), 0);
        const ClientEvent close = only_close(client);
        assert_int_equal(close.code, c.code);
        ASSERT_TEXT(close.text, c.reason);
        assert_true(only_close_frame(++id).payload == close_payload(c.code, c.reason));
        client.destroy();
    }
}

void reason_of_123_bytes(void **)
{
    LoggedClient &client = open_client("/echo");
    const std::string longest(123, 'r');
    assert_int_equal(client.close(1000, (longest + "r").c_str()), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(client.close(1000, longest.c_str()), 0);
    ASSERT_TEXT(only_close(client).text, longest);
    assert_true(only_close_frame().payload == close_payload(1000, longest));
}

void what_must_not_be_sent_leaves_the_connection_open(void **)
{
    LoggedClient &client = open_client("/echo");
    for (const uint32_t code :
         {1U, 999U, 1004U, 1005U, 1006U, 1015U, 2999U, 5000U, 65535U, 65536U + 1000U, UINT32_MAX}) {
        assert_int_equal(client.close(code), WEBSOCKET_PROTOCOL_ERROR);
    }
    assert_int_equal(client.close(1000, "\xff"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(client.send("still open"), 0);
    assert_true(client.wait_message_count(1));
    assert_int_equal(client.close(), 0);
    only_close(client, "omc");
}

void close_of_nothing(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.connect(server().url("/status")), 0);
    assert_true(client.wait_error());
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.connect(server().url("/close?code=1000")), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    ASSERT_TEXT(client.log().order(), "eoc");
}

void second_close_is_0_and_changes_nothing(void **)
{
    server().on_path("/",
                     Script().upgrade().expect_close(4000).stall("answer").send_close(4000).expect_end());
    LoggedClient &client = open_client("/");
    assert_int_equal(client.close(4000, "first"), 0);
    assert_int_equal(client.close(4001, "second"), 0);
    assert_true(server().wait_for(ServerKind::stalled));
    assert_int_equal(client.close(4002, "third"), 0);
    server().release("answer");
    const ClientEvent close = only_close(client);
    assert_int_equal(close.code, 4000);
    ASSERT_TEXT(close.text, "first");
    only_close_frame();
}

void everything_queued_goes_out_before_the_close_frame(void **)
{
    constexpr size_t kMessages = 2000;
    server().on_path("/", Script().upgrade().stall("read").count_messages(kMessages).answer_close());
    LoggedClient &client = open_client("/");
    for (size_t i = 0; i < kMessages; ++i) {
        std::string message = std::to_string(i) + " ";
        message.resize(4096, 'x');
        assert_int_equal(client.send(message), 0);
    }
    assert_int_equal(client.close(), 0);
    server().release("read");
    assert_int_equal(only_close(client).code, 1000);
    assert_true(server().wait_for(ServerKind::script_done));
}

// Both Close frames are there, and then the server neither ends TCP nor stops
// talking: the socket is given up all the same.
void a_server_that_does_not_end_tcp(void **)
{
    LoggedClient &other = open_client("/echo");
    const size_t descriptors = count_descriptors();
    for (const bool closes_first : {true, false}) {
        Script script = Script().upgrade();
        if (closes_first) {
            script.send_close(1000).expect_close(1000);
        } else {
            script.expect_close(1000).send_close(1000);
        }
        server().on_path("/", script.send_bytes("still there").stall("for ever").close());
        LoggedClient &client = open_client("/");
        if (!closes_first) {
            assert_int_equal(client.close(), 0);
        }
        assert_int_equal(only_close(client).code, 1000);
    }
    // The server's two sockets are in this process, too.
    assert_true(eventually([=] { return count_descriptors() <= descriptors + 2; }));
    assert_int_equal(other.send("the thread goes on"), 0);
    assert_true(other.wait_message_count(1));
    server().release("for ever");
}

void messages_still_come_while_closing(void **)
{
    server().on_path("/", Script().upgrade().expect_close().send_text("late").send_close(1000).expect_end());
    LoggedClient &client = open_client("/");
    assert_int_equal(client.close(), 0);
    only_close(client, "omc");
}

void close_while_connecting_cancels_without_callbacks(void **)
{
    server().on_path("/", Script().expect_upgrade().stall("answer"));
    LoggedClient &early = new_client();
    assert_int_equal(early.connect(server().url("/")), 0);
    assert_int_equal(early.close(), WEBSOCKET_NO_CONNECTION);
    LoggedClient &late = new_client();
    assert_int_equal(late.connect(server().url("/")), 0);
    assert_true(server().wait_for(ServerKind::stalled));
    assert_int_equal(late.close(), WEBSOCKET_NO_CONNECTION);
    server().release("answer");
    assert_true(server().wait_all_ended());
    // Both can connect anew.
    for (LoggedClient *client : {&early, &late}) {
        assert_int_equal(client->connect(server().url("/echo")), 0);
        assert_true(client->wait_open());
        assert_int_equal(client->send("x"), 0);
        assert_true(client->wait_message_count(1));
        ASSERT_TEXT(client->log().order(), "om");
    }
}

void close_while_looking_up_cancels_without_callbacks(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws://does-not-exist.invalid/"), 0);
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_open());
    ASSERT_TEXT(client.log().order(), "o");
}

// OpenHarmony's own sample: Connect, Send, Close without waiting for anything.
void messages_queued_while_connecting_survive_close(void **)
{
    server().on_path(
        "/", Script().expect_upgrade().stall("answer").reply_upgrade().count_messages(3).answer_close());
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(server().url("/")), 0);
    for (const char *message : {"0", "1", "2"}) {
        assert_int_equal(client.send(message), 0);
    }
    assert_true(server().wait_for(ServerKind::stalled));
    assert_int_equal(client.close(4000, "sample"), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.send("3"), WEBSOCKET_NO_CONNECTION);
    server().release("answer");
    assert_true(server().wait_for(ServerKind::script_done));
    assert_true(only_close_frame().payload == close_payload(4000, "sample"));
    // No callback, not even now.
    client.destroy();
    ASSERT_TEXT(client.log().order(), "n");
}

void server_closes(void **)
{
    const struct {
        const char *path;
        uint32_t code;
        const char *reason;
    } cases[] = {
        {"/close", 1005, ""},
        {"/close?code=1000", 1000, ""},
        {"/close?code=1001&reason=maintenance", 1001, "maintenance"},
#if !LWS_SYSTEM
        // libwebsockets 4.1 takes this code for a violation.
        {"/close?code=1012&reason=again", 1012, "again"},
#endif
        {"/close?code=4321&reason=own", 4321, "own"},
    };
    unsigned id = 0;
    for (const auto &c : cases) {
        LoggedClient &client = open_client(c.path);
        const ClientEvent close = only_close(client);
        assert_int_equal(close.code, c.code);
        ASSERT_TEXT(close.text, c.reason);
        // RFC 6455 5.5.1: the answer echoes the code, or has none.
        const std::string echoed = only_close_frame(++id).payload.substr(0, 2);
        assert_true(echoed == (c.code == 1005 ? "" : close_payload(static_cast<uint16_t>(c.code))));
        client.destroy();
    }
}

void reason_of_the_server_may_have_123_bytes_of_utf8(void **)
{
    std::string reason(120, 'r');
    reason += "\xe2\x82\xac";
    server().on_path("/", Script().upgrade().send_close(1000, reason).expect_close(1000).expect_end());
    LoggedClient &client = open_client("/");
    ASSERT_TEXT(only_close(client).text, reason);
}

// The server's Close crosses with what we send: nothing breaks, onClose once.
void server_closes_while_we_send(void **)
{
    LoggedClient &client = new_client();
    const std::string message(100000, 'x');
    for (int i = 0; i < 100; ++i) {
        assert_int_equal(client.send(message), 0);
    }
    assert_int_equal(client.connect(server().url("/close?code=1001&reason=enough")), 0);
    int result = 0;
    while ((result = client.send(message)) == 0) {
    }
    assert_true(result == WEBSOCKET_NO_CONNECTION || result == WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    const ClientEvent close = only_close(client);
    assert_int_equal(close.code, 1001);
    ASSERT_TEXT(close.text, "enough");
    assert_int_equal(client.send(message), WEBSOCKET_NO_CONNECTION);
}

// Both Close frames are on the way at once: each side takes the other's as the
// answer to its own.
void both_close_at_once(void **)
{
    for (int round = 0; round < 50; ++round) {
        server().on_path("/", Script()
                                  .upgrade()
                                  .stall(std::to_string(round))
                                  .send_close(4100, "server")
                                  .expect_close()
                                  .expect_end());
        LoggedClient &client = open_client("/");
        server().release(std::to_string(round));
        const int result = client.close(4200, "client");
        assert_true(result == 0 || result == WEBSOCKET_NO_CONNECTION);
        const ClientEvent close = only_close(client);
        assert_true((close.code == 4100 && close.text == "server") ||
                    (close.code == 4200 && close.text == "client"));
        client.destroy();
    }
}

void connection_lost(void **)
{
    const Script scripts[] = {
        Script().upgrade().close(),
        Script().upgrade().reset(),
        Script().upgrade().half_close().expect_end(),
        Script().upgrade().send_bytes("\x81\x05hal").close(),
    };
    for (const Script &script : scripts) {
        server().on_path("/", script);
        LoggedClient &client = open_client("/");
        const ClientEvent close = only_close(client);
        assert_int_equal(close.code, 1006);
        assert_string_not_equal(close.text.c_str(), "");
        client.destroy();
    }
}

void connection_lost_while_closing(void **)
{
    server().on_path("/", Script().upgrade().expect_close().reset());
    LoggedClient &client = open_client("/");
    assert_int_equal(client.close(1000, "never answered"), 0);
    const ClientEvent close = only_close(client);
    assert_int_equal(close.code, 1006);
    assert_string_not_equal(close.text.c_str(), "");
}

// The one test that waits for a timeout of the library.
void server_that_never_answers_close(void **)
{
    server().on_path("/", Script().upgrade().expect_close(1000).expect_end());
    LoggedClient &client = open_client("/");
    assert_int_equal(client.close(1000, "hello?"), 0);
    const ClientEvent close = only_close(client);
    assert_int_equal(close.code, 1006);
    ASSERT_CONTAINS(close.text, "Close");
    assert_true(server().wait_all_ended());
}

// A server that goes on sending after its Close frame is not listened to.
void nothing_comes_after_onClose(void **)
{
    std::string bytes = make_frame(Opcode::close, close_payload(1000));
    for (int i = 0; i < 100; ++i) {
        bytes += make_frame(Opcode::text, "late");
    }
    server().on_path("/", Script().upgrade().send_bytes(bytes).expect_close(1000).expect_end());
    LoggedClient &client = open_client("/");
    only_close(client);
    assert_true(server().wait_all_ended());
    client.destroy();
    ASSERT_TEXT(client.log().order(), "ocn");
}

void one_onClose_whoever_calls_close_how_often(void **)
{
    constexpr int kRounds = NWS_SANITIZED ? 20 : 100;
    for (int round = 0; round < kRounds; ++round) {
        LoggedClient &client = open_client("/echo");
        std::atomic<int> bad{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                const int result = client.close();
                // The first may have been answered already.
                bad += result != 0 && result != WEBSOCKET_NO_CONNECTION;
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        assert_int_equal(bad, 0);
        assert_int_equal(only_close(client).code, 1000);
        client.destroy();
        ASSERT_TEXT(client.log().order(), "ocn");
    }
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(code_and_reason_reach_the_server_and_come_back),
        SCENE_TEST(reason_of_123_bytes),
        SCENE_TEST(what_must_not_be_sent_leaves_the_connection_open),
        SCENE_TEST(close_of_nothing),
        SCENE_TEST(second_close_is_0_and_changes_nothing),
        SCENE_TEST(everything_queued_goes_out_before_the_close_frame),
        SCENE_TEST(a_server_that_does_not_end_tcp),
        SCENE_TEST(messages_still_come_while_closing),
        SCENE_TEST(close_while_connecting_cancels_without_callbacks),
        SCENE_TEST(close_while_looking_up_cancels_without_callbacks),
        SCENE_TEST(messages_queued_while_connecting_survive_close),
        SCENE_TEST(server_closes),
        SCENE_TEST(reason_of_the_server_may_have_123_bytes_of_utf8),
        SCENE_TEST(server_closes_while_we_send),
        SCENE_TEST(both_close_at_once),
        SCENE_TEST(connection_lost),
        SCENE_TEST(connection_lost_while_closing),
        SCENE_TEST(server_that_never_answers_close),
        SCENE_TEST(nothing_comes_after_onClose),
        SCENE_TEST(one_onClose_whoever_calls_close_how_often),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
