// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What each option of NetWebSocket_Options changes: limits, timers, the
// handshake's fields, TLS and the proxy; and what is told of the server's answer.

#include "integration/extension.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace nws::test;

namespace {

std::string get_subprotocol(LoggedClient &client)
{
    char text[64] = "?";
    assert_int_equal(NetWebSocket_GetSubprotocol(client.get(), text, sizeof text, nullptr), 0);
    return text;
}

std::string get_field(LoggedClient &client, const char *name)
{
    char text[512] = "?";
    const int code = NetWebSocket_GetResponseHeader(client.get(), name, text, sizeof text, nullptr);
    return code == 0 ? text : std::to_string(code);
}

// ---- limits ----

void max_send_message_bytes(void **)
{
    NetWebSocket_Options options = new_options();
    options.maxSendMessageBytes = 10;
    LoggedClient &client = open_with(options, server().url("/echo"));
    const std::string ten(10, 'x');
    assert_int_equal(client.send(ten), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, ten), 0);
    assert_int_equal(client.send(ten + "x"), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, ten + "x"), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(NetWebSocket_BeginMessage(client.get(), NET_WEBSOCKET_TEXT), 0);
    assert_int_equal(send_part(client, ten + "x"), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(send_part(client, ten), 0);
    assert_int_equal(send_part(client, ten), 0);
    assert_int_equal(NetWebSocket_EndMessage(client.get()), 0);
    assert_true(client.wait_message_count(3));
}

// More than OpenHarmony's 4 MiB.
void max_send_message_bytes_above_the_default(void **)
{
    NetWebSocket_Options options = new_options();
    const std::string large((4 << 20) + 1, 'x');
    LoggedClient &usual = open_with(options, server().url("/echo"));
    assert_int_equal(usual.send(large), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    options.maxSendMessageBytes = large.size();
    LoggedClient &client = open_with(options, server().url("/sink"));
    assert_int_equal(client.send(large), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_BEGINS(client.log().events(ClientKind::message)[0].bytes, "1 " + std::to_string(large.size()));
}

void max_receive_message_bytes(void **)
{
    FrameOptions more;
    more.fin = false;
    server().on_path("/", Script()
                              .upgrade()
                              .send_text("0123456789")
                              .send_frame(Opcode::text, "01234", more)
                              .send_frame(Opcode::continuation, "56789a")
                              .expect_close(1009)
                              .expect_end());
    NetWebSocket_Options options = new_options();
    options.maxReceiveMessageBytes = 10;
    LoggedClient &client = open_with(options, server().url("/"));
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "omec");
    assert_int_equal(client.log().events(ClientKind::error)[0].code, WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1009);
}

void max_queued_bytes(void **)
{
    NetWebSocket_Options options = new_options();
    options.maxQueuedBytes = 100000;
    options.onDrained = callbacks::on_drained;
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), 0);
    const std::string message(60000, 'x');
    assert_int_equal(client.send(message), 0);
    assert_int_equal(client.send(message), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, message), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    assert_true(queued_bytes(client) >= 60000 && queued_bytes(client) <= 100000);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(wait_notes(client, "drained"));
    assert_int_equal(client.send(message), 0);
    assert_true(client.wait_message_count(2));
}

