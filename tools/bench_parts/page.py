# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""Puts figures into docs/performance.md, between marks; what is written around
them stays."""

import json
import re

from bench_parts import goals, plots, tables


def machine(document):
    known = document["machine"]
    return (f"{known['cpu']}, {known['cpus']} CPUs, Linux {known['kernel']}; "
            f"medians of up to {document['repeats']} runs of {document['seconds']:g} s.\n")


def put(page, parts):
    """Parts that the page has no marks for are left out."""
    def replace(match):
        text = parts.get(match.group(1))
        return match.group(0) if text is None else f"<!-- begin {match.group(1)} -->\n{text}<!-- end -->"

    text = page.read_text(encoding="utf-8")
    page.write_text(re.sub(r"<!-- begin ([\w-]+) -->\n.*?<!-- end -->", replace, text, flags=re.S), encoding="utf-8")


def update(results, page):
    directory = page.parent / page.stem
    plots.draw(results, directory)
    (directory / "results.json").write_text(dump(results.document), encoding="utf-8")
    parts = {"machine": machine(results.document), "goals": goals.goals_table(results)}
    parts.update({name: tables.rendered(results, title, rows) for name, title, rows in tables.tables(results)})
    put(page, parts)


def dump(document):
    """JSON with a line for each case and program."""
    results = document["results"]
    cases = ",\n".join(
        f"  {json.dumps(case)}: {{\n"
        + ",\n".join(f"   {json.dumps(program)}: {json.dumps(values)}" for program, values in programs.items())
        + "\n  }" for case, programs in results.items())
    rest = json.dumps({**document, "results": {}}, indent=1, ensure_ascii=False)
    return rest.replace('"results": {}', '"results": {\n' + cases + "\n }", 1) + "\n"
