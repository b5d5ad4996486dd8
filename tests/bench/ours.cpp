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
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "program.h"
#include "wire.h"

namespace nws::bench {

namespace {

Options g_options;
std::vector<uint8_t> g_payload;

// What comes back of one: posted when a round is over.
sem_t g_done;

// Of the round; set before it begins, then used by callbacks only.
uint64_t g_remaining;
uint64_t g_to_send;
uint64_t g_sent;
Latencies g_latencies;

std::atomic<unsigned> g_to_open{0};

// Counts how often a queue has drained, for those who found it full.
std::mutex g_drained_mutex;
std::condition_variable g_drained_condition;
std::atomic<uint64_t> g_drained{0};

void check(int result, const char *function)
{
    if (result != WEBSOCKET_OK) {
        fail(std::string(function) + ": " + NetWebSocket_ErrorName(result));
    }
}

int send_payload(WebSocket *client)
{
    return OH_WebSocketClient_Send(client, reinterpret_cast<char *>(g_payload.data()), g_payload.size());
}

void send_checked(WebSocket *client)
{
    check(send_payload(client), "Send");
}

// Waits while the queue is full. On no thread of the library's.
template <typename Send>
void send_patiently(Send send)
{
    for (;;) {
        // A queue that is found full drains after this.
        const uint64_t before = g_drained;
        const int result = send();
        if (result == WEBSOCKET_OK) {
            return;
        }
        if (result != WEBSOCKET_QUEUE_LENGTH_EXCEEDED) {
            check(result, "Send");
        }
        std::unique_lock<std::mutex> lock(g_drained_mutex);
        g_drained_condition.wait(lock, [before] { return g_drained != before; });
    }
}

void on_drained(WebSocket *, void *)
{
    const std::lock_guard<std::mutex> lock(g_drained_mutex);
    ++g_drained;
    g_drained_condition.notify_all();
}

void send_messages(WebSocket *client, uint64_t count)
{
    for (uint64_t i = 0; i < count; ++i) {
        send_patiently([client] { return send_payload(client); });
    }
}

void send_text(WebSocket *client, std::string text)
{
    send_patiently([&] { return OH_WebSocketClient_Send(client, text.data(), text.size()); });
}

void begin_more();

void on_open(WebSocket *, WebSocket_OpenResult)
{
    if (--g_to_open == 0) {
        sem_post(&g_done);
    } else {
        begin_more();
    }
}

void on_error(WebSocket *, WebSocket_ErrorResult error)
{
    fail(error.errorMessage);
}

void on_close(WebSocket *, WebSocket_CloseResult) {}

// What the sink has.
void on_answer(WebSocket *, char *data, uint32_t length)
{
    check_answer(g_options, data, length, g_sent);
    sem_post(&g_done);
}

void on_message(WebSocket *, char *, uint32_t length)
{
    check_length(g_options.size, length);
    if (--g_remaining == 0) {
        sem_post(&g_done);
    }
}

// Answers each message with the next, while there are any.
template <bool kTimed>
void on_echo(WebSocket *client, char *, uint32_t length)
{
    check_length(g_options.size, length);
    if (kTimed) {
        g_latencies.end();
    }
    if (g_to_send > 0) {
        --g_to_send;
        if (kTimed) {
            g_latencies.begin();
        }
        send_checked(client);
    }
    if (--g_remaining == 0) {
        sem_post(&g_done);
    }
}

WebSocket *make_client(WebSocket_OnMessageCallback on_message)
{
    WebSocket *client = OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close);
    if (g_options.mode == "connections" && g_options.ca.empty()) {
        return client;  // as OpenHarmony's functions alone make it
    }
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.onDrained = on_drained;
    options.maxQueuedBytes = std::max<uint64_t>(g_options.queue, 4 * g_options.size);
    options.drainedBytes = options.maxQueuedBytes / 2;
    options.maxSendMessageBytes = std::max<uint64_t>(options.maxSendMessageBytes, g_options.size);
    options.maxReceiveMessageBytes = std::max<uint64_t>(options.maxReceiveMessageBytes, g_options.size);
    options.keepConnectionDetails = g_options.mode == "handshakes" || g_options.mode == "handshakes-resumed";
    if (!g_options.ca.empty()) {
        options.tlsAuthorities = g_options.ca.c_str();
    }
    check(NetWebSocket_SetOptions(client, &options), "SetOptions");
    return client;
}

WebSocket *begin_client(const std::string &url, WebSocket_OnMessageCallback on_message)
{
    WebSocket *client = make_client(on_message);
    check(OH_WebSocketClient_Connect(client, url.c_str(), {nullptr}), "Connect");
    return client;
}

// One client that is open; the program's end closes it.
WebSocket *open_client(const std::string &endpoint, WebSocket_OnMessageCallback on_message)
{
    g_to_open = 1;
    WebSocket *client = begin_client(g_options.url(endpoint), on_message);
    wait(g_done);
    return client;
}

// Those that are still to begin, and where they go. The others connect inside of
// callbacks, too: they have no other thread.
unsigned g_to_begin = 0;
std::vector<WebSocket *> *g_clients = nullptr;

void begin_more()
{
    for (; g_to_begin > 0 && g_to_open - g_to_begin < kMostConnecting; --g_to_begin) {
        g_clients->push_back(begin_client(g_options.url("echo"), on_message));
    }
}

void open_clients(unsigned count, std::vector<WebSocket *> &clients)
{
    if (count == 0) {
        return;
    }
    g_to_open = count;
    g_to_begin = count - 1;
    g_clients = &clients;
    clients.reserve(clients.size() + count);
    clients.push_back(begin_client(g_options.url("echo"), on_message));
    wait(g_done);
}

// Further ones, that do nothing.
void open_idle_clients()
{
    std::vector<WebSocket *> clients;
    if (g_options.connections > 1) {
        raise_descriptor_limit();
        open_clients(g_options.connections - 1, clients);
    }
}

// Each thread sends its part; the mark goes when all have ended.
Result run_send()
{
    WebSocket *client = open_client("sink", on_answer);
    return measure(g_options, [&](uint64_t count) {
        g_sent = count;
        const double start = now();
        std::vector<std::thread> threads;
        for (unsigned i = 1; i < g_options.threads; ++i) {
            const uint64_t part = count / g_options.threads + (i < count % g_options.threads);
            threads.emplace_back([=] { send_messages(client, part); });
        }
        send_messages(client, count / g_options.threads + (count % g_options.threads != 0));
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
    WebSocket *client = open_client("source", on_message);
    return measure(g_options, [&](uint64_t count) {
        g_remaining = count;
        const double start = now();
        send_text(client, source_command(g_options, count));
        wait(g_done);
        return now() - start;
    });
}

double run_round(WebSocket *client, uint64_t count, uint64_t window)
{
    const uint64_t first = std::min(window, count);
    g_latencies.clear();
    g_remaining = count;
    g_to_send = count - first;
    const double start = now();
    if (window == 1) {
        g_latencies.begin();
    }
    for (uint64_t i = 0; i < first; ++i) {
        send_checked(client);
    }
    wait(g_done);
    return now() - start;
}

Result run_echo()
{
    WebSocket *client = open_client("echo", on_echo<false>);
    return measure(g_options,
                   [&](uint64_t count) { return run_round(client, count, echo_window(g_options)); });
}

Result run_roundtrip()
{
    WebSocket *client = open_client("echo", on_echo<true>);
    open_idle_clients();
    Result result = measure(g_options, [&](uint64_t count) { return run_round(client, count, 1); });
    g_latencies.report(result);
    return result;
}

Result run_roundtrip_threads()
{
    WebSocket *client = open_client("echo", on_message);
    return measure_trips(g_options, g_latencies, [client] {
        g_remaining = 1;
        send_checked(client);
        wait(g_done);
    });
}

std::atomic<uint64_t> g_flood{0};

Result run_fairness()
{
    WebSocket *client = open_client("echo", on_echo<true>);
    return measure_fairness(
        g_options, g_latencies, [&](uint64_t count) { return run_round(client, count, 1); },
        [] {
            g_to_open = 1;
            WebSocket *flooded =
                begin_client(g_options.flood_url(), [](WebSocket *, char *, uint32_t length) {
                    check_length(g_options.flood_size, length);
                    ++g_flood;
                });
            wait(g_done);
            send_text(flooded, flood_command(g_options));
        },
        [] { return g_flood.load(); });
}

Result run_peak()
{
    WebSocket *client = open_client("source", on_message);
    return measure_peak(g_options, [&] {
        g_remaining = 1;
        send_text(client, source_command(g_options, 1));
        wait(g_done);
    });
}

// How much memory a queue takes whose server never reads.
Result run_queue()
{
    WebSocket *client = open_client("deaf", on_message);
    const uint64_t before = usage().resident_bytes;
    reset_peak();
    const double start = now();
    Result result;
    // What the sockets take goes out first: full for good is full three times.
    for (int full = 0; full < 3;) {
        const int sent = send_payload(client);
        if (sent == WEBSOCKET_OK) {
            ++result.count;
            full = 0;
        } else if (sent == WEBSOCKET_QUEUE_LENGTH_EXCEEDED) {
            ++full;
            usleep(50000);
        } else {
            check(sent, "Send");
        }
    }
    result.seconds = now() - start;
    result.bytes = result.count * g_options.size;
    result.extra = {{"limit_bytes", static_cast<double>(g_options.queue)},
                    {"grown_bytes", static_cast<double>(usage().peak_bytes - before)}};
    return result;
}

// For callgrind: bursts that one write takes, sent one after the other and on the
// library's thread, so that each run does the same.
uint64_t g_burst;

void send_burst(WebSocket *client)
{
    g_sent = std::min(g_to_send, g_burst);
    g_to_send -= g_sent;
    for (uint64_t i = 0; i < g_sent; ++i) {
        send_checked(client);
    }
    check(OH_WebSocketClient_Send(client, const_cast<char *>(kEndMark), sizeof kEndMark - 1), "Send");
}

void on_burst_sent(WebSocket *client, char *data, uint32_t length)
{
    check_answer(g_options, data, length, g_sent);
    if (g_to_send > 0) {
        send_burst(client);
    } else {
        sem_post(&g_done);
    }
}

Result run_send_bursts()
{
    g_burst = std::max<uint64_t>(1, (size_t{60} << 10) / (g_options.size + kLongestHead));
    WebSocket *client = open_client("sink", on_burst_sent);
    return measure(g_options, [&](uint64_t count) {
        g_to_send = count;
        const double start = now();
        send_burst(client);
        wait(g_done);
        return now() - start;
    });
}

Result run_connections()
{
    std::vector<WebSocket *> clients;
    return measure_connections(
        g_options, [&](unsigned count) { open_clients(count, clients); },
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
    make_client(on_message);
    uint64_t resumed = 0;
    Result result = measure(g_options, [&](uint64_t count) {
        resumed = 0;
        const double start = now();
        for (uint64_t i = 0; i < count; ++i) {
            g_remaining = 1;
            WebSocket *client = open_client("echo", on_message);
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

struct Mode {
    const char *name;
    Result (*run)();
};

const Mode kModes[] = {{"send", run_send},
                       {"receive", run_receive},
                       {"echo", run_echo},
                       {"roundtrip", run_roundtrip},
                       {"roundtrip-threads", run_roundtrip_threads},
                       {"fairness", run_fairness},
                       {"connections", run_connections},
                       {"handshakes", run_handshakes},
                       {"handshakes-resumed", run_handshakes},
                       {"peak", run_peak},
                       {"queue", run_queue},
                       {"send-bursts", run_send_bursts}};

}  // namespace

}  // namespace nws::bench

int main(int argc, char **argv)
{
    using namespace nws::bench;
    g_options = parse_options(argc, argv, "nws-bench-ours");
    g_payload = make_payload(g_options);
    sem_init(&g_done, 0, 0);
    const auto mode = std::find_if(std::begin(kModes), std::end(kModes),
                                   [](const Mode &known) { return g_options.mode == known.name; });
    if (mode == std::end(kModes)) {
        return kNoSuchMode;
    }
    print_result(g_options, mode->run());
    // The connections end with the process: what they would say takes no part.
    _exit(0);
}