// For an application that knows of no options; and theirs beat it.
void limits_of_the_environment(void **)
{
    setenv("NET_WEBSOCKET_MAX_SEND_BYTES", "10", 1);
    setenv("NET_WEBSOCKET_MAX_RECEIVE_BYTES", "5", 1);
    setenv("NET_WEBSOCKET_MAX_QUEUED_BYTES", "1000", 1);
    LoggedClient &limited = new_client();
    assert_int_equal(limited.connect(server().url("/echo")), 0);
    NetWebSocket_Options options = new_options();
    options.maxReceiveMessageBytes = 100;
    options.maxSendMessageBytes = 100;
    LoggedClient &chosen = open_with(options, server().url("/echo"));
    unsetenv("NET_WEBSOCKET_MAX_SEND_BYTES");
    unsetenv("NET_WEBSOCKET_MAX_RECEIVE_BYTES");
    unsetenv("NET_WEBSOCKET_MAX_QUEUED_BYTES");
    assert_true(limited.wait_open());
    assert_int_equal(limited.send("01234567890"), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(limited.send("0123456789"), 0);
    assert_true(limited.wait_close());
    assert_int_equal(limited.log().events(ClientKind::close)[0].code, 1009);
    assert_int_equal(chosen.send("01234567890"), 0);
    assert_true(chosen.wait_message_count(1));
}

void values_that_cannot_be_used(void **)
{
    struct {
        const char *name;
        void (*set)(NetWebSocket_Options &);
    } const wrong[] = {
        {"maxSendMessageBytes", [](NetWebSocket_Options &options) { options.maxSendMessageBytes = 0; }},
        {"maxSendMessageBytes",
         [](NetWebSocket_Options &options) { options.maxSendMessageBytes = uint64_t{1} << 32; }},
        {"maxReceiveMessageBytes", [](NetWebSocket_Options &options) { options.maxReceiveMessageBytes = 0; }},
        // onMessage has 32 bits for a length.
        {"maxReceiveMessageBytes",
         [](NetWebSocket_Options &options) { options.maxReceiveMessageBytes = uint64_t{1} << 32; }},
        {"maxQueuedBytes", [](NetWebSocket_Options &options) { options.maxQueuedBytes = 0; }},
        {"subprotocols", [](NetWebSocket_Options &options) { options.subprotocols = "a\r\nX: y"; }},
        {"subprotocols", [](NetWebSocket_Options &options) { options.subprotocols = "two words, one"; }},
        {"origin", [](NetWebSocket_Options &options) { options.origin = "a\nb"; }},
        {"host", [](NetWebSocket_Options &options) { options.host = "a\rb"; }},
        {"tlsPins", [](NetWebSocket_Options &options) { options.tlsPins = "sha1//abc"; }},
    };
    for (const auto &each : wrong) {
        NetWebSocket_Options options = new_options();
        each.set(options);
        LoggedClient &client = new_client();
        if (set_options(client, options) != WEBSOCKET_PROTOCOL_ERROR) {
            fail_msg("%s is accepted", each.name);
        }
        ASSERT_BEGINS(last_error(client), "SetOptions: " + std::string(each.name));
    }
    NetWebSocket_Options largest = new_options();
    largest.maxSendMessageBytes = UINT32_MAX;
    largest.maxReceiveMessageBytes = UINT32_MAX;
    assert_int_equal(set_options(new_client(), largest), 0);
    largest.onTypedMessage = callbacks::on_typed;
    largest.maxReceiveMessageBytes = sizeof(size_t) > 4 ? uint64_t{1} << 32 : UINT32_MAX;
    assert_int_equal(set_options(new_client(), largest), 0);
}

void deflate_windows_out_of_range(void **)
{
    for (const int bits : {-1, 0, 7, 16, 1000}) {
        for (const bool servers : {true, false}) {
            NetWebSocket_Options options = new_options();
            options.permessageDeflate = 1;
            (servers ? options.deflateServerMaxWindowBits : options.deflateClientMaxWindowBits) = bits;
            LoggedClient &client = new_client();
            assert_int_equal(set_options(client, options), WEBSOCKET_PROTOCOL_ERROR);
            ASSERT_BEGINS(last_error(client), "SetOptions: permessageDeflate: ");
            // Nobody asks for it.
            options.permessageDeflate = 0;
            assert_int_equal(set_options(client, options), 0);
        }
    }
}

// ---- timers: small ones, and the order of what they bring about ----

void connect_timeout(void **)
{
    NetWebSocket_Options options = new_options();
    options.connectTimeoutMs = 0;
    server().on_path("/", Script().stall("open").upgrade().answer_close());
    LoggedClient &patient = connect_with(options, server().url("/"));
    options.connectTimeoutMs = 50;
    LoggedClient &client = connect_with(options, server().url("/stall"));
    // What it waited for is in network/test_timeouts.
    ASSERT_BEGINS(outcome(client), "timeout after 0.05 s while ");
    ASSERT_TEXT(patient.log().order(), "");
    server().release("open");
    assert_true(patient.wait_open());
}

// The option counts, not the environment that it was filled in from.
void connect_timeout_over_the_environment(void **)
{
    setenv("NET_WEBSOCKET_CONNECT_TIMEOUT", "50", 1);
    NetWebSocket_Options options = new_options();
    LoggedClient &client = connect_with(options, server().url("/stall"));
    options.connectTimeoutMs = 0;
    LoggedClient &patient = connect_with(options, server().url("/stall"));
    assert_true(client.wait_error());
    unsetenv("NET_WEBSOCKET_CONNECT_TIMEOUT");
    ASSERT_TEXT(patient.log().order(), "");
}

void close_timeout(void **)
{
    server().on_path("/", Script().upgrade().expect_close().stall("answer").send_close(1000).expect_end());
    server().on_path("/silent", Script().upgrade().expect_end());
    NetWebSocket_Options options = new_options();
    options.closeTimeoutMs = 0;
    LoggedClient &patient = open_with(options, server().url("/"));
    assert_int_equal(patient.close(), 0);
    options.closeTimeoutMs = 50;
    LoggedClient &client = open_with(options, server().url("/silent"));
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    const ClientEvent close = client.log().events(ClientKind::close)[0];
    assert_int_equal(close.code, 1006);
    ASSERT_TEXT(close.text, "no answer to the Close frame within 0.05 s");
    ASSERT_TEXT(patient.log().order(), "o");
    server().release("answer");
    assert_true(patient.wait_close());
    assert_int_equal(patient.log().events(ClientKind::close)[0].code, 1000);
}

size_t pings_of(unsigned connection)
{
    size_t count = 0;
    for (const ServerEvent &event : server().frames(Opcode::ping)) {
        count += event.connection == connection ? 1 : 0;
    }
    return count;
}

void ping_interval(void **)
{
    NetWebSocket_Options options = new_options();
    options.pingIntervalMs = 0;
    options.pongTimeoutMs = 0;
    open_with(options, server().url("/echo"));
    options.pingIntervalMs = 20;
    LoggedClient &client = open_with(options, server().url("/echo"));
    assert_true(server().wait_for_frames(Opcode::ping, 5));
    assert_int_equal(pings_of(1), 0);
    assert_true(pings_of(2) >= 5);
    ASSERT_TEXT(server().frames(Opcode::ping)[0].payload, "");
    ASSERT_TEXT(client.log().order(), "o");
}

// A peer that answers pings is not lost, however long it is silent otherwise.
void pong_timeout(void **)
{
    server().on_path("/silent", Script().upgrade().expect_end());
    NetWebSocket_Options options = new_options();
    options.pingIntervalMs = 0;
    options.pongTimeoutMs = 0;
    LoggedClient &patient = open_with(options, server().url("/silent"));
    options.pongTimeoutMs = 900;
    LoggedClient &without_pings = open_with(options, server().url("/silent"));
    options.pingIntervalMs = 30;
    LoggedClient &answered = open_with(options, server().url("/echo"));
    options.pongTimeoutMs = 600;
    LoggedClient &client = open_with(options, server().url("/silent"));
    assert_true(client.wait_close());
    const ClientEvent close = client.log().events(ClientKind::close)[0];
    assert_int_equal(close.code, 1006);
    ASSERT_TEXT(close.text, "nothing received for 0.6 s");
    assert_true(server().wait_until([](const auto &events) {
        return std::any_of(events.begin(), events.end(), [](const ServerEvent &event) {
            return event.connection == 4 && event.kind == ServerKind::ended;
        });
    }));
    assert_int_equal(pings_of(4), 1);  // it had the time to answer
    assert_true(without_pings.wait_close());
    assert_int_equal(pings_of(2), 0);
    ASSERT_TEXT(patient.log().order(), "o");
    ASSERT_TEXT(answered.log().order(), "o");
}

// ---- the request's fields ----

// What /headers says the request had.
std::string request_of(LoggedClient &client)
{
    assert_true(client.wait_message_count(1));
    return client.log().events(ClientKind::message)[0].bytes;
}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

void subprotocols(void **)
{
    NetWebSocket_Options options = new_options();
    options.subprotocols = "one, two,three";
    LoggedClient &client = open_with(options, server().url("/subprotocol"));
    ASSERT_TEXT(get_subprotocol(client), "one");
    ASSERT_CONTAINS(server().events(ServerKind::request)[0].payload,
                    "Sec-WebSocket-Protocol: one, two, three\r\n");

    // The option beats AddHeader's and Connect's field; without it they count.
    const LoggedClient::Fields field = {{"sec-websocket-protocol", "of-connect"}};
    for (const char *option : {"of-option", static_cast<const char *>(nullptr), ""}) {
        options.subprotocols = option;
        LoggedClient &other = new_client();
        assert_int_equal(set_options(other, options), 0);
        assert_int_equal(other.add_header("Sec-WebSocket-Protocol", "of-header"), 0);
        assert_int_equal(other.connect(server().url("/headers"), field), 0);
        const std::string request = request_of(other);
        assert_true(has(request, "of-option") == (option != nullptr && *option != '\0'));
        assert_true(has(request, "of-connect") == (option == nullptr));
        assert_true(has(request, "Sec-WebSocket-Protocol") == (option == nullptr || *option != '\0'));
    }
}

// Not one that was not offered; none is fine.
void subprotocol_that_the_server_chose(void **)
{
    NetWebSocket_Options options = new_options();
    options.subprotocols = "a,b";
    UpgradeReply second, other;
    second.subprotocol = "b";
    other.subprotocol = "c";
    server().on_path("/b", Script().expect_upgrade().reply_upgrade(second).answer_close());
    server().on_path("/c", Script().expect_upgrade().reply_upgrade(other).expect_end());
    server().on_path("/none", Script().upgrade().answer_close());
    ASSERT_TEXT(get_subprotocol(open_with(options, server().url("/b"))), "b");
    ASSERT_TEXT(get_subprotocol(open_with(options, server().url("/none"))), "");
    LoggedClient &client = connect_with(options, server().url("/c"));
    ASSERT_BEGINS(outcome(client), "HTTP: ");
    char text[8] = "?";
    assert_int_equal(NetWebSocket_GetSubprotocol(client.get(), text, sizeof text, nullptr),
                     WEBSOCKET_NO_CONNECTION);
}

void origin(void **)
{
    const std::string own = "Origin: http://127.0.0.1:" + std::to_string(server().port()) + "\r\n";
    NetWebSocket_Options options = new_options();
    ASSERT_CONTAINS(request_of(open_with(options, server().url("/headers"))), own);
    options.origin = "https://app.example";
    ASSERT_CONTAINS(request_of(open_with(options, server().url("/headers"))),
                    "Origin: https://app.example\r\n");
    options.origin = "";
    assert_false(has(request_of(open_with(options, server().url("/headers"))), "Origin:"));

    options.origin = "https://option.example";
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(client.add_header("Origin", "https://header.example"), 0);
    assert_int_equal(client.connect(server().url("/headers"), {{"ORIGIN", "https://connect.example"}}), 0);
    const std::string request = request_of(client);
    ASSERT_CONTAINS(request, "https://option.example");
    assert_false(has(request, "header.example") || has(request, "connect.example"));
}

void host(void **)
{
    NetWebSocket_Options options = new_options();
    ASSERT_CONTAINS(request_of(open_with(options, server().url("/headers"))),
                    "Host: 127.0.0.1:" + std::to_string(server().port()) + "\r\n");
    options.host = "virtual.example";
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(client.connect(server().url("/headers"), {{"Host", "connect.example"}}), 0);
    const std::string request = request_of(client);
    ASSERT_CONTAINS(request, "Host: virtual.example\r\n");
    assert_false(has(request, "connect.example"));
}

// Each Connect has the options of its time.
void options_change_between_connects(void **)
{
    NetWebSocket_Options options = new_options();
    LoggedClient &client = new_client();
    for (const char *name : {"first", "second"}) {
        options.subprotocols = name;
        assert_int_equal(set_options(client, options), 0);
        client.log().clear();
        assert_int_equal(client.connect(server().url("/subprotocol")), 0);
        assert_true(client.wait_open());
        ASSERT_TEXT(get_subprotocol(client), name);
        assert_int_equal(client.close(), 0);
        assert_true(client.wait_close());
    }
}

// ---- the response's fields ----

void response_fields(void **)
{
    UpgradeReply reply;
    reply.extra_fields = "Server: test\r\nSet-Cookie: a=b\r\nX-Custom-Name:   some  value \r\nX-Empty:\r\n";
    server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).answer_close());
    LoggedClient &client = open_with(new_options(), server().url("/"));
    ASSERT_TEXT(get_field(client, "Server"), "test");
    ASSERT_TEXT(get_field(client, "sErVeR"), "test");
    ASSERT_TEXT(get_field(client, "set-cookie"), "a=b");
    ASSERT_TEXT(get_field(client, "Upgrade"), "websocket");
    const std::string none = std::to_string(WEBSOCKET_NO_HEADER_CONTEXT);
    ASSERT_TEXT(get_field(client, "Location"), none);
    ASSERT_TEXT(get_field(client, "X-Other"), none);
    ASSERT_TEXT(get_field(client, ""), none);
    ASSERT_TEXT(get_field(client, "Server:"), none);
