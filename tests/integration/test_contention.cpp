// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Sixteen threads send on one client whose server does not read for a while and
// then reads all: small messages, which are batched, larger ones, text and binary,
// some in parts, with Pings between. Each thread's messages come in its order, none
// is lost or comes twice, whatever ends the connection; and memory stays bounded.

#include "integration/extension.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "integration/process.h"
#include "support/heap.h"

using namespace nws::test;

namespace {

constexpr size_t kThreads = 16;
// Of each thread, before anything ends the connection.
constexpr size_t kFirst = 20;
using Counts = std::array<size_t, kThreads>;

int set_up_small_buffer(void **)
{
    g_scene = new Scene;
    ServerOptions options;
    options.receive_buffer = 16384;
    return g_scene->server.start(options) ? 0 : -1;
}

#define CONTENTION_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_small_buffer, tear_down)

Script reads_late()
{
    return Script().upgrade().stop_reading().stall("read").resume_reading().take_until_close();
}

// ---- what is sent ----

struct Message {
    NetWebSocket_MessageType type;
    std::string bytes;
};

// Its beginning says who sent it, which of his it is, and its type. Most may be
// batched; some are too large for that.
Message make_message(size_t thread, size_t number)
{
    const size_t dice = thread * 7919 + number * 104729;
    const bool text = dice % 3 != 0;
    const size_t length = dice % 61 == 0 ? 20000 : dice % 11 == 0 ? 513 + dice % 1500 : 16 + dice % 497;
    std::string bytes = std::to_string(thread) + ":" + std::to_string(number) + (text ? ":text" : ":binary");
    bytes.resize(std::max(length, bytes.size()), text ? 'x' : '\xFF');
    return {text ? NET_WEBSOCKET_TEXT : NET_WEBSOCKET_BINARY, bytes};
}

int send_message(LoggedClient &client, size_t thread, size_t number)
{
    const Message message = make_message(thread, number);
    // Send finds the type by itself.
    return number % 2 == 0 ? client.send(message.bytes) : send_typed(client, message.type, message.bytes);
}

int send_in_parts(LoggedClient &client, size_t thread, size_t number)
{
    const Message message = make_message(thread, number);
    int result = NetWebSocket_BeginMessage(client.get(), message.type);
    const size_t step = message.bytes.size() / 3 + 1;
    for (size_t at = 0; at < message.bytes.size() && result == 0; at += step) {
        result = send_part(client, std::string_view(message.bytes).substr(at, step));
    }
    return result == 0 ? NetWebSocket_EndMessage(client.get()) : result;
}

// ---- what came ----

// How many of each thread, each whole and in its order; the rest is in `wrong`.
struct Arrived {
    Counts counts{};
    size_t all = 0;
    std::string wrong;

