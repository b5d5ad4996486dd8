// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What can be asked about a connection afterwards: how it came about, whose
// certificates the server has, what it answered; and the counts.

#include "integration/extension.h"

#include <cstdlib>
#include <cstring>
#include <string>

using namespace nws::test;

namespace {

NetWebSocket_Options with_details()
{
    NetWebSocket_Options options = new_options();
    options.keepConnectionDetails = 1;
    return options;
}

NetWebSocket_ConnectionInfo info_of(LoggedClient &client)
{
    NetWebSocket_ConnectionInfo info;
    std::memset(&info, 0xFF, sizeof info);
    info.structSize = sizeof info;
    assert_int_equal(NetWebSocket_GetConnectionInfo(client.get(), &info), 0);
    assert_int_equal(info.structSize, sizeof info);
    return info;
}

int code_of_info(LoggedClient &client)
{
    NetWebSocket_ConnectionInfo info;
    info.structSize = sizeof info;
    return NetWebSocket_GetConnectionInfo(client.get(), &info);
}

std::string certificates_of(LoggedClient &client)
{
    size_t length = 0;
    assert_int_equal(NetWebSocket_GetPeerCertificates(client.get(), nullptr, 0, &length), 0);
    std::string text(length + 1, '?');
    assert_int_equal(NetWebSocket_GetPeerCertificates(client.get(), text.data(), text.size(), nullptr), 0);
    text.pop_back();
    return text;
}

std::string fields_of(LoggedClient &client)
{
    char text[2048];
    assert_int_equal(NetWebSocket_GetResponseHeaders(client.get(), text, sizeof text, nullptr), 0);
    return text;
}

size_t count_of(const std::string &text, const std::string &part)
{
    size_t found = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

std::string localhost_url(const std::string &scheme, const std::string &path)
{
    return scheme + "://localhost:" + std::to_string(server().port()) + path;
}

// ---- how it came about ----

void nothing_unless_asked_for(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(code_of_info(client), WEBSOCKET_NO_CONNECTION);
    NetWebSocket_Options options = new_options();
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_open());
    assert_int_equal(code_of_info(client), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(NetWebSocket_GetPeerCertificates(client.get(), nullptr, 0, nullptr),
                     WEBSOCKET_NO_CONNECTION);
}

void plain(void **)
{
    LoggedClient &client = open_with(with_details(), localhost_url("ws", "/echo"));
    const NetWebSocket_ConnectionInfo info = info_of(client);
    assert_true(info.resolvedMicroseconds > 0);
    assert_true(info.tcpMicroseconds >= info.resolvedMicroseconds);
    assert_true(info.openMicroseconds >= info.tcpMicroseconds);
    assert_int_equal(info.proxyMicroseconds, 0);
    assert_int_equal(info.tlsMicroseconds, 0);
    assert_int_equal(info.redirects, 0);
    assert_int_equal(info.tlsResumed, 0);
    ASSERT_TEXT(info.peerAddress, "127.0.0.1:" + std::to_string(server().port()));
    ASSERT_BEGINS(info.localAddress, "127.0.0.1:");
    ASSERT_TEXT(info.tlsVersion, "");
    ASSERT_TEXT(info.tlsCipher, "");
    ASSERT_TEXT(info.proxy, "");
    ASSERT_TEXT(certificates_of(client), "");
}

// An address needs no look-up. In onOpen all is known.
void address_inside_on_open(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, with_details()), 0);
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            NetWebSocket_ConnectionInfo info;
            info.structSize = sizeof info;
            const int code = NetWebSocket_GetConnectionInfo(client.get(), &info);
            client.log().note(std::to_string(code) + (info.resolvedMicroseconds == 0 ? " address" : " name") +
                              (info.openMicroseconds > 0 ? " open" : " not open"));
        }
    });
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(wait_notes(client, "0 address open"));
    client.set_hook(nullptr);
}

