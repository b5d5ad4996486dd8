// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The functions of net_websocket_ext.h: which arguments and which moments they
// accept, what they tell of a client and of the library. What the single options
// do is in extension_options.

#include "integration/extension.h"

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "support/moment.h"

using namespace nws::test;

namespace {

// ---- any pointer is accepted ----

struct Call {
    const char *name;
    int (*call)(WebSocket *);
};

// Good arguments otherwise.
const Call kCalls[] = {
    {"SetOptions",
     [](WebSocket *client) {
         const NetWebSocket_Options options = new_options();
         return NetWebSocket_SetOptions(client, &options);
     }},
    {"SendTyped",
     [](WebSocket *client) { return NetWebSocket_SendTyped(client, NET_WEBSOCKET_BINARY, "x", 1); }},
    {"BeginMessage", [](WebSocket *client) { return NetWebSocket_BeginMessage(client, NET_WEBSOCKET_TEXT); }},
    {"SendPart", [](WebSocket *client) { return NetWebSocket_SendPart(client, "x", 1); }},
    {"EndMessage", [](WebSocket *client) { return NetWebSocket_EndMessage(client); }},
    {"Ping", [](WebSocket *client) { return NetWebSocket_Ping(client, "x", 1); }},
    {"Pause", [](WebSocket *client) { return NetWebSocket_Pause(client); }},
    {"Resume", [](WebSocket *client) { return NetWebSocket_Resume(client); }},
    {"GetQueuedBytes",
     [](WebSocket *client) {
         uint64_t bytes = 0;
         return NetWebSocket_GetQueuedBytes(client, &bytes);
     }},
    {"GetSubprotocol",
     [](WebSocket *client) {
         char text[8];
         return NetWebSocket_GetSubprotocol(client, text, sizeof text, nullptr);
     }},
    {"GetResponseHeader",
     [](WebSocket *client) {
         char text[8];
         return NetWebSocket_GetResponseHeader(client, "Upgrade", text, sizeof text, nullptr);
     }},
    {"GetLastError",
     [](WebSocket *client) {
         char text[8];
         return NetWebSocket_GetLastError(client, text, sizeof text, nullptr);
     }},
};

void assert_every_call_gives(WebSocket *client, int code)
{
    for (const Call &each : kCalls) {
        const int given = each.call(client);
        if (given != code) {
            fail_msg("%s gives %d, not %d", each.name, given, code);
        }
    }
    assert_null(NetWebSocket_GetUserData(client));
}

void null_client(void **)
{
    assert_every_call_gives(nullptr, WEBSOCKET_CLIENT_NULL);
}

void what_is_no_client(void **)
{
    WebSocket on_stack;
    std::memset(static_cast<void *>(&on_stack), 0x5a, sizeof on_stack);
    NetWebSocket_Statistics statistics = {};
    statistics.structSize = sizeof statistics;
    LoggedClient &client = new_client();
    auto *const inside = reinterpret_cast<WebSocket *>(reinterpret_cast<char *>(client.get()) + 1);
    for (WebSocket *own : {&on_stack, inside, reinterpret_cast<WebSocket *>(uintptr_t{1})}) {
        assert_every_call_gives(own, WEBSOCKET_CLIENT_NOT_CREATED);
        assert_int_equal(NetWebSocket_GetStatistics(own, &statistics), WEBSOCKET_CLIENT_NOT_CREATED);
    }
}

void destroyed_client(void **)
{
    LoggedClient &client = open_with(new_options(), server().url("/echo"));
    assert_int_equal(client.destroy(), 0);
    assert_every_call_gives(client.get(), WEBSOCKET_CLIENT_NOT_CREATED);
    NetWebSocket_Statistics statistics = {};
    statistics.structSize = sizeof statistics;
    assert_int_equal(NetWebSocket_GetStatistics(client.get(), &statistics), WEBSOCKET_CLIENT_NOT_CREATED);
}

void missing_arguments(void **)
{
    LoggedClient &client = open_with(new_options(), server().url("/echo"));
    WebSocket *const handle = client.get();
    assert_int_equal(NetWebSocket_SetOptions(handle, nullptr), WEBSOCKET_NO_CLIENT_CONTEXT);
    assert_int_equal(NetWebSocket_SendTyped(handle, NET_WEBSOCKET_TEXT, nullptr, 1),
                     WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(NetWebSocket_SendPart(handle, nullptr, 1), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(NetWebSocket_Ping(handle, nullptr, 1), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(NetWebSocket_GetQueuedBytes(handle, nullptr), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(NetWebSocket_GetResponseHeader(handle, nullptr, nullptr, 0, nullptr),
                     WEBSOCKET_NO_HEADER_CONTEXT);
    assert_int_equal(NetWebSocket_GetStatistics(handle, nullptr), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(NetWebSocket_GetStatistics(nullptr, nullptr), WEBSOCKET_PROTOCOL_ERROR);
    // Texts may be left out, all of them.
    assert_int_equal(NetWebSocket_GetLastError(handle, nullptr, 0, nullptr), 0);
    assert_int_equal(NetWebSocket_GetSubprotocol(handle, nullptr, 0, nullptr), 0);
    NetWebSocket_InitSizedOptions(nullptr, sizeof(NetWebSocket_Options));
    (NetWebSocket_InitOptions)(nullptr);
}

// ---- SetOptions: when, and which struct ----

void options_only_while_not_connected(void **)
{
    server().on_path(
        "/",
        Script().stall("connecting").upgrade().expect_close().stall("closing").send_close(1000).expect_end());
    const NetWebSocket_Options options = new_options();
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(set_options(client, options), 0);

    assert_int_equal(client.connect(server().url("/")), 0);
    assert_int_equal(set_options(client, options), WEBSOCKET_CONNECTION_ERROR);
    server().release("connecting");
    assert_true(client.wait_open());
    assert_int_equal(set_options(client, options), WEBSOCKET_CONNECTION_ERROR);
    assert_int_equal(client.close(), 0);
    assert_int_equal(set_options(client, options), WEBSOCKET_CONNECTION_ERROR);
    server().release("closing");
    assert_true(client.wait_close());
    assert_int_equal(set_options(client, options), 0);
}

// In the last callback of a connection the client may be set up for the next.
void options_in_the_last_callback(void **)
{
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::error || event.kind == ClientKind::close) {
            NetWebSocket_Options options = new_options();
            options.onTypedMessage = callbacks::on_typed;
            client.log().note(std::to_string(set_options(client, options)));
            client.log().note(std::to_string(client.connect(server().url("/subprotocol"))));
        }
    });
    assert_int_equal(client.connect(server().url("/close?code=1000")), 0);
    assert_true(wait_notes(client, "text"));
    client.set_hook(nullptr);
    ASSERT_TEXT(client.log().order(), "ocnnon");
    assert_int_equal(notes(client, "0").size(), 2);
}

// After Close while connecting nothing is told, and the client is free at once.
void options_after_close_while_connecting(void **)
{
    LoggedClient &client = connect_with(new_options(), server().url("/stall"));
    assert_int_equal(client.close(), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(set_options(client, new_options()), 0);
}

void refused(NetWebSocket_Options options, const std::string &what)
{
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), WEBSOCKET_PROTOCOL_ERROR);
    ASSERT_BEGINS(last_error(client), "SetOptions: ");
    ASSERT_CONTAINS(last_error(client), what);
    // As if nothing had been said.
    assert_null(NetWebSocket_GetUserData(client.get()));
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_open());
    client.destroy();
}

void struct_size(void **)
{
    NetWebSocket_Options options = new_options();
    assert_int_equal(options.structSize, sizeof options);
    options.structSize = 0;
    refused(options, "structSize");
    options.structSize = sizeof options / 2;
    refused(options, "structSize");
    // An uninitialised struct; nobody's struct is so large.
    options.structSize = SIZE_MAX;
    refused(options, "structSize");

    // Without the macro: the first version's size.
    NetWebSocket_Options first;
    std::memset(static_cast<void *>(&first), 0x5a, sizeof first);
    (NetWebSocket_InitOptions)(&first);
    assert_int_equal(first.structSize, sizeof first);
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, first), 0);
}

