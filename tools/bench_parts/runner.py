# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the programs in turns against one server, and keeps what they say."""

import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time

NO_SUCH_MODE = 4
# Seconds of one run: when it is given up, and when it is told that it was slow.
PATIENCE = 60
SLOW = 5
# What a program is not told by the environment.
UNSET = ("SSL_CERT_FILE", "SSL_CERT_DIR")
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name not in UNSET and not name.lower().endswith("_proxy")}


class Failed(Exception):
    """A program failed, or did not end."""


class Server:
    """nws-bench-server, for ws or for wss."""

    def __init__(self, programs, certificate=None, resumption=True):
        command = [str(programs / "nws-bench-server")]
        if certificate:
            command += ["--cert", certificate[0], "--key", certificate[1]] + ([] if resumption else ["--no-resumption"])
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise Failed("the server did not start")
        self.port = int(line)

    def pin(self, cpus):
        os.sched_setaffinity(self.process.pid, cpus)

    def cpu_seconds(self):
        """Of its one thread."""
        try:
            return int(pathlib.Path(f"/proc/{self.process.pid}/schedstat").read_text(encoding="utf-8").split()[0]) / 1e9
        except OSError:
            return 0

    def stop(self):
        self.process.kill()
        self.process.wait()


class Servers:
    """One of each kind."""

    def __init__(self, programs, directory):
        self.certificate = make_certificate(directory)
        self._all = {"plain": Server(programs), "flood": Server(programs),
                     "tls": Server(programs, self.certificate),
                     "full": Server(programs, self.certificate, resumption=False)}

    def of(self, case):
        return self._all["full" if case.mode == "handshakes" else "tls" if case.tls else "plain"]

    def arguments(self, case):
        server = self.of(case)
        found = ["--port", str(server.port), "--server-pid", str(server.process.pid)]
        if case.tls:
            found += ["--ca", self.certificate[0]]
        if case.flood:
            found += ["--flood-port", str(self._all["flood"].port), "--flood-size", str(case.flood)]
        return found

    def stop(self):
        for server in self._all.values():
            server.stop()


def make_certificate(directory):
    """Its own authority, for localhost."""
    key, certificate = f"{directory}/key.pem", f"{directory}/certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key


def one_run(command, cpus, patience):
    """What it printed or None, and what went wrong or None; both: no such mode."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=patience,
                              env=ENVIRONMENT, check=False, preexec_fn=lambda: os.sched_setaffinity(0, cpus))
    except subprocess.TimeoutExpired:
        return None, "did not end"
    if done.returncode == NO_SUCH_MODE:
        return None, None
    if done.returncode != 0:
        return None, (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[0]
    return json.loads(done.stdout), None


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rounded(number):
    return float(f"{number:.4g}")


class Run:
    """All cases, one after the other."""

    def __init__(self, programs, names, repeats, seconds, quick):
        self.programs = programs
        self.names = [name for name in (*names, "aes") if (programs / f"nws-bench-{name}").exists()]
        self.repeats = repeats
        self.seconds = seconds
        self.patience = PATIENCE / 3 if quick else PATIENCE
        self.cpus = os.sched_getaffinity(0)
        self.results, self.failures, self.slow, self.without = {}, [], [], set()

    def turns(self, case):
        return min(self.repeats, case.most)

    def all(self, cases):
        from tqdm import tqdm

        total = sum(self.turns(case) * sum(name in self.names for name in case.programs) for case in cases)
        look = "{l_bar}{bar:30}| {n}/{total} {remaining} left{postfix}"
        with tempfile.TemporaryDirectory() as scratch, tqdm(total=total, disable=None, bar_format=look) as bar:
            servers = Servers(self.programs, scratch)
            try:
                for case in cases:
                    self.case(case, servers, bar)
            finally:
                servers.stop()
        return {"machine": machine(), "repeats": self.repeats, "seconds": self.seconds,
                "groups": list(dict.fromkeys(case.group for case in cases)),
                "cases": {case.key: {"group": case.group, "mode": case.mode, "size": case.size,
                                     "connections": case.connections, "threads": case.threads,
                                     "flood": case.flood, "tls": case.tls} for case in cases},
                "results": self.results, "failures": self.failures, "slow": self.slow}

    def case(self, case, servers, bar):
        cpus = {max(self.cpus)} if case.one_cpu else self.cpus
        servers.of(case).pin(cpus)
        # In turns: whatever else the machine does meets all of them.
        for turn in range(self.turns(case)):
            for name in case.programs:
                if name not in self.names:
                    continue
                bar.set_postfix_str(f"{case.key}: {name}", refresh=False)
                if (name, case.mode, case.tls) not in self.without:
                    self.turn(case, turn, name, servers, cpus)
                bar.update()

    def turn(self, case, turn, name, servers, cpus):
        command = [str(self.programs / f"nws-bench-{name}"), *case.arguments(self.seconds), *servers.arguments(case)]
        begin, server, client = time.monotonic(), servers.of(case).cpu_seconds(), children_seconds()
        said, problem = one_run(command, cpus, self.patience)
        wall = time.monotonic() - begin
        if problem:
            self.failures.append(f"{case.key}: {name}: {problem}")
            return
        if said is None:
            self.without.add((name, case.mode, case.tls))
            return
        if wall > SLOW + case.idle + 10 * self.seconds:
            self.slow.append(f"{case.key}: {name}: {wall:.1f} s")
        values = {"rate": said["count"] / said["seconds"],
                  **({"cpu_rate": said["count"] / said["cpu_seconds"]} if said["cpu_seconds"] else {}), **said["extra"],
                  "server_cpu_s": servers.of(case).cpu_seconds() - server, "cpu_s": children_seconds() - client}
        kept = self.results.setdefault(case.key, {}).setdefault(name, {})
        for column, value in values.items():
            # A turn that failed leaves a hole: turns are compared with each other.
            row = kept.setdefault(column, [])
            row += [None] * (turn - len(row)) + [rounded(value)]


def machine():
    model = next((line.split(":", 1)[1].strip()
                  for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
                  if line.startswith("model name")), "unknown")
    return {"cpu": model, "cpus": len(os.sched_getaffinity(0)), "kernel": os.uname().release.split("-")[0]}
