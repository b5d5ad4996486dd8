// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// As programs for OpenHarmony are written: one header, struct names without
// `struct`, the URL's memory freed after Connect, Send without waiting for
// onOpen, Close and at once Destroy. The messages arrive all the same:
//     example-oh-style ws://localhost:8080/echo 1000

#include <network/netstack/net_websocket.h>

#include <cstdio>
#include <cstdlib>
#include <string>

static WebSocket *client = nullptr;

static void OnOpen(WebSocket *, WebSocket_OpenResult openResult)
{
    std::printf("OnOpen: code: %u, reason: %s\n", openResult.code, openResult.reason);
}

static void OnMessage(WebSocket *, char *data, uint32_t length)
{
    std::printf("OnMessage: len: %u, data: %s\n", length, data);
}

static void OnError(WebSocket *, WebSocket_ErrorResult errorResult)
{
    std::printf("OnError: code: %u, message: %s\n", errorResult.errorCode, errorResult.errorMessage);
}

static void OnClose(WebSocket *, WebSocket_CloseResult closeResult)
{
    std::printf("OnClose: code: %u, reason: %s\n", closeResult.code, closeResult.reason);
}

static int Connect(const std::string &text)
{
    char *url = strdup(text.c_str());
    WebSocket_RequestOptions options = {};
    client = OH_WebSocketClient_Constructor(OnOpen, OnMessage, OnError, OnClose);
    int ret = OH_WebSocketClient_Connect(client, url, options);
    free(url);
    return ret;
}

static int Send(std::string text)
{
    return OH_WebSocketClient_Send(client, &text[0], text.length());
}

static int CloseAndDestroy()
{
    WebSocket_CloseOption closeOption = {0, "the program ends"};
    OH_WebSocketClient_Close(client, closeOption);
    int ret = OH_WebSocketClient_Destroy(client);
    client = nullptr;
    return ret;
}

int main(int argc, char **argv)
{
    int count = argc > 2 ? std::atoi(argv[2]) : 3;
    int ret = Connect(argc > 1 ? argv[1] : "");
    std::printf("Connect: %d\n", ret);
    for (int i = 0; ret == WEBSOCKET_OK && i < count; ++i) {
        ret = Send("message " + std::to_string(i));
    }
    int destroyed = CloseAndDestroy();
    std::printf("Send: %d, Destroy: %d\n", ret, destroyed);
    return ret == WEBSOCKET_OK && destroyed == WEBSOCKET_OK ? 0 : 1;
}