void defaults(void **)
{
    NetWebSocket_Options options;
    std::memset(static_cast<void *>(&options), 0x5a, sizeof options);
    NetWebSocket_InitOptions(&options);
    assert_null(options.userData);
    assert_true(options.onTypedMessage == nullptr && options.onMessagePart == nullptr &&
                options.onPong == nullptr && options.onDrained == nullptr && options.onReconnect == nullptr);
    assert_int_equal(options.maxSendMessageBytes, 4 << 20);
    assert_int_equal(options.maxReceiveMessageBytes, 64 << 20);
    assert_int_equal(options.maxQueuedBytes, 64 << 20);
    assert_int_equal(options.drainedBytes, 0);
    assert_int_equal(options.connectTimeoutMs, 20000);
    assert_int_equal(options.closeTimeoutMs, 5000);
    assert_int_equal(options.pingIntervalMs, 30000);
    assert_int_equal(options.pongTimeoutMs, 60000);
    assert_true(options.subprotocols == nullptr && options.origin == nullptr && options.host == nullptr);
    assert_true(options.tlsVerify != 0);
    assert_int_equal(options.permessageDeflate, 0);
    assert_int_equal(options.reconnectAttempts, 0);
    assert_true(options.proxy == nullptr && options.tlsAuthorities == nullptr);
}

