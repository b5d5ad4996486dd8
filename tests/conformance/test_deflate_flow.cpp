// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: Pings while compressed messages are on their way, in either direction
// (RFC 7692 6.1): what arrives is whole.

#include "integration/extension.h"

#include <thread>

#include "conformance/observed.h"
#include "unit/reference_deflate.h"

using namespace nws::test;

namespace {

constexpr uint32_t kPingInterval = 20;

UpgradeReply with_deflate()
{
    UpgradeReply reply;
    reply.extra_fields = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    reply.allowed_rsv = 4;
    return reply;
}

NetWebSocket_Options deflating()
{
    NetWebSocket_Options options = new_options();
    options.permessageDeflate = 1;
    options.onTypedMessage = callbacks::on_typed;
    options.onPong = callbacks::on_pong;
    return options;
}

NetWebSocket_Options deflating_with_keep_alive()
{
    NetWebSocket_Options options = deflating();
    options.pingIntervalMs = kPingInterval;
    options.pongTimeoutMs = 0;
    return options;
}

std::string prose(size_t length)
{
    std::string out;
    for (size_t i = 0; out.size() < length; ++i) {
        out += "message " + std::to_string(i * 2654435761u % 1000003) + ", ";
    }
    return out;
}

// What the client has sent, decompressed.
std::vector<Item> sent_items()
{
    Observed observed;
    SentFrames frames(DeflateTerms{}, observed);
    for (const ServerEvent &event : server().events(ServerKind::frame)) {
        frames.add(event.opcode, event.fin, event.rsv, event.payload);
    }
    return observed.sent;
}

// The server is silent in the middle of a message until a Ping has come.
void keep_alive_while_a_message_comes(void **)
{
    const std::string message = prose(5000);
    const std::string compressed = ReferenceDeflater(15, true).compress(message);
    Script script;
    script.expect_upgrade().reply_upgrade(with_deflate());
    for (int i = 0; i < 3; ++i) {
        script.send_bytes(frame(i == 0 ? Opcode::text : Opcode::continuation,
                                compressed.substr(static_cast<size_t>(i) * 100, 100), Fin::no,
                                i == 0 ? 4 : 0));
        script.expect_frame(Opcode::ping).send_frame(Opcode::pong);
    }
    script.send_bytes(frame(Opcode::continuation, compressed.substr(300))).answer_close();
    server().on_path("/", script);
    LoggedClient &client = open_with(deflating_with_keep_alive(), server().url("/"));
    assert_true(wait_notes(client, "text"));
    assert_true(notes(client, "text")[0].bytes == message);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1000);
}

// The application is silent in the middle of a message until its Ping has come.
void keep_alive_while_a_stream_goes(void **)
{
    const std::string message = prose(6000);
    server().on_path("/", Script()
                              .expect_upgrade()
                              .reply_upgrade(with_deflate())
                              .expect_frame(Opcode::text)
                              .expect_frame(Opcode::ping)
                              .stall("pinged")
                              .send_frame(Opcode::pong)
                              .expect_frame(Opcode::continuation)
                              .expect_frame(Opcode::ping)
                              .stall("pinged again")
                              .expect_frame(Opcode::continuation)
                              .expect_frame(Opcode::continuation)
                              .answer_close());
    LoggedClient &client = open_with(deflating_with_keep_alive(), server().url("/"));
    assert_int_equal(NetWebSocket_BeginMessage(client.get(), NET_WEBSOCKET_TEXT), 0);
    assert_int_equal(send_part(client, message.substr(0, 2000)), 0);
    assert_true(server().wait_for(ServerKind::stalled));
    server().release("pinged");
    assert_int_equal(send_part(client, message.substr(2000, 2000)), 0);
    assert_true(server().wait_for(ServerKind::stalled, 2));
    server().release("pinged again");
    assert_int_equal(send_part(client, message.substr(4000)), 0);
    assert_int_equal(NetWebSocket_EndMessage(client.get()), 0);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1000);
    const std::vector<Item> sent = sent_items();
    assert_int_equal(sent.size(), 1);
    assert_true(sent[0].payload == message);
}

// The application's Pings go between the frames of large messages.
void pings_among_large_messages(void **)
{
    constexpr size_t kMessages = 6;
    constexpr size_t kPings = 20;
    Script script;
    script.expect_upgrade().reply_upgrade(with_deflate());
    for (size_t i = 0; i < kMessages; ++i) {
        script.expect_message(Opcode::binary);
    }
    server().on_path("/", script.answer_close());
    LoggedClient &client = open_with(deflating(), server().url("/"));
    std::vector<std::string> messages;
    for (size_t i = 0; i < kMessages; ++i) {
        messages.push_back(prose((NWS_SANITIZED ? 100'000 : 600'000) + i) + counted_bytes(100'000 * i));
        assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, messages.back()), 0);
        for (size_t j = 0; j < kPings; ++j) {
            assert_int_equal(ping(client, std::to_string(i * kPings + j)), 0);
            std::this_thread::yield();
        }
    }
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.log().events(ClientKind::close)[0].code, 1000);
    assert_true(!server().frames(Opcode::ping).empty());
    const std::vector<Item> sent = sent_items();
    assert_int_equal(sent.size(), kMessages);
    for (size_t i = 0; i < kMessages; ++i) {
        assert_true(sent[i].payload == messages[i]);
    }
}

}  // namespace

int main()
{
#if LWS_SYSTEM
    print_message("skipped: this libwebsockets is offered no extension\n");
    return 77;
#endif
    const CMUnitTest tests[] = {
        SCENE_TEST(keep_alive_while_a_message_comes),
        SCENE_TEST(keep_alive_while_a_stream_goes),
        SCENE_TEST(pings_among_large_messages),
    };
    return cmocka_run_group_tests_name("deflate flow", tests, nullptr, nullptr);
}
