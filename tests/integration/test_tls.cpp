// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Which servers are trusted, and what is said of those that are not. The trust
// store is read when the service starts, so each test has a service of its own.

#include "integration/scene.h"

#include <cstdlib>

#include "support/moment.h"

using namespace nws::test;

namespace {

std::string certificate(const std::string &name)
{
    return std::string(CERTS_DIR "/") + name + ".pem";
}

int set_up_tls(void **state)
{
    set_up_without_server(state);
    unsetenv("SSL_CERT_DIR");
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
    return setenv("SSL_CERT_FILE", certificate("ca").c_str(), 1);
}

void start_server(const std::string &name, int min_version = 0, int max_version = 0)
{
    ServerOptions options;
    options.tls.certificate = certificate(name);
    options.tls.key = std::string(CERTS_DIR "/") + name + ".key";
    options.tls.min_version = min_version;
    options.tls.max_version = max_version;
    if (!server().start(options)) {
        fail_msg("%s", server().error().c_str());
    }
}

std::string url(const std::string &host, const std::string &path = "/echo")
{
    return "wss://" + host + ":" + std::to_string(server().port()) + path;
}

void assert_echoes(const std::string &host)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url(host)), 0);
    assert_int_equal(client.send("hello"), 0);
    assert_true(client.log().wait_until([](const auto &events) { return !events.empty(); }));
    const auto errors = client.log().events(ClientKind::error);
    ASSERT_TEXT(errors.empty() ? "" : errors.front().text, "");
    assert_true(client.wait_message_count(1));
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "omc");
    assert_int_equal(client.log().events(ClientKind::close).front().code, 1000);
}

std::string failure(const std::string &host)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url(host)), 0);
    assert_true(client.log().wait_until([](const auto &events) { return !events.empty(); }));
    client.destroy();
    ASSERT_TEXT(client.log().order(), "en");
    const ClientEvent error = client.log().events(ClientKind::error).front();
    assert_int_equal(error.code, WEBSOCKET_CONNECTION_ERROR);
    ASSERT_BEGINS(error.text, "TLS: ");
    // The server never saw a request: nothing was told to a stranger.
    assert_int_equal(server().count(ServerKind::request), 0);
    return error.text;
}

void authority_in_the_trust_store(void **)
{
    start_server("server");
    assert_echoes("localhost");
    assert_echoes("127.0.0.1");
}

void name_goes_to_the_server(void **)
{
    start_server("server");
    assert_echoes("localhost");
    ASSERT_CONTAINS(server().events(ServerKind::tls).front().text, "sni=localhost");
}

void both_versions_and_both_kinds_of_keys(void **)
{
    for (const char *name : {"server", "server-rsa"}) {
        for (const int version : {12, 13}) {
            start_server(name, version, version);
            assert_echoes("localhost");
            ASSERT_CONTAINS(server().events(ServerKind::tls).back().text,
                            version == 12 ? "TLSv1.2" : "TLSv1.3");
            server().stop();
        }
    }
}

void large_messages_both_ways(void **)
{
    start_server("server");
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url("localhost")), 0);
    const std::string message(size_t{4} << 20, 'x');
    for (int i = 0; i < 4; ++i) {
        assert_int_equal(client.send(message), 0);
    }
    assert_true(client.wait_message_count(4));
    for (const ClientEvent &event : client.log().events(ClientKind::message)) {
        assert_true(event.bytes == message);
    }
}

void close_and_destroy_deliver_in_the_background(void **)
{
    start_server("server");
    server().on_path("/", Script().upgrade().count_messages(1000).answer_close());
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(url("localhost", "/")), 0);
    for (int i = 0; i < 1000; ++i) {
        assert_int_equal(client.send(std::to_string(i)), 0);
    }
    client.close();
    assert_int_equal(client.destroy(), 0);
    assert_true(server().wait_for(ServerKind::script_done));
}

void unknown_authority(void **)
{
    // A trust store that knows another authority only.
    setenv("SSL_CERT_FILE", certificate("selfsigned").c_str(), 1);
    start_server("server");
    const std::string text = failure("localhost");
    assert_true(text.find("trust") != std::string::npos || text.find("issuer") != std::string::npos);
}

void self_signed(void **)
{
    start_server("selfsigned");
    ASSERT_TEXT(failure("localhost"), "TLS: certificate is self-signed");
}

void expired(void **)
{
    start_server("expired");
    ASSERT_TEXT(failure("localhost"), "TLS: certificate has expired (2021-01-01)");
}

