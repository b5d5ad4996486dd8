/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Owns: a C shim as a Zig wrapper has it. It names the types itself before it
 * includes the header, as OpenHarmony's is no valid C without that.
 */

typedef struct WebSocket WebSocket;
typedef struct WebSocket_OpenResult WebSocket_OpenResult;
typedef struct WebSocket_CloseResult WebSocket_CloseResult;
typedef struct WebSocket_ErrorResult WebSocket_ErrorResult;
typedef struct WebSocket_RequestOptions WebSocket_RequestOptions;

#include <network/netstack/net_websocket.h>

#include "zig_shim.h"

void *shim_create(shim_on_text on_text)
{
    return OH_WebSocketClient_Constructor(NULL, on_text, NULL, NULL);
}

int shim_add_header(void *client, const char *name, const char *value)
{
    struct WebSocket_Header header;
    header.fieldName = name;
    header.fieldValue = value;
    /* next is left as it is. */
    return OH_WebSocketClient_AddHeader(client, header);
}

int shim_connect(void *client, const char *url)
{
    struct WebSocket_RequestOptions options;
    options.headers = NULL;
    return OH_WebSocketClient_Connect(client, url, options);
}

int shim_destroy(void **client)
{
    int result = OH_WebSocketClient_Destroy(*client);
    if (result == 0) {
        *client = NULL;
    }
    return result;
}