    void add(Opcode opcode, const std::string &bytes)
    {
        const size_t thread = std::stoul(bytes);
        if (thread >= kThreads) {
            wrong = "nobody's message " + bytes.substr(0, 40);
            return;
        }
        const Message wanted = make_message(thread, counts[thread]);
        if (bytes != wanted.bytes || (opcode == Opcode::text) != (wanted.type == NET_WEBSOCKET_TEXT)) {
            wrong = bytes.substr(0, 40) + " where " + wanted.bytes.substr(0, 40) + " should be";
            return;
        }
        ++counts[thread];
        ++all;
    }
};

Arrived arrived()
{
    Arrived result;
    Opcode opcode = Opcode::text;
    std::string bytes;
    for (const ServerEvent &frame : server().events(ServerKind::frame)) {
        if (frame.opcode == Opcode::text || frame.opcode == Opcode::binary) {
            opcode = frame.opcode;
            bytes.clear();
        } else if (frame.opcode != Opcode::continuation) {
            continue;
        }
        bytes += frame.payload;
        if (frame.fin && result.wrong.empty()) {
            result.add(opcode, bytes);
        }
    }
    return result;
}

// ---- the threads ----

void on_threads(const std::function<void(size_t thread)> &work)
{
    std::vector<std::thread> threads;
    for (size_t thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back(work, thread);
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

// By Send, of each thread's messages.
using Accepted = std::array<std::atomic<size_t>, kThreads>;

// For who ends it: each thread has begun.
void wait_for_first(const Accepted &accepted)
{
    while (std::any_of(accepted.begin(), accepted.end(), [](const auto &count) { return count < kFirst; })) {
        std::this_thread::yield();
    }
}

// The code that it was refused with.
int send_until_refused(LoggedClient &client, size_t thread, Accepted &accepted)
{
    for (size_t number = 0;; ++number) {
        if (const int result = send_message(client, thread, number); result != 0) {
            return result;
        }
        ++accepted[thread];
        if (number >= kFirst) {
            std::this_thread::yield();  // for who ends it
        }
    }
}

LoggedClient &client_of_a_server_that_reads_late(uint64_t max_queued_bytes = 0)
{
    server().on_path("/", reads_late());
    NetWebSocket_Options options = new_options();
    options.closeTimeoutMs = 60'000;
    if (max_queued_bytes > 0) {
        options.maxQueuedBytes = max_queued_bytes;
    }
    LoggedClient &client = open_with(options, server().url("/"));
    assert_true(server().wait_for(ServerKind::stalled));
    return client;
}

void assert_closed_well(LoggedClient &client)
{
    assert_true(client.wait_close());
    ASSERT_TEXT(client.log().order(), "oc");
    assert_int_equal(client.log().events(ClientKind::close).front().code, 1000);
    assert_true(server().wait_for(ServerKind::script_done));
}

// Close comes while the server does not read yet.
void all_comes_before_close(void **)
{
    const size_t enough = size_t{is_slow() ? 64U : 256U} << 10;
    LoggedClient &client = client_of_a_server_that_reads_late();
    Counts sent{};
    std::atomic<int> wrong{0};
    on_threads([&](size_t thread) {
        for (size_t number = 0; number < 50 || queued_bytes(client) < enough; ++number) {
            // One message at a time may be sent in parts.
            const bool in_parts = thread == 0 && number % 5 == 0;
            wrong += (in_parts ? send_in_parts(client, thread, number)
                               : send_message(client, thread, number)) != 0;
            wrong += thread == 1 && number % 16 == 0 && ping(client, "ping") != 0;
            sent[thread] = number + 1;
        }
    });
    assert_int_equal(wrong, 0);
    assert_int_equal(client.close(), 0);
    assert_int_equal(client.send("late"), WEBSOCKET_NO_CONNECTION);
    server().release("read");
    assert_closed_well(client);
    const Arrived came = arrived();
    ASSERT_TEXT(came.wrong, "");
    assert_true(came.counts == sent);
    print_message("%zu messages\n", came.all);
}

// What Send has accepted before Close was called goes out. Of what is under way just
// then Send may say that it was accepted, though Close came first.
void close_among_those_who_send(void **)
{
    LoggedClient &client = client_of_a_server_that_reads_late();
    Accepted accepted{};
    std::atomic<size_t> wrong{0};
    std::thread closer([&] {
        wait_for_first(accepted);
        Counts before{};
        std::copy(accepted.begin(), accepted.end(), before.begin());
        wrong += client.close() != 0;
        server().release("read");
        wrong += !client.wait_close();
        const Arrived came = arrived();
        wrong += !came.wrong.empty();
        for (size_t i = 0; i < kThreads; ++i) {
            wrong += came.counts[i] < before[i];
        }
    });
    on_threads([&](size_t thread) {
        wrong += send_until_refused(client, thread, accepted) != WEBSOCKET_NO_CONNECTION;
    });
    closer.join();
    assert_int_equal(wrong, 0);
    assert_closed_well(client);
    const Arrived came = arrived();
    ASSERT_TEXT(came.wrong, "");
    for (size_t i = 0; i < kThreads; ++i) {
        assert_in_range(came.counts[i], accepted[i] - 1, accepted[i]);
    }
}

// What had not gone out is dropped: what comes is the beginning of what each has sent.
void destroy_among_those_who_send(void **)
{
    LoggedClient &client = client_of_a_server_that_reads_late();
    Accepted accepted{};
    std::atomic<size_t> wrong{0};
    std::thread destroyer([&] {
        wait_for_first(accepted);
        wrong += client.destroy() != 0;
    });
    on_threads([&](size_t thread) {
        wrong += send_until_refused(client, thread, accepted) != WEBSOCKET_CLIENT_NOT_CREATED;
    });
    destroyer.join();
    assert_int_equal(wrong, 0);
    server().release("read");
    assert_true(server().wait_all_ended());
    ASSERT_TEXT(client.log().order(), "on");
    const Arrived came = arrived();
    ASSERT_TEXT(came.wrong, "");
    for (size_t i = 0; i < kThreads; ++i) {
        assert_true(came.counts[i] <= accepted[i]);
    }
}

// 1013 for all, then the server reads, and it goes on.
void the_queue_is_full(void **)
{
    const uint64_t bound = uint64_t{is_slow() ? 256U : 1024U} << 10;
    constexpr size_t kMore = 20;
    LoggedClient &client = client_of_a_server_that_reads_late(bound);
    Counts sent{};
    std::atomic<size_t> wrong{0};
    const size_t memory_before = heap_bytes();
    on_threads([&](size_t thread) {
        int result = 0;
        while ((result = send_message(client, thread, sent[thread])) == 0) {
            ++sent[thread];
            wrong += queued_bytes(client) > bound;
        }
        wrong += result != WEBSOCKET_QUEUE_LENGTH_EXCEEDED;
    });
    assert_int_equal(wrong, 0);
    if (!is_slow()) {
        // The queue and 5 % of it, what is on its way through the library, and the threads'.
        assert_in_range(heap_bytes() - std::min(memory_before, heap_bytes()), 0,
                        bound + bound / 20 + (size_t{512} << 10));
    }
    server().release("read");
    assert_true(eventually([&client] { return queued_bytes(client) == 0; }));
    on_threads([&](size_t thread) {
        for (size_t i = 0; i < kMore; ++i) {
            wrong += send_message(client, thread, sent[thread]++) != 0;
        }
    });
    assert_int_equal(wrong, 0);
    assert_int_equal(client.close(), 0);
    assert_closed_well(client);
    const Arrived came = arrived();
    ASSERT_TEXT(came.wrong, "");
    assert_true(came.counts == sent);
}

// What the socket does not take stays in the queue, where it counts: little is kept
// elsewhere.
void the_socket_is_full(void **)
{
    constexpr uint64_t kBound = uint64_t{4} << 20;
    constexpr size_t kMore = size_t{256} << 10;
    LoggedClient &client = client_of_a_server_that_reads_late(kBound);
    const std::string message(size_t{256} << 10, 'x');
    const size_t memory_before = heap_bytes();
    on_threads([&](size_t) {
        while (client.send(message) == 0) {
        }
    });
    if (!is_slow()) {
        assert_in_range(heap_bytes() - std::min(memory_before, heap_bytes()), 0, kBound + kMore);
    }
    server().release("read");
    assert_true(eventually([&client] { return queued_bytes(client) == 0; }));
    assert_int_equal(client.close(), 0);
    assert_closed_well(client);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        CONTENTION_TEST(all_comes_before_close),       CONTENTION_TEST(close_among_those_who_send),
        CONTENTION_TEST(destroy_among_those_who_send), CONTENTION_TEST(the_queue_is_full),
        CONTENTION_TEST(the_socket_is_full),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
