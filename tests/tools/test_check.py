#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# ohws check: each stage, its time, what was found, and which one failed.

import unittest

from harness import Case, run
from peers import authority, certificate_file


class Check(Case):
    def check(self, *arguments, status=0):
        """The stages by their names, and the names in order."""
        done = run("check", "--json", *arguments)
        self.assert_status(done, status)
        self.assertEqual(done.err, "")
        report, = done.json()
        self.assertEqual(report["ok"], status == 0)
        self.assertEqual([stage["stage"] for stage in report["stages"] if not stage["ok"]],
                         [] if status == 0 else [report["stages"][-1]["stage"]])
        for stage in report["stages"]:
            self.assertGreaterEqual(stage["us"], 0)
        return {stage["stage"]: stage for stage in report["stages"]}, [s["stage"] for s in report["stages"]]

    def facts(self, stage):
        return {fact["name"].lower(): fact["value"] for fact in stage["facts"]}

    def backend(self):
        return self.server().url.replace("ws:", "http:")


class Plain(Check):
    def test_an_address_needs_no_name(self):
        server = self.server()
        stages, order = self.check(server.url + "/echo")
        self.assertEqual(order, ["tcp", "upgrade", "ping", "close"])
        self.assertEqual(stages["tcp"]["detail"], f"127.0.0.1:{server.port}")
        self.assertEqual(stages["upgrade"]["detail"], "101 Switching Protocols")

    def test_a_name_is_looked_up(self):
        stages, order = self.check(f"ws://localhost:{self.server().port}/echo")
        self.assertEqual(order, ["dns", "tcp", "upgrade", "ping", "close"])
        self.assertGreater(stages["dns"]["us"], 0)

    def test_response(self):
        stages, _ = self.check("--subprotocol", "chat", self.server().url + "/subprotocol")
        facts = self.facts(stages["upgrade"])
        self.assertEqual(facts["sec-websocket-protocol"], "chat")
        self.assertEqual(facts["upgrade"], "websocket")

    def test_proxy(self):
        relay = self.relay()
        proxy = f"http://me:secret@127.0.0.1:{relay.port}"
        stages, order = self.check("--proxy", proxy, self.server().url + "/echo")
        self.assertEqual(order, ["tcp", "proxy", "upgrade", "ping", "close"])
        self.assertIn(str(relay.port), stages["tcp"]["detail"])
        self.assertIn(str(relay.port), stages["proxy"]["detail"])
        self.assertNotIn("secret", str(stages))

    def test_redirect(self):
        server = self.server()
        stages, _ = self.check(f"{server.url}/status?code=307&location=/echo")
        self.assertEqual(self.facts(stages["upgrade"])["redirects"], "1")

    def test_failures(self):
        _, order = self.check(f"ws://127.0.0.1:{self.closed_port()}/", status=3)
        self.assertEqual(order, ["tcp"])
        _, order = self.check("ws://name.invalid/", status=3)
        self.assertEqual(order, ["dns"])
        url = self.server().url
        stages, order = self.check(url + "/status?code=403", status=5)
        self.assertEqual(order, ["tcp", "upgrade"])
        self.assertIn("403", stages["upgrade"]["detail"])
        self.assertIn("content-length", self.facts(stages["upgrade"]))
        # The shortest may be over on a busy machine before TCP is through.
        for seconds in ["0.1", "1", "10"]:
            _, order = self.check("--connect-timeout", seconds, url + "/stall", status=3)
            if order != ["tcp"]:
                break
        self.assertEqual(order, ["tcp", "upgrade"])
        _, order = self.check("--proxy", f"http://127.0.0.1:{self.closed_port()}", url, status=3)
        self.assertEqual(order, ["proxy"])

    def test_for_people(self):
        done = run("check", f"ws://localhost:{self.server().port}/echo")
        self.assertEqual((done.status, done.err), (0, ""))
        for line in ["dns", "tcp", "upgrade", "ping", "close"]:
            self.assertRegex(done.out, rf"(?m)^ok   {line} +\d+\.\d{{3}} ms(  .*)?$")
        self.assertRegex(done.out, r"(?m)^ok   upgrade .*  101 Switching Protocols$")
        self.assertRegex(done.out, r"(?mi)^       Upgrade: websocket$")
        self.assertNotIn("\x1b", done.out)
        done = run("check", f"ws://127.0.0.1:{self.closed_port()}/")
        self.assertRegex(done.out, r"(?m)^FAIL tcp .*refused")


