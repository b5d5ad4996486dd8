#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# The manual and the completions: each option is in each of them, and shells
# complete what they should.

import os
import re
import shutil
import subprocess
import unittest

from harness import Case, environment, run

PAGES = os.environ["PAGES"]


def page(name):
    with open(os.path.join(PAGES, name), encoding="utf-8") as file:
        return file.read()


def options_of(*subcommand):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", "\n".join(
        line for line in run(*subcommand, "--help").out.splitlines() if re.match(r"  (-\w, |    )--", line))))


class Pages(Case):
    def need(self, program):
        if shutil.which(program) is None:
            self.skipTest(f"{program} is missing")

    def shell(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=PAGES, env=environment(), timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return done.stdout.split()

    def test_each_option_is_everywhere(self):
        for subcommand in [[], ["bench"], ["check"]]:
            options = options_of(*subcommand)
            self.assertGreater(len(options), 10)
            for option in options:
                escaped = option.replace("-", "\\-")
                self.assertIn(f"\\fB{escaped}\\fR", page("ohws.1"))
                self.assertIn(option, page("ohws"))
                self.assertIn(f"'*{option}", page("_ohws"))
                self.assertIn(f" -l {option[2:]} ", page("ohws.fish"))

    def test_manual_is_clean(self):
        self.need("man")
        done = subprocess.run(["man", "--warnings", "-l", os.path.join(PAGES, "ohws.1")], capture_output=True,
                              text=True, env=environment(MANWIDTH="80"), timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for heading in ["NAME", "SYNOPSIS", "OPTIONS", "SUBCOMMANDS", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES"]:
            self.assertRegex(done.stdout, f"(?m)^{heading}$")

    def complete_with_bash(self, *words):
        # As bash calls it: the words, and which of them the cursor is in.
        script = ("compopt() { :; }; source ./ohws; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _ohws; "
                  "printf '%s\\n' \"${COMPREPLY[@]}\"")
        return self.shell("bash", "-c", script, "bash", *words)

    def test_bash(self):
        self.need("bash")
        self.assertEqual(self.complete_with_bash("ohws", "--rec"), ["--reconnect"])
        self.assertEqual(self.complete_with_bash("ohws", "b"), ["bench"])
        self.assertEqual(self.complete_with_bash("ohws", "bench", "--si"), ["--size"])
        self.assertEqual(self.complete_with_bash("ohws", "check", "--si"), [])
        self.assertEqual(self.complete_with_bash("ohws", "--color", "a"), ["auto", "always"])
        self.assertEqual(self.complete_with_bash("ohws", "--color", "="), ["auto", "always", "never"])
        self.assertEqual(self.complete_with_bash("ohws", "--color", "=", "n"), ["never"])
        self.assertEqual(self.complete_with_bash("ohws", "--ca", "ohws."), sorted(["ohws.1", "ohws.fish"]))
        self.assertEqual(self.complete_with_bash("ohws", "--header", "-"), [])

    def test_fish(self):
        self.need("fish")
        home = self.directory()
        def complete(line):
            done = subprocess.run(["fish", "--no-config", "-c", f"source ohws.fish; complete -C '{line}'"],
                                  capture_output=True, text=True, cwd=PAGES, env=environment(HOME=home), timeout=120)
            return [line.split("\t")[0] for line in done.stdout.splitlines()]
        self.assertEqual(complete("ohws --rec"), ["--reconnect"])
        self.assertEqual(complete("ohws ch"), ["check"])
        self.assertEqual(complete("ohws bench --si"), ["--size"])
        self.assertEqual(sorted(complete("ohws --color ")), ["always", "auto", "never"])

    def test_zsh(self):
        self.need("zsh")
        self.shell("zsh", "-f", "-n", "_ohws")


if __name__ == "__main__":
    unittest.main()
