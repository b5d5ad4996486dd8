// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of the test server, with a plain socket as the client.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "support/digest.h"
#include "support/frame_checker.h"
#include "support/test_server.h"

using namespace nws::test;
using Kind = ServerEvent::Kind;

namespace {

// A client that sends what it is told, right or wrong.
class PlainClient {
public:
    explicit PlainClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const timeval patience{60, 0};
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = connect(fd_, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
    }

    ~PlainClient() { close(fd_); }
    PlainClient(const PlainClient &) = delete;
    PlainClient &operator=(const PlainClient &) = delete;

    bool is_connected() const { return connected_; }

    void send(const std::string &bytes)
    {
        for (size_t sent = 0; sent < bytes.size();) {
            const ssize_t count = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) {
                return;
            }
            sent += static_cast<size_t>(count);
        }
    }

    void send_frame(Opcode opcode, const std::string &payload, bool fin = true)
    {
        ++mask_key_[0];
        send(make_frame(opcode, payload, {fin, 0, true, mask_key_}));
    }

    void send_upgrade(const std::string &target, const std::string &key = "dGhlIHNhbXBsZSBub25jZQ==")
    {
        send("GET " + target +
             " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: " +
             key + "\r\nSec-WebSocket-Version: 13\r\n\r\n");
    }

    // One read; "" at the end of the stream, on a reset, or in vain.
    std::string read_some()
    {
        char buffer[65536];
        const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
        error_ = count < 0 ? errno : 0;
        return std::string(buffer, count > 0 ? static_cast<size_t>(count) : 0);
    }

    // Exactly so many bytes, or less at the end.
    std::string read(size_t length)
    {
        while (input_.size() < length) {
            const std::string some = read_some();
            if (some.empty()) {
                break;
            }
            input_ += some;
        }
        const std::string bytes = input_.substr(0, length);
        input_.erase(0, length);
        return bytes;
    }

    std::string read_head()
    {
        std::string head;
        while (head.size() < 4 || head.substr(head.size() - 4) != "\r\n\r\n") {
            const std::string byte = read(1);
            if (byte.empty()) {
                break;
            }
            head += byte;
        }
        return head;
    }

    std::string read_to_end()
    {
        std::string bytes;
        for (std::string some = read(1); !some.empty(); some = read(65536)) {
            bytes += some;
        }
        return bytes;
    }

    int error() const { return error_; }

private:
    int fd_;
    bool connected_ = false;
    std::string input_;
    int error_ = 0;
    std::array<uint8_t, 4> mask_key_{1, 2, 3, 4};
};

// The server outlives a failed assertion, which jumps over destructors.
TestServer *g_server;

int set_up(void **)
{
    g_server = new TestServer;
    return g_server->start() ? 0 : -1;
}

int tear_down(void **)
{
    delete g_server;
    return 0;
}

void assert_no_complaints()
{
    assert_string_equal(g_server->complaints().c_str(), "");
}

std::string verdict_of(std::string bytes)
{
    FrameDecoder decoder;
    FrameChecker checker;
    Frame frame;
    std::string verdicts;
    decoder.give(&bytes[0], bytes.size());
    while (decoder.next(frame)) {
        verdicts += checker.check(frame).text;
    }
    return verdicts;
}

