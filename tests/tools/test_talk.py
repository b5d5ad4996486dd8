#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# ohws URL on pipes: what goes out and comes in, JSON, exit codes.

import base64
import os
import signal
import subprocess
import threading
import unittest

from harness import DEFLATE, OHWS, Case, environment, run
from peers import authority, certificate_file


class Messages(Case):
    def setUp(self):
        super().setUp()
        self.url = self.server().url

    def test_lines_go_and_messages_come(self):
        done = run(self.url + "/echo", lines="hello\n\nγειά\nlast")
        self.assertEqual((done.status, done.out, done.err), (0, "hello\nγειά\nlast\n", ""))

    def test_hex_is_binary(self):
        done = run("--hex", self.url + "/echo", lines="00 ff\n616\n61\n")
        self.assertEqual((done.status, done.out), (1, "00ff\n61\n"), done)
        self.assertIn("hex digits are expected", done.err)
        kinds = [e["type"] for e in run("--hex", "--json", self.url + "/echo", lines="61\n").json()
                 if e["event"] == "message"]
        self.assertEqual(kinds, ["binary"])

    def test_base64(self):
        done = run("--base64", self.url + "/echo", lines="aGVsbG8=\n/w\n?\n")
        self.assertEqual((done.status, done.out), (1, "aGVsbG8=\n/w==\n"), done)
        self.assertIn("base64 is expected", done.err)

    def test_text_and_binary(self):
        def types(*options, lines="x\n"):
            done = run("--json", *options, self.url + "/echo", lines=lines)
            return [e["type"] for e in done.json() if e["event"] == "message"]
        self.assertEqual(types(), ["text"])
        self.assertEqual(types("--binary"), ["binary"])
        self.assertEqual(types("--text", "--hex", lines="61\n"), ["text"])
        self.assertEqual(types(lines=b"\xff\n"), ["binary"])
        refused = run("--text", self.url + "/echo", lines=b"\xff\nx\n")
        self.assertEqual((refused.status, refused.out), (1, "x\n"), refused)
        self.assertIn("not UTF-8", refused.err)

    def test_what_a_terminal_obeys_is_shown_in_hex(self):
        done = run(self.url + "/echo", lines="\x1b[2J\n")
        self.assertEqual(done.out, "0x1b5b324a\n")

    def test_max_messages(self):
        done = run("--max-messages", "3", "--wait", "100", self.url + "/source?n=100000&size=8")
        self.assertEqual((done.status, done.out), (0, "".join(f"0x{i:016x}\n" for i in range(3))), done)

    def test_header_and_subprotocols(self):
        done = run("-H", "X-Colour: blue", "--header=X-Size:  1", "--subprotocol", "a", "--subprotocol", "b",
                   "--max-messages", "1", "--wait", "100", self.url + "/headers")
        self.assertIn("X-Colour: blue\r\n", done.out)
        self.assertIn("X-Size: 1\r\n", done.out)
        self.assertIn("Sec-WebSocket-Protocol: a, b\r\n", done.out)
        done = run("--json", "--subprotocol", "chat", self.url + "/subprotocol")
        self.assertEqual(done.json()[0]["subprotocol"], "chat")

    def test_compression_is_offered_if_wanted(self):
        wait = ["--max-messages", "1", "--wait", "100"]
        self.assertNotIn("permessage-deflate", run(*wait, self.url + "/headers").out)
        done = run("--compress", *wait, self.url + "/headers")
        if DEFLATE:
            self.assertIn("permessage-deflate", done.out)
        else:
            self.assert_status(done, 2)
            self.assertIn("permessageDeflate", done.err)

    def test_timestamps(self):
        done = run("-t", self.url + "/echo", lines="x\n")
        self.assertRegex(done.out, r"^\d\d:\d\d:\d\d\.\d{3} x\n$")

    def test_more_than_the_queue_holds(self):
        server = self.server()
        line = b"x" * (1 << 20) + b"\n"
        process = subprocess.Popen([OHWS, "--max-messages", "1", "--wait", "100", "-v", server.url + "/sink?n=80"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment())
        while b"open" not in process.stderr.readline():
            pass
        server.pause()
        half = threading.Event()

        def write():
            for i in range(80):
                process.stdin.write(line)
                if i == 60:
                    half.set()
            process.stdin.close()
        writer = threading.Thread(target=write)
        writer.start()
        self.assertTrue(half.wait(120))
        server.resume()
        writer.join()
        out = process.stdout.read()
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(process.wait(), 0)
        self.assertTrue(out.startswith(b"80 %d " % (80 << 20)), out)


class Json(Case):
    def test_each_line_is_an_object(self):
        done = run("--json", self.server().url + "/echo", lines=b"t\n\xff\n")
        self.assert_status(done, 0)
        events = done.json()
        self.assertEqual([e["event"] for e in events], ["open", "message", "message", "close"])
        self.assertEqual(events[0]["status"], 101)
        self.assertEqual(events[1]["data"], "t")
        self.assertEqual(base64.b64decode(events[2]["base64"]), b"\xff")
        self.assertEqual((events[3]["code"], events[3]["clean"]), (1000, True))
        for event in events:
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertEqual(done.err, "")

    def test_failures_are_objects_too(self):
        port = self.closed_port()
        done = run("--json", f"ws://127.0.0.1:{port}/")
        self.assert_status(done, 3)
        self.assertEqual([e["event"] for e in done.json()], ["error"])
        self.assertIn("refused", done.json()[0]["text"])

    def test_pings(self):
        process = subprocess.Popen([OHWS, "--json", "--ping", "0.01", self.server().url + "/echo"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True)
        seen = [process.stdout.readline() for _ in range(4)]
        process.stdin.close()
        process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(), 0)
        self.assertEqual(sum('"event":"pong"' in line for line in seen), 3, seen)


class ExitCodes(Case):
    def setUp(self):
        super().setUp()
        self.url = self.server().url

    def test_clean_endings(self):
        for path in ["/close", "/close?code=1000", "/close?code=1001"]:
            self.assert_status(run("--wait", "100", self.url + path), 0)

    def test_own_code(self):
        done = run("-v", "--close-code", "4001", "--close-reason", "bye", self.url + "/echo")
        self.assert_status(done, 0)
        self.assertIn("closed: 4001 bye", done.err)

    def test_failures(self):
        for path in ["/close?code=4000", "/drop"]:
            self.assert_status(run("--wait", "100", self.url + path), 1)
        self.assert_status(run(self.url + "/status?code=403"), 5)
        # RFC 6761 6.4: no such name exists
        self.assert_status(run("ws://name.invalid/"), 3)

    def test_connect_timeout(self):
        done = run("--connect-timeout", "0.05", self.url + "/stall")
        self.assert_status(done, 3)
        self.assertIn("timeout", done.err)

    def test_mistakes(self):
        for arguments in [[], ["a", "b"], ["--nope", "x"], ["--wait", "x", "u"], ["--wait=-1", "u"],
                          ["--hex", "--base64", "u"], ["--text", "--binary", "u"], ["-H", "none", "u"],
                          ["--close-code", "1005", "u"], ["--close-reason", "x" * 124, "u"], ["--ping", "0", "u"],
                          ["--max-messages", "0", "u"], ["--color", "blue", "u"], ["--pin", "x", self.url],
                          ["http://x/"], ["bench"], ["bench", "-n", "1", "-d", "1", "u"], ["check"]]:
            done = run(*arguments)
            self.assert_status(done, 2)
            self.assertEqual(done.out, "")
            self.assertTrue(done.err.startswith("ohws: "), done)

    def test_help_and_version(self):
        for arguments in [["--help"], ["bench", "--help"], ["check", "-h"], ["--version"]]:
            done = run(*arguments)
            self.assertEqual((done.status, done.err), (0, ""), done)
            self.assertTrue(done.out)

    def test_output_that_takes_no_more(self):
        process = subprocess.Popen([OHWS, "--wait", "100", self.url + "/source?n=10000000&size=100"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment())
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(), 1)

    def test_interrupt_closes(self):
        process = subprocess.Popen([OHWS, "-v", self.url + "/echo"], stdin=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment(), text=True)
        while "open" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
        process.stderr.close()
        process.stdin.close()
        self.assertEqual(process.wait(), 0)
        self.assertIn("interrupted", told)
        self.assertIn("closed: 1000", told)


class Tls(Case):
    def setUp(self):
        super().setUp()
        self.url = self.tls_server().url

    def test_authority(self):
        self.assert_status(run(self.url + "/echo"), 4)
        done = run("--ca", authority(), self.url + "/echo", lines="x\n")
        self.assertEqual((done.status, done.out), (0, "x\n"), done)

    def test_insecure(self):
        self.assert_status(run("-k", self.url + "/echo"), 0)

    def test_pin(self):
        directory = os.path.dirname(authority())
        with open(os.path.join(directory, "server.pin"), encoding="ascii") as file:
            right = file.read().strip()
        with open(os.path.join(directory, "server-rsa.pin"), encoding="ascii") as file:
            wrong = file.read().strip()
        self.assert_status(run("--ca", authority(), "--pin", wrong, "--pin", right, self.url + "/echo"), 0)
        done = run("--ca", authority(), "--pin", wrong, self.url + "/echo")
        self.assert_status(done, 4)
        self.assertIn("pin", done.err)

    def test_server_name(self):
        done = run("--ca", authority(), "--server-name", "other.example", self.url + "/echo")
        self.assert_status(done, 4)
        self.assertIn("other.example", done.err)


class ClientCertificate(Case):
    def talk(self, *options):
        nginx = self.nginx(self.server().url.replace("ws:", "http:"), client_authority="ca")
        return run("--ca", authority(), "--max-messages", "1", "--wait", "100", *options, nginx.url + "/headers")

    def test_none(self):
        self.assert_status(self.talk(), 5)

    def test_with_its_key(self):
        done = self.talk("--cert", certificate_file("client.pem"), "--key", certificate_file("client.key"))
        self.assert_status(done, 0)
        self.assertIn("X-Client: CN=", done.out)

    def test_in_one_file(self):
        self.assert_status(self.talk("--cert", certificate_file("client-and-key.pem")), 0)

    def test_key_of_another(self):
        done = self.talk("--cert", certificate_file("client.pem"), "--key", certificate_file("server.key"))
        self.assert_status(done, 4)


class Ways(Case):
    def test_proxy(self):
        url = self.server().url
        relay = self.relay()
        done = run("--proxy", f"http://127.0.0.1:{relay.port}", url + "/echo", lines="x\n")
        self.assertEqual((done.status, done.out), (0, "x\n"), done)
        self.assertEqual(relay.asked, ["CONNECT " + url.removeprefix("ws://") + " HTTP/1.1"])

    def test_no_proxy(self):
        url = self.server().url
        port = self.closed_port()
        done = run("--proxy", f"http://127.0.0.1:{port}", url + "/echo")
        self.assert_status(done, 3)
        self.assertIn(str(port), done.err)
        self.assert_status(run("--proxy", "none", url + "/echo", all_proxy=f"http://127.0.0.1:{port}"), 0)

    def test_reconnect_as_often_as_asked(self):
        port = self.closed_port()
        done = run("--json", "--reconnect=2", f"ws://127.0.0.1:{port}/")
        self.assert_status(done, 3)
        self.assertEqual([e["event"] for e in done.json()], ["error", "reconnect", "error", "reconnect", "error"])

    def test_reconnect_after_a_loss(self):
        relay = self.relay(self.server().port)
        url = f"ws://127.0.0.1:{relay.port}/echo"
        process = subprocess.Popen([OHWS, "--json", "--reconnect", url], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, env=environment(), text=True, bufsize=1)
        self.assertIn('"open"', process.stdout.readline())
        relay.cut()
        self.assertIn('"close"', process.stdout.readline())
        while '"open"' not in process.stdout.readline():
            pass
        process.stdin.write("again\n")
        process.stdin.close()
        self.assertIn("again", process.stdout.readline())
        process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(), 0)

    def test_reconnect_keeps_what_is_queued(self):
        relay = self.relay(self.server().port)
        process = subprocess.Popen([OHWS, "-v", "--reconnect", f"ws://127.0.0.1:{relay.port}/echo"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment())
        while b"open" not in process.stderr.readline():
            pass
        relay.hold()
        # More than the sockets take, and once the line after it is written, "last" was read.
        large = b"x" * (1 << 20) + b"\n"
        for line in [large] * 16 + [b"last\n", large]:
            process.stdin.write(line)
        relay.cut()
        while b"open" not in process.stderr.readline():
            pass
        process.stdin.close()
        lengths = [len(line) for line in process.stdout.read().splitlines()]
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(process.wait(), 0)
        self.assertEqual(lengths[-2:], [len("last"), 1 << 20], lengths)


class Colours(Case):
    def test_none_where_there_is_no_terminal(self):
        url = self.server().url
        self.assertNotIn("\x1b", run("-v", url + "/echo", lines="x\n", TERM="xterm").out)
        self.assertIn("\x1b[", run("--color=always", url + "/echo", lines="x\n", NO_COLOR="1").out)


if __name__ == "__main__":
    unittest.main()
