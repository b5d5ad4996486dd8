#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# ohws URL on a terminal: editing, history, what comes while a line is edited,
# signals, colours.

import os
import signal
import stat
import termios
import unittest

from harness import OHWS, Case

UP, LEFT, LINE_START = "\x1b[A", "\x1b[D", "\x01"
END_OF_INPUT, INTERRUPT, SEARCH, SUSPEND = "\x04", "\x03", "\x12", "\x1a"
ECHO_AND_LINES = termios.ECHO | termios.ICANON


class OnTerminal(Case):
    def setUp(self):
        super().setUp()
        self.peer = self.server()

    def open(self, *arguments, **more):
        terminal = self.terminal(*arguments, self.peer.url + "/echo", **more)
        terminal.wait_for(lambda lines: lines[-1] == ">")
        return terminal

    def end(self, terminal):
        terminal.type(END_OF_INPUT)
        self.assertEqual(terminal.finish(), 0)


class Editing(OnTerminal):
    def test_a_line_is_edited(self):
        terminal = self.open()
        terminal.type("heo" + LEFT + "ll\x05!\r")
        terminal.wait_line("< hello!")
        self.assertIn("> hello!", terminal.screen.lines())
        self.end(terminal)
        # The prompt is gone, and the shell's begins at the left.
        self.assertEqual((terminal.screen.lines()[-1], terminal.screen.column), ("", 0))

    def test_characters_are_deleted_whole(self):
        terminal = self.open(LC_ALL="C")
        terminal.type("γειάx\x7f\x7f\r")
        terminal.wait_line("< γει")
        self.end(terminal)

    def test_a_message_makes_the_line_move(self):
        terminal = self.open()
        self.peer.pause()
        terminal.type("first\rsecon")
        terminal.wait_for(lambda lines: lines[-1] == "> secon")
        self.peer.resume()
        terminal.wait_for(lambda lines: lines[-3:] == ["> first", "< first", "> secon"])
        terminal.type("d\r")
        terminal.wait_line("< second")
        self.end(terminal)

    def test_a_line_of_several_rows_moves_whole(self):
        terminal = self.open(columns=20)
        self.peer.pause()
        terminal.type("first\r" + "0123456789" * 5)
        rows = ["> 012345678901234567", "89012345678901234567", "890123456789"]
        terminal.wait_for(lambda lines: lines[-3:] == rows)
        self.peer.resume()
        terminal.wait_for(lambda lines: lines[-5:] == ["> first", "< first"] + rows)
        self.end_after_clearing(terminal)

    def test_a_narrower_terminal(self):
        terminal = self.open(columns=80)
        terminal.type("first")
        terminal.wait_for(lambda lines: lines[-1] == "> first")
        terminal.resize(20)
        terminal.type("0123456789" * 2)
        terminal.wait_for(lambda lines: lines[-2:] == ["> first0123456789012", "3456789"])
        terminal.type(LINE_START + "X")
        terminal.wait_for(lambda lines: lines == ["> Xfirst012345678901", "23456789"])
        self.end_after_clearing(terminal)

    def end_after_clearing(self, terminal):
        terminal.type("\x15")
        terminal.wait_for(lambda lines: [line for line in lines if line][-1] == ">")
        self.end(terminal)

    def test_messages_come_while_history_is_searched(self):
        terminal = self.open()
        terminal.type("needle\r")
        terminal.wait_line("< needle")
        self.peer.pause()
        terminal.type("hay\r")
        terminal.wait_for(lambda lines: lines[-2:] == ["> hay", ">"])
        terminal.type(SEARCH + "nee")
        terminal.wait_for(lambda lines: any("nee" in line for line in lines[-2:]))
        self.peer.resume()
        terminal.wait_line("< hay")
        terminal.type("\r")
        terminal.wait_for(lambda lines: lines.count("< needle") == 2)
        self.end(terminal)


