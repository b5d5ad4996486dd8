// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Pings, pausing, and what is told of the send queue; each over ws and wss.

#include "integration/extension.h"

#include <atomic>
#include <cstdlib>
#include <thread>

using namespace nws::test;

namespace {

bool g_secure;

std::string url(const std::string &path)
{
    return server().url(path, g_secure);
}

int set_up_plain(void **state)
{
    g_secure = false;
    return set_up(state);
}

#ifdef CERTS_DIR
int set_up_secure(void **state)
{
    g_secure = true;
    set_up_without_server(state);
    unsetenv("SSL_CERT_DIR");
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
    setenv("SSL_CERT_FILE", CERTS_DIR "/ca.pem", 1);
    ServerOptions options;
    options.tls.certificate = CERTS_DIR "/server.pem";
    options.tls.key = CERTS_DIR "/server.key";
    return server().start(options) ? 0 : -1;
}
#endif

int pause(LoggedClient &client)
{
    return NetWebSocket_Pause(client.get());
}

int resume(LoggedClient &client)
{
    return NetWebSocket_Resume(client.get());
}

NetWebSocket_Options with_callbacks()
{
    NetWebSocket_Options options = new_options();
    options.onPong = callbacks::on_pong;
    options.onDrained = callbacks::on_drained;
    return options;
}

// ---- pings ----

void pong_brings_the_payload_back(void **)
{
    LoggedClient &client = open_with(with_callbacks(), url("/echo"));
    const std::string longest(125, 'p');
    const std::string bytes("\0\xff\0", 3);
    size_t count = 0;
    for (const std::string &payload : {std::string("hello"), std::string(), longest, bytes}) {
        assert_int_equal(ping(client, payload), 0);
        assert_true(wait_notes(client, "pong", ++count));
        assert_true(notes(client, "pong").back().bytes == payload);
    }
    ASSERT_TEXT(notes(client, "pong")[0].thread_name, "net_websocket");
    assert_int_equal(ping(client, longest + "p"), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    const auto pings = server().frames(Opcode::ping);
    assert_int_equal(pings.size(), 4);
    assert_true(pings[3].payload == bytes);
}

void ping_without_on_pong(void **)
{
    LoggedClient &client = open_with(new_options(), url("/echo"));
    assert_int_equal(ping(client, "x"), 0);
    assert_true(server().wait_for_frames(Opcode::ping));
    assert_int_equal(client.send("x"), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().order(), "om");
}

// A ping that was asked for before queued messages went out goes first.
void ping_overtakes_queued_messages(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, with_callbacks()), 0);
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            for (int i = 0; i < 10; ++i) {
                client.send("message");
            }
            ping(client, "first");
        }
    });
    assert_int_equal(client.connect(url("/echo")), 0);
    assert_true(client.wait_message_count(10));
    const auto frames = server().events(ServerKind::frame);
    assert_true(frames[0].opcode == Opcode::ping);
}

// Those that are not on their way yet are replaced: the last is what goes out.
void pings_are_replaced(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, with_callbacks()), 0);
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            ping(client, "first");
            ping(client, "second");
            ping(client, "third");
        }
    });
    assert_int_equal(client.connect(url("/echo")), 0);
    assert_true(wait_notes(client, "pong"));
    ASSERT_TEXT(notes(client, "pong")[0].bytes, "third");
    assert_int_equal(server().frames(Opcode::ping).size(), 1);
}

// Several on their way: each answer is told.
void several_pings_on_their_way(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .expect_frame(Opcode::ping, "one")
                              .send_text("got one")
                              .expect_frame(Opcode::ping, "two")
                              .send_frame(Opcode::pong, "one")
                              .send_frame(Opcode::pong, "two")
                              .answer_close());
    LoggedClient &client = open_with(with_callbacks(), url("/"));
    assert_int_equal(ping(client, "one"), 0);
    assert_true(client.wait_message_count(1));
    assert_int_equal(ping(client, "two"), 0);
    assert_true(wait_notes(client, "pong", 2));
    ASSERT_TEXT(notes(client, "pong")[0].bytes, "one");
    ASSERT_TEXT(notes(client, "pong")[1].bytes, "two");
}

// RFC 6455 5.5.3: only the newest needs an answer; those before have none then.
void answer_to_the_newest_only(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .expect_frame(Opcode::ping, "one")
                              .send_text("got one")
                              .expect_frame(Opcode::ping, "two")
                              .send_frame(Opcode::pong, "two")
                              .send_frame(Opcode::pong, "one")
                              .send_text("end")
                              .answer_close());
    LoggedClient &client = open_with(with_callbacks(), url("/"));
    assert_int_equal(ping(client, "one"), 0);
    assert_true(client.wait_message_count(1));
    assert_int_equal(ping(client, "two"), 0);
    assert_true(client.wait_message_count(2));
    assert_int_equal(notes(client, "pong").size(), 1);
    ASSERT_TEXT(notes(client, "pong")[0].bytes, "two");
}

