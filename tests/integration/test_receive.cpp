// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What comes of the server's frames, good and bad, however they are cut.

#include "integration/scene.h"

using namespace nws::test;

namespace {

using namespace std::string_literals;

std::string frame(Opcode opcode, const std::string &payload, bool fin = true)
{
    FrameOptions options;
    options.fin = fin;
    return make_frame(opcode, payload, options);
}

// The server sends these bytes and then waits for our Close; "|" between the
// messages that arrive.
LoggedClient &receive(const std::string &bytes, size_t messages, Cut cut = {})
{
    server().on_path("/", Script().upgrade().send_bytes(bytes, cut).answer_close());
    LoggedClient &client = open_client("/");
    assert_true(client.wait_message_count(messages));
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.log().count_of(ClientKind::message), messages);
    assert_int_equal(client.log().count_of(ClientKind::error), 0);
    return client;
}

std::string messages_of(LoggedClient &client)
{
    std::string joined;
    for (const ClientEvent &message : client.log().events(ClientKind::message)) {
        assert_true(message.terminated);
        joined += (joined.empty() ? "" : "|") + message.bytes;
    }
    return joined;
}

void text_and_binary(void **)
{
    LoggedClient &client = receive(frame(Opcode::text, "t\xc3\xa9xt") + frame(Opcode::binary, "b\xff"), 2);
    ASSERT_TEXT(messages_of(client), "t\xc3\xa9xt|b\xff");
    const ClientEvent message = client.log().events(ClientKind::message).front();
    assert_ptr_equal(message.client, client.get());
}

void message_may_hold_nul_and_is_followed_by_one(void **)
{
    LoggedClient &client = receive(frame(Opcode::text, "a\0b"s) + frame(Opcode::binary, "\0\0"s), 2);
    assert_true(messages_of(client) == "a\0b|\0\0"s);
}

void empty_messages_are_delivered(void **)
{
    LoggedClient &client = receive(frame(Opcode::text, "") + frame(Opcode::binary, "") +
                                       frame(Opcode::text, "", false) + frame(Opcode::continuation, ""),
                                   3);
    for (const ClientEvent &message : client.log().events(ClientKind::message)) {
        assert_int_equal(message.bytes.size(), 0);
        assert_true(message.terminated);
    }
}

void fragments_are_joined(void **)
{
    std::string bytes = frame(Opcode::text, "one ", false) + frame(Opcode::continuation, "", false) +
                        frame(Opcode::continuation, "two ", false) + frame(Opcode::continuation, "three");
    // A character cut between two fragments.
    bytes += frame(Opcode::text, "\xe2", false) + frame(Opcode::continuation, "\x82", false) +
             frame(Opcode::continuation, "\xac");
    ASSERT_TEXT(messages_of(receive(bytes, 2)), "one two three|\xe2\x82\xac");
}

void many_fragments(void **)
{
    LoggedClient &client = open_client("/fragments?n=5000");
    assert_true(client.wait_message_count(1));
    std::string wanted;
    for (int i = 1; i <= 5000; ++i) {
        wanted += "part " + std::to_string(i) + ";";
    }
    ASSERT_TEXT(messages_of(client), wanted);
}

void control_frames_between_fragments(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .send_frame(Opcode::text, "first ", FrameOptions{false})
                              .send_frame(Opcode::ping, "in between")
                              .expect_frame(Opcode::pong, "in between")
                              .send_frame(Opcode::pong, "unasked")
                              .send_frame(Opcode::continuation, "second")
                              .answer_close());
    LoggedClient &client = open_client("/");
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(messages_of(client), "first second");
}

void ping_is_answered_with_its_payload(void **)
{
    for (const std::string &payload : {""s, "p"s, "\0\xff binary"s, std::string(125, 'p')}) {
        server().on_path("/", Script()
                                  .upgrade()
                                  .send_frame(Opcode::ping, payload)
                                  .expect_frame(Opcode::pong, payload)
                                  .send_text("done")
                                  .answer_close());
        LoggedClient &client = open_client("/");
        assert_true(client.wait_message_count(1));
        client.destroy();
    }
}