void how_far_it_came(void **)
{
    const RefusingPort port;
    const std::string address = "127.0.0.1:" + std::to_string(port.port());
    LoggedClient &refused = connect_with(with_details(), "ws://" + address + "/");
    assert_true(refused.wait_error());
    ASSERT_TEXT(info_of(refused).peerAddress, address);
    assert_int_equal(info_of(refused).tcpMicroseconds, 0);

    LoggedClient &forbidden = connect_with(with_details(), server().url("/status?code=403"));
    assert_true(forbidden.wait_error());
    assert_true(info_of(forbidden).tcpMicroseconds > 0);
    assert_int_equal(info_of(forbidden).openMicroseconds, 0);

    // The shortest may be over on a busy machine before TCP is through.
    uint64_t connected = 0;
    for (const uint32_t timeout : {50, 500, 5000}) {
        NetWebSocket_Options options = with_details();
        options.connectTimeoutMs = timeout;
        LoggedClient &silent = connect_with(options, server().url("/stall"));
        assert_true(silent.wait_error());
        connected = info_of(silent).tcpMicroseconds;
        assert_int_equal(info_of(silent).openMicroseconds, 0);
        if (connected > 0) {
            break;
        }
    }
    assert_true(connected > 0);
}

void belongs_to_the_latest_attempt(void **)
{
    LoggedClient &client = open_with(with_details(), server().url("/echo"));
    assert_int_equal(code_of_info(client), 0);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(code_of_info(client), 0);
    assert_int_equal(client.connect(server().url("/stall")), 0);
    assert_int_equal(code_of_info(client), WEBSOCKET_NO_CONNECTION);
}

void redirects_are_counted(void **)
{
    server().on_path("/first", Script().expect_upgrade().redirect("/second"));
    server().on_path("/second", Script().expect_upgrade().redirect("/echo", 307));
    LoggedClient &client = open_with(with_details(), server().url("/first"));
    assert_int_equal(info_of(client).redirects, 2);
    assert_true(info_of(client).openMicroseconds >= info_of(client).tcpMicroseconds);
}

void proxy_without_its_password(void **)
{
    server().on_accept(Script()
                           .expect_request()
                           .send_bytes("HTTP/1.1 200 OK\r\n\r\n")
                           .next_request()
                           .upgrade()
                           .echo_until_close());
    const std::string address = "127.0.0.1:" + std::to_string(server().port());
    NetWebSocket_Options options = with_details();
    const std::string proxy = "http://user:secret@" + address;
    options.proxy = proxy.c_str();
    LoggedClient &client = open_with(options, "ws://example.invalid/");
    const NetWebSocket_ConnectionInfo info = info_of(client);
    ASSERT_TEXT(info.proxy, "http://" + address);
    ASSERT_TEXT(info.peerAddress, address);
    assert_true(info.proxyMicroseconds >= info.tcpMicroseconds);
    assert_true(info.openMicroseconds >= info.proxyMicroseconds);
}