// The environment is a default like others.
void defaults_of_the_environment(void **)
{
    setenv("NET_WEBSOCKET_CONNECT_TIMEOUT", "1234", 1);
    setenv("NET_WEBSOCKET_TLS_VERIFY", "0", 1);
    setenv("NET_WEBSOCKET_MAX_SEND_BYTES", "55", 1);
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    unsetenv("NET_WEBSOCKET_MAX_SEND_BYTES");
    unsetenv("NET_WEBSOCKET_CONNECT_TIMEOUT");
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
    assert_int_equal(options.connectTimeoutMs, 1234);
    assert_int_equal(options.maxSendMessageBytes, 55);
    assert_int_equal(options.tlsVerify, 0);
}

// The application may overwrite its struct and texts as soon as SetOptions returns.
void everything_is_copied(void **)
{
    std::vector<char> subprotocols(16), origin(32), host(32);
    std::strcpy(subprotocols.data(), "copied");
    std::strcpy(origin.data(), "http://copied.example");
    std::strcpy(host.data(), "host.example");
    NetWebSocket_Options options = new_options();
    options.subprotocols = subprotocols.data();
    options.origin = origin.data();
    options.host = host.data();
    options.onTypedMessage = callbacks::on_typed;
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), 0);
    std::memset(static_cast<void *>(&options), '!', sizeof options);
    std::memset(subprotocols.data(), '!', subprotocols.size());
    std::memset(origin.data(), '!', origin.size());
    std::memset(host.data(), '!', host.size());
    server().on_path("/", Script().expect_upgrade().reply_upgrade().send_text("hello").answer_close());
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_true(wait_notes(client, "text"));
    const std::string request = server().events(ServerKind::request).front().payload;
    ASSERT_CONTAINS(request, "Sec-WebSocket-Protocol: copied\r\n");
    ASSERT_CONTAINS(request, "Origin: http://copied.example\r\n");
    ASSERT_CONTAINS(request, "Host: host.example\r\n");
}

// ---- messages with a type ----

void user_data(void **)
{
    static int value;
    static std::atomic<void *> given;
    NetWebSocket_Options options = new_options();
    options.userData = &value;
    options.onTypedMessage = [](WebSocket *client, NetWebSocket_MessageType, const char *, size_t,
                                void *user) {
        given = user;
        callbacks::tell(client, "typed", nullptr, 0);
    };
    LoggedClient &client = new_client();
    assert_null(NetWebSocket_GetUserData(client.get()));
    assert_int_equal(set_options(client, options), 0);
    assert_ptr_equal(NetWebSocket_GetUserData(client.get()), &value);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_int_equal(client.send("x"), 0);
    assert_true(wait_notes(client, "typed"));
    assert_ptr_equal(given.load(), &value);
}

void typed_messages_both_ways(void **)
{
    NetWebSocket_Options options = new_options();
    options.onTypedMessage = callbacks::on_typed;
    LoggedClient &client = open_with(options, server().url("/echo"));
    const std::string bytes("\0\xff\xfe", 3);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, "t\xc3\xa4xt"), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, "t\xc3\xa4xt"), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, bytes), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, std::string(1, '\0')), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, ""), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, ""), 0);
    assert_true(wait_notes(client, "text", 3));
    assert_true(wait_notes(client, "binary", 3));
    const auto texts = notes(client, "text");
    const auto binaries = notes(client, "binary");
    ASSERT_TEXT(texts[0].bytes, "t\xc3\xa4xt");
    assert_true(texts[1].bytes == std::string(1, '\0'));
    assert_true(texts[2].bytes.empty() && texts[2].terminated);
    ASSERT_TEXT(binaries[0].bytes, "t\xc3\xa4xt");
    assert_true(binaries[1].bytes == bytes);
    assert_true(binaries[2].bytes.empty() && binaries[2].terminated);
    // In the order in which they were sent, and none as onMessage.
    ASSERT_TEXT(client.log().order(), "onnnnnn");
    ASSERT_TEXT(texts[0].thread_name, "net_websocket");
}

