# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured: cases, each for every program that has the mode."""

import dataclasses

# Not libraries: what the machine can do, and what one thread for all sockets can.
LIMITS = ("tcp", "epoll")
PEERS = ("lws", "beast", "websocketpp")
OURS = ("ours",)
PROGRAMS = LIMITS + PEERS + OURS
# Only where it matters that one thread waits for all sockets, and writes what others
# hand over, `epoll` is run, too.
USUAL = ("tcp",) + PEERS + OURS
GROUPS = ("send", "receive", "echo", "roundtrip", "roundtrip-threads", "fairness", "growth", "connections",
          "idle", "send-threads", "memory", "wss", "handshakes")
KIB, MIB = 1 << 10, 1 << 20


@dataclasses.dataclass(frozen=True)
class Case:
    group: str
    mode: str
    size: int = 16
    tls: bool = False
    connections: int = 1
    threads: int = 1
    flood: int = 0
    idle: float = 0
    queue: int = 0
    # Client and server share a CPU: otherwise it is the machine's way of waking
    # another one that is measured.
    one_cpu: bool = False
    # At most so many runs: it takes long, or is the same each time.
    most: int = 99
    programs: tuple = USUAL

    @property
    def key(self):
        parts = [self.group, self.mode, size_name(self.size)]
        if self.group in ("connections", "growth", "idle"):
            parts.append(f"{self.connections} connections")
        if self.group == "send-threads":
            parts.append(f"{self.threads} threads")
        if self.flood:
            parts.append(f"flood of {size_name(self.flood)}")
        if self.tls:
            parts.append("wss")
        return ", ".join(dict.fromkeys(parts))

    def arguments(self, seconds):
        found = ["--mode", self.mode, "--size", self.size, "--seconds", seconds, "--connections", self.connections,
                 "--threads", self.threads, "--idle", self.idle]
        if self.queue:
            found += ["--queue", self.queue]
        return [str(argument) for argument in found] + (["--tls"] if self.tls else [])


def size_name(size):
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} B"


def throughput(quick):
    sizes = [16, 128, KIB, 64 * KIB, MIB] if quick else [16, 128, KIB, 4 * KIB, 16 * KIB, 64 * KIB, MIB, 4 * MIB]
    found = [Case("send", "send", size, programs=PROGRAMS) for size in sizes]
    found += [Case("receive", "receive", size) for size in sizes]
    found += [Case("echo", "echo", size) for size in ([KIB] if quick else sizes)]
    found += [Case("send-threads", "send", 128, threads=threads, programs=OURS)
              for threads in ([1, 16] if quick else [1, 2, 4, 8, 16])]
    found += [Case("wss", mode, size, tls=True) for mode in ("send", "receive")
              for size in ([64 * KIB] if quick else [16, KIB, 64 * KIB, MIB])]
    found += [Case("wss", mode, 16 * KIB, programs=("aes",)) for mode in ("aes", "aes-blocks")]
    found += [Case("handshakes", mode, tls=True) for mode in ("handshakes", "handshakes-resumed")]
    return found


def latency(quick):
    found = [Case(mode, mode, 32, one_cpu=True, programs=PROGRAMS) for mode in ("roundtrip", "roundtrip-threads")]
    found += [Case("growth", "roundtrip", 32, connections=number, one_cpu=True, programs=PROGRAMS)
              for number in ([1, 1000] if quick else [1, 10, 100, 1000, 10000])]
    found += [Case("fairness", "fairness", 32, flood=size) for size in ([16] if quick else [16, 64 * KIB])]
    return found


def capacity(quick):
    found = []
    for number in [100, 1000] if quick else [1, 10, 100, 1000, 10000]:
        found.append(Case("connections", "connections", 32, connections=number, most=3 if number == 10000 else 99,
                          programs=PROGRAMS))
    # The same each time.
    found.append(Case("idle", "connections", 32, connections=100, idle=1 if quick else 10, most=1))
    if not quick:
        found.append(Case("connections", "connections", 32, tls=True, connections=1000, most=1))
    found.append(Case("memory", "peak", 64 * MIB, most=3))
    found += [Case("memory", "queue", size, queue=64 * MIB, most=1, programs=OURS)
              for size in ([16] if quick else [16, KIB, 64 * KIB])]
    return found


def cases(quick, only):
    found = throughput(quick) + latency(quick) + capacity(quick)
    return [case for group in GROUPS for case in found if case.group == group and (not only or group in only)]
