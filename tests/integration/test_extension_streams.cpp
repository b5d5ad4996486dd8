// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Messages in parts: sent with Begin, SendPart and End, received by onMessagePart.

#include "integration/extension.h"

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

using namespace nws::test;

namespace {

int begin_text(LoggedClient &client)
{
    return NetWebSocket_BeginMessage(client.get(), NET_WEBSOCKET_TEXT);
}

int begin_binary(LoggedClient &client)
{
    return NetWebSocket_BeginMessage(client.get(), NET_WEBSOCKET_BINARY);
}

int end(LoggedClient &client)
{
    return NetWebSocket_EndMessage(client.get());
}

std::string numbered_bytes(size_t length)
{
    std::string bytes(length, '\0');
    std::minstd_rand random(static_cast<unsigned>(length));
    std::generate(bytes.begin(), bytes.end(), [&random] { return static_cast<char>(random()); });
    return bytes;
}

// The data frames that the server got, one letter each: t, b or c, with a '.'
// behind the last of a message.
std::string frames_at_server()
{
    std::string letters;
    for (const ServerEvent &event : server().events(ServerKind::frame)) {
        if (!is_control(event.opcode)) {
            letters += "ctb"[static_cast<size_t>(event.opcode)];
            letters += event.fin ? "." : "";
        }
    }
    return letters;
}

// ---- out ----

void each_part_is_a_fragment(void **)
{
    LoggedClient &client = open_client("/echo");
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(send_part(client, "one,"), 0);
    assert_int_equal(send_part(client, ""), 0);
    assert_int_equal(send_part(client, "two,"), 0);
    assert_int_equal(send_part(client, "three"), 0);
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "one,two,three");
    // The last one is empty: the parts before were gone when End came, or could be.
    ASSERT_TEXT(frames_at_server(), "tccc.");
    assert_int_equal(begin_binary(client), 0);
    assert_int_equal(send_part(client, "bytes"), 0);
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(2));
    ASSERT_TEXT(frames_at_server(), "tccc.bc.");
}

// Without parts it is an empty message.
void nothing_between_begin_and_end(void **)
{
    LoggedClient &client = open_client("/echo");
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(end(client), 0);
    assert_int_equal(begin_binary(client), 0);
    assert_int_equal(send_part(client, ""), 0);
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(2));
    ASSERT_TEXT(frames_at_server(), "t.b.");
}

// A part goes out at once: a message may be larger than memory.
void parts_do_not_wait_for_the_end(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .expect_frame(Opcode::binary, "first")
                              .send_text("got it")
                              .expect_frame(Opcode::continuation, "second")
                              .send_text("got that")
                              .expect_frame(Opcode::continuation, "")
                              .answer_close());
    LoggedClient &client = open_client("/");
    assert_int_equal(begin_binary(client), 0);
    assert_int_equal(send_part(client, "first"), 0);
    assert_true(client.wait_message_count(1));
    assert_int_equal(send_part(client, "second"), 0);
    assert_true(client.wait_message_count(2));
    assert_int_equal(end(client), 0);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_true(server().wait_for(ServerKind::script_done));
}

// Longer than one may be at a time, and than the queue.
void parts_of_a_large_message(void **)
{
    NetWebSocket_Options options = new_options();
    options.maxSendMessageBytes = 100000;
    options.maxQueuedBytes = 250000;
    LoggedClient &client = open_with(options, server().url("/echo"));
    const std::string bytes = numbered_bytes(5000000);
    assert_int_equal(begin_binary(client), 0);
    for (size_t sent = 0; sent < bytes.size();) {
        const size_t length = std::min<size_t>(99999, bytes.size() - sent);
        const int code = send_part(client, std::string_view(bytes).substr(sent, length));
        if (code == WEBSOCKET_QUEUE_LENGTH_EXCEEDED) {
            std::this_thread::yield();
            continue;
        }
        assert_int_equal(code, 0);
        sent += length;
    }
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(1));
    assert_true(client.log().events(ClientKind::message)[0].bytes == bytes);
    assert_int_equal(queued_bytes(client), 0);
}

