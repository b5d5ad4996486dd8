// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "client.h"

#include <network/netstack/net_websocket.h>

#include "options.h"

namespace nws::ohws {

namespace {

constexpr uint32_t kNormalClosure = 1000;

void on_open(WebSocket *, WebSocket_OpenResult result)
{
    Client::events().push({Event::Kind::open, result.code, result.reason});
}

void on_message(WebSocket *, char *data, uint32_t length)
{
    Client::events().push({Event::Kind::message, 0, std::string(data, length)});
}

void on_error(WebSocket *, WebSocket_ErrorResult result)
{
    Client::events().push({Event::Kind::error, result.errorCode, result.errorMessage});
}

void on_close(WebSocket *, WebSocket_CloseResult result)
{
    Client::events().push({Event::Kind::close, result.code, result.reason});
}

}  // namespace

// Callbacks are given no pointer of ours, so this one is the program's. Never
// freed: the library's thread may end after main().
EventQueue &Client::events()
{
    static EventQueue *const queue = new EventQueue;
    return *queue;
}

Client::Client() : handle_(OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close)) {}

Client::~Client()
{
    events().abandon();
    OH_WebSocketClient_Destroy(handle_);
}

bool Client::usable() const noexcept
{
    return handle_ != nullptr && events().descriptor() >= 0;
}

int Client::add_header(const HeaderField &field)
{
    const WebSocket_Header header = {field.name.c_str(), field.value.c_str(), nullptr};
    return OH_WebSocketClient_AddHeader(handle_, header);
}

int Client::connect(const std::string &url)
{
    return OH_WebSocketClient_Connect(handle_, url.c_str(), WebSocket_RequestOptions{});
}

int Client::send(std::string &message)
{
    return OH_WebSocketClient_Send(handle_, message.data(), message.size());
}

int Client::close()
{
    return OH_WebSocketClient_Close(handle_, WebSocket_CloseOption{kNormalClosure, nullptr});
}

const char *describe_code(int code) noexcept
{
    switch (code) {
    case WEBSOCKET_CONNECTION_ERROR:
        return "cannot start to connect";
    case WEBSOCKET_CONNECTION_PARSE_URL_ERROR:
        return "not a WebSocket URL";
    case WEBSOCKET_CONNECTION_NO_MEMORY:
    case WEBSOCKET_SEND_NO_MEMORY:
        return "out of memory";
    case WEBSOCKET_PROTOCOL_ERROR:
        return "forbidden characters";
    case WEBSOCKET_NO_HEADER_CONTEXT:
        return "no name";
    case WEBSOCKET_HEADER_EXCEEDED:
        return "too many header fields, or too long";
    case WEBSOCKET_DATA_LENGTH_EXCEEDED:
        return "longer than a message may be";
    case WEBSOCKET_QUEUE_LENGTH_EXCEEDED:
        return "too much is waiting to be sent";
    case WEBSOCKET_NO_CONNECTION:
        return "the connection is closed";
    default:
        return "unexpected error of the library";
    }
}

}  // namespace nws::ohws
