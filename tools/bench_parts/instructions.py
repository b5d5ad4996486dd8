# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""Instructions for each message on the hot paths, counted by callgrind: unlike
times they say the same on a busy machine."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from bench_parts import page
from bench_parts.plan import size_name
from bench_parts.runner import ENVIRONMENT, Failed, Server
from bench_parts.tables import table

# send-bursts sends from a callback: two threads do not do the same each time.
MODES = {"send": "send-bursts", "receive": "receive"}
SIZES = (16, 1024)
# What comes before the first message is in both.
FEW, MANY = 20000, 120000
GROWTH = 1.10


def count(programs, port, mode, size, messages):
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/out",
                               "--fair-sched=yes", str(programs / "nws-bench-ours"), "--mode", mode, "--size",
                               str(size), "--count", str(messages), "--port", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
                              env=ENVIRONMENT)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        raise Failed(f"callgrind: {done.stderr.strip()[-400:]}")
    return int(found.group(1))


def compiler(directory):
    commands = json.loads((directory / "compile_commands.json").read_text(encoding="utf-8"))
    program = next(word for word in commands[0]["command"].split() if "ccache" not in word)
    said = subprocess.run([program, "-dumpversion"], stdout=subprocess.PIPE, text=True, check=True)
    return f"{pathlib.Path(program).name} {said.stdout.strip()}"


def measure(programs):
    """Each path's name and count."""
    server = Server(programs)
    try:
        for name, mode in MODES.items():
            for size in SIZES:
                more = count(programs, server.port, mode, size, MANY) - count(programs, server.port, mode, size, FEW)
                yield f"{name} {size_name(size)}", round(more / (MANY - FEW), 1)
    finally:
        server.stop()


def check(directory, path, record, text):
    """0, or 1 if one has grown too much."""
    if not shutil.which("valgrind"):
        raise Failed("valgrind is needed for this")
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    now = {"compiler": compiler(directory)}
    comparable = before.get("compiler") == now["compiler"]
    grown = []
    for name, instructions in measure(directory / "tests" / "bench"):
        now[name] = instructions
        print(f"{name}: {instructions} instructions a message, recorded {before.get(name, 'none')}", flush=True)
        if comparable and instructions > before.get(name, instructions) * GROWTH:
            grown.append(name)
    if record:
        path.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        page.put(text, {"instructions": table(["path", "instructions a message"],
                                              [[name, now[name]] for name in now if name != "compiler"])})
        return 0
    if not comparable:
        print(f"not compared: recorded with {before.get('compiler')}, this is {now['compiler']}")
    for name in grown:
        print(f"{name}: grown by more than {GROWTH - 1:.0%}")
    return int(bool(grown))