void info_of_an_earlier_version(void **)
{
    LoggedClient &client = open_with(with_details(), server().url("/echo"));
    struct {
        size_t size;
        uint64_t resolved, tcp, behind;
    } small = {offsetof(NetWebSocket_ConnectionInfo, proxyMicroseconds), 1, 1, 77};
    auto *info = reinterpret_cast<NetWebSocket_ConnectionInfo *>(&small);
    assert_int_equal(NetWebSocket_GetConnectionInfo(client.get(), info), 0);
    assert_int_equal(small.resolved, 0);
    assert_true(small.tcp > 0);
    assert_int_equal(small.behind, 77);
    small.size = sizeof small.size - 1;
    assert_int_equal(NetWebSocket_GetConnectionInfo(client.get(), info), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(NetWebSocket_GetConnectionInfo(client.get(), nullptr), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(NetWebSocket_GetConnectionInfo(nullptr, info), WEBSOCKET_CLIENT_NULL);
    assert_int_equal(NetWebSocket_GetPeerCertificates(nullptr, nullptr, 0, nullptr), WEBSOCKET_CLIENT_NULL);
    assert_int_equal(NetWebSocket_GetResponseHeaders(nullptr, nullptr, 0, nullptr), WEBSOCKET_CLIENT_NULL);
}

// ---- TLS ----

std::string file(const std::string &name)
{
    return std::string(CERTS_DIR) + "/" + name;
}

int set_up_tls(void **state)
{
    if (set_up(state) != 0) {
        return -1;
    }
    server().stop();
    ServerOptions options;
    options.tls.certificate = file("server.pem");
    options.tls.key = file("server.key");
    return server().start(options) ? 0 : -1;
}

void tls_with_its_chain(void **)
{
    NetWebSocket_Options options = with_details();
    const std::string authorities = file("ca.pem");
    options.tlsAuthorities = authorities.c_str();
    LoggedClient &client = open_with(options, localhost_url("wss", "/echo"));
    const NetWebSocket_ConnectionInfo info = info_of(client);
    assert_true(info.tlsMicroseconds >= info.tcpMicroseconds);
    assert_true(info.openMicroseconds >= info.tlsMicroseconds);
    ASSERT_TEXT(info.tlsVersion, "TLSv1.3");
    ASSERT_BEGINS(info.tlsCipher, "TLS_");
    assert_int_equal(info.tlsResumed, 0);
    const std::string certificates = certificates_of(client);
    ASSERT_BEGINS(certificates, "Subject: CN=");
    const size_t chain = count_of(certificates, "-----BEGIN CERTIFICATE-----\n");
    assert_true(chain >= 2);  // its own, and the trusted one
    assert_int_equal(count_of(certificates, "\nIssuer: CN="), chain);
    assert_int_equal(count_of(certificates, "\nValidity: 20"), chain);
    assert_int_equal(count_of(certificates, "-----END CERTIFICATE-----\n"), chain);

    // It is good PEM: whom it names first can be trusted by it alone.
    NetWebSocket_Options again = with_details();
    again.tlsAuthorities = certificates.c_str();
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(set_options(client, again), 0);
    assert_int_equal(client.connect(localhost_url("wss", "/echo")), 0);
    assert_true(
        client.log().wait_count([](const ClientEvent &event) { return event.kind == ClientKind::open; }, 2));
}

void resumed_session(void **)
{
    NetWebSocket_Options options = with_details();
    const std::string authorities = file("ca.pem");
    options.tlsAuthorities = authorities.c_str();
    LoggedClient &client = open_with(options, localhost_url("wss", "/echo"));
    assert_int_equal(client.send("tickets come before the echo"), 0);
    assert_true(client.wait_message_count(1));
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.connect(localhost_url("wss", "/echo")), 0);
    assert_true(
        client.log().wait_count([](const ClientEvent &event) { return event.kind == ClientKind::open; }, 2));
    assert_int_equal(info_of(client).tlsResumed, 1);
    ASSERT_TEXT(certificates_of(client), "");
}

// That is when people want to see it.
void chain_of_a_server_that_is_not_trusted(void **)
{
    NetWebSocket_Options options = with_details();
    const std::string authorities = file("other-ca.pem");
    options.tlsAuthorities = authorities.c_str();
    LoggedClient &client = connect_with(options, localhost_url("wss", "/echo"));
    ASSERT_BEGINS(outcome(client), "TLS: certificate's issuer is not trusted");
    const NetWebSocket_ConnectionInfo info = info_of(client);
    assert_true(info.tcpMicroseconds > 0);
    assert_int_equal(info.tlsMicroseconds, 0);
    ASSERT_BEGINS(certificates_of(client), "Subject: CN=");
}

// ---- the answer ----

void all_fields(void **)
{
    UpgradeReply reply;
    reply.extra_fields = "Server: test\r\nSet-Cookie: a=b\r\n";
    server().on_path("/", Script().expect_upgrade().reply_upgrade(reply).answer_close());
    LoggedClient &client = open_with(new_options(), server().url("/"));
    const std::string fields = "\r\n" + fields_of(client);
    assert_int_equal(count_of(fields, "\r\nserver: test\r\n"), 1);
    assert_int_equal(count_of(fields, "\r\nset-cookie: a=b\r\n"), 1);
    assert_int_equal(count_of(fields, "\r\nupgrade: websocket\r\n"), 1);
}

void fields_of_a_refusal(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(server().url("/status?code=403")), 0);
    assert_true(client.wait_error());
    assert_int_equal(count_of(fields_of(client), "content-length: "), 1);
}

