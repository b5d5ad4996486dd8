#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# ohws check: each stage, its time, and which one failed.

import unittest

from harness import Case, authority, run


class Check(Case):
    def stages(self, done):
        self.assertEqual(done.err, "")
        report, = done.json()
        self.assertEqual(report["ok"], done.status == 0)
        self.assertEqual(report["ok"], all(stage["ok"] for stage in report["stages"]))
        for stage in report["stages"]:
            self.assertGreaterEqual(stage["us"], 0)
        return {stage["stage"]: stage for stage in report["stages"]}

    def test_ws(self):
        done = run("check", "--json", self.server().url + "/echo")
        self.assert_status(done, 0)
        stages = self.stages(done)
        self.assertEqual(list(stages), ["connect", "ping", "close"])
        self.assertEqual(stages["connect"]["detail"], "101 Switching Protocols")

    def test_response(self):
        done = run("check", "--json", "--subprotocol", "chat", self.server().url + "/subprotocol")
        self.assertIn({"name": "Sec-WebSocket-Protocol", "value": "chat"}, self.stages(done)["connect"]["facts"])

    def test_wss(self):
        url = self.tls_server().url + "/echo"
        done = run("check", "--json", "--ca", authority(), url)
        self.assert_status(done, 0)
        self.stages(done)
        done = run("check", "--json", url)
        self.assert_status(done, 1)
        self.assertIn("not trusted", self.stages(done)["connect"]["detail"])

    def test_failures(self):
        port = self.closed_port()
        url = self.server().url
        for target, words in [(f"ws://127.0.0.1:{port}/", "refused"), (url + "/status?code=403", "403")]:
            done = run("check", target)
            self.assert_status(done, 1)
            self.assertIn("FAIL", done.out)
            self.assertIn(words, done.out)

    def test_for_people(self):
        done = run("check", self.server().url + "/echo")
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertRegex(done.out, r"(?m)^ok   connect +\d+\.\d{3} ms  101 Switching Protocols$")
        self.assertRegex(done.out, r"(?m)^ok   ping +\d+\.\d{3} ms$")
        self.assertNotIn("\x1b", done.out)


if __name__ == "__main__":
    unittest.main()
