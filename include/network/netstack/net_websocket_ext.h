/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * @file net_websocket_ext.h
 * @brief What OpenHarmony's WebSocket client API lacks.
 *
 * For applications that want more than the six functions of net_websocket.h:
 * messages with a type, options, pings, flow control, statistics. A client is
 * the same `struct WebSocket`, and all six functions work on it unchanged; an
 * application that never includes this header sees no difference.
 *
 * As there, every function may be called from any thread and from inside any
 * callback unless its text says otherwise, returns without waiting for the
 * network, and accepts any pointer as a client: NULL gives
 * #WEBSOCKET_CLIENT_NULL, anything that is not a live client
 * #WEBSOCKET_CLIENT_NOT_CREATED. Times are in milliseconds, sizes in bytes, text
 * is UTF-8. Compiles as C99 and C++11 and later.
 *
 * @library libnet_websocket.so
 */

#ifndef NET_WEBSOCKET_EXT_H
#define NET_WEBSOCKET_EXT_H

#include <stddef.h>
#include <stdint.h>

#include "net_websocket.h"

#ifdef __cplusplus
extern "C" {
#endif

/** @brief The type of a message (RFC 6455 5.6). */
typedef enum NetWebSocket_MessageType {
    NET_WEBSOCKET_TEXT = 1,  /**< UTF-8 */
    NET_WEBSOCKET_BINARY = 2 /**< any bytes */
} NetWebSocket_MessageType;

/** @brief What the library tells of itself, the more the higher. */
typedef enum NetWebSocket_LogLevel {
    NET_WEBSOCKET_LOG_NONE = 0,    /**< nothing */
    NET_WEBSOCKET_LOG_ERROR = 1,   /**< what failed */
    NET_WEBSOCKET_LOG_WARNING = 2, /**< what is ignored, or insecure */
    NET_WEBSOCKET_LOG_INFO = 3,    /**< what becomes of each connection */
    NET_WEBSOCKET_LOG_DEBUG = 4    /**< addresses that are tried, redirects */
} NetWebSocket_LogLevel;

/* ---- callbacks; all on the library's thread, one at a time ---- */

/**
 * @brief A message with its type; in the place of onMessage.
 *
 * @param client the client
 * @param type text or binary
 * @param data the message; data[length] is NUL; valid during the call only
 * @param length its length without that NUL
 * @param userData NetWebSocket_Options::userData
 */
typedef void (*NetWebSocket_OnTypedMessage)(struct WebSocket *client, NetWebSocket_MessageType type,
                                            const char *data, size_t length, void *userData);

/**
 * @brief A part of a message as it arrives; in the place of onMessage and
 *        onTypedMessage. Nothing is stored, so a message may be larger than
 *        memory, and the receive limit does not apply.
 *
 * @param client the client
 * @param type of the whole message
 * @param data the part; valid during the call only, no NUL behind it. The parts
 *        are whatever the network made of the message, and may split a
 *        character; text is checked all the same
 * @param length its length; 0 is possible for the last part
 * @param last nonzero: the message ends with this part
 * @param userData NetWebSocket_Options::userData
 */
typedef void (*NetWebSocket_OnMessagePart)(struct WebSocket *client, NetWebSocket_MessageType type,
                                           const char *data, size_t length, int last, void *userData);

/**
 * @brief The peer answered a ping of NetWebSocket_Ping().
 *
 * @param client the client
 * @param payload what was sent along; valid during the call only
 * @param length its length, at most 125
 * @param userData NetWebSocket_Options::userData
 */
typedef void (*NetWebSocket_OnPong)(struct WebSocket *client, const void *payload, size_t length,
                                    void *userData);

/**
 * @brief The send queue has become as short as NetWebSocket_Options::drainedBytes,
 *        after it was longer.
 *
 * @param client the client
 * @param userData NetWebSocket_Options::userData
 */
typedef void (*NetWebSocket_OnDrained)(struct WebSocket *client, void *userData);

/**
 * @brief The connection was lost, or could not be made, and another attempt is
 *        due.
 *
 * @param client the client
 * @param attempt 1 for the first since the client was last open
 * @param delayMs when it begins, from now
 * @param userData NetWebSocket_Options::userData
 * @return nonzero to go on, 0 to give up
 */
typedef int (*NetWebSocket_OnReconnect)(struct WebSocket *client, uint32_t attempt, uint32_t delayMs,
                                        void *userData);

/**
 * @brief Takes a line of the library's log. On any thread, also while the
 *        library holds locks: calls no function of this library.
 *
 * @param level what kind of line
 * @param line its text, without the line's end; valid during the call only
 * @param userData what was given to NetWebSocket_SetLog()
 */
typedef void (*NetWebSocket_OnLog)(NetWebSocket_LogLevel level, const char *line, void *userData);

/* ---- options ---- */

/** @brief Which failures NetWebSocket_Options::reconnectOn counts; joined with |. */
enum {
    NET_WEBSOCKET_RECONNECT_ON_LOSS = 1,    /**< an open connection was lost (1006) */
    NET_WEBSOCKET_RECONNECT_ON_FAILURE = 2, /**< it could not be made */
    NET_WEBSOCKET_RECONNECT_ON_GOING = 4    /**< the peer said 1001, 1012 or 1013 */
};

/**
 * @brief All that can be chosen for a client. Filled in by
 *        NetWebSocket_InitOptions() with what holds without it, the environment
 *        included (docs/configuration.md); then changed field by field.
 *
 * Later versions may add fields at the end; a caller that was compiled with an
 * earlier header works on.
 */
typedef struct NetWebSocket_Options {
    /** sizeof the struct the caller knows; set by NetWebSocket_InitOptions(). */
    size_t structSize;
    /** Handed to the callbacks below, and never used otherwise. */
    void *userData;

    NetWebSocket_OnTypedMessage onTypedMessage; /**< or NULL: onMessage */
    NetWebSocket_OnMessagePart onMessagePart;   /**< or NULL: whole messages */
    NetWebSocket_OnPong onPong;                 /**< or NULL */
    NetWebSocket_OnDrained onDrained;           /**< or NULL */
    NetWebSocket_OnReconnect onReconnect;       /**< or NULL: always go on */

    /** Longest message to send; 0 and more than 4 GiB - 1 are refused. */
    uint64_t maxSendMessageBytes;
    /** Longest message to receive; a longer one ends the connection (1009). 0 is
     *  refused, and without onTypedMessage more than 4 GiB - 1. */
    uint64_t maxReceiveMessageBytes;
    /** Bound of the send queue; beyond it Send gives
     *  #WEBSOCKET_QUEUE_LENGTH_EXCEEDED. 0 is refused. */
    uint64_t maxQueuedBytes;
    /** Where onDrained is called. */
    uint64_t drainedBytes;

    uint32_t connectTimeoutMs; /**< from Connect to onOpen; 0: none */
    uint32_t closeTimeoutMs;   /**< for the peer to answer Close; 0: none */
    uint32_t pingIntervalMs;   /**< silence after which a ping is sent; 0: never */
    uint32_t pongTimeoutMs;    /**< silence after which the peer is lost; 0: never */

    /** Subprotocols offered, in order, separated by commas; NULL: those of a
     *  Sec-WebSocket-Protocol field. */
    const char *subprotocols;
    const char *origin; /**< Origin field; NULL: the URL's, "": none */
    const char *host;   /**< Host field; NULL: the URL's */

    /** Nonzero: the server's certificate is checked. */
    int32_t tlsVerify;
    /** Nonzero: permessage-deflate (RFC 7692) is offered. */
    int32_t permessageDeflate;

    /* Each a path, or PEM text itself; NULL: as the environment says. */
    const char *tlsAuthorities;        /**< trusted certificates: file, directory or PEM */
    const char *tlsRevocations;        /**< revocation lists; then each issuer must have one */
    const char *tlsCertificate;        /**< the client's certificate, with its chain */
    const char *tlsPrivateKey;         /**< its key; NULL: beside the certificate */
    const char *tlsPrivateKeyPassword; /**< opens it */
    /** `sha256//` and base64 of the SHA-256 of the server's public key; several
     *  with `;` between them. */
    const char *tlsPins;
    /** Name sent in SNI, and that the certificate must have; NULL: the URL's. */
    const char *tlsServerName;
    /** "none", or a proxy's URL; NULL: as the environment says. */
    const char *proxy;

    /** Attempts in a row to connect anew; 0: never, UINT32_MAX: no limit. */
    uint32_t reconnectAttempts;
    /** The first delay is drawn from 0 to this ... */
    uint32_t reconnectDelayMs;
    /** ... and each next one from 0 to twice as much, up to this. */
    uint32_t reconnectMaxDelayMs;
    /** NET_WEBSOCKET_RECONNECT_ON_... */
    uint32_t reconnectOn;
    /** Nonzero: messages that are queued when a connection ends wait for the
     *  library's next attempt, and so does one that had gone out in part. They
     *  are dropped if there is none, or if the application connects by itself.
     *  Parts of a streamed message do not wait. What was written before may be
     *  lost all the same: the server had not read it. 0: nothing waits. */
    int32_t reconnectKeepsQueue;

    /* permessage-deflate: window sizes 8 to 15, as RFC 7692 7.1.2 */
    int32_t deflateServerMaxWindowBits;     /**< asked of the server */
    int32_t deflateClientMaxWindowBits;     /**< the most that is used here */
    int32_t deflateServerNoContextTakeover; /**< nonzero: the server compresses each message anew */
    int32_t deflateClientNoContextTakeover; /**< nonzero: so does this end */

    /** Nonzero: NetWebSocket_GetConnectionInfo() and
     *  NetWebSocket_GetPeerCertificates() have something to tell. */
    int32_t keepConnectionDetails;
} NetWebSocket_Options;

/**
 * @brief Fills in the defaults. In this form for callers that cannot use the
 *        macro of the same name: with the fields of the first version.
 *
 * @param options not NULL
 */
NET_WEBSOCKET_API void NetWebSocket_InitOptions(NetWebSocket_Options *options);

/**
 * @brief Fills in the defaults of the fields that fit into structSize bytes, and
 *        sets structSize; what the library does not know of becomes 0. Out of
 *        memory, all becomes 0, structSize too, which NetWebSocket_SetOptions()
 *        refuses.
 *
 * @param options not NULL, with room for structSize bytes
 * @param structSize sizeof(NetWebSocket_Options) as the caller knows it
 */
NET_WEBSOCKET_API void NetWebSocket_InitSizedOptions(NetWebSocket_Options *options, size_t structSize);

/** @brief The same with the caller's size of the struct, not the library's. */
#define NetWebSocket_InitOptions(options) \
    NetWebSocket_InitSizedOptions((options), sizeof(NetWebSocket_Options))

/**
 * @brief Sets the options for the connections that later calls of Connect make.
 *
 * Everything is copied. May be called again before each Connect.
 *
 * @param client the client
 * @param options filled in by NetWebSocket_InitOptions(), then changed
 * @retval WEBSOCKET_OK done
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_NO_CLIENT_CONTEXT options is NULL
 * @retval WEBSOCKET_CONNECTION_ERROR it is connecting, open or closing
 * @retval WEBSOCKET_PROTOCOL_ERROR structSize is too small, a field that this
 *         library does not know is set, or a value cannot be used
 *         (NetWebSocket_GetLastError() names it)
 * @retval WEBSOCKET_CONNECTION_NO_MEMORY out of memory; nothing was changed
 */
NET_WEBSOCKET_API int NetWebSocket_SetOptions(struct WebSocket *client, const NetWebSocket_Options *options);

/* ---- messages ---- */

/**
 * @brief Sends a message of this type (RFC 6455 5.6); otherwise as OH_WebSocketClient_Send(),
 *        but empty messages are sent, too.
 *
 * @param client the client
 * @param type text or binary
 * @param data copied; may be NULL if length is 0
 * @param length in bytes
 * @retval WEBSOCKET_OK queued
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_SEND_DATA_NULL data is NULL, length is not 0
 * @retval WEBSOCKET_PROTOCOL_ERROR unknown type, or text that is not UTF-8
 * @retval WEBSOCKET_DATA_LENGTH_EXCEEDED longer than maxSendMessageBytes
 * @retval WEBSOCKET_NO_CONNECTION the connection has ended or is closing
 * @retval WEBSOCKET_QUEUE_LENGTH_EXCEEDED the queue is full; try again later
 * @retval WEBSOCKET_SEND_NO_MEMORY out of memory
 */
NET_WEBSOCKET_API int NetWebSocket_SendTyped(struct WebSocket *client, NetWebSocket_MessageType type,
                                             const void *data, size_t length);

/**
 * @brief Begins a message that is sent in parts, each a fragment (RFC 6455 5.4).
 *
 * Its place among other messages is that of its first part; those that are sent
 * before NetWebSocket_EndMessage() wait behind it, and may take half of the queue:
 * the other half is for its parts. Close cuts it off: the server sees that it is
 * not whole.
 *
 * @param client the client
 * @param type text or binary
 * @retval WEBSOCKET_OK begun
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_PROTOCOL_ERROR unknown type, or one is begun already
 * @retval WEBSOCKET_NO_CONNECTION the connection has ended or is closing
 */
NET_WEBSOCKET_API int NetWebSocket_BeginMessage(struct WebSocket *client, NetWebSocket_MessageType type);

/**
 * @brief Sends a part of the message begun. Of text, parts may split a character.
 *
 * @param client the client
 * @param data copied
 * @param length in bytes; 0 does nothing
 * @retval WEBSOCKET_OK queued
 * @retval WEBSOCKET_PROTOCOL_ERROR no message is begun for this connection, or
 *         text that is not UTF-8: the part is refused, the message goes on
 * @retval others as NetWebSocket_SendTyped(), but WEBSOCKET_DATA_LENGTH_EXCEEDED
 *         counts the part, not the message
 */
NET_WEBSOCKET_API int NetWebSocket_SendPart(struct WebSocket *client, const void *data, size_t length);

/**
 * @brief Ends the message begun.
 *
 * @param client the client
 * @retval WEBSOCKET_OK queued
 * @retval WEBSOCKET_PROTOCOL_ERROR no message is begun, or its text ends inside a
 *         character: it goes on then
 * @retval others as NetWebSocket_SendPart()
 */
NET_WEBSOCKET_API int NetWebSocket_EndMessage(struct WebSocket *client);

/**
 * @brief Sends a ping (RFC 6455 5.5.2); onPong tells of the answer. It goes out
 *        before queued messages; one that is not on its way yet is replaced by a later one.
 *
 * @param client the client
 * @param payload copied; may be NULL if length is 0
 * @param length at most 125 bytes
 * @retval WEBSOCKET_OK queued
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_SEND_DATA_NULL payload is NULL, length is not 0
 * @retval WEBSOCKET_DATA_LENGTH_EXCEEDED longer than 125 bytes
 * @retval WEBSOCKET_NO_CONNECTION not open
 * @retval WEBSOCKET_SEND_NO_MEMORY out of memory
 */
NET_WEBSOCKET_API int NetWebSocket_Ping(struct WebSocket *client, const void *payload, size_t length);

/* ---- flow control ---- */

/**
 * @brief Stops receiving: after this, no message callback begins until
 *        NetWebSocket_Resume() or Close, and TCP makes the server wait. Inside a callback
 *        that holds at once; elsewhere one that is due may still come. While
 *        paused no pong is seen, and the peer is not taken as lost.
 *
 * @param client the client
 * @retval WEBSOCKET_OK paused, or was
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_NO_CONNECTION not open
 */
NET_WEBSOCKET_API int NetWebSocket_Pause(struct WebSocket *client);

/**
 * @brief Receives again.
 *
 * @param client the client
 * @retval all as NetWebSocket_Pause()
 */
NET_WEBSOCKET_API int NetWebSocket_Resume(struct WebSocket *client);

/**
 * @brief What is queued for sending just now.
 *
 * @param client the client
 * @param bytes set to the bytes that count against maxQueuedBytes; not NULL
 * @retval WEBSOCKET_OK set
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_SEND_DATA_NULL bytes is NULL
 */
NET_WEBSOCKET_API int NetWebSocket_GetQueuedBytes(struct WebSocket *client, uint64_t *bytes);

/* ---- what is known of a connection ---- */

/**
 * @brief The subprotocol (RFC 6455 1.9) that the server chose; "" if none.
 *
 * @param client the client
 * @param text gets it, with a NUL, cut to capacity; may be NULL if capacity is 0
 * @param capacity of text
 * @param length set to its whole length, without the NUL; may be NULL
 * @retval WEBSOCKET_OK set
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_NO_CONNECTION no server has answered since the last Connect,
 *         or since another attempt of the library's was due
 * @retval WEBSOCKET_SEND_NO_MEMORY out of memory
 */
NET_WEBSOCKET_API int NetWebSocket_GetSubprotocol(struct WebSocket *client, char *text, size_t capacity,
                                                  size_t *length);

/**
 * @brief A field of the server's answer to the handshake, also if that was a
 *        refusal; of several with this name, all, with ", " between them; of
 *        names that are not common, the first.
 *
 * @param client the client
 * @param name of the field, in any case
 * @param value gets it, as NetWebSocket_GetSubprotocol() does
 * @param capacity of value
 * @param length set to its whole length; may be NULL
 * @retval WEBSOCKET_OK set
 * @retval WEBSOCKET_NO_HEADER_CONTEXT name is NULL, or there is no such field
 * @retval others as NetWebSocket_GetSubprotocol()
 */
NET_WEBSOCKET_API int NetWebSocket_GetResponseHeader(struct WebSocket *client, const char *name, char *value,
                                                     size_t capacity, size_t *length);

/**
 * @brief All fields of that answer that NetWebSocket_GetResponseHeader() knows,
 *        "Name: value" and CR LF each.
 *
 * @param client the client
 * @param text gets them, as NetWebSocket_GetSubprotocol() does
 * @param capacity of text
 * @param length set to their whole length; may be NULL
 * @retval all as NetWebSocket_GetSubprotocol()
 */
NET_WEBSOCKET_API int NetWebSocket_GetResponseHeaders(struct WebSocket *client, char *text, size_t capacity,
                                                      size_t *length);

/**
 * @brief How the latest connection came about, or how far it came.
 *
 * Times are in microseconds since the attempt began; 0: not reached, or nothing
 * to be done. After redirects they are those of the last server.
 */
typedef struct NetWebSocket_ConnectionInfo {
    /** sizeof(NetWebSocket_ConnectionInfo), set by the caller. */
    size_t structSize;
    uint64_t resolvedMicroseconds; /**< the name was looked up */
    uint64_t tcpMicroseconds;      /**< TCP was connected */
    uint64_t proxyMicroseconds;    /**< the proxy let it through */
    uint64_t tlsMicroseconds;      /**< the TLS handshake was done */
    uint64_t openMicroseconds;     /**< the server's 101 was there */
    uint32_t redirects;            /**< that were followed */
    int32_t tlsResumed;            /**< nonzero: an earlier TLS session was resumed */
    char peerAddress[128];         /**< "192.0.2.1:443", the proxy's if there is one, or a path */
    char localAddress[128];        /**< likewise, of this end */
    char tlsVersion[16];           /**< "TLSv1.3"; "": no TLS */
    char tlsCipher[64];            /**< as in IANA's list, "TLS_AES_128_GCM_SHA256" */
    char proxy[256];               /**< its URL without user and password; "": none */
} NetWebSocket_ConnectionInfo;

/**
 * @brief Reads it; complete in onOpen and in the onError of an attempt that
 *        failed. Texts that are too long are cut.
 *
 * @param client the client
 * @param info with structSize set; the fields that fit are filled in, what the
 *        library does not know of becomes 0
 * @retval WEBSOCKET_OK set
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_PROTOCOL_ERROR info is NULL, or structSize too small
 * @retval WEBSOCKET_NO_CONNECTION no attempt has come to an end since the last
 *         Connect or since another was due, or NetWebSocket_Options::keepConnectionDetails was not set
 */
NET_WEBSOCKET_API int NetWebSocket_GetConnectionInfo(struct WebSocket *client,
                                                     NetWebSocket_ConnectionInfo *info);

/**
 * @brief The server's certificates as far as their chain was followed, its own
 *        first: each as lines `Subject: `, `Issuer: `, `Validity: ` and PEM (RFC
 *        7468). Also when it was refused for one of them. "": no TLS, or an
 *        earlier session was resumed, which sends none.
 *
 * @param client the client
 * @param text gets them, as NetWebSocket_GetSubprotocol() does
 * @param capacity of text
 * @param length set to their whole length; may be NULL
 * @retval all as NetWebSocket_GetConnectionInfo()
 */
NET_WEBSOCKET_API int NetWebSocket_GetPeerCertificates(struct WebSocket *client, char *text, size_t capacity,
                                                       size_t *length);

/**
 * @brief The text of the latest onError, or why SetOptions refused; "" if there
 *        was none.
 *
 * @param client the client
 * @param text gets it, as NetWebSocket_GetSubprotocol() does
 * @param capacity of text
 * @param length set to its whole length; may be NULL
 * @retval WEBSOCKET_OK set
 * @retval WEBSOCKET_CLIENT_NULL, WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_SEND_NO_MEMORY out of memory
 */
NET_WEBSOCKET_API int NetWebSocket_GetLastError(struct WebSocket *client, char *text, size_t capacity,
                                                size_t *length);

/**
 * @brief NetWebSocket_Options::userData; NULL if client is no live client: so
 *        inside a callback, too, once another thread has called Destroy.
 *
 * @param client the client
 * @return what was set last
 */
NET_WEBSOCKET_API void *NetWebSocket_GetUserData(struct WebSocket *client);

/** @brief Counts since the client was made, or of all clients of the process. */
typedef struct NetWebSocket_Statistics {
    /** sizeof(NetWebSocket_Statistics), set by the caller. */
    size_t structSize;
    uint64_t messagesSent;          /**< written to their end */
    uint64_t messagesReceived;      /**< handed to the application, or its to ignore */
    uint64_t bytesSent;             /**< of messages, before they are compressed */
    uint64_t bytesReceived;         /**< likewise */
    uint64_t framesSent;            /**< data and control */
    uint64_t framesReceived;        /**< likewise */
    uint64_t queueHighWaterBytes;   /**< most that was ever queued for one client */
    uint64_t connects;              /**< connections that became open */
    uint64_t reconnects;            /**< of these, made by the library itself */
    uint64_t roundTripMicroseconds; /**< of the latest ping; 0: none yet */
} NetWebSocket_Statistics;

/**
 * @brief Reads the counts.
 *
 * @param client the client, or NULL for all of the process, those destroyed
 *        included
 * @param statistics with structSize set; the fields that fit are filled in, what
 *        the library does not know of becomes 0
 * @retval WEBSOCKET_OK set
 * @retval WEBSOCKET_CLIENT_NOT_CREATED no live client
 * @retval WEBSOCKET_PROTOCOL_ERROR statistics is NULL, or structSize too small
 */
NET_WEBSOCKET_API int NetWebSocket_GetStatistics(struct WebSocket *client,
                                                 NetWebSocket_Statistics *statistics);

/* ---- the library ---- */

/**
 * @brief The name of a code: "WEBSOCKET_NO_CONNECTION" for 1017.
 *
 * @param code of #WebSocket_ErrCode
 * @return static text; "unknown" for others
 */
NET_WEBSOCKET_API const char *NetWebSocket_ErrorName(int code);

/**
 * @brief The library's version.
 *
 * @return "1.2.3"; static
 */
NET_WEBSOCKET_API const char *NetWebSocket_Version(void);

/**
 * @brief What the library is built on.
 *
 * @return "libwebsockets 4.3.5, Mbed TLS 3.6.6, ..."; static
 */
NET_WEBSOCKET_API const char *NetWebSocket_DependencyVersions(void);

/**
 * @brief Sends the library's log to a function instead of standard error. Once it
 *        has returned, the function before is not called any more.
 *
 * @param onLog the function, or NULL for standard error again
 * @param level what is told; instead of NET_WEBSOCKET_LOG of the environment
 * @param userData handed to onLog
 */
NET_WEBSOCKET_API void NetWebSocket_SetLog(NetWebSocket_OnLog onLog, NetWebSocket_LogLevel level,
                                           void *userData);

/**
 * @brief Limits how many clients may exist at a time, as OpenHarmony does; the
 *        constructor then gives NULL. Those that exist stay.
 *
 * @param clients the limit; 0: none, the default
 */
NET_WEBSOCKET_API void NetWebSocket_SetClientLimit(size_t clients);

#ifdef __cplusplus
}
#endif

#endif /* NET_WEBSOCKET_EXT_H */
