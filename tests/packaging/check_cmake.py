#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs with DESTDIR, moves that elsewhere, and builds and runs a CMake project
# that finds the library by find_package().

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def without_cmake_settings():
    return {name: value for name, value in os.environ.items() if not name.startswith("CMAKE_")}


class Project:
    def __init__(self, arguments, work, prefix):
        self.arguments = arguments
        self.work = work
        self.prefix = prefix

    def configure(self, name, *definitions, wanted="", fails=False):
        """Its output if it is to fail, else its build directory."""
        build = os.path.join(self.work, name)
        here = os.path.dirname(os.path.abspath(__file__))
        done = subprocess.run(
            [self.arguments.cmake, "-S", os.path.join(here, "cmake"), "-B", build,
             f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCONSUMERS={self.arguments.consumers}",
             f"-DWANTED={wanted}", *definitions],
            capture_output=True, text=True, env=without_cmake_settings())
        if fails != (done.returncode != 0):
            sys.exit(f"cmake gave {done.returncode} for version '{wanted}' {definitions}\n"
                     f"{done.stdout}{done.stderr}")
        return done.stderr if fails else build


def move_away(destdir, prefix):
    """What was installed under the prefix, in another place than where it says."""
    elsewhere = os.path.join(os.path.dirname(destdir), "else where")
    shutil.move(destdir + prefix, elsewhere)
    shutil.rmtree(destdir)
    return elsewhere


def main():
    parser = argparse.ArgumentParser()
    for name in ["cmake", "meson", "build", "prefix", "consumers", "version"]:
        parser.add_argument("--" + name, required=True)
    arguments = parser.parse_args()
    if not arguments.cmake:
        print("there is no cmake: skipped")
        return 77

    with tempfile.TemporaryDirectory() as work:
        destdir = os.path.join(work, "installed")
        run([arguments.meson, "install", "-C", arguments.build, "--no-rebuild", "--destdir", destdir])
        project = Project(arguments, work, move_away(destdir, arguments.prefix))

        libraries = "net_websocket;net_websocket_static"
        build = project.configure("any", f"-DLIBRARIES={libraries}")
        run([arguments.cmake, "--build", build])
        count = 0
        for name in sorted(os.listdir(build)):
            if name.startswith("net_websocket"):
                run([os.path.join(build, name)], timeout=60)
                count += 1
        if count != 8:
            sys.exit(f"{count} programs were built, not 8")

        major, minor, _ = arguments.version.split(".")
        # The compilers need not be looked for again.
        again = ["-DLIBRARIES="]
        for wanted in [f"{major}.{minor}", f"{arguments.version};EXACT", f"{major}.0...{int(major) + 1}"]:
            project.configure("any", *again, wanted=wanted)
        for wanted in [f"{int(major) + 1}", f"{major}.{int(minor) + 1}", f"{major}.0...<{arguments.version}"]:
            said = project.configure("any", *again, wanted=wanted, fails=True)
            if f"version: {arguments.version}" not in said:
                sys.exit(f"CMake did not see that its version is {arguments.version}:\n{said}")
        print(f"{count} programs built and run, 6 versions asked for")
    return 0


if __name__ == "__main__":
    sys.exit(main())
