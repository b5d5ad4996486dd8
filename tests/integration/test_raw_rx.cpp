// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What our patches make of libwebsockets' reads, without the library around it, whose
// own checks would hide that one of theirs is missing: the long and the short way from
// the wait to LWS_CALLBACK_RAW_RX do the same.

#include "integration/scene.h"

#include <algorithm>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libwebsockets.h>

#include "support/digest.h"

namespace nws::test {

namespace {

constexpr size_t kBuffer = 4096;

// One connection, and what it was told.
struct Peer {
    lws *wsi = nullptr;
    int server = -1;  // its other end
    int client = -1;
    bool established = false;
    bool closed = false;
    std::string order;  // r: bytes, w: may write
    std::vector<size_t> reads;
    // What to do with bytes; nonzero closes.
    int (*on_bytes)(Peer &) = nullptr;

    size_t received() const
    {
        size_t sum = 0;
        for (const size_t read : reads) {
            sum += read;
        }
        return sum;
    }
};

int on_event(lws *, lws_callback_reasons reason, void *user, void *in, size_t length)
{
    Peer *const peer = static_cast<Peer *>(user);
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        peer->established = true;
        return 0;
    case LWS_CALLBACK_RAW_RX:
        peer->order += 'r';
        peer->reads.push_back(length);
        static_cast<char *>(in)[length] = '\0';  // there is room
        return peer->on_bytes != nullptr ? peer->on_bytes(*peer) : 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        peer->order += 'w';
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        peer->closed = true;
        return 0;
    default:
        return 0;
    }
}

const lws_protocols kProtocols[] = {{"raw", on_event, 0, kBuffer, 0, nullptr, 0}, {}};

struct RawScene {
    lws_context *context = nullptr;
    Peer peers[2];
};

RawScene *g_raw;

// Sockets have something for the client before it looks.
void wait_readable(int descriptor)
{
    pollfd entry = {descriptor, POLLIN, 0};
    assert_int_equal(poll(&entry, 1, 5000), 1);
}

// One turn, which also ends if there is nothing to do.
void turn()
{
    lws_cancel_service(g_raw->context);
    lws_service(g_raw->context, 0);
}

template <typename Condition>
bool turn_until(Condition condition)
{
    for (int turns = 0; turns < 1000 && !condition(); ++turns) {
        turn();
        usleep(turns < 10 ? 0 : 1000);
    }
    return condition();
}

void connect_over_loopback(Peer &peer)
{
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto *const generic = reinterpret_cast<sockaddr *>(&address);
    assert_int_equal(bind(listener, generic, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, generic, &length), 0);
    peer.client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(peer.client, generic, length), 0);
    assert_int_equal(fcntl(peer.client, F_SETFL, O_NONBLOCK), 0);
    peer.server = accept(listener, nullptr, nullptr);
    assert_true(peer.server >= 0);
    close(listener);
}

void say(const Peer &peer, const std::string &bytes)
{
    assert_int_equal(write(peer.server, bytes.data(), bytes.size()), bytes.size());
}

void open(Peer &peer)
{
    connect_over_loopback(peer);
    const std::string address = "+#" + std::to_string(peer.client);
    lws_client_connect_info info = {};
    info.context = g_raw->context;
    info.address = address.c_str();
    info.path = "/";
    info.host = info.origin = "localhost";
    info.local_protocol_name = kProtocols[0].name;
    info.ietf_version_or_minus_one = -1;
    info.userdata = &peer;
    info.pwsi = &peer.wsi;
    info.ssl_connection = LCCSCF_WS_RAW_RX;
    assert_non_null(lws_client_connect_via_info(&info));
    std::string request;
    assert_true(turn_until([&] {
        char bytes[2048];
        const ssize_t count = recv(peer.server, bytes, sizeof bytes, MSG_DONTWAIT);
        request.append(bytes, count > 0 ? static_cast<size_t>(count) : 0);
        return request.find("\r\n\r\n") != std::string::npos;
    }));
    constexpr std::string_view kKey = "Sec-WebSocket-Key: ";
    const size_t key = request.find(kKey) + kKey.size();
    say(peer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
            accept_for_key(request.substr(key, request.find('\r', key) - key)) + "\r\n\r\n");
    assert_true(turn_until([&] { return peer.established; }));
    turn();
}

int set_up_raw(void **)
{
    g_raw = new RawScene;
    lws_set_log_level(0, nullptr);
    lws_context_creation_info info = {};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = kProtocols;
    info.pt_serv_buf_size = kBuffer;
    g_raw->context = lws_create_context(&info);
    return g_raw->context != nullptr ? 0 : -1;
}