void unsolicited_pongs_are_ignored(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .send_frame(Opcode::pong, "")
                              .send_frame(Opcode::pong, "unsolicited")
                              .expect_frame(Opcode::ping, "asked")
                              .send_frame(Opcode::pong, "other")
                              .send_frame(Opcode::pong, "asked")
                              .send_frame(Opcode::pong, "asked")
                              .send_text("end")
                              .answer_close());
    LoggedClient &client = open_with(with_callbacks(), url("/"));
    assert_int_equal(ping(client, "asked"), 0);
    assert_true(client.wait_message_count(1));
    assert_int_equal(notes(client, "pong").size(), 1);
    ASSERT_TEXT(notes(client, "pong")[0].bytes, "asked");
    ASSERT_TEXT(client.log().order(), "onm");
}

// ---- pause and resume ----

std::string many_frames(int count)
{
    std::string bytes;
    for (int i = 0; i < count; ++i) {
        append_frame(bytes, Opcode::text, "message " + std::to_string(i));
    }
    return bytes;
}

void assert_all_came(LoggedClient &client, int count)
{
    assert_true(client.wait_message_count(static_cast<size_t>(count)));
    const auto messages = client.log().events(ClientKind::message);
    assert_int_equal(messages.size(), count);
    for (int i = 0; i < count; ++i) {
        ASSERT_TEXT(messages[static_cast<size_t>(i)].bytes, "message " + std::to_string(i));
    }
}

// Of many messages in one read, none comes after the one that paused.
void pause_inside_a_callback_holds_at_once(void **)
{
    constexpr int kMany = 200;
    server().on_path("/", Script().upgrade().send_bytes(many_frames(kMany)).answer_close());
    LoggedClient &client = new_client();
    std::atomic<bool> &pausing = *new std::atomic<bool>{true};
    client.set_hook([&client, &pausing](const ClientEvent &event) {
        if (event.kind == ClientKind::message && pausing) {
            client.log().note(std::to_string(pause(client)));
        }
    });
    assert_int_equal(client.connect(url("/")), 0);
    for (size_t i = 1; i <= 5; ++i) {
        assert_true(wait_notes(client, "0", i));
        let_the_loop_turn();
        assert_int_equal(client.log().count_of(ClientKind::message), i);
        assert_int_equal(resume(client), 0);
    }
    assert_true(wait_notes(client, "0", 6));
    pausing = false;
    assert_int_equal(resume(client), 0);
    assert_all_came(client, kMany);
    client.set_hook(nullptr);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1000);
    client.destroy();
    delete &pausing;
}

// Frames in the same segment as the server's 101.
void pause_inside_on_open(void **)
{
    UpgradeReply reply;
    reply.following = many_frames(10);
    server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).answer_close());
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            client.log().note(std::to_string(pause(client)));
        }
    });
    assert_int_equal(client.connect(url("/")), 0);
    assert_true(wait_notes(client, "0"));
    let_the_loop_turn();
    assert_int_equal(client.log().count_of(ClientKind::message), 0);
    assert_int_equal(resume(client), 0);
    assert_all_came(client, 10);
}

void pause_inside_on_pong(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .expect_frame(Opcode::ping, "x")
                              .send_bytes(make_frame(Opcode::pong, "x") + many_frames(10))
                              .answer_close());
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, with_callbacks()), 0);
    client.set_hook([&client](const ClientEvent &event) {
        if (is_note(event, "pong")) {
            client.log().note(std::to_string(pause(client)));
        }
    });
    assert_int_equal(client.connect(url("/")), 0);
    assert_true(client.wait_open());
    assert_int_equal(ping(client, "x"), 0);
    assert_true(wait_notes(client, "0"));
    let_the_loop_turn();
    assert_int_equal(client.log().count_of(ClientKind::message), 0);
    assert_int_equal(resume(client), 0);
    assert_all_came(client, 10);
}

void pause_from_another_thread(void **)
{
    server().on_path(
        "/", Script().upgrade().stall("first").send_bytes(many_frames(10)).stall("sent").answer_close());
    LoggedClient &client = open_with(new_options(), url("/"));
    assert_int_equal(pause(client), 0);
    assert_int_equal(pause(client), 0);
    server().release("first");
    assert_true(server().wait_for(ServerKind::stalled, 2));
    let_the_loop_turn();
    ASSERT_TEXT(client.log().order(), "o");
    assert_int_equal(resume(client), 0);
    assert_all_came(client, 10);
    assert_int_equal(resume(client), 0);
    server().release("sent");
}

