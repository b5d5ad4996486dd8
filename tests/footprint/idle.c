/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What connections take that do nothing, as JSON: a process that has the library
 * loaded, then one connection, then COUNT more. In C, so that little else is in
 * the process.
 *     idle URL [COUNT]
 * Main thread; the callbacks only count.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <network/netstack/net_websocket.h>

static atomic_int opened;
static atomic_int failed;

static void on_open(WebSocket *client, WebSocket_OpenResult result)
{
    (void)client;
    (void)result;
    atomic_fetch_add(&opened, 1);
}

static void on_message(WebSocket *client, char *data, uint32_t length)
{
    (void)client;
    (void)data;
    (void)length;
}

static void on_error(WebSocket *client, WebSocket_ErrorResult result)
{
    (void)client;
    fprintf(stderr, "idle: %u %s\n", (unsigned)result.errorCode, result.errorMessage);
    atomic_store(&failed, 1);
}

static void on_close(WebSocket *client, WebSocket_CloseResult result)
{
    (void)client;
    fprintf(stderr, "idle: closed: %u %s\n", (unsigned)result.code, result.reason);
    atomic_store(&failed, 1);
}

static void nap(void)
{
    const struct timespec millisecond = {0, 1000000};
    nanosleep(&millisecond, NULL);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* KiB that this process alone has: changed pages, and all pages. */
static void print_memory(const char *when)
{
    long clean = 0;
    long dirty = 0;
    char line[200];
    FILE *smaps = fopen("/proc/self/smaps_rollup", "r");
    if (smaps == NULL) {
        perror("idle: /proc/self/smaps_rollup");
        exit(1);
    }
    while (fgets(line, sizeof line, smaps) != NULL) {
        sscanf(line, "Private_Clean: %ld", &clean);
        sscanf(line, "Private_Dirty: %ld", &dirty);
    }
    fclose(smaps);
    printf(", \"%s_dirty_kib\": %ld, \"%s_private_kib\": %ld", when, dirty, when, clean + dirty);
}

static void connect_one(const char *url)
{
    const WebSocket_RequestOptions no_options = {NULL};
    const int before = atomic_load(&opened);
    WebSocket *client = OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close);
    if (client == NULL || OH_WebSocketClient_Connect(client, url, no_options) != WEBSOCKET_OK) {
        fprintf(stderr, "idle: cannot connect to %s\n", url);
        exit(1);
    }
    while (atomic_load(&opened) == before) {
        if (atomic_load(&failed)) {
            exit(1);
        }
        nap();
    }
}

int main(int argc, char **argv)
{
    const int count = argc > 2 ? atoi(argv[2]) : 0;
    double start;

    if (argc < 2) {
        fprintf(stderr, "usage: idle URL [COUNT]\n");
        return 2;
    }
    printf("{\"count\": %d", count);
    print_memory("loaded");
    start = now_ms();
    connect_one(argv[1]);
    printf(", \"first_ms\": %.1f", now_ms() - start);
    print_memory("one");
    start = now_ms();
    for (int i = 0; i < count; ++i) {
        connect_one(argv[1]);
    }
    printf(", \"further_ms\": %.1f", count > 0 ? (now_ms() - start) / count : 0.0);
    print_memory("all");
    puts("}");
    fflush(stdout);
    /* The connections end with the process. */
    return 0;
}
