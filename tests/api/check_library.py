#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# What the shared library shows to the dynamic linker: the exact exported
# symbols, its name, what it needs, and how it is hardened.

import argparse
import re
import subprocess
import sys

OPENHARMONY = "NET_WEBSOCKET_1.0"
EXTENSION = "NET_WEBSOCKET_EXT_1.0"
FUNCTIONS = {"OH_WebSocketClient_" + name: OPENHARMONY
             for name in ["Constructor", "AddHeader", "Connect", "Send", "Close", "Destroy"]}

# Shared objects of the C and C++ run time, of glibc and musl.
RUN_TIME = r"lib(c|m|pthread|gcc_s|stdc\+\+|atomic)\.so(\.\d+)?|ld-.*\.so\.\d+|libc\.musl-.*"
SANITIZERS = r"lib(clang_rt\.)?(asan|ubsan|tsan|lsan).*\.so(\.\d+)?"
ZLIB = r"libz\.so(\.\d+)*"
# Of the distribution's libwebsockets and what it is built on.
SYSTEM_LIBWEBSOCKETS = r"lib(websockets|ssl|crypto|mbed.*|cap|uv|ev|event.*|glib.*|z)\.so(\.\d+)*"
BUNDLED_NAMES = r"(SSL|X509|BIO|EVP|ERR|CRYPTO|OPENSSL)_|mbedtls_|psa_|_?lws_|_lws"

failures = []


def expect(condition, text):
    if not condition:
        failures.append(text)


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def public_functions(arguments):
    """Each with its symbol version."""
    with open(arguments.extension_header, encoding="utf-8") as header:
        names = re.findall(r"^NET_WEBSOCKET_API [^;(]*?\b(\w+)\(", header.read(), re.MULTILINE)
    expect(len(names) > 10 and len(set(names)) == len(names), f"the extension header declares {names}")
    return FUNCTIONS | {name: EXTENSION for name in names}


def check_exports(arguments):
    functions = public_functions(arguments)
    exported = set()
    for line in output_of(arguments.nm, "-D", "--defined-only", arguments.library).splitlines():
        _, kind, name = line.split()
        if kind == "A":
            expect(name.split("@")[0] in (OPENHARMONY, EXTENSION), f"exported absolute symbol {name}")
            continue
        name, version = name.split("@@")
        expect(kind == "T", f"{name} is exported but no function ({kind})")
        expect(functions.get(name, version) == version, f"{name} has the version {version}")
        exported.add(name)
    for name in sorted(exported - set(functions)):
        expect(False, f"exported, but not public: {name}")
    for name in sorted(set(functions) - exported):
        expect(False, f"not exported: {name}")


def check_imports(arguments):
    lines = output_of(arguments.nm, "-D", "--undefined-only", arguments.library).splitlines()
    imported = {line.split()[-1].split("@")[0] for line in lines}
    if arguments.libwebsockets == "bundled":
        for name in sorted(imported):
            expect(not re.match(BUNDLED_NAMES, name), f"not bundled, but imported: {name}")
    if arguments.sanitize == "none":
        expect({"__stack_chk_fail", "__stack_chk_fail_local"} & imported or "__stack_chk_guard" in imported,
               "no stack protector")
        if arguments.fortified:
            expect(any(re.fullmatch(r"__\w+_chk", name) for name in imported), "no call that FORTIFY checks")


def check_dynamic_section(arguments):
    text = output_of(arguments.readelf, "-W", "-d", arguments.library)
    values = re.findall(r"\((\w+)\)\s+(.*)", text)

    names = [value for tag, value in values if tag == "SONAME"]
    expect(len(names) == 1 and names[0].endswith("[libnet_websocket.so]"), f"SONAME: {names}")

    expected = RUN_TIME
    if arguments.libwebsockets == "system":
        expected += "|" + SYSTEM_LIBWEBSOCKETS
    if arguments.zlib:
        expected += "|" + ZLIB
    if arguments.sanitize != "none":
        expected += "|" + SANITIZERS
    for tag, value in values:
        if tag == "NEEDED":
            needed = value[value.index("[") + 1:-1]
            expect(re.fullmatch(expected, needed), f"needs {needed}")
            expect(not (arguments.static_libstdcxx and re.match(r"lib(stdc\+\+|gcc_s)", needed)), f"needs {needed}")

    flags = " ".join(value for tag, value in values if tag in ["FLAGS", "FLAGS_1"])
    tags = {tag for tag, _ in values}
    expect("TEXTREL" not in tags and "TEXTREL" not in flags, "text relocations")
    expect("BIND_NOW" in tags or "NOW" in flags.split() or "BIND_NOW" in flags,
           "not bound at start (BIND_NOW)")


def check_segments(arguments):
    text = output_of(arguments.readelf, "-W", "-l", arguments.library)
    expect("GNU_RELRO" in text, "no RELRO")
    stack = re.search(r"GNU_STACK\s+(?:0x[0-9a-f]+\s+){5}([RWE]+)", text)
    expect(stack and "E" not in stack.group(1), "executable stack")
    for flags in re.findall(r"LOAD\s+(?:0x[0-9a-f]+\s+){5}([RWE ]{3})", text):
        expect(not ("W" in flags and "E" in flags), "a segment is writable and executable")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--extension-header", required=True)
    parser.add_argument("--nm", required=True)
    parser.add_argument("--readelf", required=True)
    parser.add_argument("--libwebsockets", choices=["bundled", "system"], required=True)
    parser.add_argument("--sanitize", default="none")
    parser.add_argument("--fortified", action="store_true")
    parser.add_argument("--zlib", action="store_true")
    parser.add_argument("--static-libstdcxx", action="store_true", help="with the C++ library inside")
    parser.add_argument("library")
    arguments = parser.parse_args()
    check_exports(arguments)
    check_imports(arguments)
    check_dynamic_section(arguments)
    check_segments(arguments)
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
