# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# As much of a vt100 as a line editor needs: what is on the screen after bytes
# were written to it.


class Screen:
    def __init__(self, columns):
        self.columns = columns
        self.rows = [[]]
        self.row = self.column = 0
        self.wrap_is_due = False
        self.pending = ""
        self.bytes = b""

    def lines(self):
        return ["".join(row).rstrip() for row in self.rows]

    def feed(self, data):
        self.bytes += data
        text = self.bytes.decode(errors="ignore")
        # The rest of a character may be still to come.
        self.bytes = self.bytes[len(text.encode()):]
        self.pending += text
        while self.pending and self._take():
            pass

    def _take(self):
        c = self.pending[0]
        if c == "\x1b":
            return self._take_sequence()
        self.pending = self.pending[1:]
        if c == "\r":
            self._move(self.row, 0)
        elif c == "\n":
            self._move(self.row + 1, self.column)
        elif c == "\b":
            self._move(self.row, max(0, self.column - 1))
        elif c >= " ":
            self._put(c)
        return True

    def _take_sequence(self):
        if len(self.pending) < 2:
            return False
        if self.pending[1] != "[":
            self.pending = self.pending[2:]
            return True
        end = 2
        while end < len(self.pending) and not "@" <= self.pending[end] <= "~":
            end += 1
        if end == len(self.pending):
            return False
        self._control(self.pending[end], self.pending[2:end])
        self.pending = self.pending[end + 1:]
        return True

    def _control(self, final, parameters):
        count = int(parameters) if parameters.isdigit() else 0
        if final == "A":
            self._move(max(0, self.row - max(count, 1)), self.column)
        elif final == "B":
            self._move(self.row + max(count, 1), self.column)
        elif final == "C":
            self._move(self.row, min(self.columns - 1, self.column + max(count, 1)))
        elif final == "D":
            self._move(self.row, max(0, self.column - max(count, 1)))
        elif final == "K":
            del self.rows[self.row][self.column:]
        elif final == "J":
            del self.rows[self.row][self.column:]
            del self.rows[self.row + 1:]
        elif final != "m":
            raise AssertionError(f"the screen does not know CSI {parameters}{final}")

    def _move(self, row, column):
        self.wrap_is_due = False
        self.row, self.column = row, column
        while len(self.rows) <= row:
            self.rows.append([])

    def _put(self, c):
        if self.wrap_is_due:
            self._move(self.row + 1, 0)
        line = self.rows[self.row]
        line.extend(" " * (self.column + 1 - len(line)))
        line[self.column] = c
        if self.column + 1 == self.columns:
            self.wrap_is_due = True
        else:
            self.column += 1
