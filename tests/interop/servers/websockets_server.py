#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Python's `websockets` as the tests' counterpart: see README.md beside this.

import asyncio
import base64
import hashlib
import http
import logging
import os
import ssl
import sys
import urllib.parse

try:
    # From 14.0 on `websockets.serve` is another implementation, without the
    # way to send frames of one's own that 10 to 15 have here.
    from websockets.exceptions import ConnectionClosed
    from websockets.frames import Close
    from websockets.legacy.server import WebSocketServerProtocol, serve
except ImportError as error:
    print(f"Python's websockets 10 or later is not installed: {error}", file=sys.stderr)
    sys.exit(77)

OP_CLOSE = 8
AUTHORIZATION = "Basic " + base64.b64encode(b"user:pass word").decode()
ALPHABET = "abcdefghijklmnopqrstuvwxyz"

held = {}


def tell(line):
    print(line, flush=True)


def pattern_message(number, size):
    head = f"{number}:"
    return (head + ALPHABET * (size // len(ALPHABET) + 1))[:max(size, len(head))]


class Connection(WebSocketServerProtocol):
    async def process_request(self, path, request_headers):
        endpoint = path.partition("?")[0]
        if endpoint == "/auth" and request_headers.get("Authorization") != AUTHORIZATION:
            return http.HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Basic"}, b"who are you?\n"
        if endpoint == "/slow":
            held[path] = asyncio.Event()
            tell(f"held {path}")
            await held[path].wait()
        if endpoint not in ENDPOINTS:
            return http.HTTPStatus.NOT_FOUND, {}, b"no such endpoint\n"
        return None


class Received:
    def __init__(self):
        self.texts = 0
        self.binaries = 0
        self.digest = hashlib.sha1()

    def add(self, message):
        if isinstance(message, str):
            self.texts += 1
            message = message.encode()
        else:
            self.binaries += 1
        self.digest.update(message)


async def echo(connection, _query, received):
    async for message in connection:
        received.add(message)
        await connection.send(message)


async def count(connection, _query, received):
    async for message in connection:
        received.add(message)


async def source(connection, query, _received):
    for number in range(int(query["n"])):
        await connection.send(pattern_message(number, int(query["size"])))
    await connection.close(1000, "done")


async def close(connection, query, _received):
    if "code" in query:
        await connection.close(int(query["code"]), query.get("reason", ""))
    else:
        await connection.write_close_frame(Close(1005, ""), b"")
        await connection.wait_closed()


async def with_pings(connection, pieces):
    for number, piece in enumerate(pieces):
        if number > 0:
            await connection.ping(f"before fragment {number}")
        yield piece


async def fragments(connection, query, received):
    await connection.send(with_pings(connection, ["one ", "two ", "three"]))
    await connection.send([b"x" * 10000] * 7)
    await count(connection, query, received)


async def ping(connection, query, received):
    for number in range(10):
        await (await connection.ping(f"ping {number}"))
    if burst := [await connection.ping(f"burst {number}") for number in range(int(query["burst"]))]:
        await burst[-1]
    await connection.send("answered")
    await count(connection, query, received)


async def empty(connection, query, received):
    await connection.send("")
    await connection.send(b"")
    await connection.send("end")
    await count(connection, query, received)


async def headers(connection, query, received):
    fields = connection.request_headers.raw_items()
    await connection.send("".join(f"{name.lower()}: {value}\n" for name, value in fields))
    await count(connection, query, received)


async def subprotocol(connection, query, received):
    await connection.send(connection.subprotocol or "none")
    await count(connection, query, received)


ENDPOINTS = {
    "/echo": echo,
    "/count": count,
    "/source": source,
    "/close": close,
    "/fragments": fragments,
    "/ping": ping,
    "/empty": empty,
    "/headers": headers,
    "/subprotocol": subprotocol,
    "/auth": echo,
    "/slow": echo,
}


async def handle(connection, *_):
    path, _, query = connection.path.partition("?")
    received = Received()
    try:
        await ENDPOINTS[path](connection, dict(urllib.parse.parse_qsl(query)), received)
    except ConnectionClosed:
        pass
    await connection.wait_closed()
    tell(f"closed {connection.path} {connection.close_code} {received.texts} {received.binaries} "
         f"{received.digest.hexdigest()} {connection.close_reason}")


async def listen(name, tls):
    server = await serve(handle, "127.0.0.1", 0, ssl=tls, create_protocol=Connection, subprotocols=["chat"],
                         max_size=16 << 20, ping_interval=None)
    tell(f"listening {name} {server.sockets[0].getsockname()[1]}")


def tls_context(directory, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(directory, name + ".pem"), os.path.join(directory, name + ".key"))
    if name == "server-rsa":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


async def main(certificates):
    logging.disable(logging.CRITICAL)  # clients that refuse a certificate are what is wanted
    await listen("ws", None)
    for name in ["server", "server-rsa", "expired", "wrong-host", "selfsigned"]:
        if os.path.exists(os.path.join(certificates, name + ".pem")):
            await listen(name, tls_context(certificates, name))
    tell("ready")

    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := (await orders.readline()).decode().split():
        held[line[1]].set()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