void ping_is_answered_while_closing(void **)
{
    // Between our Close frame and the server's there may be no Pong (RFC 6455
    // 5.5.1), but before it there must be.
    server().on_path("/", Script()
                              .upgrade()
                              .send_frame(Opcode::ping, "before")
                              .send_text("now")
                              .expect_frame(Opcode::pong, "before")
                              .answer_close());
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::message) {
            client.close();
        }
    });
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "omc");
    assert_int_equal(client.log().events(ClientKind::close).front().code, 1000);
}

// RFC 6455 5.5.3: of several, the newest at least.
void newest_of_a_burst_of_pings_is_answered(void **)
{
    constexpr int kPings = 1000;
#if LWS_SYSTEM
    // libwebsockets answers by itself, and the oldest: the newest of a burst is
    // lost as long as an answer is waiting.
    LoggedClient &client = open_client("/ping?n=1");
#else
    LoggedClient &client = open_client("/ping?n=" + std::to_string(kPings));
#endif
    assert_true(client.wait_message_count(1));
    const int pongs = std::stoi(messages_of(client));
    assert_in_range(pongs, 1, kPings);
}

void frames_cut_at_every_byte(void **)
{
    const std::string bytes = frame(Opcode::text, "h\xc3\xa9llo") + frame(Opcode::ping, "p") +
                              frame(Opcode::binary, std::string(130, 'b')) +
                              frame(Opcode::text, "fr", false) + frame(Opcode::pong, "") +
                              frame(Opcode::continuation, "ag", false) + frame(Opcode::continuation, "ment") +
                              frame(Opcode::text, "");
    const std::string wanted = "h\xc3\xa9llo|" + std::string(130, 'b') + "|fragment|";
    const auto check = [&](Cut cut) {
        LoggedClient &client = receive(bytes, 4, cut);
        ASSERT_TEXT(messages_of(client), wanted);
        client.destroy();
    };
    check(Cut::at_every(1));
    check(Cut::at_every(2));
    for (size_t position = 1; position < bytes.size(); ++position) {
        check(Cut::at_byte(position));
    }
}

void every_length_class(void **)
{
    std::string bytes;
    std::vector<size_t> lengths = {0,    1,     125,   126,   127,     4095,   4096,
                                   4097, 65535, 65536, 65537, 1000000, 8000000};
    for (const size_t length : lengths) {
        bytes += frame(Opcode::binary, std::string(length, 'x'));
    }
    LoggedClient &client = receive(bytes, lengths.size());
    const auto messages = client.log().events(ClientKind::message);
    for (size_t i = 0; i < lengths.size(); ++i) {
        assert_int_equal(messages[i].bytes.size(), lengths[i]);
        assert_true(messages[i].bytes == std::string(lengths[i], 'x'));
        assert_true(messages[i].terminated);
    }
}

void many_messages_keep_their_order(void **)
{
    constexpr size_t kMessages = 20000;
    LoggedClient &client = open_client("/source?n=20000&size=40");
    assert_true(client.wait_close());
    const auto messages = client.log().events(ClientKind::message);
    assert_int_equal(messages.size(), kMessages);
    for (size_t i = 0; i < kMessages; ++i) {
        uint64_t number = 0;
        for (size_t byte = 0; byte < 8; ++byte) {
            number = number << 8 | static_cast<uint8_t>(messages[i].bytes[byte]);
        }
        assert_int_equal(number, i);
    }
    assert_int_equal(client.log().events(ClientKind::close).front().code, 1000);
}

