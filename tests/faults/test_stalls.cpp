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

using namespace nws::test;

namespace {

enum class Then { silence, end, reset };

constexpr size_t kAtOnce = 32;
// Bytes from one cut to the next.
constexpr size_t kPlainStep = NWS_SANITIZED ? 5 : 1;
constexpr size_t kTlsStep = NWS_SANITIZED ? 79 : 23;
// Of the client with a server that falls silent; more on a machine so busy that a
// whole conversation takes longer. One that ends is noticed at once, whatever it is.
constexpr uint32_t kPatienceMs = NWS_SANITIZED ? 1500 : 500;
constexpr uint32_t kMostPatienceMs = 16 * kPatienceMs;

// Enough to cut everywhere, if they are not cut short by a lack of patience.
constexpr size_t kMostTurns = 20;

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
LoggedClient &begin_conversation(bool secure, uint32_t patience)
{
    NetWebSocket_Options options = new_options();
    options.connectTimeoutMs = patience;
    options.closeTimeoutMs = patience;
    options.pingIntervalMs = patience / 4;
    options.pongTimeoutMs = patience;
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

// After one byte, one and `step`, and so on until nothing is cut off. Whether each
// state was met, and all of it came in the end.
bool cut_everywhere(bool secure, size_t step, Then then, uint32_t patience)
{
    g_cut = 1;
    assert_true(raw().start(cut_short(step, then)));
    size_t errors = 0;
    size_t losses = 0;
    bool all_came = false;
    for (size_t turn = 0; !all_came && turn < kMostTurns; ++turn) {
        std::vector<LoggedClient *> clients;
        for (size_t i = 0; i < kAtOnce; ++i) {
            clients.push_back(&begin_conversation(secure, patience));
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
            errors += order == "e";
            losses += order == "oc";
        }
        g_scene->clients.clear();
    }
    return all_came && errors > 0 && losses > 0;
}

void cut_everywhere(bool secure, size_t step, Then then)
{
    if (then != Then::silence) {
        assert_true(cut_everywhere(secure, step, then, static_cast<uint32_t>(kPatience.count())));
        return;
    }
    uint32_t patience = kPatienceMs;
    while (!cut_everywhere(secure, step, then, patience)) {
        patience *= 2;
        assert_true(patience <= kMostPatienceMs);
    }
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
