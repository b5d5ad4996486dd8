// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Connections that the library makes anew: after which endings, how often, and
// what an application can do meanwhile.

#include "integration/scene.h"

#include <network/netstack/net_websocket_ext.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

using namespace nws::test;

namespace {

// What onReconnect has seen, and what it answers.
struct Attempts {
    std::atomic<unsigned> asked{0};
    std::atomic<unsigned> last{0};
    unsigned refuse_from = UINT32_MAX;
    std::function<void(WebSocket *)> hook;
};

Attempts *g_attempts;

int on_reconnect(WebSocket *client, uint32_t attempt, uint32_t, void *user_data)
{
    auto &attempts = *static_cast<Attempts *>(user_data);
    ++attempts.asked;
    attempts.last = attempt;
    if (attempts.hook) {
        attempts.hook(client);
    }
    return attempt < attempts.refuse_from ? 1 : 0;
}

int set_up_attempts(void **state)
{
    g_attempts = new Attempts;
    return set_up(state);
}

int tear_down_attempts(void **state)
{
    const int result = tear_down(state);
    delete g_attempts;
    return result;
}

LoggedClient &new_reconnecting_client(uint32_t attempts, uint32_t delay_ms = 1)
{
    LoggedClient &client = new_client();
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.userData = g_attempts;
    options.onReconnect = on_reconnect;
    options.reconnectAttempts = attempts;
    options.reconnectDelayMs = delay_ms;
    options.reconnectMaxDelayMs = delay_ms;
    assert_int_equal(NetWebSocket_SetOptions(client.get(), &options), WEBSOCKET_OK);
    return client;
}

NetWebSocket_Statistics statistics_of(LoggedClient &client)
{
    NetWebSocket_Statistics statistics;
    statistics.structSize = sizeof statistics;
    assert_int_equal(NetWebSocket_GetStatistics(client.get(), &statistics), WEBSOCKET_OK);
    return statistics;
}

// For what no callback tells of.
template <typename Predicate>
bool eventually(Predicate predicate)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!predicate()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

// An attempt is due: nothing can be set now.
bool is_connecting(LoggedClient &client)
{
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    return NetWebSocket_SetOptions(client.get(), &options) == WEBSOCKET_CONNECTION_ERROR;
}

bool wait_count(LoggedClient &client, ClientKind kind, size_t count)
{
    return client.log().wait_until([&](const auto &events) {
        size_t found = 0;
        for (const ClientEvent &event : events) {
            found += event.kind == kind;
        }
        return found >= count;
    });
}

void after_a_loss(void **)
{
    server().on_path("/", Script().upgrade().send_text("here").reset());
    g_attempts->hook = [](WebSocket *) {
        if (g_attempts->asked == 3) {
            server().on_path("/", Script().upgrade().send_text("here").echo_until_close());
        }
    };
    LoggedClient &client = new_reconnecting_client(UINT32_MAX);
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(wait_count(client, ClientKind::message, 4));
    ASSERT_TEXT(client.log().order(), "omcomcomcom");
    // Counted anew after each success.
    assert_int_equal(g_attempts->last, 1);
    assert_int_equal(g_attempts->asked, 3);
    assert_int_equal(statistics_of(client).connects, 4);
    assert_int_equal(statistics_of(client).reconnects, 3);
}

void after_failures_as_often_as_asked(void **)
{
    const RefusingPort port;
    LoggedClient &client = new_reconnecting_client(3);
    assert_int_equal(client.connect("ws://127.0.0.1:" + std::to_string(port.port()) + "/"), 0);
    assert_true(wait_count(client, ClientKind::error, 4));
    // Now it has ended: so another Connect is possible.
    assert_int_equal(client.send("x"), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(wait_count(client, ClientKind::open, 1));
    ASSERT_TEXT(client.log().order(), "eeeeo");
    assert_int_equal(g_attempts->asked, 3);
    assert_int_equal(g_attempts->last, 3);
    assert_int_equal(statistics_of(client).reconnects, 0);
}

void until_the_application_refuses(void **)
{
    const RefusingPort port;
    g_attempts->refuse_from = 3;
    LoggedClient &client = new_reconnecting_client(UINT32_MAX);
    assert_int_equal(client.connect("ws://127.0.0.1:" + std::to_string(port.port()) + "/"), 0);
    assert_true(wait_count(client, ClientKind::error, 3));
    assert_true(eventually([] { return g_attempts->asked == 3; }));
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(wait_count(client, ClientKind::open, 1));
    ASSERT_TEXT(client.log().order(), "eeeo");
    assert_int_equal(g_attempts->asked, 3);
}

void when_the_peer_goes_but_not_when_it_agrees(void **)
{
    // libwebsockets 4.1 takes the later codes for a violation.
    const std::vector<uint16_t> going =
        LWS_SYSTEM ? std::vector<uint16_t>{1001} : std::vector<uint16_t>{1001, 1012, 1013};
    for (const uint16_t code : going) {
        server().on_path("/", Script().upgrade().send_close(code));
        LoggedClient &client = new_reconnecting_client(1);
        assert_int_equal(client.connect(server().url("/")), 0);
        assert_true(wait_count(client, ClientKind::close, 2));
        ASSERT_BEGINS(client.log().order(), "ococ");
        assert_int_equal(client.destroy(), 0);
    }
    const unsigned asked = g_attempts->asked;
    for (const uint16_t code : {1000, 1002, 1008, 1011, 4000}) {
        server().on_path("/", Script().upgrade().send_close(code).expect_close());
        LoggedClient &client = new_reconnecting_client(1);
        assert_int_equal(client.connect(server().url("/")), 0);
        assert_true(client.wait_close());
        assert_int_equal(client.connect(server().url("/echo")), 0);
        assert_true(wait_count(client, ClientKind::open, 2));
        ASSERT_TEXT(client.log().order(), "oco");
    }
    assert_int_equal(g_attempts->asked, asked);
}

void not_after_close(void **)
{
    LoggedClient &client = new_reconnecting_client(UINT32_MAX);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_open());
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.send("x"), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(g_attempts->asked, 0);
}

// While an attempt is due the client is connecting: what is sent goes with it.
void what_is_sent_meanwhile_goes_with_the_next(void **)
{
    server().on_path("/", Script().upgrade().reset());
    LoggedClient &client = new_reconnecting_client(1);
    g_attempts->hook = [](WebSocket *) {
        server().on_path("/", Script().upgrade().count_messages(2).answer_close());
    };
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(wait_count(client, ClientKind::open, 2));
    assert_int_equal(client.send("0"), 0);
    assert_int_equal(client.send("1"), 0);
    assert_int_equal(client.close(), 0);
    assert_true(wait_count(client, ClientKind::close, 2));
    assert_true(server().wait_for(ServerKind::script_done, 2));
}

void keep_queue(LoggedClient &client, uint32_t attempts)
{
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.userData = g_attempts;
    options.onReconnect = on_reconnect;
    options.reconnectAttempts = attempts;
    options.reconnectDelayMs = 1;
    options.reconnectKeepsQueue = 1;
    assert_int_equal(NetWebSocket_SetOptions(client.get(), &options), WEBSOCKET_OK);
}

uint64_t queued_bytes(LoggedClient &client)
{
    uint64_t bytes = 0;
    assert_int_equal(NetWebSocket_GetQueuedBytes(client.get(), &bytes), WEBSOCKET_OK);
    return bytes;
}

// Two attempts fail; what was queued for the first goes with the third, in order.
void the_queue_is_kept_over_failures(void **)
{
    server().on_path("/", Script().reply_status(503, "Busy"));
    LoggedClient &client = new_client();
    keep_queue(client, 2);
    g_attempts->hook = [&client](WebSocket *) {
        client.send("between");
        if (g_attempts->last == 2) {
            server().on_path("/", Script().upgrade().echo_until_close());
        }
    };
    assert_int_equal(client.send("a"), 0);
    assert_int_equal(client.send("b"), 0);
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(wait_count(client, ClientKind::message, 2));
    ASSERT_TEXT(client.log().order(), "eeomm");
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "a");
    ASSERT_TEXT(client.log().events(ClientKind::message)[1].bytes, "b");
    assert_true(eventually([&client] { return queued_bytes(client) == 0; }));
}

