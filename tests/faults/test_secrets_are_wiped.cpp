// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// No block of memory is given back with a password, a key or what was made of them
// in it: free() is ours here, and looks at what the library gives it.
//
// Not seen: dead stack frames, and what libwebsockets and the kernel keep in
// buffers that are used again.

#include "faults/rounds.h"

#include <execinfo.h>
#include <malloc.h>

#include <array>
#include <cstring>
#include <fstream>

#include "faults/next_function.h"

using namespace nws::test;

// ---- a free() of our own, for all of the process ----

namespace {

NextFunction<void(void *)> g_free("free");

// Long enough that what free() itself writes into a block leaves most of it.
constexpr char kPassword[] = "the-password-of-somebody-that-nobody-is-to-find";
constexpr size_t kPasswordBytes = sizeof kPassword - 1;

// What must not be found: any piece of a text that is as long as this.
constexpr size_t kPiece = 24;

struct Watched {
    const char *text = nullptr;
    size_t bytes = 0;
};
std::array<Watched, 4> g_watched;
std::atomic<bool> g_watching{false};

std::atomic<size_t> g_found{0};
std::array<void *, 24> g_trace;
std::atomic<int> g_trace_length{0};

bool holds_a_piece(const char *block, size_t bytes) noexcept
{
    for (const Watched &watched : g_watched) {
        for (size_t at = 0; at + kPiece <= watched.bytes; at += kPiece) {
            if (memmem(block, bytes, watched.text + at, kPiece) != nullptr) {
                return true;
            }
        }
    }
    return false;
}

// The calls that lead to the first.
void note_finding() noexcept
{
    const OutsideLibrary block;
    if (g_found.fetch_add(1) == 0) {
        g_trace_length = backtrace(g_trace.data(), static_cast<int>(g_trace.size()));
    }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void free(void *block) noexcept
{
    if (block != nullptr) {
        const size_t bytes = malloc_usable_size(block);
        if (!t_in_library || is_distributions(__builtin_return_address(0))) {
            // Who else leaves something in it is not looked at; but the library may get
            // the block next.
            explicit_bzero(block, bytes);
        } else if (g_watching && holds_a_piece(static_cast<const char *>(block), bytes)) {
            note_finding();
        }
    }
    g_free(block);
}

namespace {

ServerProcess g_server;

void watch(std::initializer_list<Watched> texts)
{
    void *warm_up[2];
    backtrace(warm_up, 2);  // loads what it needs
    g_watched = {};
    std::copy(texts.begin(), texts.end(), g_watched.begin());
    g_found = 0;
    g_trace_length = 0;
    g_watching = true;
}

void assert_nothing_found()
{
    g_watching = false;
    if (g_found > 0) {
        backtrace_symbols_fd(g_trace.data(), g_trace_length, 2);
        fail_msg("%zu blocks were freed with a secret in them", g_found.load());
    }
}

// What the library does with these options and this URL, from Constructor to
// Destroy: a connection, or an attempt at one, and a second one by itself.
void use(const NetWebSocket_Options &options, const char *url, const WebSocket_Header *fields = nullptr)
{
    g_witness.reset();
    const InLibrary block;
    WebSocket *client = OH_WebSocketClient_Constructor(witness::on_open, witness::on_message,
                                                       witness::on_error, witness::on_close);
    assert_non_null(client);
    assert_int_equal(NetWebSocket_SetOptions(client, &options), 0);
    if (fields != nullptr) {
        assert_int_equal(OH_WebSocketClient_AddHeader(client, *fields), 0);
    }
    assert_int_equal(OH_WebSocketClient_Connect(client, url, {const_cast<WebSocket_Header *>(fields)}), 0);
    assert_true(g_witness.wait(
        [](const Witness::Seen &seen) { return seen.opens > 0 || seen.errors > 0 || seen.closes > 0; }));
    assert_int_equal(OH_WebSocketClient_Destroy(client), 0);
    assert_true(eventually([] { return count_service_threads() == 0; }));
    assert_int_equal(g_witness.seen().wrong.size(), 0);
}

NetWebSocket_Options new_options()
{
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.proxy = "none";
    return options;
}

// A test that can fail.
void what_is_not_wiped_is_found(void **)
{
    watch({{kPassword, kPasswordBytes}});
    {
        const InLibrary block;
        std::string text = std::string("behind something else: ") + kPassword;
        text.clear();
    }
    g_watching = false;
    assert_true(g_found > 0);
}

// Base64 of "me:" and the password, with what stands around it.
const char kBasic[] = "bWU6dGhlLXBhc3N3b3JkLW9mLXNvbWVib2R5LXRoYXQtbm9ib2R5LWlzLXRvLWZpbmQ=";

void password_of_a_url(void **)
{
    assert_true(g_server.start(""));
    char url[256];
    std::snprintf(url, sizeof url, "ws://me:%s@%s", kPassword, g_server.url("/echo").c_str() + 5);
    watch({{kPassword, kPasswordBytes}, {kBasic, sizeof kBasic - 1}});
    use(new_options(), url);
    assert_int_equal(g_witness.seen().opens, 1);
    assert_nothing_found();
}

void fields_of_a_request(void **)
{
    assert_true(g_server.start(""));
    const std::string url = g_server.url("/echo");
    for (const char *name : {"Authorization", "Cookie", "X-Token"}) {
        const WebSocket_Header field = {name, kPassword, nullptr};
        watch({{kPassword, kPasswordBytes}});
        use(new_options(), url.c_str(), &field);
        assert_int_equal(g_witness.seen().opens, 1);
        assert_nothing_found();
    }
}

void password_of_a_proxy(void **)
{
    assert_true(g_server.start(""));
    // No proxy, but it is told who asks before it says so.
    const std::string address = g_server.url("").substr(std::strlen("ws://"));
    for (const char *scheme : {"http", "socks5"}) {
        char proxy[256];
        std::snprintf(proxy, sizeof proxy, "%s://me:%s@%s", scheme, kPassword, address.c_str());
        NetWebSocket_Options options = new_options();
        options.proxy = proxy;
        watch({{kPassword, kPasswordBytes}, {kBasic, sizeof kBasic - 1}});
        use(options, "ws://far.example/");
        assert_int_equal(g_witness.seen().errors, 1);
        // As the environment has it.
        setenv("all_proxy", proxy, 1);
        options.proxy = nullptr;
        use(options, "ws://far.example/");
        unsetenv("all_proxy");
        assert_int_equal(g_witness.seen().errors, 1);
        assert_nothing_found();
    }
}

std::string contents(const char *path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Of base64, behind "-----BEGIN ...".
Watched first_line(const std::string &pem)
{
    const size_t begin = pem.find('\n') + 1;
    const size_t end = pem.find('\n', begin);
    assert_true(begin > 0 && end != std::string::npos && end - begin >= kPiece);
    return {pem.data() + begin, end - begin};
}

// As a file, and as text in the option.
void private_key_and_its_password(void **)
{
    assert_true(g_server.start("13"));
    const std::string url = g_server.url("/echo");
    const std::string plain = contents(CERTS_DIR "/client.key");
    const std::string encrypted = contents(CERTS_DIR "/client-long-password.key");
    const Watched in_plain = first_line(plain);
    const Watched in_encrypted = first_line(encrypted);
    NetWebSocket_Options options = new_options();
    options.tlsCertificate = CERTS_DIR "/client.pem";
    options.tlsPrivateKeyPassword = kPassword;
    for (const char *source :
         {CERTS_DIR "/client.key", plain.c_str(), CERTS_DIR "/client-long-password.key", encrypted.c_str()}) {
        options.tlsPrivateKey = source;
        watch({{kPassword, kPasswordBytes}, in_plain, in_encrypted});
        use(options, url.c_str());
        assert_int_equal(g_witness.seen().opens, 1);
        assert_nothing_found();
    }
}

int tear_down_server(void **)
{
    g_watching = false;
    g_server.stop();
    return 0;
}

}  // namespace

#define WIPE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_environment, tear_down_server)

int main()
{
    const CMUnitTest tests[] = {
        WIPE_TEST(what_is_not_wiped_is_found),   WIPE_TEST(password_of_a_url),
        WIPE_TEST(fields_of_a_request),          WIPE_TEST(password_of_a_proxy),
        WIPE_TEST(private_key_and_its_password),
    };
    return cmocka_run_group_tests_name("Secrets are wiped", tests, nullptr, nullptr);
}
