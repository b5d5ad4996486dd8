#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# ohws bench: that it counts what it says, and says when it cannot.

import signal
import subprocess
import unittest

from harness import DEADLINE, OHWS, Case, environment, run
from peers import authority


class Bench(Case):
    def check_round(self, result, size, messages, connections=1, window=1):
        self.assertEqual((result["size"], result["messages"]), (size, messages))
        self.assertEqual((result["connections"], result["window"]), (connections, window))
        self.assertEqual(sum(bucket["count"] for bucket in result["histogram"]), messages)
        trip = result["round_trip_us"]
        order = [trip[name] for name in ["min", "p50", "p90", "p99", "p99.9", "max"]]
        self.assertEqual(order, sorted(order))
        self.assertLessEqual(trip["min"], trip["mean"])
        self.assertLessEqual(trip["mean"], trip["max"])
        self.assertAlmostEqual(result["messages_per_second"] * result["seconds"], messages, places=3)
        self.assertAlmostEqual(result["megabytes_per_second"], result["messages_per_second"] * size / 1e6)

    def test_ws(self):
        done = run("bench", "--json", "-n", "500", "--size", "0,10", "--size", "70000", self.server().url + "/echo")
        self.assert_status(done, 0)
        for result, size in zip(done.json(), [0, 10, 70000], strict=True):
            self.check_round(result, size, 500)

    def test_wss(self):
        url = self.tls_server().url + "/echo"
        done = run("bench", "--json", "--ca", authority(), "-n", "100", "-c", "3", "--window", "7", "--text", url)
        self.assert_status(done, 0)
        self.check_round(done.json()[0], 64, 100, 3, 7)
        self.assert_status(run("bench", "-n", "1", url), 4)

    def test_larger_than_the_default_limit(self):
        size = 6 << 20
        done = run("bench", "--json", "-n", "2", "--window", "2", "--size", str(size), self.server().url + "/echo")
        self.assert_status(done, 0)
        self.check_round(done.json()[0], size, 2, 1, 2)

    def test_duration(self):
        done = run("bench", "--json", "--duration", "0.2", self.server().url + "/echo")
        self.assert_status(done, 0)
        result = done.json()[0]
        self.assertGreaterEqual(result["seconds"], 0.15)
        self.check_round(result, 64, result["messages"])

    def test_for_people(self):
        done = run("bench", "-n", "10", self.server().url + "/echo")
        self.assertEqual((done.status, done.err), (0, ""))
        for text in ["64 bytes, 1 connection, window 1", "10 messages in ", "messages/s", "MB/s", "p99.9"]:
            self.assertIn(text, done.out)

    def test_failures(self):
        url = self.server().url
        port = self.closed_port()
        for arguments, words, status in [(["--stall", "0.05", url + "/sink?n=1000000"], "nothing came back", 1),
                                         ([url + "/sink?n=1"], "no echo server", 1),
                                         ([url + "/close?code=4000"], "closed: 4000", 1),
                                         ([url + "/status?code=403"], "403", 5),
                                         ([f"ws://127.0.0.1:{port}/"], "refused", 3)]:
            done = run("bench", *arguments)
            self.assert_status(done, status)
            self.assertIn(words, done.err)
            self.assertEqual(done.out, "")

    def test_interrupt(self):
        server = self.server()
        process = subprocess.Popen([OHWS, "bench", "-v", "-d", "100", server.url + "/echo"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment(), text=True)
        self.assertEqual(process.stderr.readline(), "* all connections are open\n")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=DEADLINE)
        self.assertEqual(process.returncode, 1)
        self.assertIn("interrupted", err)

    def test_progress_on_a_terminal(self):
        terminal = self.terminal("bench", "-d", "0.5", self.server().url + "/echo")
        self.assertEqual(terminal.finish(), 0)
        self.assertRegex(terminal.bytes, rb"\r64 bytes \[#+\.*\] +\d+ %")
        # What remains is the result.
        self.assertTrue(terminal.screen.lines()[0].endswith("64 bytes, 1 connection, window 1"),
                        terminal.screen.lines())


if __name__ == "__main__":
    unittest.main()