void without_the_callback_on_message_is_called(void **)
{
    LoggedClient &client = open_with(new_options(), server().url("/echo"));
    assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, "bytes"), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, ""), 0);
    assert_true(client.wait_message_count(2));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "bytes");
    ASSERT_TEXT(client.log().events(ClientKind::message)[1].bytes, "");
}

// The callback is asked for before onMessage, which may be NULL.
void typed_without_on_message(void **)
{
    NetWebSocket_Options options = new_options();
    options.onTypedMessage = callbacks::on_typed;
    LoggedClient &client = new_client();
    client.get()->onMessage = nullptr;
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_int_equal(client.send("hello"), 0);
    assert_true(wait_notes(client, "text"));
}

// The first that is wrong is what the code tells.
void codes_of_send_typed_in_order(void **)
{
    NetWebSocket_Options options = new_options();
    options.maxSendMessageBytes = 8;
    options.maxQueuedBytes = 100;
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), 0);
    WebSocket *const handle = client.get();
    const auto no_type = static_cast<NetWebSocket_MessageType>(3);
    const std::string long_broken(9, '\xff');

    assert_int_equal(NetWebSocket_SendTyped(nullptr, no_type, nullptr, 9), WEBSOCKET_CLIENT_NULL);
    assert_int_equal(NetWebSocket_SendTyped(handle + 1, no_type, nullptr, 9), WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(NetWebSocket_SendTyped(handle, no_type, nullptr, 9), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(send_typed(client, no_type, long_broken), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, long_broken), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, "\xff"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, "\xc3"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, "\xff"), 0);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, "\xff"), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    // For the first connection, as with Send.
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(client.wait_message_count(1));
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(send_typed(client, NET_WEBSOCKET_BINARY, "x"), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(send_typed(client, NET_WEBSOCKET_TEXT, "\xff"), WEBSOCKET_PROTOCOL_ERROR);
}

// ---- what is only possible while open ----

void codes_while_not_open(void **)
{
    LoggedClient &client = new_client();
    const auto assert_closed = [&client] {
        assert_int_equal(ping(client, "x"), WEBSOCKET_NO_CONNECTION);
        assert_int_equal(NetWebSocket_Pause(client.get()), WEBSOCKET_NO_CONNECTION);
        assert_int_equal(NetWebSocket_Resume(client.get()), WEBSOCKET_NO_CONNECTION);
    };
    assert_closed();
    server().on_path("/", Script().stall("go").upgrade().answer_close());
    assert_int_equal(client.connect(server().url("/")), 0);
    assert_closed();
    server().release("go");
    assert_true(client.wait_open());
    assert_int_equal(client.close(), 0);
    assert_closed();
    assert_true(client.wait_close());
    assert_closed();
}

// ---- texts ----

void last_error_is_that_of_the_latest_on_error(void **)
{
    LoggedClient &client = new_client();
    ASSERT_TEXT(last_error(client), "");
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::error) {
            char text[512] = "";
            NetWebSocket_GetLastError(client.get(), text, sizeof text, nullptr);
            client.log().note(text);
        }
    });
    const RefusingPort port;
    const std::string peer = "127.0.0.1:" + std::to_string(port.port());
    assert_int_equal(client.connect("ws://" + peer + "/"), 0);
    assert_true(wait_notes(client, "TCP: connection refused (" + peer + ")"));
    ASSERT_TEXT(last_error(client), "TCP: connection refused (" + peer + ")");
    assert_int_equal(client.connect(server().url("/status?code=403")), 0);
    assert_true(wait_notes(client, "HTTP: 403 Forbidden"));
    client.set_hook(nullptr);
    ASSERT_TEXT(last_error(client), "HTTP: 403 Forbidden");
}

