#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# ohws bench: that it counts what it says, and says when it cannot.

import os
import signal
import subprocess
import unittest

from harness import OHWS, Case, authority, environment, run


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
        self.assert_status(run("bench", "-n", "1", url), 1)

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
        for arguments, words in [(["--stall", "0.05", url + "/sink?n=1000000"], "nothing came back"),
                                 ([url + "/sink?n=1"], "no echo server"),
                                 ([url + "/close?code=4000"], "closed: 4000"),
                                 ([url + "/status?code=403"], "403"),
                                 ([f"ws://127.0.0.1:{port}/"], "refused")]:
            done = run("bench", *arguments)
            self.assert_status(done, 1)
            self.assertIn(words, done.err)
            self.assertEqual(done.out, "")

    def test_interrupt(self):
        server = self.server()
        process = subprocess.Popen([OHWS, "bench", "-d", "100", server.url + "/echo"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment(), text=True)
        # It is at work when it catches the signal.
        while not self.catches_interrupt(process.pid):
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1)
        self.assertIn("interrupted", err)

    def catches_interrupt(self, pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            caught = [line for line in file if line.startswith("SigCgt")][0]
        return int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1

    def test_progress_on_a_terminal(self):
        terminal = self.terminal("bench", "-d", "0.5", self.server().url + "/echo")
        terminal.wait_for(lambda lines: lines[-1].startswith("64 bytes [#") and lines[-1].endswith(" %"))
        self.assertEqual(terminal.finish(), 0)
        # What remains is the result.
        self.assertTrue(terminal.screen.lines()[0].endswith("64 bytes, 1 connection, window 1"),
                        terminal.screen.lines())


if __name__ == "__main__":
    unittest.main()
