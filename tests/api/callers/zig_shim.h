/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Owns: what the Zig side sees of zig_shim.c.
 */

#ifndef ZIG_SHIM_H
#define ZIG_SHIM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct WebSocket;

typedef void (*shim_on_text)(struct WebSocket *client, char *data, uint32_t length);

void *shim_create(shim_on_text on_text);
int shim_add_header(void *client, const char *name, const char *value);
int shim_connect(void *client, const char *url);
int shim_destroy(void **client);

#ifdef __cplusplus
}
#endif

#endif /* ZIG_SHIM_H */
