// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What Send puts on the wire, in which order, and what it says when it cannot.

#include "integration/scene.h"

#include <cstring>
#include <thread>

#include <sys/mman.h>
#include <unistd.h>

using namespace nws::test;

namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kLargestMessage = 4 * kMiB;
constexpr size_t kQueueBound = 64 * kMiB;

// Closes, and waits until both sides have said all: then the server's log is whole.
void finish(LoggedClient &client)
{
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_true(server().wait_all_ended());
}

void assert_message(const ServerEvent &frame, Opcode opcode, std::string_view payload)
{
    assert_true(frame.opcode == opcode);
    assert_true(frame.fin);
    assert_true(frame.payload == payload);
}

void text_if_utf8_without_nul_else_binary(void **)
{
    using namespace std::string_literals;
    const std::vector<std::string> texts = {"plain", "\xc3\xa9t\xc3\xa9", "\xf4\x8f\xbf\xbf", "\x01\x7f"};
    const std::vector<std::string> binaries = {
        "a\0b"s, "\0"s, "\xff", "\xed\xa0\x80", "cut\xe2\x82", "\xc0\x80", "\xf4\x90\x80\x80"};
    LoggedClient &client = open_client("/sink?n=1000");
    for (const std::string &text : texts) {
        assert_int_equal(client.send(text), 0);
    }
    for (const std::string &binary : binaries) {
        assert_int_equal(client.send(binary), 0);
    }
    finish(client);
    const auto text_frames = server().frames(Opcode::text);
    const auto binary_frames = server().frames(Opcode::binary);
    assert_int_equal(text_frames.size(), texts.size());
    assert_int_equal(binary_frames.size(), binaries.size());
    for (size_t i = 0; i < texts.size(); ++i) {
        assert_message(text_frames[i], Opcode::text, texts[i]);
    }
    for (size_t i = 0; i < binaries.size(); ++i) {
        assert_message(binary_frames[i], Opcode::binary, binaries[i]);
    }
}

// The bytes may end at the end of a page: nothing behind them is read.
void reads_no_byte_behind_the_message(void **)
{
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void *memory = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    char *const start = static_cast<char *>(memory);
    assert_int_equal(mprotect(start + page, page, PROT_NONE), 0);
    std::memset(start, 'x', page);
    LoggedClient &client = open_client("/echo");
    for (size_t length = 1; length <= 70; ++length) {
        assert_int_equal(OH_WebSocketClient_Send(client.get(), start + page - length, length), 0);
    }
    assert_true(client.wait_message_count(70));
    munmap(memory, 2 * page);
}

void bytes_are_copied(void **)
{
    LoggedClient &client = new_client();
    std::vector<char> bytes(1000, 'a');
    assert_int_equal(OH_WebSocketClient_Send(client.get(), bytes.data(), bytes.size()), 0);
    std::memset(bytes.data(), 'b', bytes.size());
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().events(ClientKind::message).front().bytes, std::string(1000, 'a'));
}

void every_length_class_arrives_whole(void **)
{
    LoggedClient &client = open_client("/echo");
    const size_t lengths[] = {1, 125, 126, 127, 65535, 65536, 65537, kMiB + 1, kLargestMessage};
    size_t sent = 0;
    for (const size_t length : lengths) {
        std::string message(length, '\0');
        for (size_t i = 0; i < length; ++i) {
            message[i] = static_cast<char>(i * 31 + i / 256);
        }
        assert_int_equal(client.send(message), 0);
        assert_true(client.wait_message_count(++sent));
        assert_true(client.log().events(ClientKind::message).back().bytes == message);
        client.log().clear();
        sent = 0;
    }
}

