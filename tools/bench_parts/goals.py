# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""Tables of figures, and what was to be reached."""

from bench_parts.plan import PEERS, PROGRAMS


def short(number):
    if number is None:
        return "-"
    for limit, letter in ((1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:.3g} {letter}"
    return f"{number:.3g}"


def size_name(size):
    size = int(size)
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} B"


def table(head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    lines = ["| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |"
             for row in [head, *rows]]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]) + "\n"


def ratio(ours, other):
    return None if ours is None or not other else ours / other


def name_of(case):
    parts = case.split("/")
    name = f"{parts[1]} {size_name(parts[2])}" if parts[1] not in ("connections",) else parts[1]
    return " ".join([name, *parts[3:]])


def rate_tables(results):
    found = []
    for group in ("send", "receive", "echo", "send-threads", "wss", "handshakes"):
        rows = []
        for case in results.cases(group):
            ours = results.rate(case, "ours")
            if ours is None:
                continue
            rows.append([name_of(case), *(short(results.rate(case, program)) for program in PROGRAMS),
                         short(ratio(ours, results.rate(case, "tcp"))),
                         short(ratio(ours, results.best_peer(case, PEERS)))])
        if rows:
            found.append(table([f"{group}, 1/s", *PROGRAMS, "ours / tcp", "ours / best"], rows))
    return found


def extra_tables(results):
    found = []
    for group, columns in (("roundtrip", ["p50_us", "p99_us"]), ("roundtrip-threads", ["p50_us", "p99_us"]),
                           ("connections", ["open_s", "round_s", "bytes_each", "idle_cpu_s", "idle_switches"])):
        rows = []
        for case in results.cases(group):
            for column in columns:
                rows.append([f"{name_of(case)} {column}",
                             *(short(results.extra(case, program, column)) for program in PROGRAMS),
                             short(ratio(results.extra(case, "ours", column), results.extra(case, "tcp", column)))])
        if rows:
            found.append(table([group, *PROGRAMS, "ours / tcp"], rows))
    return found


def tables(results):
    text = "\n".join(rate_tables(results) + extra_tables(results))
    for name in ("failures", "slow"):
        text += "".join(f"{name}: {one}\n" for one in results.document[name])
    return text


class Goals:
    """Rows of goal, figure and verdict."""

    def __init__(self):
        self.rows = []

    def at_least(self, what, figure, goal, unit="×"):
        self._add(what, figure, f"≥ {goal:g} {unit}", figure is not None and figure >= goal)

    def at_most(self, what, figure, goal, unit="×"):
        self._add(what, figure, f"≤ {goal:g} {unit}", figure is not None and figure <= goal)

    def _add(self, what, figure, goal, met):
        if figure is not None:
            self.rows.append([what, goal, f"{figure:.3g}", "met" if met else "MISSED"])


def throughput_goals(results, goals):
    limits = {"send": {16: 0.2, 128: 0.2, 1024: 0.45}, "receive": {16: 0.3, 128: 0.5, 1024: 0.75}}
    for group in ("send", "receive"):
        for case in results.cases(group):
            size = int(case.split("/")[2])
            ours = results.rate(case, "ours")
            what = f"{group} {size_name(size)}"
            peers = 1 if group == "receive" else 5 if size <= 1024 else 2
            if group == "receive" or size <= 1024 or size >= 65536:
                goals.at_least(f"{what}, of the best peer", ratio(ours, results.best_peer(case, PEERS)), peers)
            limit = limits[group].get(size, (0.9 if group == "send" else 0.95) if size >= 65536 else None)
            if limit is not None:
                goals.at_least(f"{what}, of tcp", ratio(ours, results.rate(case, "tcp")), limit)


def latency_goals(results, goals):
    def of_tcp(group, name):
        case = next(iter(results.cases(group)), None)
        return case and ratio(results.extra(case, "ours", name), results.extra(case, "tcp", name))

    goals.at_most("round trip in the callback, p50, of tcp", of_tcp("roundtrip", "p50_us"), 1.10)
    goals.at_most("round trip in the callback, p99, of tcp", of_tcp("roundtrip", "p99_us"), 1.3)
    goals.at_most("round trip across threads, p50, of tcp", of_tcp("roundtrip-threads", "p50_us"), 1.30)


def connection_goals(results, goals):
    # 33 bytes mark wss.
    cases = {(int(case.split("/")[3][:-1]), case.split("/")[2] == "33"): case for case in results.cases("connections")}
    plain = sorted(number for number, secure in cases if not secure)
    if plain:
        case, number = cases[plain[-1], False], plain[-1]
        for name, limit in (("open_s", 1.3), ("round_s", 1.15)):
            goals.at_most(f"{number} connections, {name[:-2]}, of tcp",
                          ratio(results.extra(case, "ours", name), results.extra(case, "tcp", name)), limit)
        goals.at_most(f"{number} connections, bytes each", results.extra(case, "ours", "bytes_each"), 4096, "B")
        each = [results.extra(cases[n, False], "ours", "round_s") / n for n in plain if n >= 100]
        if len(each) > 1:
            goals.at_most(f"round for each, at {number} connections to 100", each[-1] / each[0], 1.15)
    for number, secure in cases:
        if secure:
            goals.at_most(f"{number} wss connections, bytes each",
                          results.extra(cases[number, True], "ours", "bytes_each"), 16384, "B")
    if (100, False) in cases:
        # One switch is the measuring thread's own waking.
        goals.at_most("100 idle connections, context switches",
                      results.extra(cases[100, False], "ours", "idle_switches"), 1, "")


def other_goals(results, goals):
    rates = [results.rate(case, "ours") for case in results.cases("send-threads")]
    if len(rates) > 1 and all(rates):
        goals.at_most("time for each message, 16 sending threads to 1", rates[0] / rates[-1], 1.15)
    aes = results.rate("wss/aes/16384", "aes")
    for mode in ("send", "receive"):
        ours = results.rate(f"wss/{mode}/65536", "ours")
        if ours and aes:
            goals.at_least(f"wss {mode} 64 KiB, of AES-128-GCM", ours * 65536 / (aes * 16384), 0.8)


def goals_table(results):
    goals = Goals()
    throughput_goals(results, goals)
    latency_goals(results, goals)
    connection_goals(results, goals)
    other_goals(results, goals)
    return table(["what", "goal", "figure", "verdict"], goals.rows) if goals.rows else ""