#if LWS_SYSTEM
    // It cannot list what it has no name for.
    ASSERT_TEXT(get_field(client, "X-Custom-Name"), none);
#else
    ASSERT_TEXT(get_field(client, "X-Custom-Name"), "some  value");
    ASSERT_TEXT(get_field(client, "x-custom-NAME"), "some  value");
    ASSERT_TEXT(get_field(client, "X-Empty"), "");
#endif
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    ASSERT_TEXT(get_field(client, "Server"), "test");
}

// RFC 9110 5.3; white space around the commas is anything.
std::string get_list(LoggedClient &client, const char *name)
{
    std::string list = get_field(client, name);
    list.erase(std::remove(list.begin(), list.end(), ' '), list.end());
    return list;
}

void repeated_response_fields(void **)
{
    UpgradeReply reply;
    reply.extra_fields = "Via: one\r\nX-Repeated: one\r\nvia: two\r\nx-repeated: two\r\n";
    server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).answer_close());
    LoggedClient &client = open_with(new_options(), server().url("/"));
    ASSERT_TEXT(get_list(client, "Via"), "one,two");
#if !LWS_SYSTEM
    // libwebsockets gives the first of a name that it has no token for.
    ASSERT_TEXT(get_list(client, "X-Repeated"), "one");
#endif
}

