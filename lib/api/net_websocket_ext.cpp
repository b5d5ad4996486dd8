// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the functions of net_websocket_ext.h, as net_websocket.cpp those of
// OpenHarmony: look the client up, check, copy, post. Any thread.
// Must not know: what a command brings about.

#include "net_websocket_ext.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "api/call.h"
#include "api/extended_options.h"
#include "api/library.h"
#include "api/send.h"
#include "base/header_list.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"
#include "command/command.h"
#include "service/versions.h"

using namespace nws;

namespace {

int set_options(Client &client, const NetWebSocket_Options *options)
{
    if (options == nullptr) {
        return WEBSOCKET_NO_CLIENT_CONTEXT;
    }
    const Phase phase = client.state().phase;
    if (phase != Phase::idle && phase != Phase::ended) {
        return WEBSOCKET_CONNECTION_ERROR;
    }
    auto read = std::make_shared<ClientOptions>();
    std::string problem;
    if (!read_options(options, *read, problem)) {
        log(LogLevel::error, "SetOptions: %s", problem.c_str());
        client.set_last_error(concat({"SetOptions: ", problem}).c_str());
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    client.set_options(std::move(read));
    return WEBSOCKET_OK;
}

int send_typed(Client &client, NetWebSocket_MessageType type, const void *data, size_t length)
{
    if (data == nullptr && length > 0) {
        return WEBSOCKET_SEND_DATA_NULL;
    }
    if (type != NET_WEBSOCKET_TEXT && type != NET_WEBSOCKET_BINARY) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    // The length first: looking at all the bytes takes its time.
    if (length > client.max_send_bytes()) {
        return WEBSOCKET_DATA_LENGTH_EXCEEDED;
    }
    if (type == NET_WEBSOCKET_TEXT && !is_utf8({static_cast<const char *>(data), length})) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    return send_message(client, client.state(), type == NET_WEBSOCKET_TEXT ? Opcode::text : Opcode::binary,
                        data, length);
}

// ---- a message in parts; all with the stream's lock held ----

int begin_message(Client &client, NetWebSocket_MessageType type)
{
    if (type != NET_WEBSOCKET_TEXT && type != NET_WEBSOCKET_BINARY) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    OutgoingStream &stream = client.stream();
    const std::lock_guard<std::mutex> lock(stream.mutex);
    const Client::State state = client.state();
    if (state.phase == Phase::closing || state.phase == Phase::ended) {
        return WEBSOCKET_NO_CONNECTION;
    }
    if (in_message(client, state)) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    stream.open_for = std::max(state.generation, 1U);
    stream.begun = false;
    stream.opcode = type == NET_WEBSOCKET_TEXT ? Opcode::text : Opcode::binary;
    stream.utf8.reset();
    return WEBSOCKET_OK;
}

int send_part(Client &client, const void *data, size_t length)
{
    if (data == nullptr && length > 0) {
        return WEBSOCKET_SEND_DATA_NULL;
    }
    OutgoingStream &stream = client.stream();
    const std::lock_guard<std::mutex> lock(stream.mutex);
    const Client::State state = client.state();
    if (!in_message(client, state)) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    Utf8Validator utf8 = stream.utf8;
    if (stream.opcode == Opcode::text && !utf8.feed(static_cast<const char *>(data), length)) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    if (length == 0) {
        return WEBSOCKET_OK;
    }
    const WebSocket_ErrCode code =
        send_message(client, state, stream.opcode, data, length, stream.begun ? Piece::middle : Piece::first);
    if (code == WEBSOCKET_OK) {
        stream.begun = true;
        stream.utf8 = utf8;
    }
    return code;
}

int end_message(Client &client)
{
    OutgoingStream &stream = client.stream();
    const std::lock_guard<std::mutex> lock(stream.mutex);
    const Client::State state = client.state();
    if (!in_message(client, state) || (stream.opcode == Opcode::text && !stream.utf8.complete())) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    const WebSocket_ErrCode code =
        send_message(client, state, stream.opcode, nullptr, 0, stream.begun ? Piece::last : Piece::whole);
    if (code == WEBSOCKET_OK) {
        stream.open_for = 0;
    }
    return code;
}

// ---- control frames, flow ----

int ping(Client &client, const void *payload, size_t length)
{
    if (payload == nullptr && length > 0) {
        return WEBSOCKET_SEND_DATA_NULL;
    }
    if (length > kMaxControlPayload) {
        return WEBSOCKET_DATA_LENGTH_EXCEEDED;
    }
    const Client::State state = client.state();
    if (state.phase != Phase::open) {
        return WEBSOCKET_NO_CONNECTION;
    }
    auto command = std::make_unique<PingCommand>(&client, state.generation);
    command->length = static_cast<uint8_t>(length);
    if (length > 0) {
        std::memcpy(command->payload, payload, length);
    }
    Library::instance().service.post(*command.release());
    return WEBSOCKET_OK;
}

int set_paused(Client &client, bool paused) noexcept
{
    if (client.state().phase != Phase::open) {
        return WEBSOCKET_NO_CONNECTION;
    }
    client.set_paused(paused);
    if (client.begin_flow_command()) {
        Library::instance().service.post(client.flow_command());
    }
    return WEBSOCKET_OK;
}

int give_text(std::string_view text, char *out, size_t capacity, size_t *length)
{
    if (length != nullptr) {
        *length = text.size();
    }
    if (out != nullptr && capacity > 0) {
        const size_t copied = std::min(text.size(), capacity - 1);
        std::memcpy(out, text.data(), copied);
        out[copied] = '\0';
    }
    return WEBSOCKET_OK;
}

// All fields of this name, joined (RFC 9110 5.3). False: there is none.
bool find_field(std::string_view fields, std::string_view name, std::string &value)
{
    bool found = false;
    while (!fields.empty()) {
        const size_t end = fields.find("\r\n");
        const std::string_view line = fields.substr(0, end);
        fields.remove_prefix(end + 2);
        const size_t colon = line.find(':');
        if (equal_ignoring_case(line.substr(0, colon), name)) {
            value.append(found ? ", " : "").append(trim_white_space(line.substr(colon + 1)));
            found = true;
        }
    }
    return found;
}

int response_field(Client &client, const char *name, bool needed, char *out, size_t capacity, size_t *length)
{
    if (name == nullptr) {
        return WEBSOCKET_NO_HEADER_CONTEXT;
    }
    const std::shared_ptr<const std::string> fields = client.response();
    if (fields == nullptr) {
        return WEBSOCKET_NO_CONNECTION;
    }
    std::string value;
    if (!find_field(*fields, name, value) && needed) {
        return WEBSOCKET_NO_HEADER_CONTEXT;
    }
    return give_text(value, out, capacity, length);
}

void read_statistics(const Statistics &from, NetWebSocket_Statistics &to) noexcept
{
    to.messagesSent = from.messages_sent.get();
    to.messagesReceived = from.messages_received.get();
    to.bytesSent = from.bytes_sent.get();
    to.bytesReceived = from.bytes_received.get();
    to.framesSent = from.frames_sent.get();
    to.framesReceived = from.frames_received.get();
    to.queueHighWaterBytes = from.queue_high_water.get();
    to.connects = from.connects.get();
    to.reconnects = from.reconnects.get();
    to.roundTripMicroseconds = from.round_trip_microseconds.get();
}

// What the caller's struct has room for, with 0 for what the library does not
// know of. Info begins with its size, as the caller has set it.
template <typename Info>
int give_sized(Info *to, const Info &known) noexcept
{
    const size_t size = to->structSize;
    std::memset(static_cast<void *>(to), 0, size);
    std::memcpy(static_cast<void *>(to), &known, std::min(size, sizeof known));
    to->structSize = size;
    return WEBSOCKET_OK;
}

template <typename Info>
bool is_sized(const Info *info) noexcept
{
    return info != nullptr && info->structSize >= sizeof info->structSize;
}

int give_statistics(const Statistics &from, NetWebSocket_Statistics *statistics) noexcept
{
    if (!is_sized(statistics)) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    NetWebSocket_Statistics known = {};
    read_statistics(from, known);
    return give_sized(statistics, known);
}

template <size_t capacity>
void cut_to(char (&out)[capacity], const std::string &text) noexcept
{
    out[text.copy(out, capacity - 1)] = '\0';
}

int connection_info(Client &client, NetWebSocket_ConnectionInfo *info)
{
    if (!is_sized(info)) {
        return WEBSOCKET_PROTOCOL_ERROR;
    }
    const std::shared_ptr<const ConnectionDetails> details = client.details();
    if (details == nullptr) {
        return WEBSOCKET_NO_CONNECTION;
    }
    NetWebSocket_ConnectionInfo known = {};
    known.resolvedMicroseconds = details->times.resolved;
    known.tcpMicroseconds = details->times.connected;
    known.proxyMicroseconds = details->times.proxy;
    known.tlsMicroseconds = details->times.tls;
    known.openMicroseconds = details->times.open;
    known.redirects = details->redirects;
    known.tlsResumed = details->tls_resumed ? 1 : 0;
    cut_to(known.peerAddress, details->peer_address);
    cut_to(known.localAddress, details->local_address);
    cut_to(known.tlsVersion, details->tls_version);
    cut_to(known.tlsCipher, details->tls_cipher);
    cut_to(known.proxy, details->proxy);
    return give_sized(info, known);
}

}  // namespace

void(NetWebSocket_InitOptions)(NetWebSocket_Options *options)
{
    NetWebSocket_InitSizedOptions(options, kFirstOptionsSize);
}

void NetWebSocket_InitSizedOptions(NetWebSocket_Options *options, size_t structSize)
{
    if (options == nullptr || structSize < sizeof options->structSize) {
        return;
    }
    try {
        fill_in_defaults(options, structSize);
    } catch (const std::bad_alloc &) {
        std::memset(options, 0, structSize);  // SetOptions refuses that
    }
}

int NetWebSocket_SetOptions(struct WebSocket *client, const NetWebSocket_Options *options)
{
    return call(client, WEBSOCKET_CONNECTION_NO_MEMORY,
                [&](Client &target) { return set_options(target, options); });
}

int NetWebSocket_SendTyped(struct WebSocket *client, NetWebSocket_MessageType type, const void *data,
                           size_t length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY,
                [&](Client &target) { return send_typed(target, type, data, length); });
}