// Sending goes on.
void send_while_paused(void **)
{
    server().on_path("/", Script().upgrade().count_messages(3).send_bytes(many_frames(1)).answer_close());
    LoggedClient &client = open_with(new_options(), url("/"));
    assert_int_equal(pause(client), 0);
    for (int i = 0; i < 3; ++i) {
        assert_int_equal(client.send(std::to_string(i)), 0);
    }
    assert_true(server().wait_for_frames(Opcode::text, 3));
    assert_int_equal(resume(client), 0);
    assert_all_came(client, 1);
}

// Nothing is stored: the server has to wait.
void a_paused_client_makes_the_server_wait(void **)
{
    const std::string message(4 << 20, 'x');
    server().on_path("/", Script()
                              .upgrade()
                              .send_text("begin")
                              .send_frame(Opcode::binary, message, {}, Cut::at_every(1 << 20))
                              .stall("sent")
                              .answer_close());
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.bytes == "begin") {
            pause(client);
        }
    });
    assert_int_equal(client.connect(url("/")), 0);
    assert_true(client.wait_message_count(1));
    let_the_loop_turn();
    assert_int_equal(server().count(ServerKind::stalled), 0);
    assert_int_equal(resume(client), 0);
    assert_true(client.wait_message_count(2));
    assert_true(client.log().events(ClientKind::message)[1].bytes == message);
    assert_true(server().wait_for(ServerKind::stalled));
    server().release("sent");
}

// Close ends the pause: what had come is handed over, and the peer's answer seen.
void close_while_paused(void **)
{
    server().on_path("/", Script().upgrade().send_bytes(many_frames(20)).answer_close());
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::message && event.bytes == "message 0") {
            client.log().note(std::to_string(pause(client)));
        }
    });
    assert_int_equal(client.connect(url("/")), 0);
    assert_true(wait_notes(client, "0"));
    let_the_loop_turn();
    assert_int_equal(client.log().count_of(ClientKind::message), 1);
    assert_int_equal(client.close(1000, "enough"), 0);
    assert_true(client.wait_close());
    assert_all_came(client, 20);
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1000);
    assert_int_equal(pause(client), WEBSOCKET_NO_CONNECTION);
}

void destroy_while_paused(void **)
{
    for (const bool close_first : {false, true}) {
        server().on_path("/", Script().upgrade().send_bytes(many_frames(20)).expect_close().close());
        LoggedClient &client = new_client();
        client.set_hook([&client](const ClientEvent &event) {
            if (event.kind == ClientKind::message) {
                client.log().note(std::to_string(pause(client)));
            }
        });
        assert_int_equal(client.connect(url("/")), 0);
        assert_true(wait_notes(client, "0"));
        client.set_hook(nullptr);
        if (close_first) {
            assert_int_equal(client.close(), 0);
        }
        assert_int_equal(client.destroy(), 0);
    }
    // The peer got a Close frame both times.
    assert_true(server().wait_for(ServerKind::script_done, 2));
    assert_true(server().wait_all_ended());
}

// The next connection begins without.
void pause_ends_with_the_connection(void **)
{
    server().on_path_once("/", Script().upgrade().stall("paused").reset());
    server().on_path("/", Script().upgrade().send_bytes(many_frames(2)).answer_close());
    LoggedClient &client = open_with(new_options(), url("/"));
    assert_int_equal(pause(client), 0);
    server().release("paused");
    resume(client);  // or it is gone already
    assert_true(client.wait_close());
    client.log().clear();
    assert_int_equal(client.connect(url("/")), 0);
    assert_all_came(client, 2);
}

// While paused no pong is seen; it is not forgotten.
void pong_waits_while_paused(void **)
{
    server().on_path("/", Script()
                              .upgrade()
                              .expect_frame(Opcode::ping, "waits")
                              .send_frame(Opcode::pong, "waits")
                              .stall("sent")
                              .answer_close());
    LoggedClient &client = open_with(with_callbacks(), url("/"));
    assert_int_equal(pause(client), 0);
    assert_int_equal(ping(client, "waits"), 0);
    assert_true(server().wait_for(ServerKind::stalled));
    let_the_loop_turn();
    assert_int_equal(notes(client, "pong").size(), 0);
    assert_int_equal(resume(client), 0);
    assert_true(wait_notes(client, "pong"));
    server().release("sent");
}