void the_queue_is_dropped_unless_it_is_kept(void **)
{
    server().on_path("/", Script().reply_status(503, "Busy"));
    g_attempts->hook = [](WebSocket *) { server().on_path("/", Script().upgrade().echo_until_close()); };
    LoggedClient &client = new_reconnecting_client(1);
    assert_int_equal(client.send("a"), 0);
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(wait_count(client, ClientKind::open, 1));
    assert_int_equal(client.send("b"), 0);
    assert_true(wait_count(client, ClientKind::message, 1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "b");
}

void what_is_kept_is_dropped_in_the_end(void **)
{
    const RefusingPort port;
    LoggedClient &client = new_client();
    keep_queue(client, 2);
    assert_int_equal(client.send("a"), 0);
    assert_int_equal(client.connect("ws://127.0.0.1:" + std::to_string(port.port()) + "/"), 0);
    assert_true(wait_count(client, ClientKind::error, 3));
    assert_true(eventually([&client] { return queued_bytes(client) == 0; }));
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(wait_count(client, ClientKind::open, 1));
    assert_int_equal(client.send("b"), 0);
    assert_true(wait_count(client, ClientKind::message, 1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "b");
}

// The server reads the first and no more: the one that is on its way in part
// goes out again whole, and none behind it is missing.
void the_queue_is_kept_over_a_loss(void **)
{
    constexpr size_t kMessages = 24;
    constexpr size_t kBytes = size_t{1} << 20;
    server().on_path("/",
                     Script().upgrade().expect_message(Opcode::text).stop_reading().stall("full").reset());
    g_attempts->hook = [](WebSocket *) {
        server().on_path("/", Script().upgrade().send_text("ready").echo_until_close());
    };
    LoggedClient &client = new_client();
    keep_queue(client, 1);
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(client.wait_open());
    for (size_t i = 0; i < kMessages; ++i) {
        assert_int_equal(client.send(std::string(kBytes, static_cast<char>('a' + i))), 0);
    }
    const auto first_sent = [&client] { return statistics_of(client).messagesSent > 0; };
    assert_true(eventually(first_sent));
    server().release("full");
    assert_true(client.log().wait_until([](const auto &events) {
        return !events.empty() && events.back().kind == ClientKind::message &&
               events.back().bytes[0] == static_cast<char>('a' + kMessages - 1);
    }));
    const auto came = client.log().events(ClientKind::message);
    ASSERT_TEXT(came[0].bytes, "ready");
    assert_true(came.size() > 2);
    for (size_t i = 1; i < came.size(); ++i) {
        assert_int_equal(came[i].bytes.size(), kBytes);
        assert_int_equal(came[i].bytes[0], 'a' + static_cast<int>(kMessages - (came.size() - i)));
    }
    // The server told of one; so at most what sockets hold is missing.
    assert_true(came.size() - 1 < kMessages);
    assert_true(eventually([&client] { return queued_bytes(client) == 0; }));
}

void the_queue_is_kept_when_the_peer_goes(void **)
{
    server().on_path("/", Script().upgrade().stall("queued").send_close(1001));
    g_attempts->hook = [](WebSocket *) {
        server().on_path("/", Script().upgrade().send_text("ready").echo_until_close());
    };
    LoggedClient &client = new_client();
    keep_queue(client, 1);
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::close) {
            // Not for this connection any more, and there is no other yet.
            client.log().note(std::to_string(client.send("late")));
        }
    });
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(client.wait_open());
    server().release("queued");
    assert_true(wait_count(client, ClientKind::message, 1));
    client.set_hook(nullptr);
    ASSERT_BEGINS(client.log().order(), "oc");
    ASSERT_TEXT(client.log().events(ClientKind::note)[0].text, std::to_string(WEBSOCKET_NO_CONNECTION));
    assert_int_equal(client.send("on"), 0);
    assert_true(wait_count(client, ClientKind::message, 2));
}

