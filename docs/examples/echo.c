/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sends one message to an echo server and waits for it to come back:
 *     example-echo-c ws://localhost:8080/echo
 */
#define _POSIX_C_SOURCE 200809L /* sem_t in C99 */

#include <semaphore.h>
#include <stdio.h>

#include <network/netstack/net_websocket.h>

/* The callbacks run on the library's thread; main() waits for the last one. */
static sem_t ended;
static int failed = 1;

static void on_open(WebSocket *client, WebSocket_OpenResult result)
{
    static char hello[] = "hello";
    printf("open: %u %s\n", (unsigned)result.code, result.reason);
    OH_WebSocketClient_Send(client, hello, sizeof hello - 1);
}

static void on_message(WebSocket *client, char *data, uint32_t length)
{
    const WebSocket_CloseOption option = {1000, "thank you"};
    printf("message: %.*s\n", (int)length, data);
    OH_WebSocketClient_Close(client, option);
}

static void on_error(WebSocket *client, WebSocket_ErrorResult result)
{
    (void)client;
    printf("error: %u %s\n", (unsigned)result.errorCode, result.errorMessage);
    sem_post(&ended);
}

static void on_close(WebSocket *client, WebSocket_CloseResult result)
{
    (void)client;
    printf("closed: %u %s\n", (unsigned)result.code, result.reason);
    failed = result.code != 1000;
    sem_post(&ended);
}

int main(int argc, char **argv)
{
    const WebSocket_RequestOptions no_options = {NULL};
    WebSocket *client = OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close);

    sem_init(&ended, 0, 0);
    if (client == NULL ||
        OH_WebSocketClient_Connect(client, argc > 1 ? argv[1] : "", no_options) != WEBSOCKET_OK) {
        fprintf(stderr, "usage: example-echo-c ws://HOST[:PORT]/PATH\n");
    } else {
        while (sem_wait(&ended) != 0) {
        }
    }
    OH_WebSocketClient_Destroy(client);
    return failed;
}
