/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Owns: the types in the shape that OpenHarmony's platform declares them: for C++
 * only, tags without `struct`, no <stdint.h>, no typedefs, nothing said of
 * visibility. A program is compiled with these and linked to our library.
 */

#ifndef OPENHARMONY_NET_WEBSOCKET_TYPE_H
#define OPENHARMONY_NET_WEBSOCKET_TYPE_H

#ifdef __cplusplus
extern "C" {
#endif

struct WebSocket_CloseResult {
    uint32_t code;
    const char *reason;
};

struct WebSocket_CloseOption {
    uint32_t code;
    const char *reason;
};

struct WebSocket_ErrorResult {
    uint32_t errorCode;
    const char *errorMessage;
};

struct WebSocket_OpenResult {
    uint32_t code;
    const char *reason;
};

struct WebSocket_Header {
    const char *fieldName;
    const char *fieldValue;
    struct WebSocket_Header *next;
};

struct WebSocket_RequestOptions {
    struct WebSocket_Header *headers;
};

typedef void (*WebSocket_OnOpenCallback)(struct WebSocket *client, WebSocket_OpenResult openResult);
typedef void (*WebSocket_OnMessageCallback)(struct WebSocket *client, char *data, uint32_t length);
typedef void (*WebSocket_OnErrorCallback)(struct WebSocket *client, WebSocket_ErrorResult errorResult);
typedef void (*WebSocket_OnCloseCallback)(struct WebSocket *client, WebSocket_CloseResult closeResult);

struct WebSocket {
    WebSocket_OnOpenCallback onOpen;
    WebSocket_OnMessageCallback onMessage;
    WebSocket_OnErrorCallback onError;
    WebSocket_OnCloseCallback onClose;
    WebSocket_RequestOptions requestOptions;
};

typedef enum WebSocket_ErrCode {
    WEBSOCKET_OK = 0,
    E_BASE = 1000,
    WEBSOCKET_CLIENT_NULL = (E_BASE + 1),
    WEBSOCKET_CLIENT_NOT_CREATED = (E_BASE + 2),
    WEBSOCKET_CONNECTION_ERROR = (E_BASE + 3),
    WEBSOCKET_CONNECTION_PARSE_URL_ERROR = (E_BASE + 5),
    WEBSOCKET_CONNECTION_NO_MEMORY = (E_BASE + 6),
    WEBSOCKET_CONNECTION_CLOSED_BY_PEER = (E_BASE + 7),
    WEBSOCKET_DESTROYED = (E_BASE + 8),
    WEBSOCKET_PROTOCOL_ERROR = (E_BASE + 9),
    WEBSOCKET_SEND_NO_MEMORY = (E_BASE + 10),
    WEBSOCKET_SEND_DATA_NULL = (E_BASE + 11),
    WEBSOCKET_DATA_LENGTH_EXCEEDED = (E_BASE + 12),
    WEBSOCKET_QUEUE_LENGTH_EXCEEDED = (E_BASE + 13),
    WEBSOCKET_NO_CLIENT_CONTEXT = (E_BASE + 14),
    WEBSOCKET_NO_HEADER_CONTEXT = (E_BASE + 15),
    WEBSOCKET_HEADER_EXCEEDED = (E_BASE + 16),
    WEBSOCKET_NO_CONNECTION = (E_BASE + 17),
    WEBSOCKET_NO_CONNECTION_CONTEXT = (E_BASE + 18)
} WebSocket_ErrCode;

#ifdef __cplusplus
}
#endif

#endif /* OPENHARMONY_NET_WEBSOCKET_TYPE_H */