#if !LWS_SYSTEM
void assert_fails(const std::string &bytes, uint16_t code, uint32_t error, const std::string &before = "")
{
    // The server gets the Close frame with the code before the stream ends, and
    // need not answer it.
    server().on_path("/", Script().upgrade().send_bytes(bytes).expect_close(code).expect_end());
    LoggedClient &client = open_client("/");
    assert_true(client.wait_close());
    ASSERT_TEXT(messages_of(client), before);
    ASSERT_TEXT(client.log().order(), before.empty() ? "oec" : "omec");
    const ClientEvent what = client.log().events(ClientKind::error).front();
    const ClientEvent close = client.log().events(ClientKind::close).front();
    assert_int_equal(what.code, error);
    assert_string_not_equal(what.text.c_str(), "");
    assert_int_equal(close.code, code);
    assert_string_not_equal(close.text.c_str(), "");
    assert_true(server().wait_all_ended());
    ASSERT_TEXT(server().complaints(), "");
    client.destroy();
    ASSERT_TEXT(client.log().order(), before.empty() ? "oecn" : "omecn");
}

FrameOptions with_rsv(uint8_t rsv)
{
    FrameOptions options;
    options.rsv = rsv;
    return options;
}

FrameOptions masked()
{
    FrameOptions options;
    options.masked = true;
    return options;
}

void violations_fail_with_1002(void **)
{
    const std::string cases[] = {
        make_frame(Opcode::text, "masked", masked()),
        make_frame(Opcode::text, "", with_rsv(4)),
        make_frame(Opcode::text, "", with_rsv(2)),
        make_frame(Opcode::ping, "", with_rsv(1)),
        frame(static_cast<Opcode>(3), ""),
        frame(static_cast<Opcode>(7), "x"),
        frame(static_cast<Opcode>(11), ""),
        frame(static_cast<Opcode>(15), ""),
        frame(Opcode::continuation, "nothing to continue"),
        frame(Opcode::text, "a", false) + frame(Opcode::text, "b"),
        frame(Opcode::ping, "", false),
        frame(Opcode::ping, std::string(126, 'p')),
        frame(Opcode::close, "\x03"),
        frame(Opcode::close, close_payload(999)),
        frame(Opcode::close, close_payload(1005)),
        frame(Opcode::close, close_payload(1006)),
        frame(Opcode::close, close_payload(2000)),
        frame(Opcode::close, close_payload(5000)),
        "\x82\x7e\0\x05hello"s,         // not the shortest form
        "\x82\x7f\x80\0\0\0\0\0\0\0"s,  // the sign bit
    };
    for (const std::string &bytes : cases) {
        assert_fails(bytes, 1002, WEBSOCKET_PROTOCOL_ERROR);
    }
}

void bad_utf8_fails_with_1007(void **)
{
    const std::string cases[] = {
        frame(Opcode::text, "\xff"),
        frame(Opcode::text, "cut \xe2\x82"),
        frame(Opcode::text, "\xc0\x80"),
        frame(Opcode::text, "\xed\xa0\x80"),
        frame(Opcode::text, "\xe2", false) + frame(Opcode::continuation, "x"),
        frame(Opcode::close, close_payload(1000, "\xff")),
    };
    for (const std::string &bytes : cases) {
        assert_fails(bytes, 1007, WEBSOCKET_PROTOCOL_ERROR);
    }
}

// Long before the end of the message.
void bad_utf8_fails_as_soon_as_it_is_seen(void **)
{
    const std::string whole = frame(Opcode::text, "\xff" + std::string(100000, 'x'));
    assert_fails(whole.substr(0, 100), 1007, WEBSOCKET_PROTOCOL_ERROR);
}

void good_message_before_a_bad_frame_is_delivered(void **)
{
    assert_fails(frame(Opcode::text, "good") + make_frame(Opcode::text, "bad", with_rsv(4)), 1002,
                 WEBSOCKET_PROTOCOL_ERROR, "good");
    assert_fails(frame(Opcode::text, "good") + frame(Opcode::text, "\xff"), 1007, WEBSOCKET_PROTOCOL_ERROR,
                 "good");
}