void wrong_host(void **)
{
    start_server("wrong-host");
    ASSERT_TEXT(failure("localhost"), "TLS: certificate is not for localhost");
}

void wrong_address(void **)
{
    // Trusted for 127.0.0.1, not for 127.0.0.2.
    ServerOptions options;
    options.host = "127.0.0.2";
    options.tls.certificate = certificate("server");
    options.tls.key = CERTS_DIR "/server.key";
    if (!server().start(options)) {
        skip();
    }
    ASSERT_TEXT(failure("127.0.0.2"), "TLS: certificate is not for 127.0.0.2");
}

void certificate_of_a_client(void **)
{
    // Its extended key usage is for clients only.
    start_server("client");
    ASSERT_TEXT(failure("localhost"), "TLS: certificate is not for servers");
}

void versions_before_1_2(void **)
{
    start_server("server", 10, 11);
    ASSERT_TEXT(failure("localhost"), "TLS: the server speaks no TLS 1.2 or 1.3");
}

void server_without_tls(void **)
{
    ServerOptions options;
    assert_true(server().start(options));
    server().on_accept(Script().send_bytes("HTTP/1.1 400 Bad Request\r\n\r\n").close());
    ASSERT_TEXT(failure("localhost"), "TLS: what the server speaks is not TLS");
}

void trust_store_that_cannot_be_read(void **)
{
    setenv("SSL_CERT_FILE", "/no/such/file.pem", 1);
    start_server("server");
    ASSERT_TEXT(failure("localhost"), "TLS: /no/such/file.pem: No such file or directory");
}

void checks_can_be_turned_off(void **)
{
    setenv("SSL_CERT_FILE", "/no/such/file.pem", 1);
    setenv("NET_WEBSOCKET_TLS_VERIFY", "0", 1);
    for (const char *name : {"server", "selfsigned", "expired", "wrong-host"}) {
        start_server(name);
        assert_echoes("localhost");
        server().stop();
    }
}

void only_0_turns_checks_off(void **)
{
    start_server("selfsigned");
    for (const char *value : {"", "1", "no", "00"}) {
        setenv("NET_WEBSOCKET_TLS_VERIFY", value, 1);
        failure("localhost");
    }
}

// A client keeps the TLS set-up of its latest connection. With the last client that
// uses it, it goes, while the library's thread goes on for others; also behind more
// commands than the thread carries out in two turns.
void set_up_goes_before_the_thread(void **)
{
    constexpr size_t kManyCommands = 10'000;
    start_server("server");
    server().on_path("/", Script().upgrade().send_text("now").stall("end").echo_until_close());
    assert_echoes("localhost");
    LoggedClient &closed = *g_scene->clients.back();
    assert_true(server().wait_for(ServerKind::ended));
    LoggedClient &other = new_client();
    Moment queued;
    other.set_hook([&queued](const ClientEvent &event) {
        if (event.kind == ClientKind::message) {
            queued.wait();
        }
    });
    assert_int_equal(other.connect(server().url("/")), 0);
    assert_true(other.wait_message_count(1));
    for (size_t i = 0; i < kManyCommands; ++i) {
        assert_int_equal(other.send("x"), 0);
    }
    assert_int_equal(closed.destroy(), 0);
    other.set_hook(nullptr);
    queued.come();
    server().release("end");
    assert_true(other.wait_message_count(1 + kManyCommands));
}

}  // namespace

#define TLS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_tls, tear_down)

int main()
{
    const CMUnitTest tests[] = {
        TLS_TEST(authority_in_the_trust_store),
        TLS_TEST(name_goes_to_the_server),
        TLS_TEST(both_versions_and_both_kinds_of_keys),
        TLS_TEST(large_messages_both_ways),
        TLS_TEST(close_and_destroy_deliver_in_the_background),
        TLS_TEST(set_up_goes_before_the_thread),
        TLS_TEST(unknown_authority),
        TLS_TEST(self_signed),
        TLS_TEST(expired),
        TLS_TEST(wrong_host),
        TLS_TEST(wrong_address),
        TLS_TEST(certificate_of_a_client),
        TLS_TEST(versions_before_1_2),
        TLS_TEST(server_without_tls),
        TLS_TEST(trust_store_that_cannot_be_read),
        TLS_TEST(checks_can_be_turned_off),
        TLS_TEST(only_0_turns_checks_off),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
