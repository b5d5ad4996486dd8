// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What an open connection costs while nothing happens on it. The server is
// another process, so all memory counted here is the library's.

#include "integration/scene.h"

#include <malloc.h>
#include <poll.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdlib>
#include <fstream>

#include "support/heap.h"
#include "support/process.h"

using namespace nws::test;

namespace {

constexpr size_t kClients = 200;

// Bytes of heap for each connection.
constexpr size_t kPlainGoal = 4'000;
constexpr size_t kTlsGoal = 16'000;

// What its pages may be more. Handshakes at the same time need memory for a
// moment, and leave holes; of those whole pages do not count, for how many there are
// is a matter of how busy the machine is.
constexpr size_t kHoles = 12'000;

struct Cost {
    size_t heap;   // bytes that malloc() has given out, with its overhead, in all arenas
    size_t pages;  // bytes of memory that are this process's alone

    static Cost now()
    {
        Cost cost = {};
        cost.heap = heap_bytes();
#if defined(__GLIBC__)
        malloc_trim(0);
#endif
        std::ifstream smaps("/proc/self/smaps_rollup");
        for (std::string word; smaps >> word;) {
            if (word == "Private_Dirty:") {
                smaps >> cost.pages;
                cost.pages *= 1024;
            }
        }
        return cost;
    }
};

// Sanitizers and valgrind have a malloc() of their own, whose bytes tell nothing.
bool heap_is_countable()
{
    if (NWS_SANITIZED != 0) {
        return false;
    }
    const size_t before = Cost::now().heap;
    void *volatile block = std::malloc(100'000);
    const bool counted = Cost::now().heap >= before + 100'000;
    std::free(block);
    return counted && Cost::now().pages > 0;
}

// ---- clients, without anything that takes memory beside them ----

std::atomic<size_t> g_opened;
std::atomic<size_t> g_messages;
std::atomic<size_t> g_ended;

void on_open(WebSocket *, WebSocket_OpenResult)
{
    ++g_opened;
}

void on_message(WebSocket *, char *, uint32_t)
{
    ++g_messages;
}

void on_error(WebSocket *, WebSocket_ErrorResult error)
{
    print_error("%s\n", error.errorMessage);
    ++g_ended;
}

void on_close(WebSocket *, WebSocket_CloseResult)
{
    ++g_ended;
}

bool wait_for(const std::atomic<size_t> &counter, size_t count)
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (counter < count) {
        if (g_ended > 0 || std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        poll(nullptr, 0, 2);
    }
    return true;
}

struct Clients {
    Process server;
    std::string url;
    std::vector<WebSocket *> handles;

    void connect(size_t count)
    {
        const size_t opened = g_opened + count;
        for (size_t i = 0; i < count; ++i) {
            handles.push_back(OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close));
            assert_int_equal(OH_WebSocketClient_Connect(handles.back(), url.c_str(), {nullptr}), 0);
        }
        assert_true(wait_for(g_opened, opened));
    }

    // A message there and back on each connection from `first`.
    void echo(size_t first, size_t length)
    {
        const std::vector<char> message(length, 'm');
        const size_t messages = g_messages + handles.size() - first;
        for (size_t i = first; i < handles.size(); ++i) {
            char *const data = const_cast<char *>(message.data());
            assert_int_equal(OH_WebSocketClient_Send(handles[i], data, length), 0);
        }
        assert_true(wait_for(g_messages, messages));
    }

    // All callbacks but the first client's have returned when this does.
    void settle()
    {
        const size_t messages = g_messages + 1;
        char byte = 'x';
        assert_int_equal(OH_WebSocketClient_Send(handles.front(), &byte, 1), 0);
        assert_true(wait_for(g_messages, messages));
    }
};

Clients *g_clients;

int set_up_clients(void **)
{
    g_clients = new Clients;
    g_clients->handles.reserve(2 * kClients);
    g_opened = g_messages = g_ended = 0;
    unsetenv("SSL_CERT_DIR");
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
    return setenv("SSL_CERT_FILE", CERTS_DIR "/ca.pem", 1);
}

int tear_down_clients(void **)
{
    for (WebSocket *client : g_clients->handles) {
        OH_WebSocketClient_Destroy(client);
    }
    delete g_clients;
    return 0;
}

void start_server(const char *tls)
{
    std::vector<std::string> command = {WS_TEST_SERVER};
    if (tls != nullptr) {
        command.insert(command.end(),
                       {"--tls", tls, "--cert", CERTS_DIR "/server.pem", "--key", CERTS_DIR "/server.key"});
    }
    assert_true(g_clients->server.start(command));
    const std::string line = g_clients->server.read_line().value_or("");
    const std::string begin = "listening on ws://";
    ASSERT_BEGINS(line, begin);
    const std::string port = line.substr(line.rfind(':') + 1);
    g_clients->url = (tls == nullptr ? "ws://" : "wss://") + ("127.0.0.1:" + std::to_string(std::stoi(port)));
    g_clients->url += "/echo";
}

size_t per_client(size_t before, size_t after)
{
    return after > before ? (after - before) / kClients : 0;
}

void print_cost(const char *kind, const char *when, const Cost &before, const Cost &after)
{
    print_message("%-11s %-24s %6zu bytes of heap, %6zu bytes of pages for each connection\n", kind, when,
                  per_client(before.heap, after.heap), per_client(before.pages, after.pages));
}

// The memory of messages that were sent is kept for a moment, for others. If that
// takes longer than here, less is asked of the library, and not more.
Cost wait_for_trim()
{
    Cost now = Cost::now();
    for (int unchanged = 0; unchanged < 14; ++unchanged) {
        poll(nullptr, 0, 50);
        const Cost before = now;
        now = Cost::now();
        unchanged = now.heap < before.heap ? 0 : unchanged;
    }
    return now;
}

Cost wait_for_idle(const Cost &before, size_t goal)
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    Cost now = Cost::now();
    while (per_client(before.heap, now.heap) > goal && std::chrono::steady_clock::now() < deadline) {
        poll(nullptr, 0, 50);
        now = Cost::now();
    }
    return now;
}

