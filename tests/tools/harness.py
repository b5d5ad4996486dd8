# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# What the tests of ohws share: the program as a child, on pipes or on a
# terminal. Deadlines are generous: whoever waits for one has found a fault.

import contextlib
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from peers import CERTIFICATES, Nginx, Relay, Server, certificate_file, find_nginx
from screen import Screen

OHWS = os.environ["OHWS"]
DEFLATE = os.environ["DEFLATE"] != ""  # whether the library has it
DEADLINE = 120


def environment(**changes):
    """Nothing of the user's decides what a program does."""
    kept = {name: value for name, value in os.environ.items()
            if name.startswith(("LD_", "ASAN_", "UBSAN_", "TSAN_", "LSAN_")) or name == "PATH"}
    return {**kept, "TERM": "vt100", "HOME": "/nonexistent", "LC_ALL": "C", **changes}


class Done:
    def __init__(self, process, out, err):
        self.status, self.out, self.err = process.returncode, out, err

    def json(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"status {self.status}\nstdout: {self.out!r}\nstderr: {self.err!r}"


def run(*arguments, lines="", **changes):
    """ohws on pipes."""
    process = subprocess.Popen([OHWS, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment(**changes))
    data = lines if isinstance(lines, bytes) else lines.encode()
    try:
        out, err = process.communicate(data, timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Done(process, out.decode(), err.decode())


class Terminal:
    """ohws on a terminal of its own."""

    def __init__(self, *arguments, columns=80, command=(OHWS,), **changes):
        command = [shutil.which(command[0]), *command[1:], *arguments]
        self.screen = Screen(columns)
        self.bytes = b""
        self.status = None
        ready, go = os.pipe()
        self.child, self.master = pty.fork()
        if self.child == 0:
            os.read(ready, 1)
            os.execve(command[0], command, environment(**changes))
        set_window_size(self.master, columns)
        self.modes = termios.tcgetattr(self.master)
        os.write(go, b"x")
        os.close(ready)
        os.close(go)

    def resize(self, columns):
        """Of what is on the screen, all must fit."""
        self.screen.columns = columns
        set_window_size(self.master, columns)

    def type(self, keys):
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def wait_for(self, condition):
        """Until the screen is as wanted."""
        deadline = time.monotonic() + DEADLINE
        while not condition(self.screen.lines()):
            if not self._read(deadline):
                raise AssertionError("the screen never becomes as expected:\n" + "\n".join(self.screen.lines()))

    def wait_line(self, text):
        self.wait_for(lambda lines: text in lines)

    def finish(self):
        deadline = time.monotonic() + DEADLINE
        while self._read(deadline):
            pass
        if time.monotonic() >= deadline:
            raise AssertionError("the program does not end:\n" + "\n".join(self.screen.lines()))
        # The terminal's modes outlive the program's side of it.
        self.modes_after = termios.tcgetattr(self.master)
        _, status = os.waitpid(self.child, 0)
        self.child = None
        self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def close(self):
        if self.child is not None:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
        os.close(self.master)

    def _read(self, deadline):
        ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # EIO: nobody has it open any more
            return False
        self.bytes += data
        self.screen.feed(data)
        return bool(data)


def set_window_size(descriptor, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)

    def server(self, *options):
        server = Server(*options)
        self.stack.callback(server.stop)
        return server

    def tls_server(self):
        if not CERTIFICATES:
            self.skipTest("no certificates: openssl is missing")
        server = self.server("--cert", certificate_file("server.pem"), "--key", certificate_file("server.key"))
        server.url = f"wss://localhost:{server.port}"
        return server

    def nginx(self, *arguments, **more):
        if not CERTIFICATES:
            self.skipTest("no certificates: openssl is missing")
        if find_nginx() is None:
            self.skipTest("nginx is not installed")
        nginx = Nginx(*arguments, **more)
        self.stack.callback(nginx.stop)
        return nginx

    def relay(self, port=None):
        relay = Relay(port)
        self.stack.callback(relay.stop)
        return relay

    def terminal(self, *arguments, **more):
        terminal = Terminal(*arguments, **more)
        self.stack.callback(terminal.close)
        return terminal

    def closed_port(self):
        """Where nobody listens, until the test is over."""
        kept = self.stack.enter_context(socket.socket())
        kept.bind(("127.0.0.1", 0))
        return kept.getsockname()[1]

    def directory(self):
        return self.stack.enter_context(tempfile.TemporaryDirectory())

    def assert_status(self, done, status):
        self.assertEqual(done.status, status, done)