// Close asks for this connection to send it; no other gets it.
void close_while_connecting_sends_it_here(void **)
{
    server().on_path("/a",
                     Script().stall("closed").upgrade().expect_message(Opcode::text, "for a").answer_close());
    LoggedClient &client = new_client();
    keep_queue(client, 3);
    assert_int_equal(client.connect(server().url("/a")), 0);
    assert_int_equal(client.send("for a"), 0);
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    server().release("closed");
    assert_true(server().wait_for(ServerKind::script_done));
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_open());
    assert_int_equal(client.send("for b"), 0);
    assert_true(wait_count(client, ClientKind::message, 1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "for b");
    assert_true(eventually([&client] { return queued_bytes(client) == 0; }));
}

void close_and_destroy_send_it_here(void **)
{
    constexpr size_t kMessages = 5;
    server().on_path("/", Script().upgrade().stall("destroyed").count_messages(kMessages).answer_close());
    LoggedClient &client = new_client();
    keep_queue(client, 3);
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(client.wait_open());
    for (size_t i = 0; i < kMessages; ++i) {
        assert_int_equal(client.send(std::to_string(i) + std::string(size_t{3} << 20, ' ')), 0);
    }
    assert_int_equal(client.close(), 0);
    assert_int_equal(client.destroy(), 0);
    server().release("destroyed");
    assert_true(server().wait_for(ServerKind::script_done));
}

