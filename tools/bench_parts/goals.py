# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""What was to be reached, and what was."""

from bench_parts.plan import KIB, size_name
from bench_parts.tables import short, table

FLAT = 1.15


class Goals:
    """Rows of goal, figure and verdict; a figure that is missing is no success.
    by_cpu: the same by processor time, which others' load takes no part in.
    reach: what tcp itself has; a goal beyond it cannot be met.
    limit, limit_by_cpu: what epoll has: whether one thread for all sockets can meet
    the goal at all, and how much of what was missed is the library's."""

    def __init__(self):
        self.rows = []

    def at_least(self, what, figure, goal, unit="×", by_cpu=None, reach=None, limit=None, limit_by_cpu=None):
        def meets(value):
            return value >= goal

        self._add(what, f"≥ {goal:g} {unit}", figure, by_cpu, meets)
        if reach is not None and not meets(reach):
            self._say_missed(f", tcp itself {short(reach)}")
        self._say_limit(meets, limit, limit_by_cpu)

    def at_most(self, what, figure, goal, unit="×", by_cpu=None, limit=None, limit_by_cpu=None):
        def meets(value):
            return value <= goal

        self._add(what, f"≤ {goal:g} {unit}".rstrip(), figure, by_cpu, meets)
        self._say_limit(meets, limit, limit_by_cpu)

    def _say_limit(self, meets, limit, limit_by_cpu):
        if limit is not None:
            itself = "" if meets(limit) and (limit_by_cpu is None or meets(limit_by_cpu)) else "itself "
            by = "" if limit_by_cpu is None else f", by CPU time {short(limit_by_cpu)}"
            self._say_missed(f", epoll {itself}{short(limit)}{by}")

    def _say_missed(self, more):
        if self.rows[-1][-1].startswith("MISSED"):
            self.rows[-1][-1] += more

    def _add(self, what, goal, figure, by_cpu, meets):
        met = {"the clock": meets(figure)} if figure is not None else {}
        if by_cpu is not None:
            met["CPU time"] = meets(by_cpu)
        by = [how for how, is_met in met.items() if is_met]
        verdict = "not measured" if not met else "MISSED" if not by else \
            "met" if len(by) == len(met) else f"met by {by[0]}"
        self.rows.append([what, goal, short(figure), "" if by_cpu is None else short(by_cpu), verdict])


def throughput(results, goals):
    limits = {"send": {16: 0.2, 128: 0.2, KIB: 0.45}, "receive": {16: 0.3, 128: 0.5, KIB: 0.75}}
    large = {"send": 0.9, "receive": 0.95}
    for group in ("send", "receive"):
        for case in results.cases(group):
            peers = 1 if group == "receive" else 5 if case.size <= KIB else 2 if case.size >= 64 * KIB else None
            if peers:
                goals.at_least(f"{group} {size_name(case.size)}, of the best peer", results.of_best_peer(case), peers,
                               by_cpu=results.of_best_peer(case, "cpu_rate"),
                               reach=results.of_best_peer(case, "cpu_rate", program="tcp"),
                               limit=results.of_best_peer(case, program="epoll"),
                               limit_by_cpu=results.of_best_peer(case, "cpu_rate", program="epoll"))
            least = limits[group].get(case.size, large[group] if case.size >= 64 * KIB else None)
            if least:
                goals.at_least(f"{group} {size_name(case.size)}, of tcp", results.ratio(case, "tcp"), least,
                               by_cpu=results.ratio(case, "tcp", "cpu_rate"),
                               limit=results.ratio(case, "tcp", "rate", "epoll"),
                               limit_by_cpu=results.ratio(case, "tcp", "cpu_rate", "epoll"))


def latency(results, goals):
    for group, what, column, goal in (
            ("roundtrip", "round trip in the callback, median", "p50_us", 1.1),
            ("roundtrip", "round trip in the callback, 99th of 100", "p99_us", 1.3),
            ("roundtrip-threads", "round trip across threads, median", "p50_us", 1.3)):
        for case in results.cases(group):
            goals.at_most(f"{what}, of tcp", results.ratio(case, "tcp", column), goal,
                          limit=results.ratio(case, "tcp", column, "epoll"))
    for case in results.cases("fairness"):
        for name, column in (("median", "p50_us"), ("99th of 100", "p99_us")):
            goals.at_most(f"echo beside a flood of {size_name(case.flood)}, {name}, of the worst peer",
                          results.of_best_peer(case, column, max), 1)