// Always with a NUL, and the whole length beside it.
void texts_are_cut_to_the_capacity(void **)
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(server().url("/status?code=403")), 0);
    assert_true(client.wait_error());
    const std::string whole = "HTTP: 403 Forbidden";
    for (size_t capacity = 0; capacity <= whole.size() + 2; ++capacity) {
        // A block of its own, so that a byte too far is seen.
        std::vector<char> text(capacity, '?');
        size_t length = 0;
        assert_int_equal(
            NetWebSocket_GetLastError(client.get(), capacity > 0 ? text.data() : nullptr, capacity, &length),
            0);
        assert_int_equal(length, whole.size());
        if (capacity > 0) {
            ASSERT_TEXT(text.data(), whole.substr(0, capacity - 1));
        }
    }
}

// ---- inside callbacks ----

void every_function_inside_every_callback(void **)
{
    NetWebSocket_Options options = new_options();
    options.onTypedMessage = callbacks::on_typed;
    options.onPong = callbacks::on_pong;
    options.onDrained = callbacks::on_drained;
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), 0);
    client.set_hook([&client](const ClientEvent &) {
        for (const Call &each : kCalls) {
            each.call(client.get());
        }
        NetWebSocket_EndMessage(client.get());
        NetWebSocket_Statistics statistics = {};
        statistics.structSize = sizeof statistics;
        NetWebSocket_GetStatistics(client.get(), &statistics);
        NetWebSocket_GetStatistics(nullptr, &statistics);
        NetWebSocket_GetUserData(client.get());
    });
    assert_int_equal(client.connect(server().url("/echo")), 0);
    assert_true(wait_notes(client, "text", 5));
    assert_true(wait_notes(client, "pong"));
    assert_true(wait_notes(client, "drained"));
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    client.set_hook(nullptr);
}

// Destroy in the middle of each of the extension's callbacks.
void destroyed_inside_its_callbacks(void **)
{
    for (const std::string kind : {"text", "pong", "drained", "part of text"}) {
        NetWebSocket_Options options = new_options();
        options.onTypedMessage = callbacks::on_typed;
        options.onMessagePart = kind == "part of text" ? callbacks::on_part : nullptr;
        options.onPong = callbacks::on_pong;
        options.onDrained = kind == "drained" ? callbacks::on_drained : nullptr;
        LoggedClient &client = new_client();
        assert_int_equal(set_options(client, options), 0);
        // When the hook has done with the client.
        const auto done = std::make_shared<Moment>();
        client.set_hook([&client, kind, done](const ClientEvent &event) {
            if (is_note(event, kind)) {
                client.destroy();
                done->come();
            }
        });
        assert_int_equal(client.connect(server().url("/echo")), 0);
        assert_true(client.wait_open());
        assert_int_equal(ping(client, "ping"), 0);
        if (kind != "pong") {
            assert_int_equal(client.send("one"), 0);
            client.send("two");  // Or it is gone already.
        }
        assert_true(done->wait());
        client.set_hook(nullptr);
        assert_int_equal(client.destroy(), 0);
        assert_true(is_note(client.log().snapshot().back(), "destroyed"));
    }
}

// ---- the library ----

void error_names(void **)
{
    const std::pair<int, const char *> names[] = {
        {WEBSOCKET_OK, "WEBSOCKET_OK"},
        {E_BASE, "E_BASE"},
        {1001, "WEBSOCKET_CLIENT_NULL"},
        {1002, "WEBSOCKET_CLIENT_NOT_CREATED"},
        {1003, "WEBSOCKET_CONNECTION_ERROR"},
        {1004, "unknown"},
        {1005, "WEBSOCKET_CONNECTION_PARSE_URL_ERROR"},
        {1006, "WEBSOCKET_CONNECTION_NO_MEMORY"},
        {1007, "WEBSOCKET_CONNECTION_CLOSED_BY_PEER"},
        {1008, "WEBSOCKET_DESTROYED"},
        {1009, "WEBSOCKET_PROTOCOL_ERROR"},
        {1010, "WEBSOCKET_SEND_NO_MEMORY"},
        {1011, "WEBSOCKET_SEND_DATA_NULL"},
        {1012, "WEBSOCKET_DATA_LENGTH_EXCEEDED"},
        {1013, "WEBSOCKET_QUEUE_LENGTH_EXCEEDED"},
        {1014, "WEBSOCKET_NO_CLIENT_CONTEXT"},
        {1015, "WEBSOCKET_NO_HEADER_CONTEXT"},
        {1016, "WEBSOCKET_HEADER_EXCEEDED"},
        {1017, "WEBSOCKET_NO_CONNECTION"},
        {1018, "WEBSOCKET_NO_CONNECTION_CONTEXT"},
        {1019, "unknown"},
        {-1, "unknown"},
        {1, "unknown"},
    };
    for (const auto &[code, name] : names) {
        assert_string_equal(NetWebSocket_ErrorName(code), name);
    }
}