class History(OnTerminal):
    def test_lines_come_back(self):
        state = self.directory()
        terminal = self.open(XDG_STATE_HOME=state)
        for line in ["one", "two", " secret"]:
            terminal.type(line + "\r")
            terminal.wait_line("< " + line)
        terminal.type(UP + UP + "!\r")
        terminal.wait_line("< one!")
        self.end(terminal)
        path = os.path.join(state, "ohws", "history")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding="utf-8") as file:
            self.assertNotIn("secret", file.read())
        # In a later run, too.
        terminal = self.open(XDG_STATE_HOME=state)
        terminal.type(UP + UP + "\r")
        terminal.wait_line("< two")
        self.end(terminal)

    def test_not_if_not_wanted(self):
        state = self.directory()
        terminal = self.open("--no-history", XDG_STATE_HOME=state)
        terminal.type("one\r")
        terminal.wait_line("< one")
        self.end(terminal)
        self.assertEqual(os.listdir(state), [])


class Endings(OnTerminal):
    def test_interrupt(self):
        terminal = self.open("-v")
        terminal.type("not sent" + INTERRUPT)
        self.assertEqual(terminal.finish(), 0)
        self.assertEqual(terminal.screen.lines()[-3:], ["* closing: interrupted", "* closed: 1000", ""])
        self.assertEqual(terminal.modes_after, terminal.modes)

    def test_a_second_interrupt_waits_for_nobody(self):
        terminal = self.open("-v")
        self.peer.pause()
        terminal.type("x" + INTERRUPT)
        terminal.wait_line("* closing: interrupted")
        terminal.type(INTERRUPT)
        self.assertEqual(terminal.finish(), -signal.SIGINT)
        self.assertEqual(terminal.modes_after, terminal.modes)

    def test_the_server_closes(self):
        terminal = self.terminal("--wait", "100", self.peer.url + "/close?code=4000&reason=lunch")
        self.assertEqual(terminal.finish(), 1)
        self.assertIn("ohws: closed: 4000 lunch", terminal.screen.lines())
        self.assertEqual(terminal.modes_after[3] & ECHO_AND_LINES, ECHO_AND_LINES)

    def test_json(self):
        terminal = self.terminal("--json", self.peer.url + "/echo")
        terminal.wait_for(lambda lines: lines[-1] == ">")
        terminal.type("x\r")
        terminal.wait_for(lambda lines: any('"data":"x"' in line for line in ["".join(lines)]))
        self.end(terminal)


class Suspending(OnTerminal):
    def test_the_line_is_there_afterwards(self):
        # With job control: else nobody could wake it, and the system does not stop it.
        script = 'set -m; "$@"; echo stopped; stty -a; fg >/dev/null; echo "ended $?"'
        terminal = self.open(command=("bash", "-c", script, "bash", OHWS))
        terminal.type("befor")
        terminal.wait_line("> befor")
        # Keys before it that nobody has read are lost.
        terminal.type(SUSPEND)
        terminal.wait_line("stopped")
        terminal.wait_for(lambda lines: lines[-1] == "> befor")
        # The shell had a terminal as it expects it.
        self.assertIn(" icanon ", " ".join(terminal.screen.lines()))
        self.assertIn(" echo ", " ".join(terminal.screen.lines()))
        terminal.type("e\r")
        terminal.wait_line("< before")
        terminal.type(END_OF_INPUT)
        terminal.wait_line("ended 0")
        self.assertEqual(terminal.finish(), 0)


class Colours(OnTerminal):
    def colours_of(self, *arguments, **more):
        terminal = self.open(*arguments, **more)
        terminal.type("x\r")
        terminal.wait_line("< x")
        self.end(terminal)
        return b"\x1b[36m" in terminal.bytes

    def test_on_a_terminal(self):
        self.assertTrue(self.colours_of())

    def test_not_if_not_wanted(self):
        self.assertFalse(self.colours_of("--color=never"))
        self.assertFalse(self.colours_of(NO_COLOR="1"))
        self.assertFalse(self.colours_of(TERM="dumb"))

    def test_if_wanted_nevertheless(self):
        self.assertTrue(self.colours_of("--color=always", NO_COLOR="1"))
        self.assertTrue(self.colours_of(NO_COLOR=""))


if __name__ == "__main__":
    unittest.main()
