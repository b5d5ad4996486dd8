// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Sends the words of its command line to an echo server, each as a message, and
// waits for all to come back:
//     example-echo wss://localhost:8443/echo one two three

#include <network/netstack/net_websocket.h>

#include <atomic>
#include <cstdio>
#include <future>
#include <memory>
#include <string>

namespace {

// Callbacks are given the client and nothing else, so what they need is here.
// They run one at a time on the library's thread.
std::promise<uint32_t> closed;
std::atomic<int> awaited{0};

void on_open(WebSocket *, WebSocket_OpenResult result)
{
    std::printf("open: %u %s\n", result.code, result.reason);
}

void on_message(WebSocket *client, char *data, uint32_t length)
{
    std::printf("message: %s\n", std::string(data, length).c_str());
    if (--awaited == 0) {
        OH_WebSocketClient_Close(client, {1000, "thank you"});
    }
}

// A failed connection has no onClose.
void on_error(WebSocket *, WebSocket_ErrorResult result)
{
    std::printf("error: %u %s\n", result.errorCode, result.errorMessage);
    if (result.errorCode == WEBSOCKET_CONNECTION_ERROR) {
        closed.set_value(0);
    }
}

void on_close(WebSocket *, WebSocket_CloseResult result)
{
    std::printf("closed: %u %s\n", result.code, result.reason);
    closed.set_value(result.code);
}

struct Destroy {
    void operator()(WebSocket *client) const { OH_WebSocketClient_Destroy(client); }
};

}  // namespace

int main(int argc, char **argv)
{
    if (argc < 3) {
        std::fprintf(stderr, "usage: example-echo URL WORD...\n");
        return 2;
    }
    const std::unique_ptr<WebSocket, Destroy> client(
        OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close));
    const WebSocket_Header agent = {"User-Agent", "example-echo", nullptr};
    awaited = argc - 2;
    if (OH_WebSocketClient_AddHeader(client.get(), agent) != WEBSOCKET_OK ||
        OH_WebSocketClient_Connect(client.get(), argv[1], {}) != WEBSOCKET_OK) {
        std::fprintf(stderr, "example-echo: cannot connect to %s\n", argv[1]);
        return 2;
    }
    // Messages wait in the client until the connection is open.
    for (int i = 2; i < argc; ++i) {
        std::string word = argv[i];
        OH_WebSocketClient_Send(client.get(), word.data(), word.size());
    }
    return closed.get_future().get() == 1000 ? 0 : 1;
}
