// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/lws_callback.h"

#include "service/lws_connection.h"
#include "service/service.h"

namespace nws {

namespace {

int connection_event(LwsConnection &connection, lws *wsi, lws_callback_reasons reason, void *in,
                     size_t length) noexcept
{
    switch (reason) {
    case LWS_CALLBACK_WSI_CREATE:
        connection.on_wsi_create(wsi);
        return 0;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return connection.on_append_handshake_header(static_cast<unsigned char **>(in), length);
    case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
        return connection.on_filter_pre_establish();
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        return connection.on_client_established();
    case LWS_CALLBACK_RAW_RX:
        return connection.on_received(static_cast<char *>(in), length);
    case LWS_CALLBACK_CLIENT_RECEIVE:
        return connection.on_client_receive(static_cast<char *>(in), length);
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        return connection.on_client_receive_pong(static_cast<char *>(in), length);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return connection.on_ws_peer_initiated_close(static_cast<char *>(in), length);
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return connection.on_client_writeable();
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        connection.on_client_connection_error(static_cast<const char *>(in), length);
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
        connection.on_client_closed();
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        connection.on_wsi_destroy();
        return 0;
    default:
        return 0;
    }
}

}  // namespace

int lws_protocol_callback(lws *wsi, lws_callback_reasons reason, void *user, void *in, size_t length) noexcept
{
    if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) {
        // Service::run() looks at the queue when lws_service() returns. Not here:
        // lws is going through its vhosts, and a command may end one.
        return 0;
    }
    if (reason == LWS_CALLBACK_RAW_RX_FILE) {
        static_cast<Service *>(lws_context_user(lws_get_context(wsi)))->poller().dispatch();
        return 0;
    }
    if (user == nullptr) {
        return 0;  // lws's own: its wake-up pipe, vhosts that come and go
    }
    return connection_event(*static_cast<LwsConnection *>(user), wsi, reason, in, length);
}

}  // namespace nws
