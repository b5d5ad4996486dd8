# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured: cases, each for every program that has the mode."""

import dataclasses

PROGRAMS = ["tcp", "lws", "beast", "websocketpp", "ours"]
PEERS = ["lws", "beast", "websocketpp"]
GROUPS = ["send", "receive", "echo", "roundtrip", "roundtrip-threads", "connections", "send-threads", "wss",
          "handshakes"]


@dataclasses.dataclass(frozen=True)
class Case:
    group: str
    mode: str
    size: int = 16
    tls: bool = False
    connections: int = 1
    threads: int = 1
    idle: float = 0
    one_cpu: bool = False
    # Too slow to be repeated as often as the others.
    long: bool = False
    programs: tuple = tuple(PROGRAMS)

    @property
    def key(self):
        parts = [self.group, self.mode, str(self.size)]
        if self.group == "connections":
            parts.append(f"{self.connections}c")
        if self.group == "send-threads":
            parts.append(f"{self.threads}t")
        return "/".join(parts)

    def arguments(self, seconds):
        found = ["--mode", self.mode, "--size", str(self.size), "--seconds", str(seconds),
                 "--connections", str(self.connections), "--threads", str(self.threads), "--idle", str(self.idle)]
        return found + (["--tls"] if self.tls else [])


def cases(quick, only):
    kib, mib = 1024, 1024 * 1024
    sizes = [16, 128, kib, 64 * kib, mib] if quick else [16, 128, kib, 4 * kib, 16 * kib, 64 * kib, mib, 4 * mib]
    found = [Case(mode, mode, size) for mode in ("send", "receive") for size in sizes]
    found += [Case("echo", "echo", size) for size in ([kib] if quick else sizes)]
    # Client and server share a CPU: otherwise it is the machine's way of waking
    # another one that is measured.
    found += [Case(mode, mode, 32, one_cpu=True) for mode in ("roundtrip", "roundtrip-threads")]
    for connections in [100, 1000] if quick else [1, 10, 100, 1000, 10000]:
        idle = 10 if connections == 100 and not quick else 1
        found.append(Case("connections", "connections", 32, connections=connections, idle=idle, long=True,
                          programs=("tcp", "lws", "beast", "ours")))
    found += [Case("send-threads", "send-threads", 128, threads=threads, programs=("ours",))
              for threads in ([1, 4, 16] if quick else [1, 2, 4, 8, 16])]
    found += [Case("wss", mode, size, tls=True, programs=("lws", "beast", "websocketpp", "ours"))
              for mode in ("send", "receive") for size in ([64 * kib] if quick else [16, kib, 64 * kib, mib])]
    found.append(Case("wss", "aes", 16 * kib, programs=("aes",)))
    found += [Case("handshakes", mode, 16, tls=True, programs=("lws", "beast", "ours"))
              for mode in ("handshakes", "handshakes-resumed")]
    if not quick:
        found.append(Case("connections", "connections", 33, tls=True, connections=1000, idle=1, long=True,
                          programs=("ours",)))
    return [case for case in found if only is None or case.group in only]