void versions(void **)
{
    const std::string version = NetWebSocket_Version();
    assert_int_equal(version.find_first_not_of("0123456789."), std::string::npos);
    assert_true(version.find('.') != std::string::npos);
    assert_ptr_equal(NetWebSocket_Version(), NetWebSocket_Version());
    const std::string dependencies = NetWebSocket_DependencyVersions();
    ASSERT_CONTAINS(dependencies, "libwebsockets 4.");
    ASSERT_CONTAINS(dependencies, LWS_SYSTEM ? "OpenSSL 3." : "Mbed TLS 3.");
    assert_ptr_equal(NetWebSocket_DependencyVersions(), NetWebSocket_DependencyVersions());
}

// ---- the log ----

using LogLines = nws::test::AppendLog<std::pair<NetWebSocket_LogLevel, std::string>>;

void keep_line(NetWebSocket_LogLevel level, const char *line, void *user)
{
    static_cast<LogLines *>(user)->append({level, line});
}

void silence(void **)
{
    NetWebSocket_SetLog(nullptr, NET_WEBSOCKET_LOG_NONE, nullptr);
}

void make_an_error_line()
{
    new_client().connect("no url at all");
}

void log_levels(void **state)
{
    LogLines lines;
    make_an_error_line();
    NetWebSocket_SetLog(keep_line, NET_WEBSOCKET_LOG_NONE, &lines);
    make_an_error_line();
    assert_int_equal(lines.snapshot().size(), 0);
    for (NetWebSocket_LogLevel level : {NET_WEBSOCKET_LOG_ERROR, NET_WEBSOCKET_LOG_WARNING,
                                        NET_WEBSOCKET_LOG_INFO, NET_WEBSOCKET_LOG_DEBUG}) {
        lines.clear();
        NetWebSocket_SetLog(keep_line, level, &lines);
        make_an_error_line();
        const auto kept = lines.snapshot();
        assert_int_equal(kept.size(), 1);
        assert_int_equal(kept[0].first, NET_WEBSOCKET_LOG_ERROR);
        ASSERT_CONTAINS(kept[0].second, "URL");
        assert_int_equal(kept[0].second.find('\n'), std::string::npos);
    }
    silence(state);
}

// The life of a connection, at the level info; what the server words stays one line.
void log_of_connections(void **state)
{
    server().on_path("/", Script().upgrade().send_close(1001, "two\nlines").expect_close(1001).expect_end());
    LogLines lines;
    NetWebSocket_SetLog(keep_line, NET_WEBSOCKET_LOG_INFO, &lines);
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(server().url("/?token=secret")), 0);
    assert_true(client.wait_close());
    const RefusingPort port;
    assert_int_equal(client.connect("ws://127.0.0.1:" + std::to_string(port.port())), 0);
    assert_true(client.wait_error());
    silence(state);

    char name[32];
    std::snprintf(name, sizeof name, "%p: ", static_cast<void *>(client.get()));
    const std::vector<std::string> expected = {"connects to 127.0.0.1", "open", "closed: 1001 two?lines",
                                               "connects to 127.0.0.1", "error 1003: "};
    const auto kept = lines.snapshot();
    assert_int_equal(kept.size(), expected.size());
    for (size_t i = 0; i < kept.size(); ++i) {
        assert_int_equal(kept[i].first, NET_WEBSOCKET_LOG_INFO);
        ASSERT_CONTAINS(kept[i].second, name + expected[i]);
        assert_int_equal(kept[i].second.find("secret"), std::string::npos);
    }
}

// At the level debug, each address besides.
void log_of_addresses(void **state)
{
    LogLines lines;
    NetWebSocket_SetLog(keep_line, NET_WEBSOCKET_LOG_DEBUG, &lines);
    const RefusingPort port;
    assert_true(
        !outcome(connect_with(new_options(), "ws://127.0.0.1:" + std::to_string(port.port()))).empty());
    silence(state);
    size_t found = 0;
    for (const auto &[level, line] : lines.snapshot()) {
        found += level == NET_WEBSOCKET_LOG_DEBUG &&
                 line == std::string("127.0.0.1: ") + std::strerror(ECONNREFUSED);
    }
    assert_int_equal(found, 1);
}

