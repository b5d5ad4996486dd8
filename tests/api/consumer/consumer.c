/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Owns: the smallest application, for the tests of what is installed. C99.
 */

#ifdef PLAIN_INCLUDE
#include "net_websocket.h"
#else
#include <network/netstack/net_websocket.h>
#endif

int main(void)
{
    struct WebSocket_RequestOptions options = {NULL};
    struct WebSocket_Header header = {"X-Name", "value", NULL};
    struct WebSocket *client = OH_WebSocketClient_Constructor(NULL, NULL, NULL, NULL);
    if (client == NULL || OH_WebSocketClient_AddHeader(client, header) != WEBSOCKET_OK) {
        return 1;
    }
    if (OH_WebSocketClient_Connect(client, "", options) != WEBSOCKET_CONNECTION_PARSE_URL_ERROR) {
        return 2;
    }
    return OH_WebSocketClient_Destroy(client) == WEBSOCKET_NO_CONNECTION_CONTEXT ? 0 : 3;
}
