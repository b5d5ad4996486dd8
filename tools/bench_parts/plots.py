# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""SVG files that are readable on light and on dark ground."""

import re

from bench_parts.goals import size_name
from bench_parts.plan import PROGRAMS

# Stands for the colour of the text, which depends on the reader's ground.
INK = "#010203"
STYLE = "<style>:root{--ink:#24292f}@media (prefers-color-scheme:dark){:root{--ink:#d0d7de}}</style>"
# Apart for every kind of sight, and on both grounds (Okabe and Ito).
COLOURS = {"tcp": "#8c959f", "lws": "#e69f00", "beast": "#56b4e9", "websocketpp": "#009e73", "ours": "#d55e00"}


def save(figure, path):
    from matplotlib import pyplot

    figure.savefig(path, format="svg", transparent=True, metadata={"Date": None})
    pyplot.close(figure)
    text = path.read_text(encoding="utf-8").replace(INK, "var(--ink)")
    path.write_text(re.sub(r"(<svg [^>]*>)", r"\1" + STYLE, text, count=1), encoding="utf-8")


def rates(results, group, title, path):
    from matplotlib import pyplot

    cases = results.cases(group)
    if not cases:
        return
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for program in PROGRAMS:
        points = [(int(case.split("/")[2]), results.rate(case, program)) for case in cases]
        points = [(size, rate) for size, rate in points if rate]
        if points:
            axes.plot(*zip(*points), marker="o", label=program, color=COLOURS[program],
                      linewidth=2.5 if program == "ours" else 1.5)
    sizes = [int(case.split("/")[2]) for case in cases]
    axes.set(xscale="log", yscale="log", title=title, ylabel="messages a second")
    axes.set_xticks(sizes, [size_name(size) for size in sizes])
    axes.minorticks_off()
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)
    save(figure, path)


def latencies(results, path):
    from matplotlib import pyplot

    groups = [group for group in ("roundtrip", "roundtrip-threads") if results.cases(group)]
    if not groups:
        return
    figure, panels = pyplot.subplots(1, len(groups), figsize=(7, 3.5), squeeze=False)
    for group, axes in zip(groups, panels[0]):
        case = results.cases(group)[0]
        names = [name for name in PROGRAMS if results.extra(case, name, "p50_us")]
        for name in names:
            p50, p99 = (results.extra(case, name, column) for column in ("p50_us", "p99_us"))
            axes.barh(name, p99, color=COLOURS[name], alpha=0.35)
            axes.barh(name, p50, color=COLOURS[name])
        axes.set(title={"roundtrip": "in the callback", "roundtrip-threads": "across threads"}[group],
                 xlabel="µs: median, pale: 99th of 100")
        axes.invert_yaxis()
    figure.tight_layout()
    save(figure, path)


def connections(results, path):
    from matplotlib import pyplot

    cases = [case for case in results.cases("connections") if case.split("/")[2] == "32"]
    if not cases:
        return
    figure, panels = pyplot.subplots(1, 2, figsize=(8, 3.5))
    for axes, column, title in ((panels[0], "open_s", "open"), (panels[1], "round_s", "one echo round")):
        for program in PROGRAMS:
            points = []
            for case in cases:
                number = int(case.split("/")[3][:-1])
                value = results.extra(case, program, column)
                if value:
                    points.append((number, value / number * 1e6))
            if points:
                axes.plot(*zip(*points), marker="o", label=program, color=COLOURS[program])
        axes.set(xscale="log", yscale="log", title=title, xlabel="connections", ylabel="µs for each")
        axes.grid(alpha=0.3)
    panels[0].legend(frameon=False)
    figure.tight_layout()
    save(figure, path)


def draw(results, directory):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({name: INK for name in (
        "text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color", "axes.titlecolor")})
    # The same figures give the same file.
    matplotlib.rcParams.update({"svg.hashsalt": "net_websocket", "svg.fonttype": "none"})
    directory.mkdir(parents=True, exist_ok=True)
    for group in ("send", "receive", "echo"):
        rates(results, group, {"send": "Sending", "receive": "Receiving", "echo": "Echo, both ways"}[group],
              directory / f"{group}.svg")
    latencies(results, directory / "roundtrip.svg")
    connections(results, directory / "connections.svg")
