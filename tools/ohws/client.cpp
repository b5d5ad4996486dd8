// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "client.h"

#include "connection_options.h"

namespace nws::ohws {

namespace {

Event event_of(Event::Kind kind, uint32_t code = 0, std::string text = {})
{
    Event event;
    event.kind = kind;
    event.code = code;
    event.text = std::move(text);
    return event;
}

void on_open(WebSocket *, WebSocket_OpenResult result)
{
    Client::events().push(event_of(Event::Kind::open, result.code, result.reason));
}

void on_message(WebSocket *, NetWebSocket_MessageType type, const char *data, size_t length, void *)
{
    Event event = event_of(Event::Kind::message, 0, std::string(data, length));
    event.is_binary = type == NET_WEBSOCKET_BINARY;
    Client::events().push(std::move(event));
}

void on_pong(WebSocket *, const void *payload, size_t length, void *)
{
    Client::events().push(
        event_of(Event::Kind::pong, 0, std::string(static_cast<const char *>(payload), length)));
}

void on_drained(WebSocket *, void *)
{
    Client::events().push(event_of(Event::Kind::drained));
}

int on_reconnect(WebSocket *, uint32_t attempt, uint32_t delay, void *)
{
    Event event = event_of(Event::Kind::reconnect, attempt);
    event.delay = std::chrono::milliseconds(delay);
    Client::events().push(std::move(event));
    return 1;
}

void on_error(WebSocket *, WebSocket_ErrorResult result)
{
    Client::events().push(event_of(Event::Kind::error, result.errorCode, result.errorMessage));
}

void on_close(WebSocket *, WebSocket_CloseResult result)
{
    Client::events().push(event_of(Event::Kind::close, result.code, result.reason));
}

}  // namespace

// The program's, and never freed: the library's thread may end after main().
EventQueue &Client::events()
{
    static EventQueue *const queue = new EventQueue;
    return *queue;
}

Client::Client() : handle_(OH_WebSocketClient_Constructor(on_open, nullptr, on_error, on_close)) {}

Client::~Client()
{
    events().abandon();
    OH_WebSocketClient_Destroy(handle_);
}

bool Client::usable() const noexcept
{
    return handle_ != nullptr && events().descriptor() >= 0;
}

int Client::connect(const ConnectionOptions &options, uint32_t reconnect_attempts, std::string &problem)
{
    LibraryOptions library(options);
    library.values.onTypedMessage = on_message;
    library.values.onPong = on_pong;
    library.values.onDrained = on_drained;
    library.values.onReconnect = on_reconnect;
    library.values.reconnectAttempts = reconnect_attempts;
    library.values.reconnectKeepsQueue = reconnect_attempts > 0 ? 1 : 0;
    library.values.reconnectOn = NET_WEBSOCKET_RECONNECT_ON_LOSS | NET_WEBSOCKET_RECONNECT_ON_FAILURE |
                                 NET_WEBSOCKET_RECONNECT_ON_GOING;
    return start_to_connect(handle_, library.values, options, problem);
}

int Client::send(SendAs as, const std::string &message)
{
    if (as == SendAs::by_content) {
        return OH_WebSocketClient_Send(handle_, const_cast<char *>(message.data()), message.size());
    }
    return NetWebSocket_SendTyped(handle_, as == SendAs::text ? NET_WEBSOCKET_TEXT : NET_WEBSOCKET_BINARY,
                                  message.data(), message.size());
}

int Client::ping(std::string_view payload)
{
    return NetWebSocket_Ping(handle_, payload.data(), payload.size());
}

int Client::close(uint16_t code, const std::string &reason)
{
    return OH_WebSocketClient_Close(handle_, WebSocket_CloseOption{code, reason.c_str()});
}

std::string Client::subprotocol() const
{
    return text_of([this](char *text, size_t capacity, size_t *length) {
        return NetWebSocket_GetSubprotocol(handle_, text, capacity, length);
    });
}

NetWebSocket_ConnectionInfo Client::info() const
{
    NetWebSocket_ConnectionInfo info = {};
    info.structSize = sizeof info;
    return NetWebSocket_GetConnectionInfo(handle_, &info) == WEBSOCKET_OK ? info
                                                                          : NetWebSocket_ConnectionInfo{};
}

std::string Client::peer_certificates() const
{
    return text_of([this](char *text, size_t capacity, size_t *length) {
        return NetWebSocket_GetPeerCertificates(handle_, text, capacity, length);
    });
}

std::string Client::response_headers() const
{
    return text_of([this](char *text, size_t capacity, size_t *length) {
        return NetWebSocket_GetResponseHeaders(handle_, text, capacity, length);
    });
}

}  // namespace nws::ohws
