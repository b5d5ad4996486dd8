// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Much comes, fast or slowly, or nobody takes what is sent: memory stays flat, and
// every byte is right. With NET_WEBSOCKET_TEST_FULL 10 GB come.

#include "integration/extension.h"

#include <unistd.h>

#include <fstream>

#include "faults/library_threads.h"
#include "faults/rounds.h"

using namespace nws::test;

namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kPiece = size_t{64} << 10;

// What may come and go. Sanitizers keep freed memory, and make no promise.
constexpr size_t kFlat = NWS_SANITIZED ? SIZE_MAX / 2 : 16 * kMiB;

ServerProcess g_server;

size_t resident_bytes()
{
    size_t total = 0;
    size_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

size_t grown_since(size_t before)
{
    const size_t now = resident_bytes();
    return now > before ? now - before : 0;
}

// ---- much comes ----

struct Received {
    std::mutex mutex;
    std::condition_variable changed;
    uint64_t messages = 0;
    uint64_t bytes = 0;
    size_t most_resident = 0;
    bool wrong = false;
    bool ended = false;
    uint32_t code = 0;
} g_received;

void on_stream_message(WebSocket *client, char *data, uint32_t length)
{
    const std::lock_guard<std::mutex> lock(g_received.mutex);
    uint64_t sequence = 0;
    for (int i = 0; i < 8; ++i) {
        sequence = sequence << 8 | static_cast<unsigned char>(data[i]);
    }
    bool right = sequence == g_received.messages && length == kPiece;
    // The rest of a message is always the same; now and then all of it is looked at.
    for (size_t i = 8; right && i < length; i += sequence % 64 == 0 ? 1 : 4099) {
        right = data[i] == static_cast<char>('a' + i % 26);
    }
    g_received.wrong = g_received.wrong || !right;
    ++g_received.messages;
    g_received.bytes += length;
    if (g_received.messages % 256 == 0) {
        g_received.most_resident = std::max(g_received.most_resident, resident_bytes());
        // A reader that does not keep up: TCP has to hold the server back.
        NetWebSocket_Pause(client);
        NetWebSocket_Resume(client);
    }
}

void on_stream_error(WebSocket *, WebSocket_ErrorResult error)
{
    print_error("%s\n", error.errorMessage);
    const std::lock_guard<std::mutex> lock(g_received.mutex);
    g_received.wrong = true;
    g_received.ended = true;
    g_received.changed.notify_all();
}

void on_stream_close(WebSocket *, WebSocket_CloseResult closed)
{
    const std::lock_guard<std::mutex> lock(g_received.mutex);
    g_received.ended = true;
    g_received.code = closed.code;
    g_received.changed.notify_all();
}

void receive(uint64_t bytes)
{
    g_received.messages = g_received.bytes = g_received.most_resident = 0;
    g_received.wrong = g_received.ended = false;
    const uint64_t pieces = bytes / kPiece;
    WebSocket *client =
        OH_WebSocketClient_Constructor(nullptr, on_stream_message, on_stream_error, on_stream_close);
    const std::string url =
        g_server.url("/source?n=" + std::to_string(pieces) + "&size=" + std::to_string(kPiece));
    const size_t before = resident_bytes();
    assert_int_equal(OH_WebSocketClient_Connect(client, url.c_str(), {nullptr}), 0);
    bool ended = false;
    {
        std::unique_lock<std::mutex> lock(g_received.mutex);
        ended = g_received.changed.wait_for(lock, kPatience * (full_run() ? 10 : 2),
                                            [] { return g_received.ended; });
    }
    OH_WebSocketClient_Destroy(client);
    assert_true(ended);
    assert_false(g_received.wrong);
    assert_int_equal(g_received.code, 1000);
    assert_int_equal(g_received.messages, pieces);
    const size_t grown = g_received.most_resident > before ? g_received.most_resident - before : 0;
    print_message("%llu MiB came, memory grew by %zu KiB\n", static_cast<unsigned long long>(bytes / kMiB),
                  grown / 1024);
    assert_true(grown < kFlat);
}

uint64_t amount()
{
    return full_run() ? uint64_t{10} * 1000 * 1000 * 1000 : uint64_t{NWS_SANITIZED ? 64 : 300} * kMiB;
}

void much_comes_by_ws(void **)
{
    assert_true(g_server.start(""));
    receive(amount());
}

void much_comes_by_wss(void **)
{
    assert_true(g_server.start("13"));
    receive(amount() / 3);
}

// As slowly as it may be: a byte each time the client asks whether the server is
// still there. All of it takes longer than a server may be silent.
void a_byte_for_each_ping(void **)
{
    if (LWS_SYSTEM == 1) {
        print_message("skipped: the distribution's libwebsockets tells nothing of parts so small\n");
        skip();
    }
    constexpr uint32_t kInterval = 200;
    constexpr uint32_t kLost = 1000;
    const std::string message = "slow";
    assert_true((2 + message.size()) * kInterval > kLost);
    Script script = Script().upgrade();
    for (const char byte : make_frame(Opcode::text, message)) {
        script.expect_frame(Opcode::ping).send_bytes(std::string(1, byte));
    }
    server().on_path("/", script.answer_close());
    NetWebSocket_Options options = new_options();
    options.pingIntervalMs = kInterval;
    options.pongTimeoutMs = kLost;
    LoggedClient &client = open_with(options, server().url("/"));
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().events(ClientKind::message).front().bytes, message);
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "omc");
}