def connections(results, goals):
    plain = results.cases("connections", tls=False)
    if plain:
        case = plain[-1]
        number = case.connections
        for what, column, goal in (("open", "open", 1.3), ("echo round", "round", 1.15)):
            def of_tcp(program, column=column):
                return [results.ratio(case, "tcp", name, program) for name in (f"{column}_s", f"{column}_cpu_s")]

            (clock, cpu), (limit, limit_by_cpu) = of_tcp("ours"), of_tcp("epoll")
            goals.at_most(f"{number} connections, {what}, of tcp", clock, goal, by_cpu=cpu,
                          limit=limit, limit_by_cpu=limit_by_cpu)
        goals.at_most(f"{number} connections, memory each", results.figure(case, "ours", "bytes_each"), 4096, "B")
    for case in results.cases("connections", tls=True):
        goals.at_most(f"{case.connections} wss connections, memory each",
                      results.figure(case, "ours", "bytes_each"), 16384, "B")
    for case in results.cases("idle"):
        seconds = results.figure(case, "ours", "idle_s") or 0
        goals.at_most(f"{case.connections} idle connections, wake-ups in {seconds:g} s",
                      results.figure(case, "ours", "idle_wakeups"), 0, "")


def growth_of(results, cases, program, column, each):
    """The most that one costs, of what the first costs."""
    costs = []
    for case in cases:
        value = results.figure(case, program, column)
        if value is not None:
            costs.append(value / (case.connections if each else 1))
    return max(costs[1:]) / costs[0] if len(costs) > 1 else None


def growth(results, goals):
    found = [("round trip", results.cases("growth"), "p50_us", None)]
    # Fewer than 100 are a matter of waking up.
    many = [case for case in results.cases("connections", tls=False) if case.connections >= 100]
    found += [("opening", many, "open_s", "open_cpu_s"), ("an echo round", many, "round_s", "round_cpu_s")]
    for what, cases, column, cpu in found:
        def of_tcp(column, program="ours", cases=cases, each=cpu is not None):
            grown, of = (growth_of(results, cases, name, column, each) for name in (program, "tcp"))
            return grown / of if grown and of else None

        if cases:
            span = f"{cases[0].connections} to {cases[-1].connections} connections"
            # What the kernel's part grows is the limit's, too.
            goals.at_most(f"growth of {what} for each, {span}, of tcp's", of_tcp(column), FLAT,
                          by_cpu=cpu and of_tcp(cpu),
                          limit=of_tcp(column, "epoll"), limit_by_cpu=cpu and of_tcp(cpu, "epoll"))
    threads = results.cases("send-threads")
    if threads:
        def of_one(column):
            rates = [results.figure(case, "ours", column) for case in threads]
            return rates[0] / min(rates) if len(rates) > 1 and all(rates) else None

        goals.at_most(f"time for each message, {threads[0].threads} to {threads[-1].threads} sending threads",
                      of_one("rate"), FLAT, by_cpu=of_one("cpu_rate"))


def memory(results, goals):
    for case in results.cases("memory"):
        if case.mode == "peak":
            peak = results.figure(case, "ours", "peak_bytes")
            goals.at_most(f"peak while {size_name(case.size)} arrive, of the message", peak and peak / case.size, 1.1)
        else:
            grown, limit = (results.figure(case, "ours", column) for column in ("grown_bytes", "limit_bytes"))
            goals.at_most(f"queue of {size_name(case.size)} messages, of the bytes allowed",
                          grown and grown / limit, 1.05)


def wss(results, goals):
    aes, blocks = (next(iter(results.cases("wss", mode=mode)), None) for mode in ("aes", "aes-blocks"))
    for case in results.cases("wss", tls=True):
        if case.size >= 64 * KIB:
            def of_aes(column, case=case):
                ours, limit = results.figure(case, "ours", column), aes and results.figure(aes, "aes", column)
                return ours * case.size / (limit * aes.size) if ours and limit else None

            goals.at_least(f"wss {case.mode} {size_name(case.size)}, of mbedTLS's own AES-128-GCM", of_aes("rate"), 0.8,
                           by_cpu=of_aes("cpu_rate"))
    if aes and blocks:
        def of_own(column):
            patched, own = (results.figure(case, "aes", column) for case in (blocks, aes))
            return patched / own if patched and own else None

        goals.at_least("AES-128-GCM with our patch, of mbedTLS's own", of_own("rate"), 1, by_cpu=of_own("cpu_rate"))


def goals_table(results):
    goals = Goals()
    for rows in (throughput, latency, connections, growth, memory, wss):
        rows(results, goals)
    return table(["what", "goal", "figure", "by CPU time", "verdict"], goals.rows) if goals.rows else ""