// Its place is that of its first part, and what is sent before its end waits.
void place_among_other_messages(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .expect_message(Opcode::text, "before")
                              .expect_message(Opcode::binary, "parts")
                              .expect_message(Opcode::text, "meanwhile")
                              .expect_message(Opcode::text, "in the middle")
                              .expect_message(Opcode::text, "after")
                              .send_text("all came")
                              .answer_close());
    LoggedClient &client = open_client("/");
    assert_int_equal(begin_binary(client), 0);
    assert_int_equal(client.send("before"), 0);
    assert_int_equal(send_part(client, "pa"), 0);
    assert_int_equal(client.send("meanwhile"), 0);
    assert_int_equal(send_part(client, "r"), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, "in the middle"), 0);
    assert_int_equal(send_part(client, "ts"), 0);
    assert_int_equal(end(client), 0);
    assert_int_equal(client.send("after"), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(frames_at_server(), "t.bccc.t.t.t.");
}

// Control frames do not wait for it.
void pings_between_parts(void **)
{
    NetWebSocket_Options options = new_options();
    options.onPong = callbacks::on_pong;
    LoggedClient &client = open_with(options, server().url("/echo"));
    assert_int_equal(begin_binary(client), 0);
    assert_int_equal(send_part(client, "first"), 0);
    assert_int_equal(ping(client, "between"), 0);
    assert_true(wait_notes(client, "pong"));
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(1));
}

// Threads that send whole messages, and one whose messages are in parts; each
// keeps its own order, and no part goes astray.
void among_messages_of_other_threads(void **)
{
    constexpr int kThreads = 3;
    constexpr int kEach = NWS_SANITIZED ? 100 : 500;
    server().on_path("/", Script().upgrade().count_messages((kThreads + 1) * kEach).answer_close());
    LoggedClient &client = open_client("/");
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&client, &wrong, thread] {
            for (int i = 0; i < kEach; ++i) {
                wrong += client.send(std::to_string(thread) + ":" + std::to_string(i)) != 0;
            }
        });
    }
    threads.emplace_back([&client, &wrong] {
        for (int i = 0; i < kEach; ++i) {
            wrong += begin_text(client) != 0;
            wrong += send_part(client, "parts:") != 0;
            wrong += send_part(client, std::to_string(i)) != 0;
            wrong += end(client) != 0;
        }
    });
    for (std::thread &thread : threads) {
        thread.join();
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1000);
}

// One message, its parts by several threads: none is lost.
void parts_by_several_threads(void **)
{
    constexpr int kThreads = 4;
    constexpr int kEach = 200;
    LoggedClient &client = open_client("/echo");
    assert_int_equal(begin_text(client), 0);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&client, &wrong, thread] {
            for (int i = 0; i < kEach; ++i) {
                wrong += send_part(client, std::string(3, static_cast<char>('a' + thread))) != 0;
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(1));
    const std::string joined = client.log().events(ClientKind::message)[0].bytes;
    assert_int_equal(joined.size(), kThreads * kEach * 3);
    for (int thread = 0; thread < kThreads; ++thread) {
        assert_int_equal(std::count(joined.begin(), joined.end(), static_cast<char>('a' + thread)),
                         kEach * 3);
    }
}

void text_split_inside_characters(void **)
{
    LoggedClient &client = open_client("/echo");
    const std::string text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z";
    assert_int_equal(begin_text(client), 0);
    for (const char byte : text) {
        assert_int_equal(send_part(client, std::string(1, byte)), 0);
    }
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, text);
}

