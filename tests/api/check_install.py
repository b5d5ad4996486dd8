#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs with DESTDIR, and builds and runs applications against that with
# pkg-config's flags and nothing else.

import argparse
import os
import shlex
import subprocess
import sys
import tempfile

CONSUMERS = [("consumer.c", ["c99", "c11"]), ("consumer.cpp", ["c++11", "c++14", "c++17", "c++20"])]
INCLUDE_FORMS = {"prefixed include": [], "plain include": ["-DPLAIN_INCLUDE"]}


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def find(directory, name):
    found = [os.path.join(path, name) for path, _, files in os.walk(directory) if name in files]
    if len(found) != 1:
        sys.exit(f"{name} is installed {len(found)} times: {found}")
    return found[0]


class PkgConfig:
    def __init__(self, program, destdir):
        self.program = program
        self.environment = dict(
            os.environ,
            PKG_CONFIG_LIBDIR=os.path.dirname(find(destdir, "net_websocket.pc")),
            PKG_CONFIG_PATH="",
            # Installed elsewhere than where it says: all paths move there. So do
            # those that a compiler searches anyway, with the prefix /usr.
            PKG_CONFIG_SYSROOT_DIR=destdir,
            PKG_CONFIG_ALLOW_SYSTEM_CFLAGS="1",
            PKG_CONFIG_ALLOW_SYSTEM_LIBS="1")

    def __call__(self, *arguments):
        return shlex.split(run([self.program, *arguments, "net_websocket"], env=self.environment))


def check_installed_files(destdir, readelf):
    for name in ["net_websocket.h", "net_websocket.hpp", "net_websocket_ext.h", "net_websocket_type.h"]:
        path = find(destdir, name)
        if not path.endswith(f"/include/network/netstack/{name}"):
            sys.exit(f"{path} is the wrong place")
    library = find(destdir, "libnet_websocket.so")
    find(destdir, "libnet_websocket.a")
    if os.path.islink(library):
        sys.exit(f"{library} is a link")
    dynamic = run([readelf, "-W", "-d", library])
    if "RPATH" in dynamic or "RUNPATH" in dynamic:
        sys.exit(f"{library} looks for libraries in the build directory:\n{dynamic}")
    own = ["libnet_websocket.so", "libnet_websocket.a", "net_websocket.h", "net_websocket_ext.h",
           "net_websocket_type.h", "net_websocket.hpp", "net_websocket.pc",
           "net_websocket-config.cmake", "net_websocket-config-version.cmake", "ohws", "ohws.1", "_ohws",
           "ohws.fish"]
    for path, _, files in os.walk(destdir):
        for name in files:
            if name not in own:
                sys.exit(f"not ours, but installed: {os.path.join(path, name)}")
    return library


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--meson", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--sources", required=True)
    parser.add_argument("--pkg-config", required=True)
    parser.add_argument("--readelf", required=True)
    parser.add_argument("--cc", required=True)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--sanitize", default="none")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--static", action="store_true", help="the archive holds all that it needs")
    arguments = parser.parse_args()
    sanitize = [] if arguments.sanitize == "none" else ["-fsanitize=" + arguments.sanitize]
    if arguments.coverage:
        sanitize.append("--coverage")  # what the archive was built with

    with tempfile.TemporaryDirectory() as work:
        destdir = os.path.join(work, "installed")
        run([arguments.meson, "install", "-C", arguments.build, "--no-rebuild", "--destdir", destdir])
        library = check_installed_files(destdir, arguments.readelf)
        pkg_config = PkgConfig(arguments.pkg_config, destdir)
        if "-lwebsockets" in pkg_config("--libs"):
            sys.exit("whoever links to the shared library needs no libwebsockets")
        environment = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(library))
        program = os.path.join(work, "consumer")
        count = 0

        def build_and_run(source, standard, flags, libraries):
            nonlocal count
            compiler = arguments.cc if source.endswith(".c") else arguments.cxx
            run([*shlex.split(compiler), f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                 *sanitize, os.path.join(arguments.sources, source), "-o", program, *flags, *libraries])
            run([program], env=environment, timeout=60)
            count += 1

        for source, standards in CONSUMERS:
            for standard in standards:
                for defines in INCLUDE_FORMS.values():
                    build_and_run(source, standard, defines + pkg_config("--cflags"), pkg_config("--libs"))
            if arguments.static:
                # A program of its own, without the shared library.
                os.rename(library, library + ".away")
                build_and_run(source, standards[0], pkg_config("--cflags"), pkg_config("--static", "--libs"))
                os.rename(library + ".away", library)
        print(f"{count} programs built and run")


if __name__ == "__main__":
    main()
