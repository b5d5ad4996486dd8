/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * @file net_websocket_type.h
 * @brief Types and error codes of OpenHarmony's WebSocket client API.
 *
 * The layout of every struct, the order of its fields and the value of every
 * code are OpenHarmony's and never change. Compiles alone as C99, C11 and
 * C++11 and later.
 *
 * @since OpenHarmony API 11
 */

#ifndef NET_WEBSOCKET_TYPE_H
#define NET_WEBSOCKET_TYPE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Self-typedefs: OpenHarmony's own headers use the tags without `struct`, so
 * applications do too. Repeating one of these is legal C11 and C++. */
typedef struct WebSocket WebSocket;
typedef struct WebSocket_CloseResult WebSocket_CloseResult;
typedef struct WebSocket_CloseOption WebSocket_CloseOption;
typedef struct WebSocket_ErrorResult WebSocket_ErrorResult;
typedef struct WebSocket_OpenResult WebSocket_OpenResult;
typedef struct WebSocket_Header WebSocket_Header;
typedef struct WebSocket_RequestOptions WebSocket_RequestOptions;

/** @brief How a connection ended; the argument of onClose. */
struct WebSocket_CloseResult {
    /** Close code of RFC 6455 7.4: the peer's, or 1005 (none given), 1006
     *  (connection lost), or the code passed to Close once the peer agreed; after
     *  onError that with which the library closed: 1002, 1007, 1009 or 1011. */
    uint32_t code;
    /** UTF-8, never NULL, "" if there is none; valid during the call only. */
    const char *reason;
};

/** @brief Code and reason for OH_WebSocketClient_Close(). */
struct WebSocket_CloseOption {
    /** Close code to send; 0 means 1000 (normal closure). */
    uint32_t code;
    /** UTF-8, at most 123 bytes; NULL means "". Copied by the call. */
    const char *reason;
};

/** @brief Why a connection failed; the argument of onError. */
struct WebSocket_ErrorResult {
    /** One of #WebSocket_ErrCode. */
    uint32_t errorCode;
    /** Stage and cause in words, never NULL; valid during the call only. */
    const char *errorMessage;
};

/** @brief The server's answer to the handshake; the argument of onOpen. */
struct WebSocket_OpenResult {
    /** HTTP status: 101. */
    uint32_t code;
    /** HTTP reason phrase: "Switching Protocols"; valid during the call. */
    const char *reason;
};

/** @brief One header field of the handshake request; nodes form a list. */
struct WebSocket_Header {
    /** Field name, a token of RFC 9110 5.6.2. */
    const char *fieldName;
    /** Field value without CR, LF and NUL. */
    const char *fieldValue;
    /** Next node, or NULL. OH_WebSocketClient_AddHeader() does not read it. */
    struct WebSocket_Header *next;
};

/** @brief Options of OH_WebSocketClient_Connect(). */
struct WebSocket_RequestOptions {
    /** Header fields to send, or NULL. Copied by Connect, never freed. */
    struct WebSocket_Header *headers;
};

/**
 * @brief The handshake succeeded.
 * @param client the client the event belongs to
 * @param openResult status and reason phrase
 */
typedef void (*WebSocket_OnOpenCallback)(struct WebSocket *client, WebSocket_OpenResult openResult);

/**
 * @brief One whole message arrived, its fragments joined.
 * @param client the client the event belongs to
 * @param data the message; data[length] is NUL; valid during the call only
 * @param length bytes in data, 0 for an empty message
 */
typedef void (*WebSocket_OnMessageCallback)(struct WebSocket *client, char *data, uint32_t length);

/**
 * @brief The connection could not be made, or the peer broke the protocol.
 *
 * The codes: #WEBSOCKET_CONNECTION_ERROR it could not be made, and no onClose
 * follows. Of an open connection, whose onClose follows: #WEBSOCKET_PROTOCOL_ERROR
 * the peer broke a rule of RFC 6455 or 7692; #WEBSOCKET_DATA_LENGTH_EXCEEDED its
 * message is over the receive limit; #WEBSOCKET_CONNECTION_NO_MEMORY there is no
 * memory for it. This last one, without onClose, also where there is no memory for
 * an attempt of the library's own.
 *
 * @param client the client the event belongs to
 * @param errorResult code and text
 */