// ---- the counts ----

NetWebSocket_Statistics statistics_of(WebSocket *client)
{
    NetWebSocket_Statistics statistics;
    statistics.structSize = sizeof statistics;
    assert_int_equal(NetWebSocket_GetStatistics(client, &statistics), 0);
    return statistics;
}

void messages_bytes_frames(void **)
{
    const NetWebSocket_Statistics before = statistics_of(nullptr);
    LoggedClient &client = open_with(new_options(), server().url("/echo"));
    assert_int_equal(client.send("1"), 0);
    assert_int_equal(client.send("22"), 0);
    assert_int_equal(NetWebSocket_BeginMessage(client.get(), NET_WEBSOCKET_TEXT), 0);
    assert_int_equal(send_part(client, "333"), 0);
    assert_int_equal(send_part(client, "4444"), 0);
    assert_int_equal(NetWebSocket_EndMessage(client.get()), 0);
    assert_true(client.wait_message_count(3));
    const NetWebSocket_Statistics counts = statistics_of(client.get());
    assert_int_equal(counts.messagesSent, 3);
    assert_int_equal(counts.bytesSent, 10);
    assert_int_equal(counts.framesSent, 5);  // the last piece is empty
    assert_int_equal(counts.messagesReceived, 3);
    assert_int_equal(counts.bytesReceived, 10);
    assert_true(counts.framesReceived >= 3);
    assert_int_equal(counts.connects, 1);
    assert_true(counts.queueHighWaterBytes > 0);

    const NetWebSocket_Statistics all = statistics_of(nullptr);
    assert_int_equal(all.messagesSent - before.messagesSent, 3);
    assert_int_equal(all.bytesSent - before.bytesSent, 10);
    assert_int_equal(all.framesSent - before.framesSent, 5);
    assert_int_equal(all.messagesReceived - before.messagesReceived, 3);
    assert_true(all.queueHighWaterBytes >= counts.queueHighWaterBytes);
}

void control_frames(void **)
{
    NetWebSocket_Options options = new_options();
    options.onPong = callbacks::on_pong;
    LoggedClient &client = open_with(options, server().url("/echo"));
    assert_int_equal(ping(client, "there"), 0);
    assert_true(wait_notes(client, "pong"));
    const NetWebSocket_Statistics counts = statistics_of(client.get());
    assert_int_equal(counts.framesSent, 1);
    // libwebsockets itself takes control frames from the stream.
    assert_int_equal(counts.framesReceived, LWS_SYSTEM ? 0 : 1);
    assert_int_equal(counts.messagesSent, 0);
    assert_true(counts.roundTripMicroseconds > 0);
    assert_true(statistics_of(nullptr).roundTripMicroseconds > 0);
}

#define DETAILS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
#define TLS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_tls, tear_down)

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        DETAILS_TEST(nothing_unless_asked_for),
        DETAILS_TEST(plain),
        DETAILS_TEST(address_inside_on_open),
        DETAILS_TEST(how_far_it_came),
        DETAILS_TEST(belongs_to_the_latest_attempt),
        DETAILS_TEST(redirects_are_counted),
        DETAILS_TEST(proxy_without_its_password),
        DETAILS_TEST(info_of_an_earlier_version),
        TLS_TEST(tls_with_its_chain),
        TLS_TEST(resumed_session),
        TLS_TEST(chain_of_a_server_that_is_not_trusted),
        DETAILS_TEST(all_fields),
        DETAILS_TEST(fields_of_a_refusal),
        DETAILS_TEST(messages_bytes_frames),
        DETAILS_TEST(control_frames),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
