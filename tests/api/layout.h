/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The binary interface: layouts and numbers that applications were compiled
 * with. Nothing here may ever change. Compiled as C and as C++.
 */

#ifndef API_LAYOUT_H
#define API_LAYOUT_H

#include <network/netstack/net_websocket_ext.h>

#include <stddef.h>

#ifdef __cplusplus
#define STATIC_ASSERT static_assert
#define ALIGNMENT_OF(type) alignof(type)
#else
#define STATIC_ASSERT _Static_assert
#define ALIGNMENT_OF(type) _Alignof(type)
#endif

#define WORD sizeof(void *)
#define AT(type, field, offset) STATIC_ASSERT(offsetof(struct type, field) == (offset), #type "." #field)
#define SIZE(type, size)                                            \
    STATIC_ASSERT(sizeof(struct type) == (size), "size of " #type); \
    STATIC_ASSERT(ALIGNMENT_OF(struct type) == ALIGNMENT_OF(void *), "alignment of " #type)
#define CODE(name, value) STATIC_ASSERT((int)(name) == (value), #name)

/* A 32-bit code is followed by padding where pointers have 64 bits. */
SIZE(WebSocket_CloseResult, 2 * WORD);
AT(WebSocket_CloseResult, code, 0);
AT(WebSocket_CloseResult, reason, WORD);
SIZE(WebSocket_CloseOption, 2 * WORD);
AT(WebSocket_CloseOption, code, 0);
AT(WebSocket_CloseOption, reason, WORD);
SIZE(WebSocket_OpenResult, 2 * WORD);
AT(WebSocket_OpenResult, code, 0);
AT(WebSocket_OpenResult, reason, WORD);
SIZE(WebSocket_ErrorResult, 2 * WORD);
AT(WebSocket_ErrorResult, errorCode, 0);
AT(WebSocket_ErrorResult, errorMessage, WORD);

SIZE(WebSocket_Header, 3 * WORD);
AT(WebSocket_Header, fieldName, 0);
AT(WebSocket_Header, fieldValue, WORD);
AT(WebSocket_Header, next, 2 * WORD);
SIZE(WebSocket_RequestOptions, WORD);
AT(WebSocket_RequestOptions, headers, 0);

SIZE(WebSocket, 5 * WORD);
AT(WebSocket, onOpen, 0);
AT(WebSocket, onMessage, WORD);
AT(WebSocket, onError, 2 * WORD);
AT(WebSocket, onClose, 3 * WORD);
AT(WebSocket, requestOptions, 4 * WORD);

/* The extension: fields may be added at the end of these two, behind the padding
 * that is there, so what is here stays. */
struct uint64_alignment {
    char byte;
    uint64_t number;
};
#define U64 offsetof(struct uint64_alignment, number)
#define ROUND_UP(offset, alignment) (((offset) + (alignment)-1) / (alignment) * (alignment))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))

/* 56 where pointers have 64 bits; 32 or 28 where they have 32. */
#define LIMITS ROUND_UP(7 * WORD, U64)
#define TIMES (LIMITS + 32)
#define FIELDS (TIMES + 16)
#define SWITCHES (FIELDS + 3 * WORD)
#define TEXTS (SWITCHES + 8)
#define RECONNECT (TEXTS + 8 * WORD)
#define DEFLATE (RECONNECT + 20)
AT(NetWebSocket_Options, structSize, 0);
AT(NetWebSocket_Options, userData, WORD);
AT(NetWebSocket_Options, onTypedMessage, 2 * WORD);
AT(NetWebSocket_Options, onMessagePart, 3 * WORD);
AT(NetWebSocket_Options, onPong, 4 * WORD);
AT(NetWebSocket_Options, onDrained, 5 * WORD);
AT(NetWebSocket_Options, onReconnect, 6 * WORD);
AT(NetWebSocket_Options, maxSendMessageBytes, LIMITS);
AT(NetWebSocket_Options, maxReceiveMessageBytes, LIMITS + 8);
AT(NetWebSocket_Options, maxQueuedBytes, LIMITS + 16);
AT(NetWebSocket_Options, drainedBytes, LIMITS + 24);
AT(NetWebSocket_Options, connectTimeoutMs, TIMES);
AT(NetWebSocket_Options, closeTimeoutMs, TIMES + 4);
AT(NetWebSocket_Options, pingIntervalMs, TIMES + 8);
AT(NetWebSocket_Options, pongTimeoutMs, TIMES + 12);
AT(NetWebSocket_Options, subprotocols, FIELDS);
AT(NetWebSocket_Options, origin, FIELDS + WORD);
AT(NetWebSocket_Options, host, FIELDS + 2 * WORD);
AT(NetWebSocket_Options, tlsVerify, SWITCHES);
AT(NetWebSocket_Options, permessageDeflate, SWITCHES + 4);
AT(NetWebSocket_Options, tlsAuthorities, TEXTS);
AT(NetWebSocket_Options, tlsRevocations, TEXTS + WORD);
AT(NetWebSocket_Options, tlsCertificate, TEXTS + 2 * WORD);
AT(NetWebSocket_Options, tlsPrivateKey, TEXTS + 3 * WORD);
AT(NetWebSocket_Options, tlsPrivateKeyPassword, TEXTS + 4 * WORD);
AT(NetWebSocket_Options, tlsPins, TEXTS + 5 * WORD);
AT(NetWebSocket_Options, tlsServerName, TEXTS + 6 * WORD);
AT(NetWebSocket_Options, proxy, TEXTS + 7 * WORD);
AT(NetWebSocket_Options, reconnectAttempts, RECONNECT);
AT(NetWebSocket_Options, reconnectDelayMs, RECONNECT + 4);
AT(NetWebSocket_Options, reconnectMaxDelayMs, RECONNECT + 8);
AT(NetWebSocket_Options, reconnectOn, RECONNECT + 12);
AT(NetWebSocket_Options, reconnectKeepsQueue, RECONNECT + 16);
AT(NetWebSocket_Options, deflateServerMaxWindowBits, DEFLATE);
AT(NetWebSocket_Options, deflateClientMaxWindowBits, DEFLATE + 4);
AT(NetWebSocket_Options, deflateServerNoContextTakeover, DEFLATE + 8);
AT(NetWebSocket_Options, deflateClientNoContextTakeover, DEFLATE + 12);
AT(NetWebSocket_Options, keepConnectionDetails, DEFLATE + 16);
/* 240; 168. */
STATIC_ASSERT(sizeof(struct NetWebSocket_Options) == ROUND_UP(DEFLATE + 20, LARGER(WORD, U64)),
              "size of NetWebSocket_Options");

#define COUNTS LARGER(WORD, U64)
AT(NetWebSocket_Statistics, structSize, 0);
AT(NetWebSocket_Statistics, messagesSent, COUNTS);
AT(NetWebSocket_Statistics, messagesReceived, COUNTS + 8);
AT(NetWebSocket_Statistics, bytesSent, COUNTS + 16);
AT(NetWebSocket_Statistics, bytesReceived, COUNTS + 24);
AT(NetWebSocket_Statistics, framesSent, COUNTS + 32);
AT(NetWebSocket_Statistics, framesReceived, COUNTS + 40);
AT(NetWebSocket_Statistics, queueHighWaterBytes, COUNTS + 48);
AT(NetWebSocket_Statistics, connects, COUNTS + 56);
AT(NetWebSocket_Statistics, reconnects, COUNTS + 64);
AT(NetWebSocket_Statistics, roundTripMicroseconds, COUNTS + 72);
/* 88; 88 or 84. */
STATIC_ASSERT(sizeof(struct NetWebSocket_Statistics) == COUNTS + 80, "size of NetWebSocket_Statistics");

AT(NetWebSocket_ConnectionInfo, structSize, 0);
AT(NetWebSocket_ConnectionInfo, resolvedMicroseconds, COUNTS);
AT(NetWebSocket_ConnectionInfo, tcpMicroseconds, COUNTS + 8);
AT(NetWebSocket_ConnectionInfo, proxyMicroseconds, COUNTS + 16);
AT(NetWebSocket_ConnectionInfo, tlsMicroseconds, COUNTS + 24);
AT(NetWebSocket_ConnectionInfo, openMicroseconds, COUNTS + 32);
AT(NetWebSocket_ConnectionInfo, redirects, COUNTS + 40);
AT(NetWebSocket_ConnectionInfo, tlsResumed, COUNTS + 44);
AT(NetWebSocket_ConnectionInfo, peerAddress, COUNTS + 48);
AT(NetWebSocket_ConnectionInfo, localAddress, COUNTS + 176);
AT(NetWebSocket_ConnectionInfo, tlsVersion, COUNTS + 304);
AT(NetWebSocket_ConnectionInfo, tlsCipher, COUNTS + 320);
AT(NetWebSocket_ConnectionInfo, proxy, COUNTS + 384);
STATIC_ASSERT(sizeof(struct NetWebSocket_ConnectionInfo) == COUNTS + 640,
              "size of NetWebSocket_ConnectionInfo");
STATIC_ASSERT(sizeof(NetWebSocket_MessageType) == sizeof(int), "size of NetWebSocket_MessageType");
STATIC_ASSERT(sizeof(NetWebSocket_LogLevel) == sizeof(int), "size of NetWebSocket_LogLevel");
CODE(NET_WEBSOCKET_TEXT, 1);
CODE(NET_WEBSOCKET_BINARY, 2);
CODE(NET_WEBSOCKET_LOG_NONE, 0);
CODE(NET_WEBSOCKET_LOG_ERROR, 1);
CODE(NET_WEBSOCKET_LOG_WARNING, 2);
CODE(NET_WEBSOCKET_LOG_INFO, 3);
CODE(NET_WEBSOCKET_LOG_DEBUG, 4);
CODE(NET_WEBSOCKET_RECONNECT_ON_LOSS, 1);
CODE(NET_WEBSOCKET_RECONNECT_ON_FAILURE, 2);
CODE(NET_WEBSOCKET_RECONNECT_ON_GOING, 4);

STATIC_ASSERT(sizeof(WebSocket_ErrCode) == sizeof(int), "size of WebSocket_ErrCode");
STATIC_ASSERT(sizeof(((struct WebSocket_CloseResult *)0)->code) == 4, "size of a code");
STATIC_ASSERT(sizeof(((struct WebSocket_ErrorResult *)0)->errorCode) == 4, "size of a code");

CODE(WEBSOCKET_OK, 0);
CODE(E_BASE, 1000);
CODE(WEBSOCKET_CLIENT_NULL, 1001);
CODE(WEBSOCKET_CLIENT_NOT_CREATED, 1002);
CODE(WEBSOCKET_CONNECTION_ERROR, 1003);
CODE(WEBSOCKET_CONNECTION_PARSE_URL_ERROR, 1005);
CODE(WEBSOCKET_CONNECTION_NO_MEMORY, 1006);
CODE(WEBSOCKET_CONNECTION_CLOSED_BY_PEER, 1007);
CODE(WEBSOCKET_DESTROYED, 1008);
CODE(WEBSOCKET_PROTOCOL_ERROR, 1009);
CODE(WEBSOCKET_SEND_NO_MEMORY, 1010);
CODE(WEBSOCKET_SEND_DATA_NULL, 1011);
CODE(WEBSOCKET_DATA_LENGTH_EXCEEDED, 1012);
CODE(WEBSOCKET_QUEUE_LENGTH_EXCEEDED, 1013);
CODE(WEBSOCKET_NO_CLIENT_CONTEXT, 1014);
CODE(WEBSOCKET_NO_HEADER_CONTEXT, 1015);
CODE(WEBSOCKET_HEADER_EXCEEDED, 1016);
CODE(WEBSOCKET_NO_CONNECTION, 1017);
CODE(WEBSOCKET_NO_CONNECTION_CONTEXT, 1018);

#endif /* API_LAYOUT_H */