// What was for one server is not for another that the application chooses.
void connecting_oneself_drops_it(void **)
{
    server().on_path("/a", Script().upgrade().stop_reading().stall("full").reset());
    LoggedClient &client = new_client();
    keep_queue(client, 3);
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::close) {
            client.log().note(std::to_string(client.connect(server().url("/echo"))));
        }
    });
    assert_int_equal(client.connect(server().url("/a")), 0);
    assert_true(client.wait_open());
    for (int i = 0; i < 10; ++i) {
        assert_int_equal(client.send(std::string(size_t{1} << 20, 'a')), 0);
    }
    server().release("full");
    assert_true(wait_count(client, ClientKind::open, 2));
    client.set_hook(nullptr);
    assert_int_equal(client.send("b"), 0);
    assert_true(wait_count(client, ClientKind::message, 1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "b");
    assert_true(eventually([&client] { return queued_bytes(client) == 0; }));
}

// Each ending counts if it is asked for, and no other.
void only_on_what_is_asked_for(void **)
{
    const RefusingPort port;
    g_attempts->refuse_from = 1;  // to be asked is enough
    const std::string refusing = "ws://127.0.0.1:" + std::to_string(port.port()) + "/";
    server().on_path("/loss", Script().upgrade().reset());
    server().on_path("/going", Script().upgrade().send_close(1001));
    const struct {
        uint32_t on;
        std::string url;
    } rows[] = {{NET_WEBSOCKET_RECONNECT_ON_LOSS, server().url("/loss")},
                {NET_WEBSOCKET_RECONNECT_ON_FAILURE, refusing},
                {NET_WEBSOCKET_RECONNECT_ON_GOING, server().url("/going")}};
    for (const auto &asked : rows) {
        for (const auto &happens : rows) {
            const unsigned before = g_attempts->asked;
            LoggedClient &client = new_client();
            NetWebSocket_Options options;
            NetWebSocket_InitOptions(&options);
            options.userData = g_attempts;
            options.onReconnect = on_reconnect;
            options.reconnectAttempts = 1;
            options.reconnectDelayMs = 1;
            options.reconnectOn = asked.on;
            assert_int_equal(NetWebSocket_SetOptions(client.get(), &options), WEBSOCKET_OK);
            assert_int_equal(client.connect(happens.url), 0);
            assert_true(client.wait_terminal());
            const unsigned expected = before + (asked.on == happens.on ? 1 : 0);
            assert_true(eventually([expected] { return g_attempts->asked >= expected; }));
            // Another connection: what was to be asked has been asked by then.
            assert_int_equal(client.connect(server().url("/echo")), 0);
            assert_true(client.log().wait_until([](const auto &events) {
                return !events.empty() && events.back().kind == ClientKind::open;
            }));
            assert_int_equal(g_attempts->asked, expected);
        }
    }
}

