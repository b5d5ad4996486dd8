/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * @file net_websocket.h
 * @brief OpenHarmony's WebSocket client API.
 *
 * Every function may be called from any thread and from inside any callback,
 * on any client, and returns without waiting for the network. All callbacks
 * come from one thread of the library, named `net_websocket`, one at a time; a
 * callback that blocks delays every client. That thread cannot be cancelled
 * (pthread_setcancelstate), and a callback must leave that so.
 *
 * A function accepts any pointer: NULL gives #WEBSOCKET_CLIENT_NULL, anything
 * that is not a live client #WEBSOCKET_CLIENT_NOT_CREATED.
 *
 * @library libnet_websocket.so
 * @since OpenHarmony API 11
 */

#ifndef NET_WEBSOCKET_H
#define NET_WEBSOCKET_H

/* Applications rely on these three, as OpenHarmony's header has them. */
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "net_websocket_type.h"

/* Every function below is exported, and nothing else is. */
#if defined(__GNUC__) && !defined(NET_WEBSOCKET_API)
#define NET_WEBSOCKET_API __attribute__((visibility("default")))
#elif !defined(NET_WEBSOCKET_API)
#define NET_WEBSOCKET_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Makes a client. It has no connection yet.
 *
 * @param onOpen called when a connection is open, or NULL
 * @param onMessage called for each message, or NULL
 * @param onError called when connecting fails or the peer breaks the protocol,
 *        or NULL
 * @param onclose called when an open connection ended, or NULL
 * @return the client, owned by the caller until OH_WebSocketClient_Destroy();
 *         NULL if memory is short, or there are as many clients as
 *         NetWebSocket_SetClientLimit() allows
 * @par Inside a callback
 *      allowed
 */
NET_WEBSOCKET_API struct WebSocket *OH_WebSocketClient_Constructor(WebSocket_OnOpenCallback onOpen,
                                                                   WebSocket_OnMessageCallback onMessage,
                                                                   WebSocket_OnErrorCallback onError,
                                                                   WebSocket_OnCloseCallback onclose);

/**
 * @brief Adds a header field to every handshake request of this client.
 *
 * Name and value are copied; `header.next` is not read. The fields can be seen
 * through `client->requestOptions.headers`; passing that list to Connect does
 * not send them twice. A field in Connect's options replaces one of the same
 * name added here; within one list the last wins; Cookie and
 * Sec-WebSocket-Protocol are joined. Upgrade, Connection, Sec-WebSocket-Key,
 * -Version and -Extensions belong to the handshake and are ignored here.
 *
 * @param client the client
 * @param header the field; name a token of RFC 9110 5.6.2, value without CR,
 *        LF and NUL (RFC 9110 5.5)
 * @return #WEBSOCKET_OK;
 *         #WEBSOCKET_CLIENT_NULL; #WEBSOCKET_CLIENT_NOT_CREATED;
 *         #WEBSOCKET_NO_HEADER_CONTEXT name or value NULL, or name empty;
 *         #WEBSOCKET_PROTOCOL_ERROR name or value has a forbidden byte;
 *         #WEBSOCKET_HEADER_EXCEEDED more than 8192 fields, or more bytes than
 *         a handshake may have;
 *         #WEBSOCKET_CONNECTION_NO_MEMORY
 * @par Inside a callback
 *      allowed
 */
NET_WEBSOCKET_API int OH_WebSocketClient_AddHeader(struct WebSocket *client, struct WebSocket_Header header);

/**
 * @brief Starts to connect (RFC 6455 3 and 4.1); returns at once.
 *
 * After 0 exactly one of onOpen and onError follows, or neither once Close or
 * Destroy was called. After onError or onClose the client may connect again.
 *
 * @param client the client
 * @param url `ws://` or `wss://` with host name, IPv4 or [IPv6] address, port,
 *        path and query; no scheme means `ws://`;
 *        `ws+unix:///path/to.sock:/request-path` reaches a Unix socket. User
 *        information becomes Basic authorization (RFC 7617), a fragment is
 *        dropped. At most 8192 bytes. Copied.
 * @param options header fields for this connection only. Copied.
 * @return #WEBSOCKET_OK;
 *         #WEBSOCKET_CLIENT_NULL; #WEBSOCKET_CLIENT_NOT_CREATED;
 *         #WEBSOCKET_CONNECTION_PARSE_URL_ERROR url is NULL or not such a URL;
 *         #WEBSOCKET_CONNECTION_ERROR already connecting, open or closing (the
 *         connection is untouched), or the service thread cannot start;
 *         #WEBSOCKET_NO_HEADER_CONTEXT, #WEBSOCKET_PROTOCOL_ERROR,
 *         #WEBSOCKET_HEADER_EXCEEDED as for OH_WebSocketClient_AddHeader();
 *         #WEBSOCKET_CONNECTION_NO_MEMORY
 * @par Inside a callback
 *      allowed, also from onError and onClose of the same client
 */