// The message goes on as if the part had not been given.
void refused_parts(void **)
{
    NetWebSocket_Options options = new_options();
    options.maxSendMessageBytes = 8;
    LoggedClient &client = open_with(options, server().url("/echo"));
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(send_part(client, "\xc3"), 0);
    assert_int_equal(send_part(client, "x"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(end(client), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(send_part(client, "\xa4 123456789"), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(NetWebSocket_SendPart(client.get(), nullptr, 1), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(send_part(client, "\xa4"), 0);
    assert_int_equal(send_part(client, "\xff"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(send_part(client, "!"), 0);
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "\xc3\xa4!");
}

void calls_out_of_place(void **)
{
    LoggedClient &client = open_client("/echo");
    assert_int_equal(send_part(client, "x"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(send_part(client, ""), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(end(client), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(NetWebSocket_BeginMessage(client.get(), static_cast<NetWebSocket_MessageType>(0)),
                     WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(begin_text(client), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(end(client), 0);
    assert_int_equal(end(client), WEBSOCKET_PROTOCOL_ERROR);
    assert_true(client.wait_message_count(1));
}

// Before Connect, as Send: for the first connection.
void begun_before_connect(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(send_part(client, "early, "), 0);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_int_equal(send_part(client, "late"), 0);
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "early, late");
}

// The peer sees the parts that were sent, and that the message is not whole.
void close_cuts_it_off(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .expect_frame(Opcode::text, "begin")
                              .expect_close(1000)
                              .send_close(1000)
                              .expect_end());
    LoggedClient &client = open_client("/");
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(send_part(client, "begin"), 0);
    assert_int_equal(client.close(), 0);
    const int part = send_part(client, "x");
    const int ended = end(client);
    assert_true(client.wait_close());
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1000);
    assert_int_equal(part, WEBSOCKET_NO_CONNECTION);
    assert_int_equal(ended, WEBSOCKET_NO_CONNECTION);
    ASSERT_TEXT(frames_at_server(), "t");
    assert_int_equal(begin_text(client), WEBSOCKET_NO_CONNECTION);
}

// Lost in the middle: the next connection knows nothing of it.
void connection_lost_in_the_middle(void **)
{
    server().on_path_once("/", Script().upgrade().expect_frame(Opcode::text, "begin").reset());
    server().on_path("/", Script().upgrade().expect_message(Opcode::binary, "whole").answer_close());
    LoggedClient &client = open_client("/");
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(send_part(client, "begin"), 0);
    assert_true(client.wait_close());
    assert_int_equal(send_part(client, "more"), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(end(client), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(begin_text(client), WEBSOCKET_NO_CONNECTION);

    assert_int_equal(client.connect(server().url("/")), 0);
    assert_int_equal(send_part(client, "more"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(end(client), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(begin_binary(client), 0);
    assert_int_equal(send_part(client, "who"), 0);
    assert_int_equal(send_part(client, "le"), 0);
    assert_int_equal(end(client), 0);
    const int code = client.close();  // 0: it is open already
    assert_true(code == WEBSOCKET_NO_CONNECTION || code == 0);
    assert_true(server().wait_for(ServerKind::script_done, 2));
}

// A full queue takes nothing of the part; later it does.
void full_queue_then_again(void **)
{
    server().on_path("/", Script().stall("go").upgrade().expect_message(Opcode::text).answer_close());
    NetWebSocket_Options options = new_options();
    options.maxQueuedBytes = 1000;
    options.onDrained = callbacks::on_drained;
    LoggedClient &client = connect_with(options, server().url("/"));
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(send_part(client, std::string(600, 'a')), 0);
    assert_int_equal(send_part(client, std::string(600, 'b')), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    assert_int_equal(send_part(client, std::string(200, 'c')), 0);
    server().release("go");
    assert_true(wait_notes(client, "drained"));
    assert_int_equal(send_part(client, std::string(600, 'b')), 0);
    assert_true(wait_notes(client, "drained", 2));
    assert_int_equal(end(client), 0);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    std::string joined;
    for (const ServerEvent &event : server().events(ServerKind::frame)) {
        joined += is_control(event.opcode) ? "" : event.payload;
    }
    assert_true(joined == std::string(600, 'a') + std::string(200, 'c') + std::string(600, 'b'));
}

// Messages that wait for the end of one in parts must not take all the room that
// its parts need: nothing would ever go on.
void waiting_messages_leave_room_for_parts(void **)
{
    NetWebSocket_Options options = new_options();
    options.maxQueuedBytes = 10000;
    options.onDrained = callbacks::on_drained;
    LoggedClient &client = open_with(options, server().url("/echo"));
    assert_int_equal(begin_text(client), 0);
    assert_int_equal(send_part(client, "begin"), 0);
    assert_true(wait_notes(client, "drained"));
    int waiting = 0;
    while (client.send(std::string(500, 'x')) == 0) {
        ++waiting;
    }
    assert_int_equal(client.send(std::string(500, 'x')), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    assert_true(waiting >= 5);
    const std::string part(4000, 'y');
    const uint64_t behind = queued_bytes(client);
    for (int i = 0; i < 5; ++i) {
        assert_int_equal(send_part(client, part), 0);
        while (queued_bytes(client) > behind) {  // until it is on its way
            std::this_thread::yield();
        }
    }
    assert_int_equal(end(client), 0);
    assert_true(client.wait_message_count(1 + static_cast<size_t>(waiting)));
    assert_int_equal(client.log().events(ClientKind::message)[0].bytes.size(), 5 + 5 * part.size());
    // With none begun all of the queue is for everybody.
    int all = 0;
    server().on_path("/slow", Script().stall("never").upgrade());
    LoggedClient &other = connect_with(options, server().url("/slow"));
    while (other.send(std::string(500, 'x')) == 0) {
        ++all;
    }
    assert_true(all >= 2 * waiting - 1);
}

// ---- in ----

// What the parts make, and whether only the last says so.
std::string join_parts(LoggedClient &client, const std::string &type)
{
    const auto parts = notes(client, "part of " + type);
    std::string joined;
    for (size_t i = 0; i < parts.size(); ++i) {
        assert_int_equal(parts[i].code, i + 1 == parts.size());
        assert_true(parts[i].code != 0 || !parts[i].bytes.empty());
        assert_true(parts[i].terminated);  // never NULL
        joined += parts[i].bytes;
    }
    return joined;
}

bool wait_last_part(LoggedClient &client, size_t count = 1)
{
    return client.log().wait_count(
        [](const ClientEvent &event) { return event.kind == ClientKind::note && event.code == 1; }, count);
}

NetWebSocket_Options in_parts()
{
    NetWebSocket_Options options = new_options();
    options.onMessagePart = callbacks::on_part;
    options.onTypedMessage = callbacks::on_typed;  // less than onMessagePart
    return options;
}

void message_larger_than_any_buffer(void **)
{
    const std::string bytes = numbered_bytes(3000000);
    server().on_path("/", Script().upgrade().send_frame(Opcode::binary, bytes).answer_close());
    NetWebSocket_Options options = in_parts();
    options.maxReceiveMessageBytes = 1000;  // does not count
    LoggedClient &client = open_with(options, server().url("/"));
    assert_true(wait_last_part(client));
    assert_true(join_parts(client, "binary") == bytes);
    assert_true(notes(client, "part of binary").size() > 10);
    assert_int_equal(client.log().count_of(ClientKind::message), 0);
    assert_int_equal(notes(client, "binary").size(), 0);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
}

void fragments_in_parts(void **)
{
    FrameOptions more;
    more.fin = false;
    server().on_path("/", Script()
                              .upgrade()
                              .send_frame(Opcode::text, "t\xc3", more)
                              .send_frame(Opcode::continuation, "", more)
                              .send_frame(Opcode::ping, "in between")
                              .send_frame(Opcode::continuation, "\xa4xt", more)
                              .send_frame(Opcode::continuation, "")
                              .answer_close());
    LoggedClient &client = open_with(in_parts(), server().url("/"));
    assert_true(wait_last_part(client));
    ASSERT_TEXT(join_parts(client, "text"), "t\xc3\xa4xt");
    const ClientEvent last = notes(client, "part of text").back();
    assert_true(last.bytes.empty());
    assert_true(server().wait_for_frames(Opcode::pong));
}

void bytes_one_by_one_in_parts(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .send_frame(Opcode::text, "\xf0\x9f\x98\x80!", {}, Cut::at_every(1))
                              .answer_close());
    LoggedClient &client = open_with(in_parts(), server().url("/"));
    assert_true(wait_last_part(client));
    ASSERT_TEXT(join_parts(client, "text"), "\xf0\x9f\x98\x80!");
}

void several_messages_in_parts(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .send_bytes(make_frame(Opcode::text, "one") +
                                          make_frame(Opcode::binary, "two") + make_frame(Opcode::text, ""))
                              .answer_close());
    LoggedClient &client = open_with(in_parts(), server().url("/"));
    assert_true(wait_last_part(client, 3));
    const auto texts = notes(client, "part of text");
    assert_int_equal(texts.size(), 2);
    ASSERT_TEXT(texts[0].bytes, "one");
    ASSERT_TEXT(texts[1].bytes, "");
    assert_true(texts[0].code == 1 && texts[1].code == 1 && texts[1].terminated);
    ASSERT_TEXT(join_parts(client, "binary"), "two");
}

// Parts that came before are the application's already; then it ends.
void invalid_utf8_in_a_later_part(void **)
{
    FrameOptions more;
    more.fin = false;
    server().on_path("/", Script()
                              .upgrade()
                              .send_frame(Opcode::text, "good", more)
                              .stall("bad")
                              .send_frame(Opcode::continuation, "bad \xff", more)
                              .expect_close(1007)
                              .expect_end());
    LoggedClient &client = open_with(in_parts(), server().url("/"));
    assert_true(wait_notes(client, "part of text"));
    server().release("bad");
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "onec");
    assert_int_equal(client.log().events(ClientKind::error)[0].code, WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1007);
}

// A character that the message's end cuts off.
void text_that_ends_inside_a_character(void **)
{
    server().on_path("/", Script().upgrade().send_text("\xe2\x82").expect_close(1007).expect_end());
    LoggedClient &client = open_with(in_parts(), server().url("/"));
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "oec");
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1007);
}

// The last part never comes.
void close_in_the_middle(void **)
{
    FrameOptions more;
    more.fin = false;
    server().on_path("/", Script()
                              .upgrade()
                              .send_frame(Opcode::binary, "begin", more)
                              .send_close(1001, "going")
                              .expect_close()
                              .close());
    LoggedClient &client = open_with(in_parts(), server().url("/"));
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "onc");
    assert_int_equal(notes(client, "part of binary")[0].code, 0);
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1001);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(each_part_is_a_fragment),
        SCENE_TEST(nothing_between_begin_and_end),
        SCENE_TEST(parts_do_not_wait_for_the_end),
        SCENE_TEST(parts_of_a_large_message),
        SCENE_TEST(place_among_other_messages),
        SCENE_TEST(pings_between_parts),
        SCENE_TEST(among_messages_of_other_threads),
        SCENE_TEST(parts_by_several_threads),
        SCENE_TEST(text_split_inside_characters),
        SCENE_TEST(refused_parts),
        SCENE_TEST(calls_out_of_place),
        SCENE_TEST(begun_before_connect),
        SCENE_TEST(close_cuts_it_off),
        SCENE_TEST(connection_lost_in_the_middle),
        SCENE_TEST(full_queue_then_again),
        SCENE_TEST(waiting_messages_leave_room_for_parts),
        SCENE_TEST(message_larger_than_any_buffer),
        SCENE_TEST(fragments_in_parts),
        SCENE_TEST(bytes_one_by_one_in_parts),
        SCENE_TEST(several_messages_in_parts),
        SCENE_TEST(invalid_utf8_in_a_later_part),
        SCENE_TEST(text_that_ends_inside_a_character),
        SCENE_TEST(close_in_the_middle),
    };
    return cmocka_run_group_tests_name("extension_streams", tests, nullptr, nullptr);
}