typedef void (*WebSocket_OnErrorCallback)(struct WebSocket *client, WebSocket_ErrorResult errorResult);

/**
 * @brief The connection ended: exactly once for each onOpen, and last.
 * @param client the client the event belongs to
 * @param closeResult close code and reason
 */
typedef void (*WebSocket_OnCloseCallback)(struct WebSocket *client, WebSocket_CloseResult closeResult);

/**
 * @brief A WebSocket client, made by OH_WebSocketClient_Constructor() only.
 *
 * The application may read and write all five words. A callback is read at the
 * moment of its event, so it may be replaced; a NULL callback is skipped.
 */
struct WebSocket {
    /** Called when the handshake succeeded. */
    WebSocket_OnOpenCallback onOpen;
    /** Called for every message. */
    WebSocket_OnMessageCallback onMessage;
    /** Called when connecting fails or the peer breaks the protocol. */
    WebSocket_OnErrorCallback onError;
    /** Called when an open connection ended. */
    WebSocket_OnCloseCallback onClose;
    /** The fields given to OH_WebSocketClient_AddHeader(), latest last. */
    struct WebSocket_RequestOptions requestOptions;
};

/** @brief Result of every function and code of onError. */
typedef enum WebSocket_ErrCode {
    /** Success. */
    WEBSOCKET_OK = 0,
    /** Base of all codes; not returned itself. */
    E_BASE = 1000,
    /** The client pointer is NULL. */
    WEBSOCKET_CLIENT_NULL = (E_BASE + 1),
    /** The pointer is not a live client of this library. */
    WEBSOCKET_CLIENT_NOT_CREATED = (E_BASE + 2),
    /** Connecting failed, or the client is connected already. */
    WEBSOCKET_CONNECTION_ERROR = (E_BASE + 3),
    /** The URL is not one this library can connect to. */
    WEBSOCKET_CONNECTION_PARSE_URL_ERROR = (E_BASE + 5),
    /** Out of memory while starting a connection, or for a message that comes. */
    WEBSOCKET_CONNECTION_NO_MEMORY = (E_BASE + 6),
    /** The peer closed the connection. OpenHarmony's; here onClose says so, and
     *  nothing gives this code. */
    WEBSOCKET_CONNECTION_CLOSED_BY_PEER = (E_BASE + 7),
    /** The client is being destroyed. OpenHarmony's; here that is
     *  #WEBSOCKET_CLIENT_NOT_CREATED, and nothing gives this code. */
    WEBSOCKET_DESTROYED = (E_BASE + 8),
    /** A rule of RFC 6455 or RFC 9110 was broken by peer or application. */
    WEBSOCKET_PROTOCOL_ERROR = (E_BASE + 9),
    /** Out of memory while sending, or for what a call is to give. */
    WEBSOCKET_SEND_NO_MEMORY = (E_BASE + 10),
    /** The data pointer is NULL. */
    WEBSOCKET_SEND_DATA_NULL = (E_BASE + 11),
    /** A message or close reason is longer than its limit. */
    WEBSOCKET_DATA_LENGTH_EXCEEDED = (E_BASE + 12),
    /** The send queue of the client is full. */
    WEBSOCKET_QUEUE_LENGTH_EXCEEDED = (E_BASE + 13),
    /** The client has no context. Given by NetWebSocket_SetOptions() only, for
     *  options that are NULL. */
    WEBSOCKET_NO_CLIENT_CONTEXT = (E_BASE + 14),
    /** Name or value of a header field is missing. */
    WEBSOCKET_NO_HEADER_CONTEXT = (E_BASE + 15),
    /** Too many header fields, or too many bytes in them. */
    WEBSOCKET_HEADER_EXCEEDED = (E_BASE + 16),
    /** There is no open connection. */
    WEBSOCKET_NO_CONNECTION = (E_BASE + 17),
    /** The client never had a connection. */
    WEBSOCKET_NO_CONNECTION_CONTEXT = (E_BASE + 18)
} WebSocket_ErrCode;

/** @brief The name that OpenHarmony's documentation uses for the same enum. */
typedef WebSocket_ErrCode OH_Websocket_ErrCode;

#ifdef __cplusplus
}
#endif

#endif /* NET_WEBSOCKET_TYPE_H */