class ThroughNginx(Check):
    def test_every_stage(self):
        nginx = self.nginx(self.backend(), certificate="chained-full")
        stages, order = self.check("--ca", authority(), nginx.url + "/echo")
        self.assertEqual(order, ["dns", "tcp", "tls", "upgrade", "ping", "close"])
        for name in order:
            self.assertGreater(stages[name]["us"], 0, name)
        self.assertEqual(stages["tcp"]["detail"], f"127.0.0.1:{nginx.port}")
        self.assertRegex(stages["tls"]["detail"], r"^TLSv1\.3, TLS_[A-Z0-9_]+$")
        self.assertEqual(stages["upgrade"]["detail"], "101 Switching Protocols")
        self.assertRegex(self.facts(stages["upgrade"])["server"], "^nginx/")
        leaf, intermediate, root = stages["tls"]["certificates"]
        self.assertIn("CN=net_websocket tests: chained", leaf["subject"])
        self.assertEqual(leaf["issuer"], intermediate["subject"])
        self.assertEqual(intermediate["issuer"], root["subject"])
        self.assertRegex(leaf["validity"], r"^2020-01-01 to 2049-12-31")
        self.assertNotIn("pem", leaf)

    def test_certificates(self):
        nginx = self.nginx(self.backend(), certificate="chained-full")
        blocks = []
        for name in ["chained-full.pem", "ca.pem"]:
            with open(certificate_file(name), encoding="ascii") as file:
                blocks += self.pem_blocks(file.read())
        self.assertEqual(len(blocks), 3)
        stages, _ = self.check("--certificates", "--ca", authority(), nginx.url + "/echo")
        self.assertEqual([one["pem"] for one in stages["tls"]["certificates"]], blocks)
        done = run("check", "--certificates", "--ca", authority(), nginx.url + "/echo")
        self.assertEqual(self.pem_blocks(done.out), blocks)

    def pem_blocks(self, text):
        begin, end = "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n"
        return [begin + block.split(end)[0] + end for block in text.split(begin)[1:]]

    def test_older_version(self):
        nginx = self.nginx(self.backend(), protocols="TLSv1.2")
        stages, _ = self.check("--ca", authority(), nginx.url + "/echo")
        self.assertRegex(stages["tls"]["detail"], r"^TLSv1\.2, TLS_ECDHE_ECDSA_WITH_[A-Z0-9_]+$")

    def test_not_trusted(self):
        nginx = self.nginx(self.backend(), certificate="chained-full")
        stages, order = self.check(nginx.url + "/echo", status=4)
        self.assertEqual(order, ["dns", "tcp", "tls"])
        self.assertIn("not trusted", stages["tls"]["detail"])
        leaf, above = stages["tls"]["certificates"]
        self.assertEqual(leaf["issuer"], above["subject"])
        done = run("check", nginx.url + "/echo")
        self.assert_status(done, 4)
        self.assertRegex(done.out, r"(?m)^FAIL tls ")
        self.assertRegex(done.out, r"(?m)^       Certificate 2\n         Subject: ")

    def test_nobody_behind(self):
        nginx = self.nginx(f"http://127.0.0.1:{self.closed_port()}")
        stages, order = self.check("--ca", authority(), nginx.url + "/echo", status=5)
        self.assertEqual(order, ["dns", "tcp", "tls", "upgrade"])
        self.assertIn("502", stages["upgrade"]["detail"])
        self.assertRegex(self.facts(stages["upgrade"])["server"], "^nginx/")


if __name__ == "__main__":
    unittest.main()
