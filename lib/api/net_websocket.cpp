// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the six public functions: check what was given, copy it, post a
// command. Any thread; nothing here waits for the network.
// Must not know: lws, frames.

#include "net_websocket.h"

#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/call.h"
#include "api/environment_options.h"
#include "api/library.h"
#include "api/send.h"
#include "base/close_code.h"
#include "base/log.h"
#include "base/utf8.h"
#include "command/command.h"
#include "connection/handshake.h"
#include "deflate/message_deflater.h"

using namespace nws;

namespace {

// What an option says beats the fields.
void set_field(std::vector<HeaderField> &fields, const char *name, const std::optional<std::string> &value)
{
    if (!value) {
        return;
    }
    remove_fields(fields, name);
    add_field(fields, name, *value);
}

WebSocket_ErrCode connect(Client &client, const char *url_text, const WebSocket_Header *fields_of_connect)
{
    Url url;
    const char *wrong =
        url_text == nullptr ? "it is NULL" : parse_url({url_text, strnlen(url_text, kMaxUrlBytes + 1)}, url);
    if (wrong != nullptr) {
        log(LogLevel::error, "Connect: the URL cannot be used: %s", wrong);
        return WEBSOCKET_CONNECTION_PARSE_URL_ERROR;
    }
    HeaderList fields;
    const WebSocket_ErrCode code = fields.add_all(fields_of_connect);
    if (code != WEBSOCKET_OK) {
        return code;
    }
    std::shared_ptr<const ClientOptions> options = client.options();
    if (options == nullptr) {
        options = std::make_shared<ClientOptions>(environment_options());
    }
    std::vector<HeaderField> merged = merge_header_lists(client.added_headers(), fields);
    set_field(merged, "Host", options->host);
    set_field(merged, "Origin", options->origin);
    set_field(merged, "Sec-WebSocket-Protocol", options->subprotocols);
    if (deflate_available() && options->deflate) {
        add_field(merged, "Sec-WebSocket-Extensions", write_deflate_offer(*options->deflate));
    }
    HandshakeRequest request = make_handshake_request(url, std::move(merged));
    if (request.bytes() > kMaxHandshakeBytes) {
        return WEBSOCKET_HEADER_EXCEEDED;
    }
    Service &service = Library::instance().service;
    auto connection =
        std::make_unique<LwsConnection>(service, ConnectionPlan{std::move(url), std::move(request), options});
    auto command = std::make_unique<ConnectCommand>(&client, 0, connection.get());
    if (!service.ensure_running()) {
        return WEBSOCKET_CONNECTION_ERROR;
    }
    command->generation = client.begin_connect();
    if (command->generation == 0) {
        return WEBSOCKET_CONNECTION_ERROR;
    }
    client.set_limits(*options);
    static_cast<void>(connection.release());  // the command's
    service.post(*command.release());
    return WEBSOCKET_OK;
}

WebSocket_ErrCode send(Client &client, const char *data, size_t length)
{
    if (data == nullptr) {
        return WEBSOCKET_SEND_DATA_NULL;
    }
    if (length == 0) {
        return WEBSOCKET_OK;
    }
    // The length first: looking at all the bytes takes its time.
    if (length > client.max_send_bytes()) {
        return WEBSOCKET_DATA_LENGTH_EXCEEDED;
    }
    return send_message(client, client.state(), is_text({data, length}) ? Opcode::text : Opcode::binary, data,
                        length);
}

WebSocket_ErrCode close(Client &client, const WebSocket_CloseOption &options)
{
    const uint32_t code = options.code == 0 ? uint32_t{kCloseNormal} : options.code;
    const char *reason = options.reason == nullptr ? "" : options.reason;
    const size_t length = strnlen(reason, kMaxCloseReason + 1);
    if (!may_send_close_code(code)) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    if (length > kMaxCloseReason) {
        return WEBSOCKET_DATA_LENGTH_EXCEEDED;
    }
    if (!is_utf8({reason, length})) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    auto command = std::make_unique<CloseCommand>(&client, 0);
    client.set_paused(false);  // the peer's answer is to be received
    const Client::State before = client.begin_close();
    if (before.phase == Phase::closing) {
        return WEBSOCKET_OK;
    }
    if (before.phase != Phase::open && before.phase != Phase::connecting) {
        return WEBSOCKET_NO_CONNECTION;
    }
    command->generation = before.generation;
    command->while_connecting = before.phase == Phase::connecting;
    command->status.set(static_cast<uint16_t>(code), reason, length);
    Library::instance().service.post(*command.release());
    return before.phase == Phase::open ? WEBSOCKET_OK : WEBSOCKET_NO_CONNECTION;
}

}  // namespace

struct WebSocket *OH_WebSocketClient_Constructor(WebSocket_OnOpenCallback onOpen,
                                                 WebSocket_OnMessageCallback onMessage,
                                                 WebSocket_OnErrorCallback onError,
                                                 WebSocket_OnCloseCallback onclose)
{
    Library &library = Library::instance();
    Client *client = Client::create(library.handles);
    if (client == nullptr) {
        return nullptr;
    }
    if (!library.service.client_created()) {
        delete client;
        return nullptr;
    }
    WebSocket &handle = client->slot()->handle;
    handle.onOpen = onOpen;
    handle.onMessage = onMessage;
    handle.onError = onError;
    handle.onClose = onclose;
    HandleTable::publish(client->slot());
    return &handle;
}

int OH_WebSocketClient_AddHeader(struct WebSocket *client, struct WebSocket_Header header)
{
    return call(client, WEBSOCKET_CONNECTION_NO_MEMORY,
                [&](Client &target) { return target.add_header(header); });
}

int OH_WebSocketClient_Connect(struct WebSocket *client, const char *url,
                               struct WebSocket_RequestOptions options)
{
    return call(client, WEBSOCKET_CONNECTION_NO_MEMORY,
                [&](Client &target) { return connect(target, url, options.headers); });
}

int OH_WebSocketClient_Send(struct WebSocket *client, char *data, size_t length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [&](Client &target) { return send(target, data, length); });
}

int OH_WebSocketClient_Close(struct WebSocket *client, struct WebSocket_CloseOption options)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [&](Client &target) { return close(target, options); });
}

int OH_WebSocketClient_Destroy(struct WebSocket *client)
{
    return destroy(client);
}
