#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs Doxygen; shows its warnings, of which each is an error.
#
# Usage: build_site.py DOXYGEN DOXYFILE

import os
import shutil
import subprocess
import sys


def main():
    doxygen, doxyfile = sys.argv[1:]
    output = os.path.dirname(os.path.abspath(doxyfile))
    shutil.rmtree(os.path.join(output, "site"), ignore_errors=True)
    done = subprocess.run([doxygen, doxyfile], stdout=subprocess.DEVNULL)
    with open(os.path.join(output, "doxygen.log"), encoding="utf-8") as log:
        warnings = log.read()
    sys.stderr.write(warnings)
    if done.returncode != 0 or warnings:
        return 1
    print(f"{output}/site/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
