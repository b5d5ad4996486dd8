// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the same as consumer.c in C++11, with the names that C++ allows. It
// starts the library's thread, too.

#ifdef PLAIN_INCLUDE
#include "net_websocket.h"
#else
#include <network/netstack/net_websocket.h>
#endif

static void OnOpen(WebSocket *, WebSocket_OpenResult) {}
static void OnMessage(WebSocket *, char *, uint32_t) {}
static void OnError(WebSocket *, WebSocket_ErrorResult) {}
static void OnClose(WebSocket *, WebSocket_CloseResult) {}

int main()
{
    WebSocket *client = OH_WebSocketClient_Constructor(OnOpen, OnMessage, OnError, OnClose);
    WebSocket_Header header{"X-Name", "value", nullptr};
    if (client == nullptr || OH_WebSocketClient_AddHeader(client, header) != WEBSOCKET_OK) {
        return 1;
    }
    // No such socket: connecting fails, but later.
    if (OH_WebSocketClient_Connect(client, "ws+unix:///nonexistent/socket", {}) != WEBSOCKET_OK) {
        return 2;
    }
    return OH_WebSocketClient_Destroy(client);
}