// What the application says in answer to the good message comes too late for
// the server, but Send knows it.
void nothing_is_sent_after_a_violation(void **)
{
    server().on_path(
        "/",
        Script().upgrade().send_bytes(frame(static_cast<Opcode>(3), "")).expect_close(1002).expect_end());
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::error || event.kind == ClientKind::close) {
            client.log().note(std::to_string(client.send("late")));
        }
    });
    assert_int_equal(client.connect(server().url("/")), 0);
    // The note is behind the event in the log.
    assert_true(client.log().wait_for(ClientKind::note, 2));
    assert_true(server().wait_all_ended());
    ASSERT_TEXT(client.log().order(), "oencn");
    for (const ClientEvent &note : client.log().events(ClientKind::note)) {
        ASSERT_TEXT(note.text, std::to_string(WEBSOCKET_NO_CONNECTION));
    }
    assert_int_equal(server().frames(Opcode::text).size(), 0);
}

void message_over_the_receive_limit_fails_with_1009(void **)
{
    // Announced in one frame: none of its payload is waited for.
    assert_fails("\x82\x7f\0\0\0\0\x04\0\0\x01"s, 1009, WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_fails("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"s, 1009, WEBSOCKET_DATA_LENGTH_EXCEEDED);
    // And as the sum of fragments.
    assert_fails(frame(Opcode::binary, "x", false) + "\x80\x7f\0\0\0\0\x04\0\0\0"s, 1009,
                 WEBSOCKET_DATA_LENGTH_EXCEEDED);
}
#else
// libwebsockets answers a violation by dropping the connection.
void violations_lose_the_connection(void **)
{
    const std::string cases[] = {
        frame(static_cast<Opcode>(3), ""),
        frame(Opcode::continuation, "nothing to continue"),
        frame(Opcode::text, "a", false) + frame(Opcode::text, "b"),
    };
    for (const std::string &bytes : cases) {
        server().on_path("/", Script().upgrade().send_bytes(bytes).expect_end());
        LoggedClient &client = open_client("/");
        assert_true(client.wait_close());
        ASSERT_TEXT(client.log().order(), "oc");
        assert_int_equal(client.log().events(ClientKind::close).front().code, 1006);
        client.destroy();
    }
}
#endif

void largest_message(void **)
{
    // 64 MiB, the limit itself; data are not compared byte by byte.
    if (NWS_SANITIZED) {
        skip();
    }
    LoggedClient &client = open_client("/source?n=1&size=67108864");
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "omc");
    assert_int_equal(client.log().events(ClientKind::message).front().bytes.size(), 67108864);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(text_and_binary),
        SCENE_TEST(message_may_hold_nul_and_is_followed_by_one),
        SCENE_TEST(empty_messages_are_delivered),
        SCENE_TEST(fragments_are_joined),
        SCENE_TEST(many_fragments),
        SCENE_TEST(control_frames_between_fragments),
        SCENE_TEST(ping_is_answered_with_its_payload),
        SCENE_TEST(ping_is_answered_while_closing),
        SCENE_TEST(newest_of_a_burst_of_pings_is_answered),
        SCENE_TEST(frames_cut_at_every_byte),
        SCENE_TEST(every_length_class),
        SCENE_TEST(many_messages_keep_their_order),
        SCENE_TEST(largest_message),
#if !LWS_SYSTEM
        SCENE_TEST(violations_fail_with_1002),
        SCENE_TEST(bad_utf8_fails_with_1007),
        SCENE_TEST(bad_utf8_fails_as_soon_as_it_is_seen),
        SCENE_TEST(good_message_before_a_bad_frame_is_delivered),
        SCENE_TEST(nothing_is_sent_after_a_violation),
        SCENE_TEST(message_over_the_receive_limit_fails_with_1009),
#else
        SCENE_TEST(violations_lose_the_connection),
#endif
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