void measure(const char *kind, const char *tls, size_t goal)
{
    if (!heap_is_countable()) {
        print_message("the memory of this process cannot be counted (sanitizer, valgrind, C library)\n");
        skip();
    }
    start_server(tls);
    // What the first connections bring along is not for each of them: threads,
    // vhosts, the trust store, stacks and buffers.
    g_clients->connect(8);
    g_clients->echo(0, 40'000);
    g_clients->settle();

    const size_t first = g_clients->handles.size();
    const Cost before = wait_for_trim();
    g_clients->connect(kClients);
    g_clients->settle();
    const Cost open = Cost::now();
    print_cost(kind, "open", before, open);

    g_clients->echo(first, 40'000);
    g_clients->settle();
    // Another library's memory is its own matter.
    const Cost idle = wait_for_idle(before, LWS_SYSTEM == 0 ? goal : SIZE_MAX);
    print_cost(kind, "after 40 kB both ways", before, idle);
    assert_int_equal(g_ended, 0);
    if (LWS_SYSTEM == 0) {
        assert_in_range(per_client(before.heap, open.heap), 1, goal);
        assert_in_range(per_client(before.heap, idle.heap), 1, goal);
        // An emulator keeps what it translated in pages of the same process.
        assert_in_range(per_client(before.pages, idle.pages), 0, is_emulated() ? SIZE_MAX : goal + kHoles);
    }
}

void plain(void **)
{
    measure("ws", nullptr, kPlainGoal);
}

void tls_1_2(void **)
{
    measure("wss, TLS 1.2", "12", kTlsGoal);
}

void tls_1_3(void **)
{
    measure("wss, TLS 1.3", "13", kTlsGoal);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain, set_up_clients, tear_down_clients),
        cmocka_unit_test_setup_teardown(tls_1_2, set_up_clients, tear_down_clients),
        cmocka_unit_test_setup_teardown(tls_1_3, set_up_clients, tear_down_clients),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
