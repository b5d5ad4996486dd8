#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# The C ABI as Python's ctypes sees it: everything declared by hand, as a binding
# would be. Usage: net_websocket_ctypes.py LIBRARY URL-OF-AN-ECHO

import ctypes
import queue
import sys
from ctypes import c_char_p, c_int, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

TEXT, BINARY = 1, 2
PATIENCE = 60  # seconds


class OpenResult(ctypes.Structure):
    _fields_ = [("code", c_uint32), ("reason", c_char_p)]


class ErrorResult(ctypes.Structure):
    _fields_ = [("code", c_uint32), ("message", c_char_p)]


class CloseResult(ctypes.Structure):
    _fields_ = [("code", c_uint32), ("reason", c_char_p)]


class CloseOption(ctypes.Structure):
    _fields_ = [("code", c_uint32), ("reason", c_char_p)]


class RequestOptions(ctypes.Structure):
    _fields_ = [("headers", c_void_p)]


OnOpen = ctypes.CFUNCTYPE(None, c_void_p, OpenResult)
OnMessage = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_uint32)
OnError = ctypes.CFUNCTYPE(None, c_void_p, ErrorResult)
OnClose = ctypes.CFUNCTYPE(None, c_void_p, CloseResult)
OnTypedMessage = ctypes.CFUNCTYPE(None, c_void_p, c_int, c_void_p, c_size_t, c_void_p)
OnPong = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_size_t, c_void_p)


class Options(ctypes.Structure):
    _fields_ = (
        [("structSize", c_size_t), ("userData", c_void_p)]
        + [("onTypedMessage", OnTypedMessage), ("onMessagePart", c_void_p), ("onPong", OnPong)]
        + [(name, c_void_p) for name in ("onDrained", "onReconnect")]
        + [(name, c_uint64) for name in ("maxSendMessageBytes", "maxReceiveMessageBytes", "maxQueuedBytes", "drainedBytes")]
        + [(name, c_uint32) for name in ("connectTimeoutMs", "closeTimeoutMs", "pingIntervalMs", "pongTimeoutMs")]
        + [(name, c_char_p) for name in ("subprotocols", "origin", "host")]
        + [(name, c_int32) for name in ("tlsVerify", "permessageDeflate")]
        + [(name, c_char_p) for name in ("tlsAuthorities", "tlsRevocations", "tlsCertificate", "tlsPrivateKey",
                                         "tlsPrivateKeyPassword", "tlsPins", "tlsServerName", "proxy")]
        + [(name, c_uint32) for name in ("reconnectAttempts", "reconnectDelayMs", "reconnectMaxDelayMs", "reconnectOn")]
        + [(name, c_int32) for name in ("reconnectKeepsQueue", "deflateServerMaxWindowBits", "deflateClientMaxWindowBits",
                                        "deflateServerNoContextTakeover", "deflateClientNoContextTakeover",
                                        "keepConnectionDetails")]
    )


def main():
    library = ctypes.CDLL(sys.argv[1])
    library.OH_WebSocketClient_Constructor.restype = c_void_p
    library.NetWebSocket_Version.restype = c_char_p
    library.NetWebSocket_ErrorName.restype = c_char_p
    for name in ("Connect", "Close", "Destroy"):
        getattr(library, "OH_WebSocketClient_" + name).restype = c_int

    told = queue.Queue()
    # Kept for as long as the client may call them.
    on_open = OnOpen(lambda client, result: told.put(("open", result.code, result.reason)))
    on_error = OnError(lambda client, result: told.put(("error", result.code, result.message)))
    on_close = OnClose(lambda client, result: told.put(("close", result.code, result.reason)))
    on_typed = OnTypedMessage(
        lambda client, kind, data, length, user: told.put((kind, ctypes.string_at(data, length), user)))
    on_pong = OnPong(lambda client, data, length, user: told.put(("pong", ctypes.string_at(data, length), user)))

    def expect(*event):
        came = told.get(timeout=PATIENCE)
        if came != event:
            sys.exit(f"{came} came in the place of {event}")

    def check(code):
        if code != 0:
            sys.exit(f"{code} {library.NetWebSocket_ErrorName(code)} in the place of WEBSOCKET_OK")

    client = c_void_p(library.OH_WebSocketClient_Constructor(on_open, OnMessage(), on_error, on_close))
    options = Options()
    library.NetWebSocket_InitSizedOptions(ctypes.byref(options), c_size_t(ctypes.sizeof(options)))
    options.userData = 4711
    options.onTypedMessage = on_typed
    options.onPong = on_pong
    options.subprotocols = b"chosen"
    options.proxy = b"none"
    check(library.NetWebSocket_SetOptions(client, ctypes.byref(options)))
    check(library.OH_WebSocketClient_Connect(client, c_char_p(sys.argv[2].encode()), RequestOptions()))
    expect("open", 101, b"Switching Protocols")
    check(library.NetWebSocket_SendTyped(client, TEXT, "grüße".encode(), c_size_t(7)))
    expect(TEXT, "grüße".encode(), 4711)
    check(library.NetWebSocket_SendTyped(client, BINARY, b"\x00\xff", c_size_t(2)))
    expect(BINARY, b"\x00\xff", 4711)
    check(library.NetWebSocket_SendTyped(client, BINARY, None, c_size_t(0)))
    expect(BINARY, b"", 4711)
    check(library.NetWebSocket_Ping(client, b"ping", c_size_t(4)))
    expect("pong", b"ping", 4711)
    check(library.OH_WebSocketClient_Close(client, CloseOption(1000, b"bye")))
    expect("close", 1000, b"bye")
    check(library.OH_WebSocketClient_Destroy(client))
    if library.OH_WebSocketClient_Destroy(client) != 1002:
        sys.exit("destroyed twice")
    print("net_websocket", library.NetWebSocket_Version().decode())


main()
