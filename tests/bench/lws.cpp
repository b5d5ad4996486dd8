// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program nws-bench-lws: libwebsockets as its examples use it, one
// message for each WRITEABLE, frames parsed by the library.
// Must not know: other libraries.

#include <libwebsockets.h>
#include <semaphore.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "program.h"

namespace nws::bench {

namespace {

constexpr size_t kReceiveBuffer = 4096;

Options g_options;
std::vector<uint8_t> g_payload;  // after LWS_PRE bytes
lws_context *g_context;
lws *g_wsi;
lws *g_flooded;

std::string g_text;  // sent once before anything else
std::string g_last;  // and after everything
std::string g_flood_text;
std::atomic<uint64_t> g_to_send{0};
std::atomic<uint64_t> g_remaining{0};
unsigned g_open;
bool g_answer;
bool g_timed;
bool g_stop;
bool g_all_connections;
uint64_t g_answers_due;
uint64_t g_sent;  // to the sink, whose answer tells so
uint64_t g_got;   // bytes of a message
uint64_t g_flood;
Latencies g_latencies;
void (*g_on_last)() = [] { g_stop = true; };

struct PerConnection {
    bool due;
};

int write_text(lws *wsi, std::string &text)
{
    std::vector<uint8_t> bytes(LWS_PRE + text.size());
    std::memcpy(bytes.data() + LWS_PRE, text.data(), text.size());
    const int written = lws_write(wsi, bytes.data() + LWS_PRE, text.size(), LWS_WRITE_TEXT);
    text.clear();
    return written < 0 ? -1 : 0;
}

int write_payload(lws *wsi)
{
    const int written = lws_write(wsi, g_payload.data() + LWS_PRE, g_options.size,
                                  g_options.text ? LWS_WRITE_TEXT : LWS_WRITE_BINARY);
    return written < 0 ? -1 : 0;
}

int on_writeable(lws *wsi, PerConnection *connection)
{
    if (g_all_connections) {
        if (connection->due) {
            connection->due = false;
            return write_payload(wsi);
        }
        return 0;
    }
    if (wsi == g_flooded) {
        return g_flood_text.empty() ? 0 : write_text(wsi, g_flood_text);
    }
    int result = 0;
    if (!g_text.empty()) {
        result = write_text(wsi, g_text);
    } else if (g_to_send > 0) {
        --g_to_send;
        result = write_payload(wsi);
    } else if (!g_last.empty()) {
        return write_text(wsi, g_last);
    }
    if (g_to_send > 0 || !g_last.empty()) {
        lws_callback_on_writable(wsi);
    }
    return result;
}

void on_message(lws *wsi)
{
    if (g_timed) {
        g_latencies.end();
    }
    if (g_answer && g_answers_due > 0) {
        --g_answers_due;
        ++g_to_send;
        if (g_timed) {
            g_latencies.begin();
        }
        lws_callback_on_writable(wsi);
    }
    if (--g_remaining == 0) {
        g_on_last();
    }
}

void on_part(lws *wsi, const char *bytes, size_t length)
{
    const bool last = lws_is_final_fragment(wsi) != 0 && lws_remaining_packet_payload(wsi) == 0;
    if (wsi == g_flooded) {
        g_flood += last;
        return;
    }
    g_got += length;
    if (!last) {
        return;
    }
    // Of many connections, one may have a part when another ends.
    if (g_sent != 0) {
        check_answer(g_options, bytes, length, g_sent);
    } else if (!g_all_connections) {
        check_length(g_options.size, g_got);
    }
    g_got = 0;
    on_message(wsi);
}

int callback(lws *wsi, lws_callback_reasons reason, void *user, void *bytes, size_t length)
{
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        ++g_open;
        break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        fail("connecting failed");
        break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        on_part(wsi, static_cast<char *>(bytes), length);
        break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return on_writeable(wsi, static_cast<PerConnection *>(user));
    // What another thread asks for.
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        if (g_wsi != nullptr && g_to_send > 0) {
            lws_callback_on_writable(g_wsi);
        }
        break;
    default:
        break;
    }
    return 0;
}

const lws_protocols kProtocols[] = {{"bench", callback, sizeof(PerConnection), kReceiveBuffer, 0, nullptr, 0},
                                    {nullptr, nullptr, 0, 0, 0, nullptr, 0}};

void make_context()
{
    lws_set_log_level(LLL_ERR, nullptr);
    lws_context_creation_info info = {};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = kProtocols;
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.fd_limit_per_thread = g_options.connections + 16;
    info.client_ssl_ca_filepath = g_options.ca.empty() ? nullptr : g_options.ca.c_str();
    g_context = lws_create_context(&info);
    if (g_context == nullptr) {
        fail("no context");
    }
}

lws *connect(const std::string &target, uint16_t port = g_options.port)
{
    const std::string path = g_options.path(target);
    lws_client_connect_info info = {};
    lws *wsi = nullptr;
    info.context = g_context;
    info.address = g_options.tls ? "localhost" : "127.0.0.1";
    info.host = info.address;
    info.origin = info.address;
    info.port = port;
    info.path = path.c_str();
    info.local_protocol_name = "bench";
    info.ssl_connection = g_options.tls ? LCCSCF_USE_SSL : 0;
    info.pwsi = &wsi;
    if (lws_client_connect_via_info(&info) == nullptr) {
        fail("no connection");
    }
    return wsi;
}

void run()
{
    g_stop = false;
    while (!g_stop) {
        lws_service(g_context, 0);
    }
}

void wait_open(unsigned count)
{
    while (g_open < count) {
        lws_service(g_context, 0);
    }
}

void open(const std::string &target)
{
    make_context();
    g_wsi = connect(target);
    wait_open(1);
}

void open_connections(unsigned count, std::vector<lws *> &connections)
{
    const unsigned before = g_open;
    for (unsigned i = 0; i < count; ++i) {
        connections.push_back(connect("echo"));
        while (before + i + 1 - g_open > kMostConnecting) {
            lws_service(g_context, 0);
        }
    }
    wait_open(before + count);
}

Result run_send()
{
    open("sink");
    return measure(g_options, [&](uint64_t count) {
        g_remaining = 1;
        g_to_send = count;
        g_sent = count;
        g_last = kEndMark;
        const double start = now();
        lws_callback_on_writable(g_wsi);
        run();
        return now() - start;
    });
}

Result run_receive()
{
    open("source");
    return measure(g_options, [&](uint64_t count) {
        g_remaining = count;
        g_text = source_command(g_options, count);
        const double start = now();
        lws_callback_on_writable(g_wsi);
        run();
        return now() - start;
    });
}

double run_round(uint64_t count, uint64_t window)
{
    g_answer = true;
    g_timed = window == 1;
    g_latencies.clear();
    g_remaining = count;
    g_to_send = std::min(window, count);
    g_answers_due = count - g_to_send;
    const double start = now();
    g_latencies.begin();
    lws_callback_on_writable(g_wsi);
    run();
    return now() - start;
}

Result run_echo()
{
    open("echo");
    return measure(g_options, [](uint64_t count) { return run_round(count, echo_window(g_options)); });
}

Result run_roundtrip()
{
    std::vector<lws *> idle;
    raise_descriptor_limit();
    open("echo");
    open_connections(g_options.connections - 1, idle);
    Result result = measure(g_options, [](uint64_t count) { return run_round(count, 1); });
    g_latencies.report(result);
    return result;
}

Result run_fairness()
{
    open("echo");
    return measure_fairness(
        g_options, g_latencies, [](uint64_t count) { return run_round(count, 1); },
        [] {
            g_flooded = connect("source", g_options.flood_port);
            wait_open(2);
            g_flood_text = flood_command(g_options);
            lws_callback_on_writable(g_flooded);
        },
        [] { return g_flood; });
}

sem_t g_done;

Result run_roundtrip_threads()
{
    open("echo");
    sem_init(&g_done, 0, 0);
    g_on_last = [] { sem_post(&g_done); };
    std::atomic<bool> ending{false};
    std::thread loop([&] {
        while (!ending) {
            lws_service(g_context, 0);
        }
    });
    const Result result = measure_trips(g_options, g_latencies, [] {
        g_remaining = 1;
        g_to_send = 1;
        lws_cancel_service(g_context);
        wait(g_done);
    });
    ending = true;
    lws_cancel_service(g_context);
    loop.join();
    return result;
}

Result run_connections()
{
    std::vector<lws *> connections;
    g_all_connections = true;
    raise_descriptor_limit();
    make_context();
    return measure_connections(
        g_options, [&](unsigned count) { open_connections(count, connections); },
        [&] {
            g_remaining = connections.size();
            for (lws *wsi : connections) {
                static_cast<PerConnection *>(lws_wsi_user(wsi))->due = true;
                lws_callback_on_writable(wsi);
            }
            run();
        },
        [&](double seconds) {
            // The turn that calls a timer goes on to wait for what comes next.
            static lws_sorted_usec_list_t timer;
            const auto stop = [](lws_sorted_usec_list_t *) {
                g_stop = true;
                lws_cancel_service(g_context);
            };
            lws_sul_schedule(g_context, 0, &timer, stop, static_cast<lws_usec_t>(seconds * 1e6));
            run();
        });
}

// One after the other, each with one echo. The bundled build resumes none.
Result run_handshakes()
{
    make_context();
    return measure(g_options, [&](uint64_t count) {
        const double start = now();
        for (uint64_t i = 0; i < count; ++i) {
            g_open = 0;
            lws *wsi = connect("echo");
            wait_open(1);
            g_remaining = 1;
            g_to_send = 1;
            lws_callback_on_writable(wsi);
            run();
            lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
        }
        return now() - start;
    });
}

Result run_mode()
{
    const std::string &mode = g_options.mode;
    if (mode == "send") {
        return run_send();
    }
    if (mode == "receive") {
        return run_receive();
    }
    if (mode == "echo") {
        return run_echo();
    }
    if (mode == "roundtrip") {
        return run_roundtrip();
    }
    if (mode == "fairness") {
        return run_fairness();
    }
    if (mode == "roundtrip-threads") {
        return run_roundtrip_threads();
    }
    if (mode == "connections") {
        return run_connections();
    }
    if (mode == "handshakes" && g_options.tls) {
        return run_handshakes();
    }
    std::exit(kNoSuchMode);
}

}  // namespace

}  // namespace nws::bench

int main(int argc, char **argv)
{
    using namespace nws::bench;
    g_options = parse_options(argc, argv, "nws-bench-lws");
    g_payload = make_payload(g_options);
    g_payload.insert(g_payload.begin(), LWS_PRE, 0);
    print_result(g_options, run_mode());
    std::fflush(stdout);
    std::_Exit(0);
}