// The peer is silent for longer than is allowed; but nobody listens.
void not_lost_while_paused(void **)
{
    server().on_path(
        "/", Script().upgrade().stall("speak").send_text("still here").stall("spoken").answer_close());
    NetWebSocket_Options options = new_options();
    options.pingIntervalMs = 20;
    options.pongTimeoutMs = 60;
    LoggedClient &paused = new_client();
    assert_int_equal(set_options(paused, options), 0);
    paused.set_hook([&paused](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            pause(paused);
        }
    });
    assert_int_equal(paused.connect(url("/")), 0);
    assert_true(paused.wait_open());
    // Has five times as long, and is lost for it.
    options.pongTimeoutMs = 300;
    server().on_path("/silent", Script().upgrade().expect_end());
    LoggedClient &listening = open_with(options, url("/silent"));
    assert_true(listening.wait_close());
    assert_int_equal(listening.log().events(ClientKind::close)[0].code, 1006);
    ASSERT_TEXT(paused.log().order(), "o");
    // It is there when the client listens again: a server that had to hurry might be late.
    server().release("speak");
    assert_true(server().wait_for(ServerKind::stalled, 2));
    let_the_loop_turn();
    ASSERT_TEXT(paused.log().order(), "o");
    assert_int_equal(resume(paused), 0);
    assert_true(paused.wait_message_count(1));
    server().release("spoken");
}

// Nor at once when it listens again: silence counts from there.
void silence_counts_from_resume(void **)
{
    server().on_path("/", Script().upgrade().expect_end());
    NetWebSocket_Options options = new_options();
    options.pingIntervalMs = 0;
    LoggedClient &client = new_client();
    // Two that tell the time by their end.
    options.pongTimeoutMs = 1000;
    LoggedClient &late = open_with(options, url("/"));
    late.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::close) {
            client.log().note("the late one is lost");
        }
    });
    options.pongTimeoutMs = 700;
    LoggedClient &early = open_with(options, url("/"));
    options.pongTimeoutMs = 400;
    assert_int_equal(set_options(client, options), 0);
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            pause(client);
        }
    });
    assert_int_equal(client.connect(url("/")), 0);
    assert_true(early.wait_close());
    assert_int_equal(resume(client), 0);
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "onc");
}

// Again and again, by the application's thread and in callbacks, while messages
// come in: none is lost, doubled, or out of order.
void paused_and_resumed_at_any_moment(void **)
{
    const int kMany = NWS_SANITIZED ? 3000 : 20000;
    server().on_path("/", Script().upgrade().send_bytes(many_frames(kMany)).answer_close());
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::message && event.bytes.back() % 3 == 0) {
            pause(client);
        }
    });
    assert_int_equal(client.connect(url("/")), 0);
    assert_true(client.wait_open());
    std::atomic<bool> &end = *new std::atomic<bool>{false};
    std::thread pauser([&client, &end] {
        while (!end) {
            pause(client);
            resume(client);
        }
    });
    const bool came = client.wait_message_count(static_cast<size_t>(kMany));
    end = true;
    pauser.join();
    assert_true(came);
    client.set_hook(nullptr);
    assert_all_came(client, kMany);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    delete &end;
}

// ---- the send queue ----

void queued_bytes_and_drained(void **)
{
    constexpr size_t kMessage = 1 << 20;
    constexpr int kMessages = NWS_SANITIZED ? 16 : 32;
    constexpr size_t kLowWater = size_t{kMessages} / 4 << 20;
    server().on_path("/", Script()
                              .stall("filling")
                              .upgrade()
                              .stop_reading()
                              .stall("full")
                              .resume_reading()
                              .count_messages(kMessages + 1)
                              .send_text("got all")
                              .answer_close());
    NetWebSocket_Options options = with_callbacks();
    options.drainedBytes = kLowWater;
    LoggedClient &client = connect_with(options, url("/"));
    client.set_hook([&client](const ClientEvent &event) {
        if (is_note(event, "drained")) {
            client.log().note(queued_bytes(client) <= kLowWater ? "low" : "not low");
        }
    });
    assert_int_equal(queued_bytes(client), 0);
    for (int i = 0; i < kMessages; ++i) {
        assert_int_equal(client.send(std::to_string(i) + std::string(kMessage, ' ')), 0);
    }
    assert_true(queued_bytes(client) >= kMessages * kMessage);
    assert_true(queued_bytes(client) <= kMessages * (kMessage + 100));
    server().release("filling");
    assert_true(client.wait_open());
    let_the_loop_turn();
    // More than any socket's buffer takes.
    assert_true(queued_bytes(client) > kLowWater);
    assert_int_equal(notes(client, "drained").size(), 0);
    server().release("full");
    assert_true(wait_notes(client, "low"));
    // Below the mark and again empty: that is no news.
    assert_int_equal(client.send(std::to_string(kMessages)), 0);
    assert_true(client.wait_message_count(1));
    client.set_hook(nullptr);
    assert_int_equal(queued_bytes(client), 0);
    assert_int_equal(notes(client, "drained").size(), 1);
    assert_int_equal(notes(client, "low").size(), 1);
    ASSERT_TEXT(notes(client, "drained")[0].thread_name, "net_websocket");
}

