// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program nws-bench-ours: this library as an application sees it, the
// public functions only. Must not know: the library's insides.

#include <network/netstack/net_websocket_ext.h>
#include <semaphore.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "program.h"

namespace nws::bench {

namespace {

Options g_options;
std::vector<uint8_t> g_payload;

// What comes back of one: posted when a round is over.
sem_t g_done;
sem_t g_drained;

// Of the round; set before it begins, then used by callbacks only.
uint64_t g_remaining;
uint64_t g_to_send;
bool g_answer;
bool g_timed;
Latencies g_latencies;

std::atomic<unsigned> g_count{0};

void wait(sem_t &semaphore)
{
    while (sem_wait(&semaphore) != 0) {
    }
}

int send_payload(WebSocket *client)
{
    return OH_WebSocketClient_Send(client, reinterpret_cast<char *>(g_payload.data()), g_payload.size());
}

void send_checked(WebSocket *client)
{
    const int result = send_payload(client);
    if (result != WEBSOCKET_OK) {
        fail(std::string("Send: ") + NetWebSocket_ErrorName(result));
    }
}

void send_text(WebSocket *client, std::string text)
{
    int result = 0;
    while ((result = OH_WebSocketClient_Send(client, text.data(), text.size())) != WEBSOCKET_OK) {
        if (result != WEBSOCKET_QUEUE_LENGTH_EXCEEDED) {
            fail(std::string("Send: ") + NetWebSocket_ErrorName(result));
        }
        wait(g_drained);
    }
}

void on_open(WebSocket *, WebSocket_OpenResult)
{
    if (++g_count == g_options.connections) {
        sem_post(&g_done);
    }
}

void on_message(WebSocket *client, char *, uint32_t)
{
    if (g_timed) {
        g_latencies.end();
    }
    if (g_answer && g_to_send > 0) {
        --g_to_send;
        if (g_timed) {
            g_latencies.begin();
        }
        send_checked(client);
    }
    if (--g_remaining == 0) {
        sem_post(&g_done);
    }
}

void on_error(WebSocket *, WebSocket_ErrorResult error)
{
    fail(error.errorMessage);
}

void on_close(WebSocket *, WebSocket_CloseResult) {}

void on_drained(WebSocket *, void *)
{
    sem_post(&g_drained);
}

WebSocket *make_client()
{
    WebSocket *client = OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close);
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.onDrained = on_drained;
    options.maxQueuedBytes = std::max<uint64_t>(g_options.queue, 4 * g_options.size);
    options.drainedBytes = options.maxQueuedBytes / 2;
    options.maxSendMessageBytes = std::max<uint64_t>(options.maxSendMessageBytes, g_options.size);
    options.keepConnectionDetails = g_options.mode == "handshakes" || g_options.mode == "handshakes-resumed";
    if (!g_options.ca.empty()) {
        options.tlsAuthorities = g_options.ca.c_str();
    }
    if (NetWebSocket_SetOptions(client, &options) != WEBSOCKET_OK) {
        fail("SetOptions");
    }
    return client;
}

void connect(WebSocket *client, const std::string &endpoint)
{
    if (OH_WebSocketClient_Connect(client, g_options.url(endpoint).c_str(), {nullptr}) != WEBSOCKET_OK) {
        fail("Connect");
    }
}

// One client that is open; the program's end closes it.
WebSocket *open_client(const std::string &endpoint)
{
    WebSocket *client = make_client();
    connect(client, endpoint);
    wait(g_done);
    return client;
}

void send_messages(WebSocket *client, uint64_t count)
{
    for (uint64_t i = 0; i < count; ++i) {
        int result = 0;
        while ((result = send_payload(client)) != WEBSOCKET_OK) {
            if (result != WEBSOCKET_QUEUE_LENGTH_EXCEEDED) {
                fail(std::string("Send: ") + NetWebSocket_ErrorName(result));
            }
            wait(g_drained);
        }
    }
}

Result run_send()
{
    WebSocket *client = open_client("sink");
    return measure(g_options, [&](uint64_t count) {
        g_remaining = 1;
        const double start = now();
        send_messages(client, count);
        send_text(client, kEndMark);
        wait(g_done);
        return now() - start;
    });
}

// Each thread sends its part; the mark goes when all have ended.
Result run_send_threads()
{
    WebSocket *client = open_client("sink");
    return measure(g_options, [&](uint64_t count) {
        g_remaining = 1;
        const double start = now();
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < g_options.threads; ++i) {
            threads.emplace_back([&, i] {
                const uint64_t mine = count / g_options.threads + (i < count % g_options.threads);
                for (uint64_t j = 0; j < mine; ++j) {
                    // Each may have missed the one callback: it looks again.
                    while (send_payload(client) != WEBSOCKET_OK) {
                        usleep(100);
                    }
                }
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        send_text(client, kEndMark);
        wait(g_done);
        return now() - start;
    });
}

Result run_receive()
{
    WebSocket *client = open_client("source");
    return measure(g_options, [&](uint64_t count) {
        g_remaining = count;
        const double start = now();
        send_text(client, source_command(g_options, count));
        wait(g_done);
        return now() - start;
    });
}

Result run_answering(uint64_t window)
{
    WebSocket *client = open_client("echo");
    g_answer = true;
    g_timed = window == 1;
    Result result = measure(g_options, [&](uint64_t count) {
        const uint64_t first = std::min(window, count);
        g_latencies.clear();
        g_remaining = count;
        g_to_send = count - first;
        const double start = now();
        if (g_timed) {
            g_latencies.begin();
        }
        for (uint64_t i = 0; i < first; ++i) {
            send_checked(client);
        }
        wait(g_done);
        return now() - start;
    });
    g_latencies.report(result);
    return result;
}

Result run_echo()
{
    return run_answering(echo_window(g_options));
}

Result run_roundtrip()
{
    return run_answering(1);
}

Result run_roundtrip_threads()
{
    WebSocket *client = open_client("echo");
    Result result = measure(g_options, [&](uint64_t count) {
        g_latencies.clear();
        const double start = now();
        for (uint64_t i = 0; i < count; ++i) {
            g_remaining = 1;
            g_latencies.begin();
            send_checked(client);
            wait(g_done);
            g_latencies.end();
        }
        return now() - start;
    });
    g_latencies.report(result);
    return result;
}

Result run_connections()
{
    std::vector<WebSocket *> clients;
    return measure_connections(
        g_options,
        [&] {
            for (unsigned i = 0; i < g_options.connections; ++i) {
                clients.push_back(make_client());
                connect(clients.back(), "echo");
            }
            wait(g_done);
        },
        [&] {
            g_remaining = clients.size();
            for (WebSocket *client : clients) {
                send_checked(client);
            }
            wait(g_done);
        },
        [](double seconds) { usleep(static_cast<useconds_t>(seconds * 1e6)); });
}

// One after the other, each with one echo: a session's ticket comes with data.
// Whether any is resumed is the server's choice.
Result run_handshakes()
{
    // Sessions are forgotten when there is no client left.
    make_client();
    uint64_t resumed = 0;
    Result result = measure(g_options, [&](uint64_t count) {
        resumed = 0;
        const double start = now();
        for (uint64_t i = 0; i < count; ++i) {
            g_count = 0;
            g_remaining = 1;
            WebSocket *client = open_client("echo");
            send_checked(client);
            wait(g_done);
            NetWebSocket_ConnectionInfo info;
            info.structSize = sizeof info;
            if (NetWebSocket_GetConnectionInfo(client, &info) == WEBSOCKET_OK && info.tlsResumed != 0) {
                ++resumed;
            }
            OH_WebSocketClient_Destroy(client);
        }
        return now() - start;
    });
    result.extra.emplace_back("resumed", static_cast<double>(resumed) / static_cast<double>(result.count));
    return result;
}

}  // namespace

}  // namespace nws::bench

int main(int argc, char **argv)
{
    using namespace nws::bench;
    g_options = parse_options(argc, argv, "nws-bench-ours");
    g_payload = make_payload(g_options);
    sem_init(&g_done, 0, 0);
    sem_init(&g_drained, 0, 0);
    const std::string &mode = g_options.mode;
    Result (*const run)() = mode == "send"                 ? run_send
                            : mode == "send-threads"       ? run_send_threads
                            : mode == "receive"            ? run_receive
                            : mode == "echo"               ? run_echo
                            : mode == "roundtrip"          ? run_roundtrip
                            : mode == "roundtrip-threads"  ? run_roundtrip_threads
                            : mode == "connections"        ? run_connections
                            : mode == "handshakes"         ? run_handshakes
                            : mode == "handshakes-resumed" ? run_handshakes
                                                           : nullptr;
    if (run == nullptr) {
        return 4;
    }
    print_result(g_options, run());
    // The connections end with the process: what they would say takes no part.
    _exit(0);
}
