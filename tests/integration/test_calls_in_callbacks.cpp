// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Every function of both headers inside every callback of both: on the client whose
// callback it is, on another one that is open, and on one that is gone.

#include "integration/extension.h"

#include "integration/process.h"

using namespace nws::test;

namespace {

// ---- the functions ----

struct Function {
    const char *name;
    int (*call)(WebSocket *client);
    int when_open;       // what it gives for a client that is open
    bool takes_handles;  // else the client does not matter
};

int send_one(WebSocket *client)
{
    char byte = 'x';
    return OH_WebSocketClient_Send(client, &byte, 1);
}

int connect_to_echo(WebSocket *client)
{
    return OH_WebSocketClient_Connect(client, server().url("/echo").c_str(), {nullptr});
}

int set_new_options(WebSocket *client)
{
    const NetWebSocket_Options options = new_options();
    return NetWebSocket_SetOptions(client, &options);
}

int stream_one(WebSocket *client)
{
    const int begun = NetWebSocket_BeginMessage(client, NET_WEBSOCKET_TEXT);
    const int sent = NetWebSocket_SendPart(client, "part", 4);
    const int ended = NetWebSocket_EndMessage(client);
    return begun != 0 ? begun : sent != 0 ? sent : ended;
}

int make_another(WebSocket *)
{
    WebSocket *made = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    connect_to_echo(made);
    return OH_WebSocketClient_Destroy(made);
}

template <int (*get)(WebSocket *, char *, size_t, size_t *)>
int get_text(WebSocket *client)
{
    char text[64];
    return get(client, text, sizeof text, nullptr);
}

const Function kFunctions[] = {
    {"Constructor", make_another, 0, false},
    {"AddHeader",
     [](WebSocket *client) {
         return OH_WebSocketClient_AddHeader(client, {"X-Inside", "a callback", nullptr});
     },
     0, true},
    {"Connect", connect_to_echo, WEBSOCKET_CONNECTION_ERROR, true},
    {"Send", send_one, 0, true},
    {"Close",
     [](WebSocket *client) {
         return OH_WebSocketClient_Close(client, {1000, "inside"});
     },
     0, true},
    {"Destroy", OH_WebSocketClient_Destroy, 0, true},
    {"InitOptions",
     [](WebSocket *) {
         const NetWebSocket_Options options = new_options();
         return options.structSize == sizeof options ? 0 : -1;
     },
     0, false},
    {"SetOptions", set_new_options, WEBSOCKET_CONNECTION_ERROR, true},
    {"SendTyped",
     [](WebSocket *client) { return NetWebSocket_SendTyped(client, NET_WEBSOCKET_BINARY, "x", 1); }, 0, true},
    {"BeginMessage, SendPart, EndMessage", stream_one, 0, true},
    {"Ping", [](WebSocket *client) { return NetWebSocket_Ping(client, "ping", 4); }, 0, true},
    {"Pause, Resume",
     [](WebSocket *client) {
         const int paused = NetWebSocket_Pause(client);
         return paused != 0 ? paused : NetWebSocket_Resume(client);
     },
     0, true},
    {"GetQueuedBytes",
     [](WebSocket *client) {
         uint64_t bytes = 0;
         return NetWebSocket_GetQueuedBytes(client, &bytes);
     },
     0, true},
    {"GetSubprotocol", get_text<NetWebSocket_GetSubprotocol>, 0, true},
    {"GetResponseHeader",
     [](WebSocket *client) {
         char text[64];
         return NetWebSocket_GetResponseHeader(client, "Upgrade", text, sizeof text, nullptr);
     },
     0, true},
    {"GetResponseHeaders", get_text<NetWebSocket_GetResponseHeaders>, 0, true},
    {"GetConnectionInfo",
     [](WebSocket *client) {
         NetWebSocket_ConnectionInfo info;
         info.structSize = sizeof info;
         return NetWebSocket_GetConnectionInfo(client, &info);
     },
     0, true},
    {"GetPeerCertificates", get_text<NetWebSocket_GetPeerCertificates>, 0, true},
    {"GetLastError", get_text<NetWebSocket_GetLastError>, 0, true},
    {"GetUserData",
     [](WebSocket *client) {
         NetWebSocket_GetUserData(client);
         return 0;
     },
     0, false},
    {"GetStatistics",
     [](WebSocket *client) {
         NetWebSocket_Statistics statistics;
         statistics.structSize = sizeof statistics;
         return NetWebSocket_GetStatistics(client, &statistics);
     },
     0, true},
    {"ErrorName, Version, DependencyVersions",
     [](WebSocket *) {
         return *NetWebSocket_ErrorName(WEBSOCKET_OK) != '\0' && *NetWebSocket_Version() != '\0' &&
                        *NetWebSocket_DependencyVersions() != '\0'
                    ? 0
                    : -1;
     },
     0, false},
    {"SetLog",
     [](WebSocket *) {
         NetWebSocket_SetLog([](NetWebSocket_LogLevel, const char *, void *) {}, NET_WEBSOCKET_LOG_DEBUG,
                             nullptr);
         NetWebSocket_SetLog(nullptr, NET_WEBSOCKET_LOG_NONE, nullptr);
         return 0;
     },
     0, false},
    {"SetClientLimit",
     [](WebSocket *) {
         NetWebSocket_SetClientLimit(1000);
         NetWebSocket_SetClientLimit(0);
         return 0;
     },
     0, false},
};

// ---- the callbacks; onLog calls nothing, by its contract ----

struct Callback {
    const char *name;
    const char *path;
    bool (*is)(const ClientEvent &event);
    void (*ask)(NetWebSocket_Options &options);
};

int on_reconnect(WebSocket *client, uint32_t, uint32_t, void *)
{
    callbacks::tell(client, "reconnect", nullptr, 0);
    return 1;
}

void ask_nothing(NetWebSocket_Options &) {}

const Callback kCallbacks[] = {
    {"onOpen", "/echo", [](const ClientEvent &event) { return event.kind == ClientKind::open; }, ask_nothing},
    {"onMessage", "/source?n=1", [](const ClientEvent &event) { return event.kind == ClientKind::message; },
     ask_nothing},
    {"onError", "/status", [](const ClientEvent &event) { return event.kind == ClientKind::error; },
     ask_nothing},
    {"onClose", "/close?code=1000", [](const ClientEvent &event) { return event.kind == ClientKind::close; },
     ask_nothing},
    {"onTypedMessage", "/source?n=1", [](const ClientEvent &event) { return is_note(event, "binary"); },
     [](NetWebSocket_Options &options) { options.onTypedMessage = callbacks::on_typed; }},
    {"onMessagePart", "/source?n=1",
     [](const ClientEvent &event) { return is_note(event, "part of binary"); },
     [](NetWebSocket_Options &options) { options.onMessagePart = callbacks::on_part; }},
    {"onPong", "/echo", [](const ClientEvent &event) { return is_note(event, "pong"); },
     [](NetWebSocket_Options &options) { options.onPong = callbacks::on_pong; }},
    {"onDrained", "/echo", [](const ClientEvent &event) { return is_note(event, "drained"); },
     [](NetWebSocket_Options &options) { options.onDrained = callbacks::on_drained; }},
    {"onReconnect", "/drop", [](const ClientEvent &event) { return is_note(event, "reconnect"); },
     [](NetWebSocket_Options &options) {
         options.onReconnect = on_reconnect;
         options.reconnectAttempts = 1;
         options.reconnectDelayMs = 1;
     }},
};

// ---- a function inside a callback ----

struct Results {
    bool called = false;
    int own = -1, others = -1, gones = -1;
};

// What the API has codes for.
bool is_a_code(int code)
{
    return code == WEBSOCKET_OK || (code >= 1001 && code <= 1018 && code != 1004);
}

void call_inside(const Callback &callback, const Function &function)
{
    NetWebSocket_Options options = new_options();
    options.keepConnectionDetails = 1;
    LoggedClient &other = open_with(options, server().url("/echo"));
    LoggedClient &gone = new_client();
    gone.destroy();
    callback.ask(options);
    LoggedClient &client = new_client();
    Results results;
    client.set_hook([&](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            client.send("x");
            ping(client, "x");
        }
        if (!callback.is(event) || results.called) {
            return;
        }
        results.called = true;
        results.others = function.call(other.get());
        results.gones = function.call(gone.get());
        results.own = function.call(client.get());
        client.log().note("called");
    });
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(client.connect(server().url(callback.path)), 0);
    if (!wait_notes(client, "called") || results.others != function.when_open || !is_a_code(results.own) ||
        results.gones != (function.takes_handles ? WEBSOCKET_CLIENT_NOT_CREATED : 0)) {
        fail_msg("%s inside %s: %s%d of its own, %d of one that is open, %d of one that is gone",
                 function.name, callback.name, results.called ? "" : "not called, ", results.own,
                 results.others, results.gones);
    }
    client.destroy();
    other.destroy();
}

void every_function_inside_every_callback(void **)
{
    for (const Callback &callback : kCallbacks) {
        for (const Function &function : kFunctions) {
            call_inside(callback, function);
            // The library's thread is well.
            open_client("/echo");
            g_scene->clients.clear();
        }
    }
    assert_true(eventually([] { return count_service_threads() == 0; }));
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(every_function_inside_every_callback),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
