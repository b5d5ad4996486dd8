// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Servers that are broken or mean no good, and what they cost: one onError with
// a text that names what was wrong, and no memory. What only has to fail, and
// cut at which byte, is in integration/test_connect.

#include "network/reach.h"

#include <unistd.h>

#include <fstream>

#include "support/digest.h"

using namespace nws::test;

namespace {

// What a test here may grow by: a few connections' worth, nowhere near what the
// servers send. Sanitizers keep freed memory, and make no promise.
constexpr size_t kMostGrowth = NWS_SANITIZED ? SIZE_MAX : size_t{8} << 20;

size_t resident_bytes()
{
    size_t total = 0;
    size_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

std::string raw_url(bool secure = false)
{
    return std::string(secure ? "wss://" : "ws://") + raw().address() + "/";
}

// ---- answers without end ----

constexpr size_t kPiece = size_t{64} << 10;
constexpr size_t kWholeAnswer = size_t{64} << 20;

// After the request: `beginning`, then `piece` for as long as the client takes
// it. The log says if it took all of it.
RawServer::Talk endless(const std::string &beginning, const std::string &piece)
{
    return [=](RawConnection &connection) {
        connection.read_head();
        bool taken = connection.write(beginning);
        for (size_t sent = 0; taken && sent < kWholeAnswer; sent += piece.size()) {
            taken = connection.write(piece);
        }
        connection.note(taken ? "took all" : "cut off");
    };
}

std::string repeated(const std::string &text, size_t size)
{
    std::string out;
    while (out.size() + text.size() <= size) {
        out += text;
    }
    return out;
}

// 20 connections, one after the other, then 20 at once.
void assert_costs_nothing(const char *row, const RawServer::Talk &talk)
{
    constexpr size_t kTimes = 20;
    assert_true(raw().start(talk));
    const std::string first = failure(row, raw_url());
    ASSERT_BEGINS(first, "HTTP: ");
    const size_t before = resident_bytes();
    for (size_t i = 0; i < kTimes; ++i) {
        ASSERT_TEXT(failure(nullptr, raw_url()), first);
    }
    std::vector<LoggedClient *> clients;
    for (size_t i = 0; i < kTimes; ++i) {
        clients.push_back(&new_client());
        assert_int_equal(clients.back()->connect(raw_url()), 0);
    }
    for (LoggedClient *client : clients) {
        assert_true(client->wait_error());
        ASSERT_TEXT(client->log().order(), "e");
    }
    const size_t after = resident_bytes();
    if (after > before && after - before > kMostGrowth) {
        fail_msg("grew by %zu KiB", (after - before) >> 10);
    }
    assert_true(raw().wait_for("ended", 2 * kTimes + 1));
    assert_int_equal(raw().count("took all"), 0);
}

void one_mebibyte_of_header_fields(void **)
{
    const std::string fields = repeated("X-Field: " + std::string(100, 'x') + "\r\n", size_t{1} << 20);
    assert_true(raw().start([=](RawConnection &connection) {
        connection.read_head();
        connection.write("HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\n");
        connection.wait_end();
    }));
    const std::string text = failure("1 MiB of header fields", raw_url());
    ASSERT_BEGINS(text, "HTTP: ");
    ASSERT_CONTAINS(text, "header");
}

void header_fields_without_end(void **)
{
    assert_costs_nothing("header fields without end",
                         endless("HTTP/1.1 101 Switching Protocols\r\n",
                                 repeated("X-Field: " + std::string(100, 'x') + "\r\n", kPiece)));
}

void header_line_without_end(void **)
{
    assert_costs_nothing("a header line without end",
                         endless("HTTP/1.1 101 Switching Protocols\r\nX-Field: ", std::string(kPiece, 'x')));
}

void field_name_without_end(void **)
{
    assert_costs_nothing(nullptr, endless("HTTP/1.1 101 Switching Protocols\r\n", std::string(kPiece, 'x')));
}

void status_line_without_end(void **)
{
    assert_costs_nothing("a status line without end", endless("HTTP/1.1 101 ", std::string(kPiece, 'x')));
}

void empty_lines_without_end(void **)
{
    assert_costs_nothing(nullptr, endless("", repeated("\r\n", kPiece)));
}

// A field that the handshake reads, as often as it likes to come.
void known_field_without_end(void **)
{
    assert_costs_nothing(
        nullptr, endless("HTTP/1.1 101 Switching Protocols\r\n", repeated("Upgrade: websocket\r\n", kPiece)));
}

// Nobody reads what comes behind a refusal.
void body_without_end(void **)
{
    assert_true(raw().start(endless("HTTP/1.1 403 Forbidden\r\n\r\n", std::string(kPiece, 'x'))));
    const size_t before = resident_bytes();
    ASSERT_TEXT(failure("403 with a body without end", raw_url()), "HTTP: 403 Forbidden");
    assert_true(raw().wait_for("ended"));
    assert_int_equal(raw().count("took all"), 0);
    const size_t after = resident_bytes();
    assert_true(after <= before || after - before <= kMostGrowth);
}

void interim_responses_without_end(void **)
{
    assert_true(raw().start(endless("", repeated("HTTP/1.1 100 Continue\r\n\r\n", kPiece))));
    ASSERT_BEGINS(failure(nullptr, raw_url()), "HTTP: ");
    assert_true(raw().wait_for("ended"));
    assert_int_equal(raw().count("took all"), 0);
}

// The same from a proxy, in both languages.
void proxy_without_end(void **)
{
    for (const char *beginning : {"HTTP/1.1 200 Yes\r\n", "HTTP/1.1 200 Yes\r\nX-Field: ", ""}) {
        assert_true(raw().start(endless(beginning, std::string(kPiece, 'x'))));
        set_proxy("http://" + raw().address());
        const size_t before = resident_bytes();
        ASSERT_BEGINS(failure("HTTP proxy: a header line without end", server().url("/echo")), "Proxy: ");
        raw().stop();
        assert_int_equal(raw().count("took all"), 0);
        const size_t after = resident_bytes();
        assert_true(after <= before || after - before <= kMostGrowth);
    }
}

// ---- connections that break ----

void reset_before_the_request(void **)
{
    for (const bool secure : {false, true}) {
        // Some come before the client has written, some after: each is one error.
        for (int i = 0; i < 20; ++i) {
            assert_true(raw().start([](RawConnection &connection) { connection.reset_at_end(); }));
            const std::string text = failure(nullptr, raw_url(secure));
            if (!begins_with(text, "HTTP: ") && !begins_with(text, "TLS: ") && !begins_with(text, "TCP: ")) {
                fail_msg("\"%s\" names no stage", text.c_str());
            }
        }
    }
}

void reset_inside_the_request(void **)
{
    assert_true(raw().start([](RawConnection &connection) {
        connection.read(10);
        connection.reset_at_end();
    }));
    ASSERT_BEGINS(failure(nullptr, raw_url()), "HTTP: ");
    ASSERT_BEGINS(failure(nullptr, raw_url(true)), "TLS: ");
    // In which call the reset is met is a matter of chance, and so are the words.
    add_row("reset before or while the request is sent", false, "");
    add_row("reset in the TLS handshake", false, "");
}

void ends_in_the_tls_handshake(void **)
{
    assert_true(raw().start([](RawConnection &connection) { connection.read(100); }));
    ASSERT_BEGINS(failure(nullptr, raw_url(true)), "TLS: ");
    add_row("TLS: the server closes in the handshake", false, "");
}

void garbage_in_the_tls_handshake(void **)
{
    const std::string answers[] = {
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        std::string(100, '\0'),
        std::string("\x16\x03\x03\xff\xff", 5) + std::string(100000, 'x'),  // a record too long
        std::string("\x15\x03\x03\x00\x02\x02\x28", 7),                     // alert: handshake_failure
        std::string("\x16\x03\x03\x00\x04\x02\xff\xff\xff", 9),             // a hello of 16 MiB
    };
    const char *row = "TLS: garbage in the handshake";
    for (const std::string &answer : answers) {
        assert_true(raw().start([=](RawConnection &connection) {
            connection.read(100);
            connection.write(answer);
            connection.end_writing();
            connection.wait_end();
        }));
        ASSERT_BEGINS(failure(row, raw_url(true)), "TLS: ");
        row = nullptr;
    }
}

void tls_records_without_end(void **)
{
    // Each is whole, and none ends the server's first message.
    std::string piece;
    while (piece.size() < kPiece) {
        piece += std::string("\x16\x03\x03\x10\x00", 5) + "\x02\xff\xff\xff" + std::string(0x1000 - 4, 'x');
    }
    assert_true(raw().start([=](RawConnection &connection) {
        connection.read(100);
        bool taken = true;
        for (size_t sent = 0; taken && sent < kWholeAnswer; sent += piece.size()) {
            taken = connection.write(piece);
        }
        connection.note(taken ? "took all" : "cut off");
    }));
    const size_t before = resident_bytes();
    ASSERT_BEGINS(failure("TLS: a handshake without end", raw_url(true)), "TLS: ");
    assert_true(raw().wait_for("ended"));
    assert_int_equal(raw().count("took all"), 0);
    const size_t after = resident_bytes();
    assert_true(after <= before || after - before <= kMostGrowth);
}

// A ServerHello (RFC 4346 7.4.1.3) of a server that knows no better.
void a_hello_of_tls_1_1(void **)
{
    const std::string random(32, 'r');
    const std::string hello = std::string("\x03\x02", 2) + random + std::string("\0\xc0\x13\0", 4);
    const auto length = [](size_t bytes) { return static_cast<char>(bytes); };
    const std::string message = std::string("\x02\0\0", 3) + length(hello.size()) + hello;
    const std::string record = std::string("\x16\x03\x02\0", 4) + length(message.size()) + message;
    assert_true(raw().start([=](RawConnection &connection) {
        connection.read(100);
        connection.write(record);
        connection.wait_end();
    }));
    const std::string text = failure(nullptr, raw_url(true));
    if (LWS_SYSTEM == 0) {
        ASSERT_TEXT(text, "TLS: the server speaks no TLS 1.2 or 1.3");
    }
    ASSERT_BEGINS(text, "TLS: ");
}

// ---- handshakes that are wrong ----

// The text names the field.
void wrong_handshakes_are_named(void **)
{
    struct Case {
        const char *row;
        UpgradeReply reply;
        const char *named;
    };
    Case cases[5] = {
        {"wrong Sec-WebSocket-Accept", {}, "ccept"},
        {"a subprotocol that was not asked for", {}, "protocol"},
        {"an extension that was not asked for", {}, "extension"},
        {"no Upgrade", {}, "pgrade"},
        {"no Connection", {}, "onnection"},
    };
    cases[0].reply.accept = accept_for_key("AAAAAAAAAAAAAAAAAAAAAA==");
    cases[1].reply.subprotocol = "chat";
    cases[2].reply.extra_fields = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    cases[3].reply.leave_out = {"Upgrade"};
    cases[4].reply.leave_out = {"Connection"};
    for (const Case &c : cases) {
        server().on_path("/", Script().expect_upgrade().reply_upgrade(c.reply).expect_end());
        const std::string text = failure(c.row, server().url("/"));
        ASSERT_BEGINS(text, "HTTP: ");
        if (text.find(c.named) == std::string::npos) {
            fail_msg("%s: \"%s\" does not say so", c.row, text.c_str());
        }
    }
}

void one_of_two_subprotocols_or_none(void **)
{
    const LoggedClient::Fields fields = {{"Sec-WebSocket-Protocol", "chat, superchat"}};
    UpgradeReply other;
    other.subprotocol = "hyperchat";
    server().on_path("/", Script().expect_upgrade().reply_upgrade(other).expect_end());
    ASSERT_CONTAINS(failure(nullptr, server().url("/"), fields), "protocol");
    UpgradeReply second;
    second.subprotocol = "superchat";
    server().on_path("/", Script().expect_upgrade().reply_upgrade(second).echo_until_close());
    assert_works(nullptr, server().url("/"), fields);
}

// What a server says may be shown to people: one line of text, not too long.
void status_texts_are_made_harmless(void **)
{
    const std::string phrases[] = {
        std::string("For\x1b[31mbidden\a\x7f", 17),
        "For\xff\xfe\x80",
        std::string(5000, 'x'),
        "%s%n%s%n",
    };
    for (const std::string &phrase : phrases) {
        assert_true(raw().start([=](RawConnection &connection) {
            connection.read_head();
            connection.write("HTTP/1.1 403 " + phrase + "\r\n\r\n");
            connection.wait_end();
        }));
        const std::string text = failure(nullptr, raw_url());
        ASSERT_BEGINS(text, "HTTP: ");
        assert_true(text.size() < 1000);
        for (const char c : text) {
            assert_true(c >= ' ' && c <= '~');
        }
    }
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        REACH_TEST(one_mebibyte_of_header_fields),  REACH_TEST(header_fields_without_end),
        REACH_TEST(header_line_without_end),        REACH_TEST(field_name_without_end),
        REACH_TEST(status_line_without_end),        REACH_TEST(empty_lines_without_end),
        REACH_TEST(known_field_without_end),        REACH_TEST(body_without_end),
        REACH_TEST(interim_responses_without_end),  REACH_TEST(proxy_without_end),
        REACH_TEST(reset_before_the_request),       REACH_TEST(reset_inside_the_request),
        REACH_TEST(ends_in_the_tls_handshake),      REACH_TEST(garbage_in_the_tls_handshake),
        REACH_TEST(tls_records_without_end),        REACH_TEST(a_hello_of_tls_1_1),
        REACH_TEST(wrong_handshakes_are_named),     REACH_TEST(one_of_two_subprotocols_or_none),
        REACH_TEST(status_texts_are_made_harmless),
    };
    return run_reach_tests("Servers that are broken or hostile", tests);
}
