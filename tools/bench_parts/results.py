# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""Medians of what was run, and ratios of what ran in the same turn."""

import statistics
import types

from bench_parts.plan import PEERS


def median(values):
    there = [value for value in values if value is not None]
    return statistics.median(there) if there else None


class Results:
    def __init__(self, document):
        self.document = document
        self.all = [types.SimpleNamespace(key=key, **case) for key, case in document["cases"].items()]

    def cases(self, group, **wanted):
        return [case for case in self.all if case.group == group
                and all(getattr(case, name) == value for name, value in wanted.items())]

    def values(self, case, program, column="rate"):
        return self.document["results"].get(case.key, {}).get(program, {}).get(column, [])

    def figure(self, case, program, column="rate"):
        """The median, or None."""
        return median(self.values(case, program, column))

    def ratio(self, case, other, column="rate", program="ours"):
        """Median of the ratios of each turn: what else the machine does meets both."""
        pairs = zip(self.values(case, program, column), self.values(case, other, column))
        return median([mine / its for mine, its in pairs if mine is not None and its])

    def best_peer(self, case, column="rate", best=max):
        known = [peer for peer in PEERS if self.figure(case, peer, column) is not None]
        return best(known, key=lambda peer: self.figure(case, peer, column), default=None)

    def of_best_peer(self, case, column="rate", best=max, program="ours"):
        peer = self.best_peer(case, column, best)
        return self.ratio(case, peer, column, program) if peer else None