NET_WEBSOCKET_API int OH_WebSocketClient_Connect(struct WebSocket *client, const char *url,
                                                 struct WebSocket_RequestOptions options);

/**
 * @brief Queues one message.
 *
 * Sent as text if the bytes hold no NUL and are UTF-8, else as binary (RFC 6455
 * 5.6 and 8.1; OpenHarmony looks for a NUL only). Before the connection is open
 * the message waits for it. Messages go out in one total order with Connect and
 * Close, whichever threads they come from.
 *
 * @param client the client
 * @param data the message, need not be terminated. Copied.
 * @param length bytes in data, at most 4 MiB unless docs/configuration.md's ways
 *        set another limit; 0 sends nothing
 * @return #WEBSOCKET_OK the message will be sent before any later Close;
 *         #WEBSOCKET_CLIENT_NULL; #WEBSOCKET_CLIENT_NOT_CREATED;
 *         #WEBSOCKET_SEND_DATA_NULL;
 *         #WEBSOCKET_DATA_LENGTH_EXCEEDED length over that limit;
 *         #WEBSOCKET_NO_CONNECTION the connection failed, is closing or closed;
 *         #WEBSOCKET_QUEUE_LENGTH_EXCEEDED it would be more than 64 MiB, or the
 *         limit that is set, with what is queued;
 *         #WEBSOCKET_SEND_NO_MEMORY
 * @par Inside a callback
 *      allowed
 */
NET_WEBSOCKET_API int OH_WebSocketClient_Send(struct WebSocket *client, char *data, size_t length);

/**
 * @brief Closes the connection once everything queued has gone out (RFC 6455 7.1.2).
 *
 * Returns at once; onClose follows exactly once, at the latest when the peer
 * has left the Close frame unanswered for five seconds, or the close timeout that
 * is set.
 *
 * @param client the client
 * @param options code: 0 (means 1000), 1000-1003, 1007-1011, 1012-1014 or
 *        3000-4999 (RFC 6455 7.4); reason: UTF-8 of at most 123 bytes, or NULL.
 *        Copied.
 * @return #WEBSOCKET_OK, also if it is closing already;
 *         #WEBSOCKET_CLIENT_NULL; #WEBSOCKET_CLIENT_NOT_CREATED;
 *         #WEBSOCKET_PROTOCOL_ERROR the code may not be sent, or reason is not
 *         UTF-8 (the connection stays open);
 *         #WEBSOCKET_DATA_LENGTH_EXCEEDED reason over 123 bytes (the same);
 *         #WEBSOCKET_NO_CONNECTION not open. If it was connecting, no callback
 *         follows and the attempt is cancelled; messages that Send accepted
 *         for it still go out in the background.
 *         #WEBSOCKET_SEND_NO_MEMORY
 * @par Inside a callback
 *      allowed
 */
NET_WEBSOCKET_API int OH_WebSocketClient_Close(struct WebSocket *client, struct WebSocket_CloseOption options);

/**
 * @brief Frees the client. The pointer is invalid afterwards.
 *
 * After it returns no callback of this client starts. If one is running on the
 * library's thread the call waits for it, at most one second; inside a callback
 * it never waits. After Close, what was queued and the Close frame still go out
 * in the background. Without Close the peer is sent Close 1001 if its socket
 * takes it at once, and what was queued is dropped. The Destroy of the last
 * client stops the library's thread, and waits for its end, at most one second
 * more; if connections close in the background it ends after them, by itself.
 *
 * @param client the client
 * @return #WEBSOCKET_OK;
 *         #WEBSOCKET_CLIENT_NULL; #WEBSOCKET_CLIENT_NOT_CREATED;
 *         #WEBSOCKET_NO_CONNECTION_CONTEXT it never had a connection (it is
 *         freed all the same)
 * @par Inside a callback
 *      allowed, also of the client itself
 */
NET_WEBSOCKET_API int OH_WebSocketClient_Destroy(struct WebSocket *client);

#ifdef __cplusplus
}
#endif

#endif /* NET_WEBSOCKET_H */