void key_of_the_rfc_gets_its_accept(void **)
{
    assert_string_equal(accept_for_key("dGhlIHNhbXBsZSBub25jZQ==").c_str(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_true(is_valid_key("dGhlIHNhbXBsZSBub25jZQ=="));
    assert_false(is_valid_key("dGhlIHNhbXBsZSBub25jZR=="));
    assert_false(is_valid_key("c2hvcnQ="));
    assert_string_equal(hex64(fnv1a("foobar")).c_str(), "85944171f73967e8");
}

void frames_of_the_rfc_are_coded(void **)
{
    assert_true(make_frame(Opcode::text, "Hello") == "\x81\x05Hello");
    assert_true(make_frame(Opcode::text, "Hello", {true, 0, true}) ==
                "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    assert_int_equal(
        make_frame(Opcode::binary, std::string(256, 'x')).compare(0, 4, std::string("\x82\x7e\x01\0", 4)), 0);
    assert_int_equal(make_frame(Opcode::binary, std::string(65536, 'x')).size(), 10 + 65536);
}

void frames_are_decoded_wherever_they_are_cut(void **)
{
    for (const size_t size : {size_t{0}, size_t{5}, size_t{125}, size_t{126}, size_t{300}, size_t{70000}}) {
        const std::string payload(size, 'p');
        const std::string bytes = make_frame(Opcode::binary, payload, {false, 5, true});
        const size_t step = bytes.size() > 1000 ? 997 : 1;
        for (size_t cut = 0; cut <= bytes.size(); cut += step) {
            std::string first = bytes.substr(0, cut);
            std::string second = bytes.substr(cut);
            FrameDecoder decoder;
            Frame frame;
            decoder.give(&first[0], first.size());
            const bool early = decoder.next(frame);
            assert_int_equal(early, cut == bytes.size());
            if (!early) {
                decoder.give(&second[0], second.size());
                assert_true(decoder.next(frame));
            }
            assert_true(frame.opcode == Opcode::binary && !frame.fin && frame.rsv == 5 && frame.masked);
            assert_true(frame.payload == payload);
            assert_false(decoder.next(frame));
        }
    }
}

void broken_rules_are_found(void **)
{
    const FrameOptions masked{true, 0, true};
    const std::string close_1005 = close_payload(1005);
    const struct {
        std::string bytes;
        const char *verdict;
    } cases[] = {
        {make_frame(Opcode::text, "fine", masked), ""},
        {make_frame(Opcode::close, close_payload(1000, "bye"), masked), ""},
        {make_frame(Opcode::text, "x"), "the frame is not masked"},
        {make_frame(Opcode::text, "x", {true, 4, true}), "RSV bits 4"},
        {make_frame(Opcode::ping, std::string(126, 'x'), masked), "a control frame of 126 bytes"},
        {make_frame(Opcode::ping, "", {false, 0, true}), "a fragmented control frame"},
        {std::string("\x82\xfe\0\x01\x01\x02\x03\x04x", 9), "the length is not in its shortest form"},
        {make_frame(Opcode::text, "\xff", masked), "text that is not UTF-8"},
        {make_frame(Opcode::text, "\xe2\x82", masked), "text that is not UTF-8"},
        {make_frame(Opcode::text, "\xe2", {false, 0, true}) +
             make_frame(Opcode::continuation, "\x82\xac", masked),
         ""},
        {make_frame(Opcode::close, close_1005, masked), "the close code 1005"},
        {make_frame(Opcode::close, "\x03", masked), "a Close frame of one byte"},
        {make_frame(Opcode::close, close_payload(1000, "\xc0"), masked), "a close reason that is not UTF-8"},
        {make_frame(Opcode::close, "", masked) + make_frame(Opcode::text, "x", masked),
         "a text frame after the Close frame"},
        {make_frame(Opcode::continuation, "x", masked), "a continuation frame with no message begun"},
        {make_frame(Opcode::text, "x", {false, 0, true}) + make_frame(Opcode::text, "y", masked),
         "a new message inside a fragmented one"},
        {make_frame(static_cast<Opcode>(3), "", masked), "reserved opcode 3"},
        {make_frame(static_cast<Opcode>(11), "", masked), "reserved opcode 11"},
        {make_frame(Opcode::text, "1", masked) + make_frame(Opcode::text, "2", masked) +
             make_frame(Opcode::text, "3", masked),
         "the mask key does not change"},
    };
    for (const auto &c : cases) {
        assert_string_equal(verdict_of(c.bytes).c_str(), c.verdict);
    }
}

void utf8_is_judged(void **)
{
    for (const char *good :
         {"", "ascii and more of it", "\xc3\xa9", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        assert_true(is_utf8(good));
    }
    for (const char *bad :
         {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xe2\x82", "long enough for a word \xff"}) {
        assert_false(is_utf8(bad));
    }
}

void echo_answers_handshake_and_frames(void **)
{
    PlainClient client(g_server->port());
    client.send_upgrade("/echo");
    assert_string_equal(client.read_head().c_str(),
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    client.send_frame(Opcode::text, "Hello");
    assert_string_equal(client.read(7).c_str(), "\x81\x05Hello");
    client.send_frame(Opcode::close, close_payload(1000));
    assert_string_equal(client.read_to_end().c_str(), "\x88\x02\x03\xe8");
    assert_true(g_server->wait_for_frames(Opcode::close));
    assert_string_equal(g_server->frames(Opcode::text).at(0).payload.c_str(), "Hello");
    assert_no_complaints();
}

void fragments_are_echoed_as_one_message(void **)
{
    PlainClient client(g_server->port());
    client.send_upgrade("/echo");
    client.read_head();
    client.send_frame(Opcode::text, "Hel", false);
    client.send_frame(Opcode::ping, "p");
    client.send_frame(Opcode::continuation, "lo");
    assert_string_equal(client.read(10).c_str(), "\x8a\x01p\x81\x05Hello");
}

void unmasked_frame_is_a_violation(void **)
{
    PlainClient client(g_server->port());
    client.send_upgrade("/echo");
    client.read_head();
    client.send(make_frame(Opcode::text, "Hello"));
    assert_int_equal(client.read_to_end().compare(0, 4, "\x88\x19\x03\xea"), 0);
    assert_true(g_server->wait_for(Kind::violation));
    assert_string_equal(g_server->complaints().c_str(), "#1 violation the frame is not masked\n");
}

void wrong_requests_are_violations(void **)
{
    PlainClient client(g_server->port());
    client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(client.read_head().compare(0, 12, "HTTP/1.1 400"), 0);
    assert_string_equal(g_server->complaints().c_str(),
                        "#1 violation the Upgrade field does not say websocket\n");

    PlainClient lost(g_server->port());
    lost.send_upgrade("/nowhere");
    assert_int_equal(lost.read_head().compare(0, 12, "HTTP/1.1 404"), 0);
}

void key_may_not_come_twice(void **)
{
    for (int i = 0; i < 2; ++i) {
        PlainClient client(g_server->port());
        client.send_upgrade("/echo");
        client.read_head();
    }
    assert_string_equal(g_server->complaints().c_str(), "#2 violation Sec-WebSocket-Key was used before\n");
}

void sink_counts_and_sums(void **)
{
    PlainClient client(g_server->port());
    client.send_upgrade("/sink?n=2");
    client.read_head();
    client.send_frame(Opcode::binary, "foo");
    client.send_frame(Opcode::text, "bar");
    assert_string_equal(client.read(22).c_str(), "\x81\x14"
                                                 "2 6 85944171f73967e8");
}

void source_numbers_its_messages(void **)
{
    constexpr size_t kCount = 20000;
    constexpr size_t kSize = 100;
    PlainClient client(g_server->port());
    client.send_upgrade("/source?n=20000&size=100");
    client.read_head();
    for (size_t i = 0; i < kCount; ++i) {
        const std::string frame = client.read(2 + kSize);
        assert_int_equal(frame.size(), 2 + kSize);
        assert_int_equal(static_cast<uint8_t>(frame[8]) << 8 | static_cast<uint8_t>(frame[9]), i);
    }
    assert_string_equal(client.read(4).c_str(), "\x88\x02\x03\xe8");
}

void drop_resets(void **)
{
    PlainClient client(g_server->port());
    client.send_upgrade("/drop");
    assert_true(client.read_head().size() > 0);
    assert_string_equal(client.read_some().c_str(), "");
    assert_int_equal(client.error(), ECONNRESET);
}

void script_cuts_its_bytes(void **)
{
    g_server->on_path("/cut", Script().upgrade().send_bytes("0123456789", Cut::at_every(1)).close());
    PlainClient client(g_server->port());
    client.send_upgrade("/cut");
    client.read_head();
    std::string bytes;
    size_t reads = 0;
    for (std::string some = client.read_some(); !some.empty(); some = client.read_some()) {
        bytes += some;
        ++reads;
    }
    assert_string_equal(bytes.c_str(), "0123456789");
    // A read may just catch the next piece too.
    assert_true(reads > 5);
    assert_true(g_server->wait_for(Kind::script_done));
    assert_no_complaints();
}

void script_stalls_until_released(void **)
{
    g_server->on_path("/late",
                      Script().expect_upgrade().stall("go").reply_upgrade().send_text("late").answer_close());
    PlainClient client(g_server->port());
    client.send_upgrade("/late");
    assert_true(g_server->wait_for(Kind::stalled));
    assert_int_equal(g_server->count(Kind::upgraded), 0);
    g_server->release("go");
    client.read_head();
    assert_string_equal(client.read(6).c_str(), "\x81\x04late");
    client.send_frame(Opcode::close, "");
    assert_int_equal(client.read_to_end().size(), 2);
    assert_true(g_server->wait_for_frames(Opcode::close));
    assert_no_complaints();
}

void script_tells_what_it_misses(void **)
{
    g_server->on_path("/count", Script().upgrade().count_messages(3));
    PlainClient client(g_server->port());
    client.send_upgrade("/count");
    client.read_head();
    client.send_frame(Opcode::text, "a:0");
    client.send_frame(Opcode::text, "b:0");
    client.send_frame(Opcode::text, "a:2");
    assert_string_equal(client.read_to_end().c_str(), "");
    assert_true(g_server->wait_for(Kind::script_failed));
    assert_string_equal(g_server->events(Kind::script_failed).at(0).text.c_str(),
                        "step 3, count_messages: message 2 where 1 should be, producer \"a\"");
    assert_int_equal(g_server->count(Kind::violation), 0);
}

void scripts_can_be_stacked(void **)
{
    g_server->on_path("/again", Script().upgrade().send_text("then").close());
    g_server->on_path_once("/again",
                           Script().expect_upgrade().reply_status(503, "Busy", "", "", Cut::at_byte(3)));
    PlainClient first(g_server->port());
    first.send_upgrade("/again");
    assert_int_equal(first.read_head().compare(0, 17, "HTTP/1.1 503 Busy"), 0);
    PlainClient second(g_server->port());
    second.send_upgrade("/again", "AAAAAAAAAAAAAAAAAAAAAA==");
    assert_int_equal(second.read_head().compare(0, 12, "HTTP/1.1 101"), 0);
    assert_string_equal(second.read_to_end().c_str(), "\x81\x04then");
    assert_no_complaints();
}

void script_at_accept_may_reset(void **)
{
    g_server->on_accept(Script().reset());
    PlainClient client(g_server->port());
    assert_string_equal(client.read_some().c_str(), "");
    assert_int_equal(client.error(), ECONNRESET);
    assert_true(g_server->wait_for(Kind::ended));
}

void unread_client_is_held_up_and_let_go(void **)
{
    g_server->on_path("/full",
                      Script().upgrade().stop_reading().stall("read").resume_reading().expect_message(
                          Opcode::binary, std::string(1000, 'x')));
    PlainClient client(g_server->port());
    client.send_upgrade("/full");
    client.read_head();
    assert_true(g_server->wait_for(Kind::stalled));
    client.send_frame(Opcode::binary, std::string(1000, 'x'));
    g_server->release("not this");
    assert_int_equal(g_server->count(Kind::frame), 0);
    g_server->release("read");
    assert_true(g_server->wait_for(Kind::script_done));
    assert_no_complaints();
}

void many_connections_end_with_the_server(void **)
{
    constexpr size_t kClients = 50;
    std::vector<std::unique_ptr<PlainClient>> clients;
    for (size_t i = 0; i < kClients; ++i) {
        clients.push_back(std::make_unique<PlainClient>(g_server->port()));
        assert_true(clients.back()->is_connected());
    }
    assert_true(g_server->wait_for(Kind::accepted, kClients));
    const uint16_t port = g_server->port();
    g_server->stop();
    assert_int_equal(g_server->count(Kind::ended), kClients);
    ServerOptions same;
    same.port = port;
    assert_true(g_server->start(same));
    assert_int_equal(g_server->port(), port);
}

void refusing_port_refuses(void **)
{
    const RefusingPort port;
    assert_int_not_equal(port.port(), 0);
    assert_false(PlainClient(port.port()).is_connected());
}

void start_tells_why_it_cannot(void **)
{
    TestServer server;
    ServerOptions options;
    options.host = "localhost";
    assert_false(server.start(options));
    assert_string_equal(server.error().c_str(), "not a numeric address: localhost");
    options = {};
    options.port = g_server->port();
    assert_false(server.start(options));
    assert_string_equal(server.error().c_str(), (std::string("127.0.0.1: ") + std::strerror(EADDRINUSE)).c_str());
    options = {};
    options.tls.certificate = options.tls.key = "/nonexistent/server.pem";
    assert_false(server.start(options));
    assert_true(server.start());
}

void certificates_can_be_used(void **)
{
    const std::string directory = CERTS_DIR;
    if (directory.empty()) {
        skip();
    }
    for (const char *name : {"server", "server-rsa", "expired", "wrong-host", "selfsigned", "client"}) {
        TestServer server;
        ServerOptions options;
        options.tls.certificate = directory + "/" + name + ".pem";
        options.tls.key = directory + "/" + name + ".key";
        options.tls.client_ca = directory + "/ca.pem";
        assert_true(server.start(options));
        assert_int_equal(server.url("/x", true).compare(0, 16, "wss://127.0.0.1:"), 0);
    }
}

}  // namespace

#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(key_of_the_rfc_gets_its_accept),
        cmocka_unit_test(frames_of_the_rfc_are_coded),
        cmocka_unit_test(frames_are_decoded_wherever_they_are_cut),
        cmocka_unit_test(broken_rules_are_found),
        cmocka_unit_test(utf8_is_judged),
        SERVER_TEST(echo_answers_handshake_and_frames),
        SERVER_TEST(fragments_are_echoed_as_one_message),
        SERVER_TEST(unmasked_frame_is_a_violation),
        SERVER_TEST(wrong_requests_are_violations),
        SERVER_TEST(key_may_not_come_twice),
        SERVER_TEST(sink_counts_and_sums),
        SERVER_TEST(source_numbers_its_messages),
        SERVER_TEST(drop_resets),
        SERVER_TEST(script_cuts_its_bytes),
        SERVER_TEST(script_stalls_until_released),
        SERVER_TEST(script_tells_what_it_misses),
        SERVER_TEST(scripts_can_be_stacked),
        SERVER_TEST(script_at_accept_may_reset),
        SERVER_TEST(unread_client_is_held_up_and_let_go),
        SERVER_TEST(many_connections_end_with_the_server),
        cmocka_unit_test(refusing_port_refuses),
        SERVER_TEST(start_tells_why_it_cannot),
        cmocka_unit_test(certificates_can_be_used),
    };
    return cmocka_run_group_tests_name("test_server_self", tests, nullptr, nullptr);
}