int NetWebSocket_BeginMessage(struct WebSocket *client, NetWebSocket_MessageType type)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY,
                [&](Client &target) { return begin_message(target, type); });
}

int NetWebSocket_SendPart(struct WebSocket *client, const void *data, size_t length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY,
                [&](Client &target) { return send_part(target, data, length); });
}

int NetWebSocket_EndMessage(struct WebSocket *client)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [](Client &target) { return end_message(target); });
}

int NetWebSocket_Ping(struct WebSocket *client, const void *payload, size_t length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY,
                [&](Client &target) { return ping(target, payload, length); });
}

int NetWebSocket_Pause(struct WebSocket *client)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [](Client &target) { return set_paused(target, true); });
}

int NetWebSocket_Resume(struct WebSocket *client)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [](Client &target) { return set_paused(target, false); });
}

int NetWebSocket_GetQueuedBytes(struct WebSocket *client, uint64_t *bytes)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [&](Client &target) -> int {
        if (bytes == nullptr) {
            return WEBSOCKET_SEND_DATA_NULL;
        }
        *bytes = target.queued_bytes();
        return WEBSOCKET_OK;
    });
}

int NetWebSocket_GetSubprotocol(struct WebSocket *client, char *text, size_t capacity, size_t *length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [&](Client &target) {
        return response_field(target, "Sec-WebSocket-Protocol", false, text, capacity, length);
    });
}

