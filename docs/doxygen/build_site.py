#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs Doxygen; shows its warnings, of which each is an error. Then takes away the
# links that it makes of each `http://` in code, which is an example, and of a bare one.
#
# Usage: build_site.py DOXYGEN DOXYFILE

import glob
import os
import re
import shutil
import subprocess
import sys


CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
LINK = re.compile(r'<a href="(https?://[^"]*)">\1</a>')
BARE = re.compile(r'<a href="(https?://)">\1</a>')


def unlink_examples(site):
    for name in glob.glob(os.path.join(site, "*.html")):
        with open(name, encoding="utf-8") as page:
            text = page.read()
        new = CODE.sub(lambda code: LINK.sub(r"\1", code.group(0)), BARE.sub(r"\1", text))
        if new != text:
            with open(name, "w", encoding="utf-8") as page:
                page.write(new)


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
    unlink_examples(os.path.join(output, "site"))
    print(f"{output}/site/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
