// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Passwords are told to nobody but whom they are for: no text for the
// application and no line of the log has one, whatever goes wrong.

#include "integration/extension.h"

#include <cstdlib>
#include <mutex>
#include <string>

using namespace nws::test;

namespace {

const char kSecret[] = "s3cret-of-mine";
const char kEncoded[] = "bWU6czNjcmV0LW9mLW1pbmU=";  // base64 of "me:" and that

std::mutex g_mutex;
std::string g_told;  // all of the log

void keep_line(NetWebSocket_LogLevel, const char *line, void *)
{
    const std::lock_guard<std::mutex> lock(g_mutex);
    g_told.append(line).append("\n");
}

int set_up_log(void **state)
{
    g_told.clear();
    NetWebSocket_SetLog(keep_line, NET_WEBSOCKET_LOG_DEBUG, nullptr);
    return set_up(state);
}

int tear_down_log(void **state)
{
    const int result = tear_down(state);
    NetWebSocket_SetLog(nullptr, NET_WEBSOCKET_LOG_NONE, nullptr);
    return result;
}

void assert_no_secret_in(const std::string &text)
{
    if (text.find(kSecret) != std::string::npos || text.find(kEncoded) != std::string::npos) {
        fail_msg("told: %s", text.c_str());
    }
}

void assert_not_told(LoggedClient &client)
{
    for (const ClientEvent &event : client.log().snapshot()) {
        assert_no_secret_in(event.text);
    }
    assert_no_secret_in(last_error(client));
    NetWebSocket_ConnectionInfo info;
    info.structSize = sizeof info;
    if (NetWebSocket_GetConnectionInfo(client.get(), &info) == 0) {
        assert_no_secret_in(std::string(info.proxy) + " " + info.peerAddress);
    }
    const std::lock_guard<std::mutex> lock(g_mutex);
    assert_no_secret_in(g_told);
}

NetWebSocket_Options with_details()
{
    NetWebSocket_Options options = new_options();
    options.keepConnectionDetails = 1;
    return options;
}

std::string with_user(const std::string &address)
{
    return "me:" + std::string(kSecret) + "@" + address;
}

void password_in_the_url(void **)
{
    const RefusingPort port;
    const std::string refusing = "127.0.0.1:" + std::to_string(port.port());
    const std::string here = "127.0.0.1:" + std::to_string(server().port());
    server().on_path("/unauthorized", Script().expect_upgrade().reply_status(401, "Unauthorized"));
    server().on_path("/elsewhere", Script().expect_upgrade().redirect("ftp://" + with_user("host") + "/"));
    for (const std::string &url :
         {"ws://" + with_user(refusing) + "/", "ws://" + with_user(here) + "/unauthorized",
          "ws://" + with_user(here) + "/status?code=403", "ws://" + with_user(here) + "/drop",
          "wss://" + with_user(refusing) + "/", "ws://" + with_user(here) + "/elsewhere",
          "ws://" + with_user("no-such-host.invalid") + "/"}) {
        LoggedClient &client = connect_with(with_details(), url);
        assert_true(client.log().wait_until(
            [](const auto &events) { return !events.empty() && events.back().kind != ClientKind::open; }));
        assert_not_told(client);
    }
    LoggedClient &client = new_client();
    assert_int_equal(client.connect("ws://" + with_user("host:port") + "/"),
                     WEBSOCKET_CONNECTION_PARSE_URL_ERROR);
    assert_not_told(client);
}

void password_of_the_proxy(void **)
{
    const RefusingPort port;
    const std::string refusing = "127.0.0.1:" + std::to_string(port.port());
    const std::string here = "127.0.0.1:" + std::to_string(server().port());
    server().on_accept(Script().expect_request().send_bytes(
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"));
    for (const std::string &proxy :
         {"http://" + with_user(refusing), "http://" + with_user(here), "socks5://" + with_user(refusing),
          "http://" + with_user("no-such-host.invalid:1"), "ftp://" + with_user(here),
          "http://" + with_user(here) + "/path"}) {
        NetWebSocket_Options options = with_details();
        options.proxy = proxy.c_str();
        LoggedClient &client = connect_with(options, "ws://far.example/");
        assert_true(client.wait_error());
        assert_not_told(client);
    }
}

void password_of_the_key(void **)
{
    NetWebSocket_Options options = with_details();
    const std::string certificate = std::string(CERTS_DIR) + "/server.pem";
    const std::string key = std::string(CERTS_DIR) + "/server.key";
    options.tlsCertificate = certificate.c_str();
    options.tlsPrivateKey = key.c_str();
    options.tlsPrivateKeyPassword = kSecret;
    const RefusingPort port;
    LoggedClient &client = connect_with(options, "wss://127.0.0.1:" + std::to_string(port.port()) + "/");
    assert_true(client.wait_error());
    assert_not_told(client);
}

// A private key that was given as text where a path is expected.
void key_that_cannot_be_used(void **)
{
    NetWebSocket_Options options = with_details();
    const std::string key =
        "-----BEGIN PRIVATE KEY-----\n" + std::string(kSecret) + "\n-----END PRIVATE KEY-----\n";
    const std::string certificate = std::string(CERTS_DIR) + "/server.pem";
    options.tlsCertificate = certificate.c_str();
    options.tlsPrivateKey = key.c_str();
    const RefusingPort port;
    LoggedClient &client = connect_with(options, "wss://127.0.0.1:" + std::to_string(port.port()) + "/");
    assert_true(client.wait_error());
    assert_not_told(client);
}

void authorization_field(void **)
{
    server().on_path("/", Script().expect_upgrade().reply_status(401, "Unauthorized"));
    LoggedClient &client = connect_with(with_details(), server().url("/"),
                                        {{"Authorization", std::string("Bearer ") + kSecret}});
    assert_true(client.wait_error());
    assert_not_told(client);
    LoggedClient &wrong = new_client();
    assert_int_not_equal(wrong.connect(server().url("/"), {{"Bad Name", std::string("Bearer ") + kSecret}}),
                         0);
    assert_not_told(wrong);
}

#define SECRETS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_log, tear_down_log)

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SECRETS_TEST(password_in_the_url), SECRETS_TEST(password_of_the_proxy),
        SECRETS_TEST(password_of_the_key), SECRETS_TEST(key_that_cannot_be_used),
        SECRETS_TEST(authorization_field),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