int NetWebSocket_GetResponseHeader(struct WebSocket *client, const char *name, char *value, size_t capacity,
                                   size_t *length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY,
                [&](Client &target) { return response_field(target, name, true, value, capacity, length); });
}

int NetWebSocket_GetResponseHeaders(struct WebSocket *client, char *text, size_t capacity, size_t *length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [&](Client &target) -> int {
        const std::shared_ptr<const std::string> fields = target.response();
        return fields == nullptr ? WEBSOCKET_NO_CONNECTION : give_text(*fields, text, capacity, length);
    });
}

int NetWebSocket_GetConnectionInfo(struct WebSocket *client, NetWebSocket_ConnectionInfo *info)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY,
                [&](Client &target) { return connection_info(target, info); });
}

int NetWebSocket_GetPeerCertificates(struct WebSocket *client, char *text, size_t capacity, size_t *length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY, [&](Client &target) -> int {
        const std::shared_ptr<const ConnectionDetails> details = target.details();
        return details == nullptr ? WEBSOCKET_NO_CONNECTION
                                  : give_text(details->certificates, text, capacity, length);
    });
}

int NetWebSocket_GetLastError(struct WebSocket *client, char *text, size_t capacity, size_t *length)
{
    return call(client, WEBSOCKET_SEND_NO_MEMORY,
                [&](Client &target) { return give_text(target.last_error(), text, capacity, length); });
}