int tear_down_raw(void **)
{
    lws_context_destroy(g_raw->context);
    for (const Peer &peer : g_raw->peers) {
        close(peer.server);
    }
    delete g_raw;
    return 0;
}

void a_read_is_as_large_as_the_buffer(void **)
{
    Peer &peer = g_raw->peers[0];
    open(peer);
    say(peer, std::string(2 * kBuffer + 10, 'x'));
    assert_true(turn_until([&] { return peer.received() == 2 * kBuffer + 10; }));
    for (const size_t read : peer.reads) {
        assert_true(read <= kBuffer);
    }
    assert_int_equal(*std::max_element(peer.reads.begin(), peer.reads.end()), kBuffer);
}

void two_that_are_ready_read_half_as_much(void **)
{
    for (Peer &peer : g_raw->peers) {
        open(peer);
    }
    for (Peer &peer : g_raw->peers) {
        say(peer, std::string(kBuffer, 'x'));
        wait_readable(peer.client);
    }
    turn();
    for (const Peer &peer : g_raw->peers) {
        assert_int_equal(peer.reads.size(), 1);
        assert_int_equal(peer.reads[0], kBuffer / 2);
    }
}

void the_callback_closes(void **)
{
    Peer &peer = g_raw->peers[0];
    open(peer);
    peer.on_bytes = [](Peer &) { return -1; };
    say(peer, "x");
    wait_readable(peer.client);
    turn();
    assert_true(peer.closed);
}

void the_end_of_the_stream_closes(void **)
{
    Peer &peer = g_raw->peers[0];
    open(peer);
    say(peer, "x");
    shutdown(peer.server, SHUT_WR);
    assert_true(turn_until([&] { return peer.closed; }));
    assert_int_equal(peer.received(), 1);
}

void flow_control_inside_the_callback(void **)
{
    Peer &peer = g_raw->peers[0];
    open(peer);
    peer.on_bytes = [](Peer &held) { return lws_rx_flow_control(held.wsi, 0); };
    say(peer, "1");
    assert_true(turn_until([&] { return peer.received() == 1; }));
    say(peer, "2");
    wait_readable(peer.client);
    // It is not even looked at: each turn ends for its own sake.
    for (int turns = 0; turns < 10; ++turns) {
        turn();
    }
    assert_int_equal(peer.received(), 1);
    assert_int_equal(lws_rx_flow_control(peer.wsi, 1), 0);
    assert_true(turn_until([&] { return peer.received() == 2; }));
}

// Of two in one wait, the first stops the other.
void flow_control_of_another(void **)
{
    for (Peer &peer : g_raw->peers) {
        open(peer);
        peer.on_bytes = [](Peer &told) {
            Peer &other = &told == &g_raw->peers[0] ? g_raw->peers[1] : g_raw->peers[0];
            return lws_rx_flow_control(other.wsi, 0);
        };
    }
    for (Peer &peer : g_raw->peers) {
        say(peer, "x");
        wait_readable(peer.client);
    }
    turn();
    turn();
    assert_int_equal(g_raw->peers[0].reads.size() + g_raw->peers[1].reads.size(), 1);
}

// Whoever waits to write is told so beside bytes that never end.
void writing_is_not_starved(void **)
{
    Peer &peer = g_raw->peers[0];
    open(peer);
    say(peer, "x");
    wait_readable(peer.client);
    lws_callback_on_writable(peer.wsi);
    lws_service(g_raw->context, 0);
    assert_string_equal(peer.order.c_str(), "wr");
}

// A timer of libwebsockets' is seen to also where sockets are all there was before.
void timers_count(void **)
{
    Peer &peer = g_raw->peers[0];
    open(peer);
    lws_set_timeout(peer.wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    turn();
    assert_true(peer.closed);
}

}  // namespace

}  // namespace nws::test

#define RAW_TEST(function) \
    cmocka_unit_test_setup_teardown(nws::test::function, nws::test::set_up_raw, nws::test::tear_down_raw)

int main()
{
    const CMUnitTest tests[] = {
        RAW_TEST(a_read_is_as_large_as_the_buffer),
        RAW_TEST(two_that_are_ready_read_half_as_much),
        RAW_TEST(the_callback_closes),
        RAW_TEST(the_end_of_the_stream_closes),
        RAW_TEST(flow_control_inside_the_callback),
        RAW_TEST(flow_control_of_another),
        RAW_TEST(writing_is_not_starved),
        RAW_TEST(timers_count),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