void response_fields_are_cut_to_the_capacity(void **)
{
    UpgradeReply reply;
    reply.extra_fields = "Server: a-long-name\r\n";
    server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).answer_close());
    LoggedClient &client = open_with(new_options(), server().url("/"));
    for (size_t capacity = 0; capacity <= 13; ++capacity) {
        std::vector<char> text(capacity, '?');
        size_t length = 0;
        assert_int_equal(NetWebSocket_GetResponseHeader(
                             client.get(), "server", capacity > 0 ? text.data() : nullptr, capacity, &length),
                         0);
        assert_int_equal(length, 11);
        if (capacity > 0) {
            ASSERT_TEXT(text.data(), std::string("a-long-name").substr(0, capacity - 1));
        }
    }
}

// Inside onOpen they are there already; before, and after another Connect, not.
void response_fields_belong_to_the_latest_connection(void **)
{
    LoggedClient &client = new_client();
    const std::string no_connection = std::to_string(WEBSOCKET_NO_CONNECTION);
    ASSERT_TEXT(get_field(client, "Upgrade"), no_connection);
    NetWebSocket_Options options = new_options();
    options.subprotocols = "chosen";
    assert_int_equal(set_options(client, options), 0);
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            client.log().note(get_field(client, "Upgrade") + " " + get_subprotocol(client));
        }
    });
    assert_int_equal(client.connect(server().url("/subprotocol")), 0);
    assert_true(wait_notes(client, "websocket chosen"));
    client.set_hook(nullptr);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    ASSERT_TEXT(get_subprotocol(client), "chosen");
    assert_int_equal(client.connect(server().url("/stall")), 0);
    ASSERT_TEXT(get_field(client, "Upgrade"), no_connection);
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.connect(server().url("/status?code=403")), 0);
    assert_true(client.wait_error());
    // A refusal is an answer, too.
    ASSERT_TEXT(get_field(client, "Upgrade"), std::to_string(WEBSOCKET_NO_HEADER_CONTEXT));
    ASSERT_TEXT(get_field(client, "Content-Length"), "10");
}

