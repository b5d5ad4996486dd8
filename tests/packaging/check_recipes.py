#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# docs/porting for Yocto and Buildroot, as far as that can be told without them:
# their syntax (GNU make itself reads Buildroot's), that each choice gives options
# of meson_options.txt, the licence's digest, and that names and symbols fit.
#
# Usage: check_recipes.py PROJECT VERSION

import glob
import hashlib
import os
import re
import subprocess
import sys

failures = []


def expect(condition, text):
    if not condition:
        failures.append(text)


def text_of(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def check_options(options, where):
    """-Dname=value of what meson_options.txt has, with a value that it allows."""
    for name, value in re.findall(r"-D([\w.]+)=([^\s,\"]+)", options):
        expect(name in meson_options, f"{where}: there is no option {name}")
        allowed = meson_options.get(name)
        expect(not allowed or value in allowed, f"{where}: {name} cannot be {value}")


def read_meson_options(project):
    options = {}
    for name, kind, rest in re.findall(r"option\('(\w+)', type: '(\w+)'([^)]*)", text_of(project, "meson_options.txt")):
        choices = re.search(r"choices: \[([^]]*)\]", rest)
        options[name] = {"feature": ["enabled", "disabled", "auto"], "boolean": ["true", "false"],
                         "combo": re.findall(r"'([^']+)'", choices.group(1)) if choices else []}.get(kind)
    return options


# A recipe of BitBake: comments, inherit, and assignments of a double-quoted text.
BITBAKE_LINE = re.compile(
    r'(?P<name>[A-Z][\w]*(?::[\w${}-]+)*)(?P<flag>\[[\w-]+\])?\s*(?P<operator>\?\?=|\?=|\+=|\.=|:=|=)\s*"(?P<value>[^"]*)"')


def parse_bitbake(path):
    values = {}
    for number, line in enumerate(re.sub(r"\\\n", " ", text_of(path)).splitlines(), 1):
        if not line.strip() or line.startswith("#") or re.fullmatch(r"inherit( [\w-]+)+", line):
            continue
        match = BITBAKE_LINE.fullmatch(line)
        if not match:
            expect(False, f"{path}:{number}: no assignment: {line}")
            continue
        expect(match["value"].count("${") == match["value"].count("}"), f"{path}:{number}: braces: {line}")
        for expression in re.findall(r"\$\{@(.*)\}", match["value"]):
            compile(expression, path, "eval")
        values[match["name"] + (match["flag"] or "")] = match["value"]
    return values


def check_yocto(project, version):
    recipes = glob.glob(os.path.join(project, "docs/porting/yocto/recipes-*/*/*.bb"))
    expect([os.path.basename(path) for path in recipes] == [f"net-websocket_{version}.bb"], f"recipes: {recipes}")
    for path in recipes:
        values = parse_bitbake(path)
        check_options(" ".join(values.values()), path)
        digest = hashlib.md5(text_of(project, "LICENSE").encode()).hexdigest()
        expect(values["LIC_FILES_CHKSUM"] == f"file://LICENSE;md5={digest}", f"{path}: the licence's MD5 is {digest}")
        for name in values["PACKAGECONFIG"].split():
            expect(f"PACKAGECONFIG[{name}]" in values, f"{path}: no PACKAGECONFIG[{name}]")
        for name in [name for name in values if name.startswith("PACKAGECONFIG[")]:
            expect(2 <= values[name].count(",") <= 5, f"{path}: {name} has no three fields")


# In the place of Buildroot's own.
MAKEFILE = """
BR2_EXTERNAL_NET_WEBSOCKET_PATH = {tree}
meson-package = $(foreach v,VERSION SOURCE CONF_OPTS DEPENDENCIES LICENSE LICENSE_FILES,\
$(info $v=$(strip $(NET_WEBSOCKET_$v))))
include {tree}/external.mk
all:
"""


def make_variables(tree, *chosen):
    done = subprocess.run(["make", "--warn-undefined-variables", "-rR", "-f", "-", *chosen], text=True,
                          input=MAKEFILE.format(tree=tree), capture_output=True)
    warnings = [line for line in done.stderr.splitlines() if "undefined variable 'BR2_" not in line]
    if done.returncode != 0:
        sys.exit(f"make: {done.stderr}")
    expect(not warnings, f"make: {warnings}")
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def check_kconfig(path):
    """Blocks are closed, and every symbol of ours that is named exists."""
    text = re.sub(r"\\\n", " ", text_of(path))
    for opening, closing in [("if", "endif"), ("choice", "endchoice"), ("menu", "endmenu")]:
        count = [len(re.findall(rf"^{word}\b", text, re.MULTILINE)) for word in (opening, closing)]
        expect(count[0] == count[1], f"{path}: {opening} and {closing}: {count}")
    defined = re.findall(r"^config (\w+)$", text, re.MULTILINE)
    used = re.findall(r"\bBR2_PACKAGE_NET_WEBSOCKET\w*", text)
    expect(set(used) == set(defined), f"{path}: {set(used) ^ set(defined)}")
    statement = (r"(\t(bool|prompt|default|depends on|select|help)\b.*|\t  \S.*|config \w+|choice|endchoice"
                 r"|if \w+|endif|comment \".*\"|)")
    for number, line in enumerate(text.splitlines(), 1):
        expect(re.fullmatch(statement, line), f"{path}:{number}: {line}")


def check_buildroot(project, version):
    tree = os.path.join(project, "docs/porting/buildroot")
    expect(re.fullmatch(r"name: [A-Z0-9_]+\ndesc: .+\n", text_of(tree, "external.desc")), "external.desc")
    check_kconfig(os.path.join(tree, "package/net-websocket/Config.in"))
    bundled = make_variables(tree, "BR2_PACKAGE_NET_WEBSOCKET_DEFLATE=y")
    system = make_variables(tree, "BR2_PACKAGE_NET_WEBSOCKET_SYSTEM=y", "BR2_PACKAGE_NET_WEBSOCKET_OHWS=y")
    for values in (bundled, system):
        check_options(values["CONF_OPTS"], "Buildroot")
        expect(values["VERSION"] == version, f"Buildroot has version {values['VERSION']}")
    expect("-Dlibwebsockets=bundled" in bundled["CONF_OPTS"] and "zlib" in bundled["DEPENDENCIES"].split(), "bundled")
    expect("-Dlibwebsockets=system" in system["CONF_OPTS"] and "libwebsockets" in system["DEPENDENCIES"].split()
           and "-Dtools=enabled" in system["CONF_OPTS"], "system")
    wraps = [re.search(r"^directory = (.*)$", text_of(path), re.MULTILINE).group(1)
             for path in glob.glob(os.path.join(project, "subprojects/*.wrap"))]
    for path in bundled["LICENSE_FILES"].split()[1:]:
        expect(path.split("/")[1] in wraps, f"Buildroot: {path} is in no wrap")


if __name__ == "__main__":
    project_directory, project_version = sys.argv[1:]
    meson_options = read_meson_options(project_directory)
    check_yocto(project_directory, project_version)
    check_buildroot(project_directory, project_version)
    print("\n".join(failures))
    sys.exit(1 if failures else 0)
