// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The server falls silent, ends its stream, or resets, after each byte that it
// sends: in TLS, in the answer to the handshake, in a frame, before it answers
// Close. Each is one end, with a text that says what was waited for.
//
// What ends before a byte came is in network/test_timeouts and test_hostile, in
// integration/test_connect and test_close.

#include "network/reach.h"

#include "integration/extension.h"

#include <atomic>
#include <map>

using namespace nws::test;

namespace {

enum class Then { silence, end, reset };

constexpr size_t kAtOnce = 32;
// Bytes from one cut to the next.
constexpr size_t kPlainStep = NWS_SANITIZED ? 5 : 1;
constexpr size_t kTlsStep = NWS_SANITIZED ? 79 : 23;
constexpr uint32_t kPatienceMs = NWS_SANITIZED ? 1500 : 500;

std::atomic<size_t> g_cut;

RawServer::Talk cut_short(size_t step, Then then)
{
    return [=](RawConnection &connection) {
        connection.relay_to(server().port(), g_cut.fetch_add(step));
        if (then == Then::end) {
            connection.end_writing();
        } else if (then == Then::reset) {
            connection.reset_at_end();
            return;
        }
        connection.wait_end();
    };
}

// Says hello, and Close when that has come back.
LoggedClient &begin_conversation(bool secure)
{
    NetWebSocket_Options options = new_options();
    options.connectTimeoutMs = kPatienceMs;
    options.closeTimeoutMs = kPatienceMs;
    options.pingIntervalMs = kPatienceMs / 4;
    options.pongTimeoutMs = kPatienceMs;
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::message) {
            client.close();
        }
    });
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(client.send("hello"), 0);
    assert_int_equal(client.connect((secure ? "wss://" : "ws://") + raw().address() + "/echo"), 0);
    return client;
}

bool begins_with_one_of(const std::string &text, std::initializer_list<const char *> beginnings)
{
    for (const char *beginning : beginnings) {
        if (begins_with(text, beginning)) {
            return true;
        }
    }
    return false;
}

bool is_right(const std::string &order, const ClientEvent &last, Then then)
{
    if (order == "omc" && last.code == 1000) {
        return true;  // all of it came
    }
    if (order == "e") {
        return last.code == WEBSOCKET_CONNECTION_ERROR &&
               (then == Then::silence ? begins_with(last.text, "timeout after ")
                                      : begins_with_one_of(last.text, {"TLS: ", "HTTP: "}));
    }
    if ((order != "oc" && order != "omc") || last.code != 1006) {
        return false;
    }
    return then == Then::silence
               ? begins_with_one_of(last.text, {"nothing received for ", "no answer to the Close frame"})
               : !last.text.empty();
}

// After `first` bytes, `first` + `step`, and so on until nothing is cut off.
void cut_everywhere(bool secure, size_t step, Then then)
{
    g_cut = 1;
    assert_true(raw().start(cut_short(step, then)));
    std::map<std::string, size_t> orders;
    for (bool all_came = false; !all_came;) {
        std::vector<LoggedClient *> clients;
        for (size_t i = 0; i < kAtOnce; ++i) {
            clients.push_back(&begin_conversation(secure));
        }
        all_came = true;
        for (LoggedClient *client : clients) {
            assert_true(client->wait_terminal());
            const std::string order = client->log().order();
            const ClientEvent last = client->log().snapshot().back();
            if (!is_right(order, last, then)) {
                fail_msg("up to %zu bytes: %s, %u %s", g_cut.load(), order.c_str(), last.code,
                         last.text.c_str());
            }
            all_came = all_came && last.code == 1000;
            ++orders[order];
        }
        g_scene->clients.clear();
    }
    // Each state was met.
    assert_true(orders["e"] > 0 && orders["oc"] > 0 && orders["omc"] > 0);
}

void ws_silence(void **)
{
    cut_everywhere(false, kPlainStep, Then::silence);
}

void ws_end(void **)
{
    cut_everywhere(false, kPlainStep, Then::end);
}

void ws_reset(void **)
{
    cut_everywhere(false, kPlainStep, Then::reset);
}

void wss_silence(void **)
{
    cut_everywhere(true, kTlsStep, Then::silence);
}

void wss_end(void **)
{
    cut_everywhere(true, kTlsStep, Then::end);
}

void wss_reset(void **)
{
    cut_everywhere(true, kTlsStep, Then::reset);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        REACH_TEST(ws_silence),  REACH_TEST(ws_end),  REACH_TEST(ws_reset),
        REACH_TEST(wss_silence), REACH_TEST(wss_end), REACH_TEST(wss_reset),
    };
    return cmocka_run_group_tests_name("The server stalls", tests, nullptr, nullptr);
}
