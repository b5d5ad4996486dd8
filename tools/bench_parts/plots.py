# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""SVG files that are readable on light and on dark ground."""

import re

from bench_parts.plan import OURS, PEERS, PROGRAMS, size_name

# Stands for the colour of the text, which depends on the reader's ground.
INK = "#010203"
STYLE = "<style>:root{--ink:#24292f}@media (prefers-color-scheme:dark){:root{--ink:#d0d7de}}</style>"
# Apart for every kind of sight, and on both grounds (Okabe and Ito).
COLOURS = {"tcp": "#8c959f", "epoll": "#cc79a7", "lws": "#e69f00", "beast": "#56b4e9", "websocketpp": "#009e73",
           "ours": "#d55e00"}
TITLES = {"send": "Sending", "receive": "Receiving", "echo": "Echo, both ways"}


def save(figure, path):
    from matplotlib import pyplot

    figure.tight_layout()
    figure.savefig(path, format="svg", transparent=True, metadata={"Date": None})
    pyplot.close(figure)
    text = path.read_text(encoding="utf-8").replace(INK, "var(--ink)")
    path.write_text(re.sub(r"(<svg [^>]*>)", r"\1" + STYLE, text, count=1), encoding="utf-8")


def lines(axes, results, cases, across, column="rate", value=lambda case, figure: figure, programs=PROGRAMS):
    """A line for each program."""
    for program in programs:
        points = [(across(case), value(case, results.figure(case, program, column))) for case in cases
                  if results.figure(case, program, column)]
        if points:
            axes.plot(*zip(*points), marker="o", label=program, color=COLOURS[program],
                      linewidth=2.5 if program == "ours" else 1.5, zorder=3 if program == "ours" else 2)
    axes.grid(alpha=0.3)


def mark(axes, values, names):
    axes.set_xticks(values, names)
    axes.minorticks_off()


def rates(results, cases, title):
    """Megabytes show the large sizes, messages the small ones."""
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(9, 3.8))
    units = (("messages/s", lambda case, rate: rate), ("MB/s", lambda case, rate: rate * case.size / 1e6))
    for axes, (unit, value) in zip(panels, units):
        lines(axes, results, cases, lambda case: case.size, value=value)
        axes.set(xscale="log", yscale="log", title=f"{title}, {unit}")
        mark(axes, [case.size for case in cases], [size_name(case.size) for case in cases])
        axes.tick_params(axis="x", labelrotation=45)
    panels[0].legend(frameon=False)
    return figure


def latencies(results, groups):
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(groups), figsize=(9, 2.8), squeeze=False)
    for (title, cases), axes in zip(groups.items(), panels[0]):
        case = cases[0]
        for name in PROGRAMS:
            p50, p99 = (results.figure(case, name, column) for column in ("p50_us", "p99_us"))
            if p50:
                axes.barh(name, p99, color=COLOURS[name], alpha=0.35)
                axes.barh(name, p50, color=COLOURS[name])
        axes.set(title=title, xlabel="µs: median, pale: 99th of 100")
        if max(axes.get_xlim()) > 1000:
            axes.set(xscale="log")
        axes.invert_yaxis()
    return figure


def connections(results, cases):
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 3, figsize=(11, 3.5))
    for axes, column, title in ((panels[0], "open_s", "open, µs for each"),
                                (panels[1], "round_s", "one echo, µs for each"),
                                (panels[2], "bytes_each", "memory, bytes for each")):
        def value(case, figure, column=column):
            return figure if column == "bytes_each" else figure / case.connections * 1e6

        shown = cases if column != "bytes_each" else [case for case in cases if case.connections >= 100]
        programs = PROGRAMS if column != "bytes_each" else PEERS + OURS
        lines(axes, results, shown, lambda case: case.connections, column, value, programs)
        axes.set(xscale="log", title=title, xlabel="connections")
        axes.set(ylim=(0, None)) if column == "bytes_each" else axes.set(yscale="log")
    panels[0].legend(frameon=False)
    return figure


def growth(results):
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(9, 3.5))
    cases = results.cases("growth")
    lines(panels[0], results, cases, lambda case: case.connections, "p50_us")
    panels[0].set(xscale="log", yscale="log", title="round trip, µs", xlabel="connections, all but one idle")
    panels[0].legend(frameon=False)
    cases = results.cases("send-threads")
    lines(panels[1], results, cases, lambda case: case.threads, value=lambda case, rate: 1e9 / rate)
    panels[1].set(xscale="log", ylim=(0, None), title="sending 128 B, ns for each", xlabel="sending threads")
    mark(panels[1], [case.threads for case in cases], [case.threads for case in cases])
    return figure


def draw(results, directory):
    """The names of the files."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({name: INK for name in (
        "text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color", "axes.titlecolor")})
    # The same figures give the same file.
    matplotlib.rcParams.update({"svg.hashsalt": "net_websocket", "svg.fonttype": "none", "font.size": 9})
    directory.mkdir(parents=True, exist_ok=True)
    found = {}
    for group, title in TITLES.items():
        if results.cases(group):
            found[group] = rates(results, results.cases(group), title)
    for mode, title in (("send", "Sending on TLS"), ("receive", "Receiving on TLS")):
        if results.cases("wss", mode=mode):
            found[f"wss-{mode}"] = rates(results, results.cases("wss", mode=mode), title)
    times = {"in the callback": results.cases("roundtrip"), "across threads": results.cases("roundtrip-threads"),
             "beside a flood": results.cases("fairness")}
    times = {title: cases for title, cases in times.items() if cases}
    if times:
        found["roundtrip"] = latencies(results, times)
    if results.cases("connections", tls=False):
        found["connections"] = connections(results, results.cases("connections", tls=False))
    if results.cases("growth") and results.cases("send-threads"):
        found["growth"] = growth(results)
    for name, figure in found.items():
        save(figure, directory / f"{name}.svg")
    return list(found)