void *NetWebSocket_GetUserData(struct WebSocket *client)
{
    void *user_data = nullptr;
    call(client, WEBSOCKET_SEND_NO_MEMORY, [&](Client &target) -> int {
        if (const std::shared_ptr<const ClientOptions> options = target.options()) {
            user_data = options->session.callbacks.user_data;
        }
        return WEBSOCKET_OK;
    });
    return user_data;
}

int NetWebSocket_GetStatistics(struct WebSocket *client, NetWebSocket_Statistics *statistics)
{
    if (client == nullptr) {
        return give_statistics(all_clients(), statistics);
    }
    return call(client, WEBSOCKET_SEND_NO_MEMORY,
                [&](Client &target) { return give_statistics(target.statistics(), statistics); });
}

const char *NetWebSocket_ErrorName(int code)
{
    switch (code) {
    case WEBSOCKET_OK:
        return "WEBSOCKET_OK";
    case E_BASE:
        return "E_BASE";
    case WEBSOCKET_CLIENT_NULL:
        return "WEBSOCKET_CLIENT_NULL";
    case WEBSOCKET_CLIENT_NOT_CREATED:
        return "WEBSOCKET_CLIENT_NOT_CREATED";
    case WEBSOCKET_CONNECTION_ERROR:
        return "WEBSOCKET_CONNECTION_ERROR";
    case WEBSOCKET_CONNECTION_PARSE_URL_ERROR:
        return "WEBSOCKET_CONNECTION_PARSE_URL_ERROR";
    case WEBSOCKET_CONNECTION_NO_MEMORY:
        return "WEBSOCKET_CONNECTION_NO_MEMORY";
    case WEBSOCKET_CONNECTION_CLOSED_BY_PEER:
        return "WEBSOCKET_CONNECTION_CLOSED_BY_PEER";
    case WEBSOCKET_DESTROYED:
        return "WEBSOCKET_DESTROYED";
    case WEBSOCKET_PROTOCOL_ERROR:
        return "WEBSOCKET_PROTOCOL_ERROR";
    case WEBSOCKET_SEND_NO_MEMORY:
        return "WEBSOCKET_SEND_NO_MEMORY";
    case WEBSOCKET_SEND_DATA_NULL:
        return "WEBSOCKET_SEND_DATA_NULL";
    case WEBSOCKET_DATA_LENGTH_EXCEEDED:
        return "WEBSOCKET_DATA_LENGTH_EXCEEDED";
    case WEBSOCKET_QUEUE_LENGTH_EXCEEDED:
        return "WEBSOCKET_QUEUE_LENGTH_EXCEEDED";
    case WEBSOCKET_NO_CLIENT_CONTEXT:
        return "WEBSOCKET_NO_CLIENT_CONTEXT";
    case WEBSOCKET_NO_HEADER_CONTEXT:
        return "WEBSOCKET_NO_HEADER_CONTEXT";
    case WEBSOCKET_HEADER_EXCEEDED:
        return "WEBSOCKET_HEADER_EXCEEDED";
    case WEBSOCKET_NO_CONNECTION:
        return "WEBSOCKET_NO_CONNECTION";
    case WEBSOCKET_NO_CONNECTION_CONTEXT:
        return "WEBSOCKET_NO_CONNECTION_CONTEXT";
    default:
        return "unknown";
    }
}

const char *NetWebSocket_Version(void)
{
    return NWS_VERSION;
}

const char *NetWebSocket_DependencyVersions(void)
{
    return dependency_versions();
}

void NetWebSocket_SetLog(NetWebSocket_OnLog onLog, NetWebSocket_LogLevel level, void *userData)
{
    set_log(onLog, level, userData);
}

void NetWebSocket_SetClientLimit(size_t clients)
{
    Library::instance().service.set_client_limit(clients);
}
