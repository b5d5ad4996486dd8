/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The binary interface: layouts and numbers that applications were compiled
 * with. Nothing here may ever change. Compiled as C and as C++.
 */

#ifndef API_LAYOUT_H
#define API_LAYOUT_H

#include <network/netstack/net_websocket.h>

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
