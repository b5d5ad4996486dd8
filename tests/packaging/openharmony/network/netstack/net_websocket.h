/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Owns: the functions in the shape of OpenHarmony's platform; see the types.
 */

#ifndef OPENHARMONY_NET_WEBSOCKET_H
#define OPENHARMONY_NET_WEBSOCKET_H

#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "network/netstack/net_websocket_type.h"

#ifdef __cplusplus
extern "C" {
#endif

struct WebSocket *OH_WebSocketClient_Constructor(WebSocket_OnOpenCallback onOpen,
                                                 WebSocket_OnMessageCallback onMessage,
                                                 WebSocket_OnErrorCallback onError,
                                                 WebSocket_OnCloseCallback onclose);
int OH_WebSocketClient_AddHeader(struct WebSocket *client, struct WebSocket_Header header);
int OH_WebSocketClient_Connect(struct WebSocket *client, const char *url,
                               struct WebSocket_RequestOptions options);
int OH_WebSocketClient_Send(struct WebSocket *client, char *data, size_t length);
int OH_WebSocketClient_Close(struct WebSocket *client, struct WebSocket_CloseOption options);
int OH_WebSocketClient_Destroy(struct WebSocket *client);

#ifdef __cplusplus
}
#endif

#endif /* OPENHARMONY_NET_WEBSOCKET_H */
