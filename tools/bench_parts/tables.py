# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""Tables of figures."""

from bench_parts.plan import PEERS, PROGRAMS, size_name


def short(number):
    if number is None:
        return "–"
    for limit, letter in ((1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * limit:
            return f"{number / limit:.3g} {letter}"
    return f"{number:.3g}"


def table(head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    lines = ["| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |"
             for row in [head, *rows]]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]) + "\n"


def sizes(results, group, **wanted):
    return [(size_name(case.size), case, "rate", 1) for case in results.cases(group, **wanted)]


def latencies(results, group):
    columns = (("median", "p50_us"), ("99th of 100", "p99_us"))
    return [(name, case, column, 1) for case in results.cases(group) for name, column in columns]


def connections(results):
    found = []
    for case in results.cases("connections"):
        kind = " wss" if case.tls else ""
        each = 1e6 / case.connections
        for label, column, factor in (("open, µs", "open_s", each), ("echo, µs", "round_s", each),
                                      ("bytes", "bytes_each", 1)):
            found.append((f"{case.connections}{kind}: {label} for each", case, column, factor))
    return found


def fairness(results):
    found = []
    for case in results.cases("fairness"):
        flood = size_name(case.flood)
        found += [(f"{flood}: without, median", case, "quiet_p50_us", 1),
                  (f"{flood}: beside it, median", case, "p50_us", 1),
                  (f"{flood}: beside it, 99th of 100", case, "p99_us", 1),
                  (f"{flood}: messages of the flood, 1/s", case, "flood_rate", 1)]
    return found


def memory(results):
    found = []
    for case in results.cases("memory"):
        if case.mode == "peak":
            found.append((f"peak while {size_name(case.size)} arrive", case, "peak_bytes", 1))
        else:
            found += [(f"queue of {size_name(case.size)} messages, bytes allowed", case, "limit_bytes", 1),
                      (f"queue of {size_name(case.size)} messages, bytes taken", case, "grown_bytes", 1)]
    return found


def idle(results):
    columns = (("wake-ups", "idle_wakeups"), ("CPU seconds", "idle_cpu_s"), ("in seconds", "idle_s"))
    return [(f"{case.connections} connections: {label}", case, column, 1) for case in results.cases("idle")
            for label, column in columns]


def tables(results):
    """(name, title, rows): each row a label, a case, a column and a factor."""
    found = [(group, f"{group}, messages/s", sizes(results, group)) for group in ("send", "receive", "echo")]
    found += [
        ("roundtrip", "round trip in the callback, µs", latencies(results, "roundtrip")),
        ("roundtrip-threads", "round trip across threads, µs", latencies(results, "roundtrip-threads")),
        ("fairness", "echo beside a flood, µs", fairness(results)),
        ("growth", "round trip beside idle connections, µs",
         [(f"{case.connections}", case, "p50_us", 1) for case in results.cases("growth")]),
        ("connections", "connections", connections(results)),
        ("idle", "nothing to do", idle(results)),
        ("send-threads", "sending threads, messages/s",
         [(f"{case.threads}", case, "rate", 1) for case in results.cases("send-threads")]),
        ("memory", "memory, bytes", memory(results)),
        ("wss", "wss, messages/s", [(f"{case.mode} {size_name(case.size)}", case, "rate", 1)
                                    for case in results.cases("wss", tls=True)]),
        ("handshakes", "TLS handshakes/s", [({"handshakes": "full"}.get(case.mode, "resumed"), case, "rate", 1)
                                            for case in results.cases("handshakes")]),
    ]
    return [entry for entry in found if entry[2]]


def rendered(results, title, rows):
    """Columns that say nothing are left out."""
    programs = [name for name in PROGRAMS
                if any(results.figure(case, name, column) is not None for _, case, column, _ in rows)]
    columns = [lambda case, column, name=name: results.figure(case, name, column) for name in programs]
    head = [title, *programs]
    if "tcp" in programs:
        head.append("of tcp")
        columns.append(lambda case, column: results.ratio(case, "tcp", column))
    has_peers = any(name in PEERS for name in programs)
    if has_peers:
        head.append("of the best peer")
        columns.append(lambda case, column: results.of_best_peer(
            case, column, max if column in ("rate", "flood_rate") else min))
    if all(column == "rate" for _, _, column, _ in rows):
        if "tcp" in programs:
            head.append("of tcp, by CPU time")
            columns.append(lambda case, _: results.ratio(case, "tcp", "cpu_rate"))
        if has_peers:
            head.append("of the best peer, by CPU time")
            columns.append(lambda case, _: results.of_best_peer(case, "cpu_rate"))
    body = []
    for label, case, column, factor in rows:
        values = [find(case, column) for find in columns]
        body.append([label, *(short(value if index >= len(programs) or value is None else value * factor)
                              for index, value in enumerate(values))])
    return table(head, body)


def notes(results):
    """What a reader of the figures must know."""
    found = [f"failed: {one}" for one in results.document["failures"]]
    found += [f"slow: {one}" for one in results.document["slow"]]
    bound = [case.key for case in results.all
             if (results.figure(case, "ours", "server_cpu_s") or 0) > (results.figure(case, "ours", "cpu_s") or 0)]
    if bound:
        found.append("the server works more than ours: " + "; ".join(bound))
    return "".join(f"{one}\n" for one in found)
