// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "connection_options.h"

#include <cmath>
#include <string_view>

namespace nws::ohws {

namespace {

std::string joined(const std::vector<std::string> &parts, const char *between)
{
    std::string text;
    for (const std::string &part : parts) {
        text += (text.empty() ? "" : between) + part;
    }
    return text;
}

void set(const char *&field, const std::string &text)
{
    if (!text.empty()) {
        field = text.c_str();
    }
}

}  // namespace

LibraryOptions::LibraryOptions(const ConnectionOptions &options)
    : subprotocols_(joined(options.subprotocols, ", ")), pins_(joined(options.pins, ";"))
{
    NetWebSocket_InitOptions(&values);
    values.keepConnectionDetails = options.details ? 1 : 0;
    set(values.subprotocols, subprotocols_);
    set(values.proxy, options.proxy);
    if (options.connect_timeout > 0) {
        values.connectTimeoutMs = static_cast<uint32_t>(std::ceil(options.connect_timeout * 1000));
    }
    if (options.compress) {
        values.permessageDeflate = 1;
    }
    set(values.tlsAuthorities, options.authorities);
    set(values.tlsCertificate, options.certificate);
    set(values.tlsPrivateKey, options.private_key);
    set(values.tlsPins, pins_);
    set(values.tlsServerName, options.server_name);
    if (options.insecure) {
        values.tlsVerify = 0;
    }
}

namespace {

// Why SetOptions refused, in the words of the library's options.
std::string options_problem(WebSocket *client)
{
    const std::string text = text_of([client](char *out, size_t capacity, size_t *length) {
        return NetWebSocket_GetLastError(client, out, capacity, length);
    });
    constexpr std::string_view kPrefix = "SetOptions: ";
    return text.compare(0, kPrefix.size(), kPrefix) == 0 ? text.substr(kPrefix.size()) : text;
}

// `about` says of what the code is.
int add_headers(WebSocket *client, const ConnectionOptions &options, std::string &about)
{
    for (const HeaderField &field : options.headers) {
        const WebSocket_Header header = {field.name.c_str(), field.value.c_str(), nullptr};
        if (const int code = OH_WebSocketClient_AddHeader(client, header); code != WEBSOCKET_OK) {
            about = "header field " + field.name;
            return code;
        }
    }
    return WEBSOCKET_OK;
}

}  // namespace

int start_to_connect(WebSocket *client, const NetWebSocket_Options &library, const ConnectionOptions &options,
                     std::string &problem)
{
    int code = NetWebSocket_SetOptions(client, &library);
    if (code != WEBSOCKET_OK) {
        problem = options_problem(client);
        return code;
    }
    std::string about;
    code = add_headers(client, options, about);
    if (code == WEBSOCKET_OK) {
        about = options.url;
        code = OH_WebSocketClient_Connect(client, about.c_str(), WebSocket_RequestOptions{});
    }
    problem = about + ": " + describe_code(code);
    return code;
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

bool is_mistake(int code) noexcept
{
    return code == WEBSOCKET_CONNECTION_PARSE_URL_ERROR || code == WEBSOCKET_PROTOCOL_ERROR ||
           code == WEBSOCKET_NO_HEADER_CONTEXT || code == WEBSOCKET_HEADER_EXCEEDED;
}

}  // namespace nws::ohws