// ---- nobody takes what is sent ----

void nobody_reads(void **)
{
    constexpr size_t kBound = 8 * kMiB;
    server().on_path("/", Script().upgrade().stop_reading().stall("end").close());
    NetWebSocket_Options options = new_options();
    options.maxQueuedBytes = kBound;
    options.pongTimeoutMs = 0;
    LoggedClient &client = open_with(options, server().url("/"));
    const size_t before = resident_bytes();
    const std::string message(kPiece, 'x');
    size_t accepted = 0;
    int code = 0;
    // The kernel's buffers take some: until it is full twice in a row.
    for (size_t refused = 0; refused < 100;) {
        code = client.send(message);
        accepted += code == 0 ? 1 : 0;
        refused = code == 0 ? 0 : refused + 1;
        if (code != 0) {
            assert_int_equal(code, WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
            poll(nullptr, 0, 1);
        }
        assert_true(accepted * kPiece < 20 * kBound);
    }
    assert_true(accepted * kPiece >= kBound - kPiece);
    const size_t full = grown_since(before);
    size_t refused_later = 0;
    for (size_t i = 0; i < 20'000; ++i) {
        refused_later += client.send(message) == WEBSOCKET_QUEUE_LENGTH_EXCEEDED ? 1 : 0;
    }
    // The kernel may find room for a few at any time.
    assert_in_range(refused_later, 19'900, 20'000);
    const size_t later = grown_since(before);
    print_message("queued %zu KiB, memory grew by %zu KiB, then %zu KiB\n", accepted * kPiece / 1024,
                  full / 1024, later / 1024);
    assert_true(full < kBound + kFlat);
    assert_true(later < kBound + kFlat);
    server().release("end");
    assert_int_equal(client.destroy(), 0);
}

int tear_down_server(void **)
{
    g_server.stop();
    return 0;
}

}  // namespace

#define STREAM_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_environment, tear_down_server)

int main()
{
    const CMUnitTest tests[] = {
        STREAM_TEST(much_comes_by_ws),
        STREAM_TEST(much_comes_by_wss),
        SCENE_TEST(a_byte_for_each_ping),
        SCENE_TEST(nobody_reads),
    };
    return cmocka_run_group_tests_name("Long streams", tests, nullptr, nullptr);
}
