#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# layout.h where pointers have 32 bits: 64-bit numbers are aligned to 4 bytes on
# some of these processors and to 8 on others. Compiled only, without the system's
# headers, which are for this machine.
#
# Usage: check_layout_32.py INCLUDE-DIRECTORY LAYOUT-HEADER

import os
import shutil
import subprocess
import sys
import tempfile

COMPILERS = [["gcc", "-m32"]] + [["clang", f"--target={target}"] for target in
                                 ["i386-linux-gnu", "armv7-linux-gnueabihf", "riscv32-linux-gnu"]]


def compiles(command, language, source):
    command = command + ["-ffreestanding", "-fsyntax-only", "-x", language, "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True)


def main(directory, layout):
    checked = []
    with tempfile.TemporaryDirectory() as empty:
        # What net_websocket.h includes for its users; nothing in it is used here.
        for name in ["signal.h", "string.h"]:
            open(os.path.join(empty, name), "w", encoding="utf-8").close()
        for compiler in COMPILERS:
            if not shutil.which(compiler[0]) or compiles(compiler, "c", "#include <stdint.h>\n").returncode != 0:
                continue
            for language in ["c", "c++"]:
                source = f'#include "{layout}"\nSTATIC_ASSERT(sizeof(void *) == 4, "a pointer has 32 bits");\n'
                done = compiles(compiler + ["-I", empty, "-I", directory], language, source)
                if done.returncode != 0:
                    sys.exit(f"{' '.join(compiler)}, {language}:\n{done.stderr}")
            checked.append(" ".join(compiler))
    if not checked:
        print("no compiler here has a target with 32 bits")
        sys.exit(77)
    print("\n".join(checked))


if __name__ == "__main__":
    main(*sys.argv[1:])
