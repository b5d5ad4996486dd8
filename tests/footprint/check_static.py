#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Programs that were linked statically need no shared libraries, and connect to a
# server.

import os
import re
import shlex
import subprocess
import sys

WRAPPER = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))


def check(program, readelf, url):
    dynamic = subprocess.run([readelf, "-W", "-d", program], check=True, capture_output=True, text=True).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    if needed:
        sys.exit(f"{program} needs {needed}")
    print(subprocess.run(WRAPPER + [program, url, "3"], check=True, capture_output=True, text=True, timeout=50).stdout)


def main(readelf, server, *programs):
    process = subprocess.Popen(WRAPPER + [server], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        port = re.search(r":(\d+)", process.stdout.readline())[1]
        for program in programs:
            check(program, readelf, f"ws://127.0.0.1:{port}/echo")
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
