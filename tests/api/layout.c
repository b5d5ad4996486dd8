/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 */

#include "layout.h"

/* The assertions are the compiler's. What is left: that C and C++ see the same
 * sizes, and each function has the type that OpenHarmony's page names. */

extern const size_t sizes_in_cpp[9];

struct WebSocket *(*const constructor)(WebSocket_OnOpenCallback, WebSocket_OnMessageCallback,
                                       WebSocket_OnErrorCallback,
                                       WebSocket_OnCloseCallback) = OH_WebSocketClient_Constructor;
int (*const add_header)(struct WebSocket *, struct WebSocket_Header) = OH_WebSocketClient_AddHeader;
int (*const connect_client)(struct WebSocket *, const char *,
                            struct WebSocket_RequestOptions) = OH_WebSocketClient_Connect;
int (*const send_message)(struct WebSocket *, char *, size_t) = OH_WebSocketClient_Send;
int (*const close_client)(struct WebSocket *, struct WebSocket_CloseOption) = OH_WebSocketClient_Close;
int (*const destroy)(struct WebSocket *) = OH_WebSocketClient_Destroy;

int main(void)
{
    const size_t sizes[9] = {
        sizeof(struct WebSocket),
        sizeof(struct WebSocket_CloseResult),
        sizeof(struct WebSocket_CloseOption),
        sizeof(struct WebSocket_OpenResult),
        sizeof(struct WebSocket_ErrorResult),
        sizeof(struct WebSocket_Header),
        sizeof(struct WebSocket_RequestOptions),
        sizeof(NetWebSocket_Options),
        sizeof(NetWebSocket_Statistics),
    };
    return memcmp(sizes, sizes_in_cpp, sizeof sizes) == 0 ? 0 : 1;
}
