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

from bench_parts.runner import ENVIRONMENT, Failed, Server

# send-bursts sends from a callback: two threads do not do the same each time.
PATHS = [(name, mode, size) for name, mode in (("send", "send-bursts"), ("receive", "receive")) for size in (16, 1024)]
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


def check(programs, record, write):
    """0, or 1 if one has grown too much."""
    if not shutil.which("valgrind"):
        raise Failed("valgrind is needed for this")
    path = pathlib.Path(record)
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    server = Server(programs)
    now, status = {}, 0
    try:
        for path_name, mode, size in PATHS:
            name = f"{path_name} {size}"
            more = count(programs, server.port, mode, size, MANY) - count(programs, server.port, mode, size, FEW)
            now[name] = round(more / (MANY - FEW), 1)
            grown = name in before and now[name] > before[name] * GROWTH
            status |= grown
            print(f"{name} B: {now[name]} instructions a message, recorded {before.get(name, 'none')}"
                  f"{'  GROWN' if grown else ''}", flush=True)
    finally:
        server.stop()
    if write:
        path.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        return 0
    return int(status)
