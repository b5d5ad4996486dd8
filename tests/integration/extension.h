// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the tests of net_websocket_ext.h share: options whose callbacks
// write to the client's log. Include it first, as scene.h.
// Must not know: the library's insides.
//
// What the extension's callbacks tell are notes: text says what, bytes holds the
// payload, code whether a part is the last.

#pragma once

#include "integration/scene.h"

#include <network/netstack/net_websocket_ext.h>

namespace nws::test {

namespace callbacks {

inline void tell(WebSocket *client, std::string text, const void *data, size_t length, bool last = false)
{
    ClientEvent event = EventLog::on_this_thread(ClientKind::note);
    event.text = std::move(text);
    if (length > 0) {
        event.bytes.assign(static_cast<const char *>(data), length);
    }
    event.code = last ? 1 : 0;
    event.terminated = data != nullptr;
    ClientRecords::all().on_event(client, std::move(event));
}

inline std::string name_of(NetWebSocket_MessageType type)
{
    return type == NET_WEBSOCKET_TEXT ? "text" : type == NET_WEBSOCKET_BINARY ? "binary" : "no type";
}

inline void on_typed(WebSocket *client, NetWebSocket_MessageType type, const char *data, size_t length,
                     void *)
{
    tell(client, name_of(type) + (data[length] == '\0' ? "" : " without NUL"), data, length);
}

inline void on_part(WebSocket *client, NetWebSocket_MessageType type, const char *data, size_t length,
                    int last, void *)
{
    tell(client, "part of " + name_of(type), data, length, last != 0);
}

inline void on_pong(WebSocket *client, const void *payload, size_t length, void *)
{
    tell(client, "pong", payload, length);
}

inline void on_drained(WebSocket *client, void *)
{
    tell(client, "drained", nullptr, 0);
}

}  // namespace callbacks

// What holds by itself; no proxy, whatever the machine says.
inline NetWebSocket_Options new_options()
{
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.proxy = "none";
    return options;
}

inline int set_options(LoggedClient &client, const NetWebSocket_Options &options)
{
    return NetWebSocket_SetOptions(client.get(), &options);
}

// A client with these options that is connecting.
inline LoggedClient &connect_with(const NetWebSocket_Options &options, const std::string &url,
                                  const LoggedClient::Fields &fields = {})
{
    LoggedClient &client = new_client();
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(client.connect(url, fields), 0);
    return client;
}

// And one that is open.
inline LoggedClient &open_with(const NetWebSocket_Options &options, const std::string &url)
{
    LoggedClient &client = connect_with(options, url);
    assert_true(client.log().wait_until([](const auto &events) { return !events.empty(); }));
    const ClientEvent first = client.log().snapshot().front();
    ASSERT_TEXT(first.kind == ClientKind::error ? first.text : "", "");
    assert_true(first.kind == ClientKind::open);
    return client;
}

inline int send_typed(LoggedClient &client, NetWebSocket_MessageType type, std::string_view message)
{
    // A copy without a terminator: reading past its end is for ASan to find.
    const std::vector<char> bytes(message.begin(), message.end());
    return NetWebSocket_SendTyped(client.get(), type, bytes.empty() ? nullptr : bytes.data(), bytes.size());
}

inline int send_part(LoggedClient &client, std::string_view part)
{
    const std::vector<char> bytes(part.begin(), part.end());
    return NetWebSocket_SendPart(client.get(), bytes.empty() ? nullptr : bytes.data(), bytes.size());
}

inline int ping(LoggedClient &client, std::string_view payload)
{
    const std::vector<char> bytes(payload.begin(), payload.end());
    return NetWebSocket_Ping(client.get(), bytes.empty() ? nullptr : bytes.data(), bytes.size());
}

inline uint64_t queued_bytes(LoggedClient &client)
{
    uint64_t bytes = UINT64_MAX;
    assert_int_equal(NetWebSocket_GetQueuedBytes(client.get(), &bytes), 0);
    return bytes;
}

inline std::string last_error(LoggedClient &client)
{
    char text[512] = "?";
    assert_int_equal(NetWebSocket_GetLastError(client.get(), text, sizeof text, nullptr), 0);
    return text;
}

inline bool is_note(const ClientEvent &event, const std::string &text)
{
    return event.kind == ClientKind::note && event.text == text;
}

inline bool wait_notes(LoggedClient &client, const std::string &text, size_t count = 1)
{
    return client.log().wait_count([&text](const ClientEvent &event) { return is_note(event, text); }, count);
}

inline std::vector<ClientEvent> notes(LoggedClient &client, const std::string &text)
{
    std::vector<ClientEvent> chosen;
    for (ClientEvent &event : client.log().snapshot()) {
        if (is_note(event, text)) {
            chosen.push_back(std::move(event));
        }
    }
    return chosen;
}

// The error that connecting ends with; "" if it opens.
inline std::string outcome(LoggedClient &client)
{
    assert_true(client.log().wait_until([](const auto &events) { return !events.empty(); }));
    const auto errors = client.log().events(ClientKind::error);
    return errors.empty() ? "" : errors.front().text;
}

// The library's thread has gone round its sockets several times: what was due
// there before has happened.
inline void let_the_loop_turn()
{
    LoggedClient &other = open_client("/echo");
    for (size_t i = 1; i <= 5; ++i) {
        assert_int_equal(other.send("turn"), 0);
        assert_true(other.wait_message_count(i));
    }
    assert_int_equal(other.destroy(), 0);
}

}  // namespace nws::test