void streams_are_not_kept(void **)
{
    server().on_path("/", Script().reply_status(503, "Busy"));
    g_attempts->hook = [](WebSocket *) { server().on_path("/", Script().upgrade().echo_until_close()); };
    LoggedClient &client = new_client();
    keep_queue(client, 1);
    assert_int_equal(client.send("before"), 0);
    assert_int_equal(NetWebSocket_BeginMessage(client.get(), NET_WEBSOCKET_TEXT), 0);
    assert_int_equal(NetWebSocket_SendPart(client.get(), "part", 4), 0);
    assert_int_equal(client.send("behind"), 0);
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(wait_count(client, ClientKind::message, 2));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "before");
    ASSERT_TEXT(client.log().events(ClientKind::message)[1].bytes, "behind");
    assert_true(eventually([&client] { return queued_bytes(client) == 0; }));
}

void close_ends_the_wait(void **)
{
    server().on_path("/", Script().upgrade().reset());
    LoggedClient &client = new_reconnecting_client(UINT32_MAX, UINT32_MAX);
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(client.wait_close());
    // The attempt itself is weeks away, most likely.
    assert_true(eventually([&client] { return is_connecting(client); }));
    assert_int_equal(client.connect(server().url("/echo")), WEBSOCKET_CONNECTION_ERROR);
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_int_equal(client.send("echo"), 0);
    assert_true(client.wait_message_count(1));
}

void destroy_ends_the_wait(void **)
{
    const RefusingPort port;
    LoggedClient &client = new_reconnecting_client(UINT32_MAX);
    assert_int_equal(client.connect("ws://127.0.0.1:" + std::to_string(port.port()) + "/"), 0);
    assert_true(wait_count(client, ClientKind::error, 5));
    assert_int_equal(client.destroy(), 0);
}

void everything_inside_the_callback(void **)
{
    const RefusingPort port;
    const std::string refusing = "ws://127.0.0.1:" + std::to_string(port.port()) + "/";
    // Connect: that one counts.
    static std::string url;
    url = server().url("/echo");
    g_attempts->hook = [](WebSocket *client) {
        OH_WebSocketClient_Connect(client, url.c_str(), WebSocket_RequestOptions{nullptr});
    };
    LoggedClient &connecting = new_reconnecting_client(UINT32_MAX);
    assert_int_equal(connecting.connect(refusing), 0);
    assert_true(wait_count(connecting, ClientKind::open, 1));
    ASSERT_TEXT(connecting.log().order(), "eo");
    // Destroy: that was all.
    const unsigned asked = g_attempts->asked;
    g_attempts->hook = [](WebSocket *client) { OH_WebSocketClient_Destroy(client); };
    LoggedClient &destroyed = new_reconnecting_client(UINT32_MAX);
    assert_int_equal(destroyed.connect(refusing), 0);
    assert_true(wait_count(destroyed, ClientKind::error, 1));
    assert_true(eventually([&destroyed] { return destroyed.send("x") == WEBSOCKET_CLIENT_NOT_CREATED; }));
    assert_int_equal(g_attempts->asked, asked + 1);
}

}  // namespace

#define ATTEMPTS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_attempts, tear_down_attempts)

int main()
{
    const CMUnitTest tests[] = {
        ATTEMPTS_TEST(after_a_loss),
        ATTEMPTS_TEST(after_failures_as_often_as_asked),
        ATTEMPTS_TEST(until_the_application_refuses),
        ATTEMPTS_TEST(when_the_peer_goes_but_not_when_it_agrees),
        ATTEMPTS_TEST(not_after_close),
        ATTEMPTS_TEST(what_is_sent_meanwhile_goes_with_the_next),
        ATTEMPTS_TEST(the_queue_is_kept_over_failures),
        ATTEMPTS_TEST(the_queue_is_dropped_unless_it_is_kept),
        ATTEMPTS_TEST(what_is_kept_is_dropped_in_the_end),
        ATTEMPTS_TEST(the_queue_is_kept_over_a_loss),
        ATTEMPTS_TEST(the_queue_is_kept_when_the_peer_goes),
        ATTEMPTS_TEST(close_while_connecting_sends_it_here),
        ATTEMPTS_TEST(close_and_destroy_send_it_here),
        ATTEMPTS_TEST(connecting_oneself_drops_it),
        ATTEMPTS_TEST(only_on_what_is_asked_for),
        ATTEMPTS_TEST(streams_are_not_kept),
        ATTEMPTS_TEST(close_ends_the_wait),
        ATTEMPTS_TEST(destroy_ends_the_wait),
        ATTEMPTS_TEST(everything_inside_the_callback),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
