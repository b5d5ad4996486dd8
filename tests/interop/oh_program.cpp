// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// A program as applications for OpenHarmony are written: it knows the one
// header, uses the struct names without their tags, frees what it passed, and
// leaves main() as soon as it has asked for everything. Nothing may be lost.

#include <network/netstack/net_websocket.h>

#include <stdio.h>
#include <stdlib.h>

static void OnOpen(WebSocket *, WebSocket_OpenResult result)
{
    fprintf(stderr, "open: %u %s\n", result.code, result.reason);
}

static void OnMessage(WebSocket *, char *data, uint32_t length)
{
    fprintf(stderr, "message: %u bytes: %s\n", length, data);
}

static void OnError(WebSocket *, WebSocket_ErrorResult result)
{
    fprintf(stderr, "error: %u %s\n", result.errorCode, result.errorMessage);
}

static void OnClose(WebSocket *, WebSocket_CloseResult result)
{
    fprintf(stderr, "close: %u %s\n", result.code, result.reason);
}

int main(int argc, char *argv[])
{
    if (argc != 2) {
        return 2;
    }
    struct WebSocket *client = OH_WebSocketClient_Constructor(OnOpen, OnMessage, OnError, OnClose);
    if (client == nullptr) {
        return 3;
    }

    const size_t urlSize = strlen(argv[1]) + 1;
    char *url = static_cast<char *>(malloc(urlSize));
    memcpy(url, argv[1], urlSize);
    struct WebSocket_RequestOptions requestOptions = {};
    const int connected = OH_WebSocketClient_Connect(client, url, requestOptions);
    memset(url, '#', urlSize);
    free(url);
    if (connected != WEBSOCKET_OK) {
        return 4;
    }

    for (int i = 0; i < 1000; ++i) {
        char message[32];
        snprintf(message, sizeof message, "message %d", i);
        if (OH_WebSocketClient_Send(client, message, strlen(message)) != WEBSOCKET_OK) {
            return 5;
        }
    }

    struct WebSocket_CloseOption closeOption;
    closeOption.code = 0;
    closeOption.reason = "all sent";
    OH_WebSocketClient_Close(client, closeOption);
    return OH_WebSocketClient_Destroy(client);
}