void bad_arguments_in_their_order(void **)
{
    LoggedClient &client = open_client("/echo");
    char byte = 'x';
    assert_int_equal(OH_WebSocketClient_Send(nullptr, nullptr, 0), WEBSOCKET_CLIENT_NULL);
    WebSocket stranger = {};
    assert_int_equal(OH_WebSocketClient_Send(&stranger, nullptr, 0), WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(OH_WebSocketClient_Send(client.get(), nullptr, 0), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(OH_WebSocketClient_Send(client.get(), nullptr, 1), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(OH_WebSocketClient_Send(client.get(), &byte, 0), 0);
    const std::vector<char> large(kLargestMessage + 1, 'x');
    assert_int_equal(OH_WebSocketClient_Send(client.get(), const_cast<char *>(large.data()), large.size()),
                     WEBSOCKET_DATA_LENGTH_EXCEEDED);
    finish(client);
    // Of all these nothing was sent.
    assert_int_equal(server().frames(Opcode::text).size(), 0);
    assert_int_equal(server().frames(Opcode::binary).size(), 0);
    // The checks of the arguments come before that of the connection.
    assert_int_equal(OH_WebSocketClient_Send(client.get(), nullptr, 1), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(OH_WebSocketClient_Send(client.get(), &byte, 0), 0);
    assert_int_equal(OH_WebSocketClient_Send(client.get(), const_cast<char *>(large.data()), large.size()),
                     WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(OH_WebSocketClient_Send(client.get(), &byte, 1), WEBSOCKET_NO_CONNECTION);
}

void sends_before_connect_and_while_connecting_go_first(void **)
{
    server().on_path(
        "/", Script().expect_upgrade().stall("answer").reply_upgrade().count_messages(400).answer_close());
    LoggedClient &client = new_client();
    int next = 0;
    const auto send_hundred = [&] {
        for (int i = 0; i < 100; ++i) {
            assert_int_equal(client.send(std::to_string(next++)), 0);
        }
    };
    send_hundred();
    assert_int_equal(client.connect(server().url("/")), 0);
    send_hundred();
    assert_true(server().wait_for(ServerKind::stalled));
    send_hundred();
    server().release("answer");
    assert_true(client.wait_open());
    send_hundred();
    finish(client);
    ASSERT_TEXT(client.log().order(), "oc");
}

// What was queued for a connection that failed is gone with it.
void messages_for_a_failed_connection_are_not_for_the_next(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.send("early"), 0);
    assert_int_equal(client.connect(server().url("/status")), 0);
    const int code = client.send("lost");  // unless it has failed already
    assert_true(code == 0 || code == WEBSOCKET_NO_CONNECTION);
    assert_true(client.wait_error());
    assert_int_equal(client.send("late"), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_int_equal(client.send("0"), 0);
    assert_true(client.wait_message_count(1));
    finish(client);
    ASSERT_TEXT(client.log().order(), "eomc");
    ASSERT_TEXT(client.log().events(ClientKind::message).front().bytes, "0");
}

// One thread connects, and another, told so, sends: Send must not overtake.
void order_holds_across_threads_that_hand_over(void **)
{
    constexpr int kRounds = 50;
    for (int round = 0; round < kRounds; ++round) {
        server().on_path("/", Script().upgrade().count_messages(4).answer_close());
        LoggedClient &client = new_client();
        // Each thread's end is seen by the next one's beginning.
        const auto on_a_thread = [](const std::function<int()> &call) {
            int result = -1;
            std::thread([&] { result = call(); }).join();
            assert_int_equal(result, 0);
        };
        on_a_thread([&] { return client.send("0"); });
        on_a_thread([&] { return client.connect(server().url("/")); });
        on_a_thread([&] { return client.send("1"); });
        on_a_thread([&] { return client.send("2"); });
        assert_int_equal(client.send("3"), 0);
        assert_true(client.wait_open());
        on_a_thread([&] { return client.close(); });
        assert_true(client.wait_close());
        client.destroy();
    }
    assert_true(server().wait_for(ServerKind::script_done, kRounds));
}

void order_of_each_thread_is_kept(void **)
{
    constexpr int kThreads = 8;
    constexpr int kMessages = NWS_SANITIZED ? 500 : 5000;
    server().on_path("/", Script().upgrade().count_messages(kThreads * kMessages).answer_close());
    LoggedClient &client = open_client("/");
    std::atomic<int> failures{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < kMessages; ++i) {
                failures += client.send(std::to_string(thread) + ":" + std::to_string(i)) != 0;
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    assert_int_equal(failures, 0);
    finish(client);
    assert_true(server().wait_for(ServerKind::script_done));
}

void sends_inside_callbacks(void **)
{
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            client.send("1");
        } else if (event.kind == ClientKind::message && event.bytes.size() < 100) {
            client.send(event.bytes + "1");
        }
    });
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_message_count(100));
    ASSERT_TEXT(client.log().events(ClientKind::message).back().bytes, std::string(100, '1'));
}

std::string numbered(size_t number, size_t length)
{
    std::string message = std::to_string(number) + " ";
    message.resize(length, 'x');
    return message;
}

void queue_is_bounded_before_connect(void **)
{
    LoggedClient &client = new_client();
    const std::string message(kLargestMessage, 'x');
    for (size_t queued = 0; queued < kQueueBound; queued += message.size()) {
        assert_int_equal(client.send(message), 0);
    }
    assert_int_equal(client.send("x"), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    // Another client has a bound of its own.
    assert_int_equal(new_client().send("x"), 0);
}

void queue_is_bounded_while_the_server_does_not_read(void **)
{
    server().on_path("/", Script().upgrade().stop_reading().stall("go").resume_reading().echo_until_close());
    LoggedClient &client = open_client("/");
    size_t sent = 0;
    int result = 0;
    while ((result = client.send(numbered(sent, kMiB))) == 0) {
        ++sent;
        // The kernel's buffers take some, so it is not 64 exactly.
        assert_true(sent < 200);
    }
    assert_int_equal(result, WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    assert_true(sent >= kQueueBound / kMiB);
    // Nothing of what was accepted is lost, and there is room again.
    server().release("go");
    assert_true(client.wait_message_count(sent));
    const auto messages = client.log().events(ClientKind::message);
    for (size_t i = 0; i < sent; ++i) {
        assert_true(messages[i].bytes == numbered(i, kMiB));
    }
    assert_int_equal(client.send(std::string(kLargestMessage, 'x')), 0);
    finish(client);
}

void room_comes_back_when_the_connection_ends(void **)
{
    server().on_path("/", Script().upgrade().stop_reading().stall("end").reset());
    LoggedClient &client = open_client("/");
    const std::string message(kLargestMessage, 'x');
    int full = 0;
    while ((full = client.send(message)) == 0) {
    }
    // Only then: the socket may take more at any time.
    assert_int_equal(full, WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    server().stop();
    assert_true(client.wait_close());
    assert_int_equal(client.log().events(ClientKind::close).front().code, 1006);
    assert_int_equal(client.send(message), WEBSOCKET_NO_CONNECTION);
    assert_true(server().start());
    server().on_path("/again", Script().expect_upgrade().stall("never"));
    assert_int_equal(client.connect(server().url("/again")), 0);
    for (size_t queued = 0; queued < kQueueBound; queued += message.size()) {
        assert_int_equal(client.send(message), 0);
    }
    assert_int_equal(client.send("x"), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
}

void ended_connections_take_nothing(void **)
{
    server().on_path("/", Script().upgrade().expect_close().stall("answer").send_close(1000).expect_end());
    LoggedClient &client = open_client("/");
    assert_int_equal(client.close(), 0);
    assert_int_equal(client.send("closing"), WEBSOCKET_NO_CONNECTION);
    server().release("answer");
    assert_true(client.wait_close());
    assert_int_equal(client.send("closed"), WEBSOCKET_NO_CONNECTION);
    LoggedClient &failed = new_client();
    assert_int_equal(failed.connect(server().url("/status")), 0);
    assert_true(failed.wait_error());
    assert_int_equal(failed.send("failed"), WEBSOCKET_NO_CONNECTION);
    LoggedClient &cancelled = new_client();
    assert_int_equal(cancelled.connect(server().url("/stall")), 0);
    assert_int_equal(cancelled.close(), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(cancelled.send("cancelled"), WEBSOCKET_NO_CONNECTION);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(text_if_utf8_without_nul_else_binary),
        SCENE_TEST(reads_no_byte_behind_the_message),
        SCENE_TEST(bytes_are_copied),
        SCENE_TEST(every_length_class_arrives_whole),
        SCENE_TEST(bad_arguments_in_their_order),
        SCENE_TEST(sends_before_connect_and_while_connecting_go_first),
        SCENE_TEST(messages_for_a_failed_connection_are_not_for_the_next),
        SCENE_TEST(order_holds_across_threads_that_hand_over),
        SCENE_TEST(order_of_each_thread_is_kept),
        SCENE_TEST(sends_inside_callbacks),
        SCENE_TEST(queue_is_bounded_before_connect),
        SCENE_TEST(queue_is_bounded_while_the_server_does_not_read),
        SCENE_TEST(room_comes_back_when_the_connection_ends),
        SCENE_TEST(ended_connections_take_nothing),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