// The mark 0: each time when all has gone.
void drained_when_empty(void **)
{
    LoggedClient &client = open_with(with_callbacks(), url("/echo"));
    for (size_t i = 1; i <= 3; ++i) {
        assert_int_equal(client.send("x"), 0);
        assert_true(wait_notes(client, "drained", i));
        assert_true(client.wait_message_count(i));
    }
    assert_int_equal(notes(client, "drained").size(), 3);
}

// What queues before the connection counts, too. What is dropped is not drained.
void drained_after_connecting(void **)
{
    server().on_path("/", Script().stall("go").upgrade().count_messages(2).answer_close());
    LoggedClient &client = connect_with(with_callbacks(), url("/"));
    assert_int_equal(client.send("0"), 0);
    assert_int_equal(client.send("1"), 0);
    const uint64_t queued = queued_bytes(client);
    assert_true(queued >= 2);
    server().release("go");
    assert_true(wait_notes(client, "drained"));
    assert_int_equal(queued_bytes(client), 0);
    ASSERT_TEXT(client.log().order(), "on");

    LoggedClient &dropped = new_client();
    assert_int_equal(set_options(dropped, with_callbacks()), 0);
    assert_int_equal(dropped.send("0"), 0);
    assert_int_equal(dropped.connect(url("/status?code=403")), 0);
    assert_true(dropped.wait_error());
    assert_int_equal(queued_bytes(dropped), 0);
    assert_int_equal(notes(dropped, "drained").size(), 0);
}

// Sending in the callback is how an application keeps the queue filled.
void sending_inside_on_drained(void **)
{
    constexpr size_t kRounds = 50;
    server().on_path("/", Script().upgrade().count_messages(kRounds).send_text("got all").answer_close());
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, with_callbacks()), 0);
    client.set_hook([&client, next = std::make_shared<size_t>(0)](const ClientEvent &event) {
        if (*next < kRounds && (event.kind == ClientKind::open || is_note(event, "drained"))) {
            client.send(std::to_string((*next)++));
        }
    });
    assert_int_equal(client.connect(url("/")), 0);
    assert_true(client.wait_message_count(1));
    assert_true(wait_notes(client, "drained", kRounds));
}

}  // namespace

#define FLOW_TEST(function, suffix, set_up)                               \
    {                                                                     \
#function suffix, function, set_up, nws::test::tear_down, nullptr \
    }
#ifdef CERTS_DIR
#define BOTH(function) FLOW_TEST(function, "", set_up_plain), FLOW_TEST(function, " (wss)", set_up_secure)
#else
#define BOTH(function) FLOW_TEST(function, "", set_up_plain)
#endif

int main()
{
    const CMUnitTest tests[] = {
        BOTH(pong_brings_the_payload_back),
        BOTH(ping_without_on_pong),
        BOTH(ping_overtakes_queued_messages),
        BOTH(pings_are_replaced),
        BOTH(several_pings_on_their_way),
        BOTH(answer_to_the_newest_only),
        BOTH(unsolicited_pongs_are_ignored),
        BOTH(pause_inside_a_callback_holds_at_once),
        BOTH(pause_inside_on_open),
        BOTH(pause_inside_on_pong),
        BOTH(pause_from_another_thread),
        BOTH(send_while_paused),
        BOTH(a_paused_client_makes_the_server_wait),
        BOTH(close_while_paused),
        BOTH(destroy_while_paused),
        BOTH(pause_ends_with_the_connection),
        BOTH(pong_waits_while_paused),
        BOTH(not_lost_while_paused),
        BOTH(silence_counts_from_resume),
        BOTH(paused_and_resumed_at_any_moment),
        BOTH(queued_bytes_and_drained),
        BOTH(drained_when_empty),
        BOTH(drained_after_connecting),
        BOTH(sending_inside_on_drained),
    };
    return cmocka_run_group_tests_name("extension_flow", tests, nullptr, nullptr);
}