// A warning comes from the library's thread: verification is off.
void log_of_other_threads(void **state)
{
    LogLines lines;
    NetWebSocket_SetLog(keep_line, NET_WEBSOCKET_LOG_ERROR, &lines);
    NetWebSocket_Options options = new_options();
    options.tlsVerify = 0;
    const RefusingPort port;
    const std::string url = "wss://127.0.0.1:" + std::to_string(port.port()) + "/";
    assert_true(!outcome(connect_with(options, url)).empty());
    assert_int_equal(lines.snapshot().size(), 0);

    NetWebSocket_SetLog(keep_line, NET_WEBSOCKET_LOG_WARNING, &lines);
    assert_true(!outcome(connect_with(options, url)).empty());
    assert_true(lines.snapshot().size() >= 1);
    assert_int_equal(lines.snapshot()[0].first, NET_WEBSOCKET_LOG_WARNING);
    ASSERT_CONTAINS(lines.snapshot()[0].second, "not checked");
    silence(state);
}

// While others log, the function is replaced again and again.
void log_is_replaced_at_any_time(void **state)
{
    LogLines lines;
    std::atomic<bool> end{false};
    const std::string long_line(100, 'x');
    std::thread writer([&end] {
        while (!end) {
            WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
            OH_WebSocketClient_Connect(client, "no url at all", {});
            OH_WebSocketClient_Destroy(client);
        }
    });
    for (int i = 0; i < 200; ++i) {
        auto own = std::make_unique<LogLines>();
        NetWebSocket_SetLog(keep_line, NET_WEBSOCKET_LOG_DEBUG, own.get());
        NetWebSocket_SetLog(keep_line, NET_WEBSOCKET_LOG_DEBUG, &lines);
    }
    const bool told = lines.wait_until([](const auto &all) { return !all.empty(); });
    end = true;
    writer.join();
    silence(state);
    assert_true(told);
}

// ---- the limit ----

int no_limit(void **state)
{
    NetWebSocket_SetClientLimit(0);
    return tear_down(state);
}

void client_limit(void **)
{
    LoggedClient &first = new_client();
    LoggedClient &second = new_client();
    NetWebSocket_SetClientLimit(2);
    assert_null(OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr));
    // Lower than what there is: those stay.
    NetWebSocket_SetClientLimit(1);
    assert_null(OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr));
    assert_int_equal(second.connect(server().url("/echo")), 0);
    assert_true(second.wait_open());
    assert_int_equal(first.destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
    assert_null(OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr));
    assert_int_equal(second.destroy(), 0);
    assert_non_null(new_client().get());
    assert_null(OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr));
    NetWebSocket_SetClientLimit(0);
    assert_non_null(new_client().get());
}

}  // namespace

int main()
{
    unsetenv("NET_WEBSOCKET_LOG");
    const CMUnitTest tests[] = {
        SCENE_TEST(null_client),
        SCENE_TEST(what_is_no_client),
        SCENE_TEST(destroyed_client),
        SCENE_TEST(missing_arguments),
        SCENE_TEST(options_only_while_not_connected),
        SCENE_TEST(options_in_the_last_callback),
        SCENE_TEST(options_after_close_while_connecting),
        SCENE_TEST(struct_size),
        SCENE_TEST(defaults),
        SCENE_TEST(defaults_of_the_environment),
        SCENE_TEST(everything_is_copied),
        SCENE_TEST(user_data),
        SCENE_TEST(typed_messages_both_ways),
        SCENE_TEST(without_the_callback_on_message_is_called),
        SCENE_TEST(typed_without_on_message),
        SCENE_TEST(codes_of_send_typed_in_order),
        SCENE_TEST(codes_while_not_open),
        SCENE_TEST(last_error_is_that_of_the_latest_on_error),
        SCENE_TEST(texts_are_cut_to_the_capacity),
        SCENE_TEST(every_function_inside_every_callback),
        SCENE_TEST(destroyed_inside_its_callbacks),
        SCENE_TEST(error_names),
        SCENE_TEST(versions),
        SCENE_TEST(log_levels),
        SCENE_TEST(log_of_connections),
        SCENE_TEST(log_of_addresses),
        SCENE_TEST(log_of_other_threads),
        SCENE_TEST(log_is_replaced_at_any_time),
        cmocka_unit_test_setup_teardown(client_limit, set_up, no_limit),
    };
    return cmocka_run_group_tests_name("extension", tests, nullptr, nullptr);
}