// ---- the proxy ----

Script connect_proxy()
{
    return Script()
        .expect_request()
        .send_bytes("HTTP/1.1 200 OK\r\n\r\n")
        .next_request()
        .upgrade()
        .echo_until_close();
}

void proxy(void **)
{
    server().on_accept(connect_proxy());
    const std::string address = "127.0.0.1:" + std::to_string(server().port());
    NetWebSocket_Options options = new_options();
    const std::string proxy_url = "http://" + address;
    options.proxy = proxy_url.c_str();
    LoggedClient &client = open_with(options, "ws://far.example:81/path");
    assert_int_equal(client.send("through it"), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(server().events(ServerKind::request)[0].text, "far.example:81");
    options.proxy = "no proxy at all";
    ASSERT_BEGINS(outcome(connect_with(options, "ws://far.example:81/path")), "Proxy: ");
}

// "none" beats the environment, NULL leaves it to it.
void proxy_over_the_environment(void **)
{
    const RefusingPort nobody;
    const std::string refusing = "http://127.0.0.1:" + std::to_string(nobody.port());
    for (const char *variable : {"NET_WEBSOCKET_PROXY", "http_proxy"}) {
        setenv(variable, refusing.c_str(), 1);
        NetWebSocket_Options options = new_options();
        options.proxy = "none";
        ASSERT_TEXT(outcome(connect_with(options, server().url("/echo"))), "");
        options.proxy = nullptr;
        assert_true(!outcome(connect_with(options, server().url("/echo"))).empty());
        unsetenv(variable);
    }
}

// ---- TLS ----

#ifdef CERTS_DIR

std::string file(const std::string &name)
{
    return std::string(CERTS_DIR "/") + name;
}

std::string contents(const std::string &name)
{
    std::ostringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
}

void start_tls(const std::string &name, const std::string &client_authority = "")
{
    server().stop();
    ServerOptions options;
    options.tls.certificate = file(name + ".pem");
    options.tls.key = file(name + ".key");
    options.tls.client_ca = client_authority.empty() ? "" : file(client_authority);
    if (!server().start(options)) {
        fail_msg("%s", server().error().c_str());
    }
}

std::string attempt(const NetWebSocket_Options &options, const std::string &host = "127.0.0.1")
{
    LoggedClient &client =
        connect_with(options, "wss://" + host + ":" + std::to_string(server().port()) + "/echo");
    // With TLS 1.3 the server may refuse after the client's last message.
    client.send("hello");
    assert_true(client.log().wait_until(
        [](const auto &events) { return !events.empty() && events.back().kind != ClientKind::open; }));
    const std::string text = client.wait_message_count(0) ? outcome(client) : "";
    client.destroy();
    return text;
}

// The environment trusts nobody that is here.
int set_up_tls(void **state)
{
    unsetenv("SSL_CERT_DIR");
    setenv("SSL_CERT_FILE", file("other-ca.pem").c_str(), 1);
    return set_up(state);
}

int tear_down_tls(void **state)
{
    unsetenv("SSL_CERT_FILE");
    return tear_down(state);
}

void tls_authorities(void **)
{
    start_tls("server");
    NetWebSocket_Options options = new_options();
    ASSERT_BEGINS(attempt(options), "TLS: certificate's issuer is not trusted");
    const std::string path = file("ca.pem");
    options.tlsAuthorities = path.c_str();
    ASSERT_TEXT(attempt(options), "");
    const std::string directory = file("trust");
    options.tlsAuthorities = directory.c_str();
    ASSERT_TEXT(attempt(options), "");
    const std::string pem = contents("ca.pem");
    options.tlsAuthorities = pem.c_str();
    ASSERT_TEXT(attempt(options), "");
    const std::string missing = file("no-such-file.pem");
    options.tlsAuthorities = missing.c_str();
    ASSERT_BEGINS(attempt(options), "TLS: ");
}

void tls_verify(void **)
{
    start_tls("server");
    NetWebSocket_Options options = new_options();
    options.tlsVerify = 0;
    ASSERT_TEXT(attempt(options), "");
    // The option counts, not the environment that it was filled in from.
    setenv("NET_WEBSOCKET_TLS_VERIFY", "0", 1);
    options = new_options();
    ASSERT_TEXT(attempt(options), "");
    options.tlsVerify = 1;
    ASSERT_BEGINS(attempt(options), "TLS: certificate's issuer is not trusted");
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
}

void tls_revocations(void **)
{
    start_tls("revoked");
    const std::string authority = file("ca.pem");
    const std::string list = file("crl.pem");
    NetWebSocket_Options options = new_options();
    options.tlsAuthorities = authority.c_str();
    ASSERT_TEXT(attempt(options), "");
    options.tlsRevocations = list.c_str();
    ASSERT_TEXT(attempt(options), "TLS: certificate is revoked");
}

void tls_certificate_and_key(void **)
{
    start_tls("server", "ca.pem");
    const std::string authority = file("ca.pem");
    const std::string certificate = file("client.pem");
    const std::string key = file("client.key");
    const std::string both = file("client-and-key.pem");
    const std::string encrypted = file("client-aes256.key");
    NetWebSocket_Options options = new_options();
    options.tlsAuthorities = authority.c_str();
    assert_true(!attempt(options).empty());
    options.tlsCertificate = certificate.c_str();
    options.tlsPrivateKey = key.c_str();
    ASSERT_TEXT(attempt(options), "");
    options.tlsCertificate = both.c_str();
    options.tlsPrivateKey = nullptr;
    ASSERT_TEXT(attempt(options), "");
    options.tlsCertificate = certificate.c_str();
    options.tlsPrivateKey = encrypted.c_str();
    ASSERT_BEGINS(attempt(options), "TLS: ");
    options.tlsPrivateKeyPassword = "secret";
    ASSERT_TEXT(attempt(options), "");
}

void tls_pins(void **)
{
    start_tls("server");
    const std::string authority = file("ca.pem");
    const std::string own = contents("server.pin").substr(0, contents("server.pin").find('\n'));
    const std::string other = contents("expired.pin").substr(0, contents("expired.pin").find('\n'));
    NetWebSocket_Options options = new_options();
    options.tlsAuthorities = authority.c_str();
    options.tlsPins = other.c_str();
    ASSERT_TEXT(attempt(options), "TLS: public key is not pinned");
    const std::string two = other + ";" + own;
    options.tlsPins = two.c_str();
    ASSERT_TEXT(attempt(options), "");
}

// An option in the place of a variable that cannot be used.
void tls_pins_over_the_environment(void **)
{
    start_tls("server");
    setenv("NET_WEBSOCKET_TLS_PINS", "no pin", 1);
    const std::string authority = file("ca.pem");
    const std::string own = contents("server.pin").substr(0, contents("server.pin").find('\n'));
    NetWebSocket_Options options = new_options();
    options.tlsAuthorities = authority.c_str();
    ASSERT_BEGINS(attempt(options), "TLS: NET_WEBSOCKET_TLS_PINS");
    options.tlsPins = own.c_str();
    ASSERT_TEXT(attempt(options), "");
    unsetenv("NET_WEBSOCKET_TLS_PINS");
}

void tls_server_name(void **)
{
    start_tls("wrong-host");
    const std::string authority = file("ca.pem");
    NetWebSocket_Options options = new_options();
    options.tlsAuthorities = authority.c_str();
    ASSERT_TEXT(attempt(options), "TLS: certificate is not for 127.0.0.1");
    options.tlsServerName = "other.example";
    ASSERT_TEXT(attempt(options), "");
    ASSERT_CONTAINS(server().events(ServerKind::tls).back().text, "sni=other.example");
}

#define TLS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_tls, tear_down_tls)

#endif

}  // namespace

