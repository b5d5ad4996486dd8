#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Builds a project that has this one as a Meson subproject. It gets the library
# and nothing that it did not ask for: nothing installed, no tests, no tools.

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def introspect(meson, build, what):
    return json.loads(run([meson, "introspect", "--" + what, build]))


def lay_out(project, arguments):
    """The consumer with this project's sources, by links, under subprojects."""
    here = os.path.dirname(os.path.abspath(__file__))
    shutil.copy(os.path.join(here, "subproject", "meson.build"), project)
    shutil.copy(os.path.join(here, "consumer", "consumer.c"), project)
    copy = os.path.join(project, "subprojects", "net_websocket")
    os.makedirs(os.path.join(copy, "subprojects"))
    for name in ["meson.build", "meson_options.txt", "include", "lib", "docs", "tests", "tools"]:
        if os.path.exists(os.path.join(arguments.source, name)):
            os.symlink(os.path.join(arguments.source, name), os.path.join(copy, name))
    # Without what other builds have unpacked there.
    wraps = os.path.join(arguments.source, "subprojects")
    for name in os.listdir(wraps):
        if name.endswith(".wrap") or name == "packagefiles":
            os.symlink(os.path.join(wraps, name), os.path.join(copy, "subprojects", name))
    # Meson looks for tarballs where the outermost project has them.
    packagecache = os.path.join(wraps, "packagecache")
    if os.path.isdir(packagecache):
        os.symlink(packagecache, os.path.join(project, "subprojects", "packagecache"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--meson", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--libwebsockets", required=True)
    arguments = parser.parse_args()
    meson = arguments.meson

    with tempfile.TemporaryDirectory() as project:
        lay_out(project, arguments)
        build = os.path.join(project, "build")
        run([meson, "setup", build, project, "--buildtype=plain", "--werror",
             f"-Dnet_websocket:libwebsockets={arguments.libwebsockets}"])
        failures = []
        if introspect(meson, build, "installed"):
            failures.append(f"installed unasked: {introspect(meson, build, 'installed')}")
        if introspect(meson, build, "tests"):
            failures.append("tests unasked")
        for target in introspect(meson, build, "targets"):
            if target["type"] == "executable" and not target["name"].startswith("consumer"):
                failures.append(f"built unasked: {target['name']}")
        run([meson, "compile", "-C", build])
        run([os.path.join(build, "consumer")])
        run([os.path.join(build, "consumer-plain")])
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