int main()
{
    for (const char *name : {"http_proxy", "https_proxy", "all_proxy", "NET_WEBSOCKET_PROXY"}) {
        unsetenv(name);
    }
    const CMUnitTest tests[] = {
        SCENE_TEST(max_send_message_bytes),
        SCENE_TEST(deflate_windows_out_of_range),
        SCENE_TEST(max_send_message_bytes_above_the_default),
        SCENE_TEST(max_receive_message_bytes),
        SCENE_TEST(max_queued_bytes),
        SCENE_TEST(limits_of_the_environment),
        SCENE_TEST(values_that_cannot_be_used),
        SCENE_TEST(connect_timeout),
        SCENE_TEST(connect_timeout_over_the_environment),
        SCENE_TEST(close_timeout),
        SCENE_TEST(ping_interval),
        SCENE_TEST(pong_timeout),
        SCENE_TEST(subprotocols),
        SCENE_TEST(subprotocol_that_the_server_chose),
        SCENE_TEST(origin),
        SCENE_TEST(host),
        SCENE_TEST(options_change_between_connects),
        SCENE_TEST(response_fields),
        SCENE_TEST(repeated_response_fields),
        SCENE_TEST(response_fields_are_cut_to_the_capacity),
        SCENE_TEST(response_fields_belong_to_the_latest_connection),
        SCENE_TEST(proxy),
        SCENE_TEST(proxy_over_the_environment),
#ifdef CERTS_DIR
        TLS_TEST(tls_authorities),
        TLS_TEST(tls_verify),
        TLS_TEST(tls_revocations),
        TLS_TEST(tls_certificate_and_key),
        TLS_TEST(tls_pins),
        TLS_TEST(tls_pins_over_the_environment),
        TLS_TEST(tls_server_name),
#endif
    };
    return cmocka_run_group_tests_name("extension_options", tests, nullptr, nullptr);
}
