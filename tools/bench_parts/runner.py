# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the programs in turns against one server, and keeps what they say."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

NO_SUCH_MODE = 4
# Seconds of one run: when it is given up, and when it is told that it was slow.
PATIENCE = 60
SLOW = 5


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

    def stop(self):
        self.process.kill()
        self.process.wait()


class Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.start = time.monotonic()
        self.shown = sys.stderr.isatty()

    def step(self, what):
        if self.shown:
            width = 30
            full = width * self.done // max(self.total, 1)
            elapsed = time.monotonic() - self.start
            left = elapsed / self.done * (self.total - self.done) if self.done else 0
            sys.stderr.write(f"\r\033[K[{'#' * full}{'.' * (width - full)}] {self.done}/{self.total}"
                             f" {left:4.0f} s left  {what}")
            sys.stderr.flush()
        self.done += 1

    def end(self):
        if self.shown:
            sys.stderr.write("\r\033[K")


def make_certificate(directory):
    """Its own authority, for localhost."""
    key, certificate = f"{directory}/key.pem", f"{directory}/certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key


def one_run(command, cpus):
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("SSL_CERT_FILE", "SSL_CERT_DIR") and not name.lower().endswith("_proxy")}
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE,
                              env=environment, check=False,
                              preexec_fn=lambda: os.sched_setaffinity(0, cpus))
    except subprocess.TimeoutExpired:
        return None, "did not end"
    if done.returncode == NO_SUCH_MODE:
        return None, None
    if done.returncode != 0:
        return None, done.stderr.strip() or f"exit status {done.returncode}"
    return json.loads(done.stdout), None


def run(programs, names, cases, repeats, seconds):
    all_cpus = os.sched_getaffinity(0)
    one_cpu = {max(all_cpus)}
    runs, failures, slow, without = [], [], [], set()
    wanted = [name for name in [*names, "aes"] if (programs / f"nws-bench-{name}").exists()]

    def repeats_of(case):
        return 1 if case.long else repeats

    progress = Progress(sum(repeats_of(case) * sum(name in wanted for name in case.programs) for case in cases))
    with tempfile.TemporaryDirectory() as scratch:
        certificate = make_certificate(scratch)
        servers = {"plain": Server(programs), "tls": Server(programs, certificate),
                   "full": Server(programs, certificate, resumption=False)}
        try:
            for case in cases:
                cpus = one_cpu if case.one_cpu else all_cpus
                server = servers["full" if case.mode == "handshakes" else "tls" if case.tls else "plain"]
                server.pin(cpus)
                for _ in range(repeats_of(case)):
                    for name in case.programs:
                        if name not in wanted:
                            continue
                        progress.step(f"{case.key} {name}")
                        if (name, case.mode, case.tls) in without:
                            continue
                        command = [str(programs / f"nws-bench-{name}"), "--port", str(server.port),
                                   *case.arguments(seconds)]
                        if case.tls:
                            command += ["--ca", certificate[0]]
                        begin = time.monotonic()
                        result, problem = one_run(command, cpus)
                        wall = round(time.monotonic() - begin, 3)
                        if problem:
                            failures.append(f"{case.key} {name}: {problem}")
                        elif result is None:
                            without.add((name, case.mode, case.tls))
                        else:
                            if wall > SLOW + case.idle + 10 * seconds:
                                slow.append(f"{case.key} {name}: {wall} s")
                            runs.append({"case": case.key, "program": name, "tls": case.tls, "wall": wall,
                                         **result})
        finally:
            for server in servers.values():
                server.stop()
            progress.end()
    return {"machine": machine(), "repeats": repeats, "seconds": seconds, "runs": runs, "failures": failures,
            "slow": slow}


def machine():
    model = next((line.split(":", 1)[1].strip()
                  for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
                  if line.startswith("model name")), "")
    return {"cpu": model, "cpus": len(os.sched_getaffinity(0)), "kernel": os.uname().release,
            "load": os.getloadavg()[0]}


class Results:
    """Medians of what was run."""

    def __init__(self, document):
        self.document = document
        self._runs = {}
        for run_ in document["runs"]:
            self._runs.setdefault((run_["case"], run_["program"]), []).append(run_)

    def cases(self, group):
        return list(dict.fromkeys(case for case, _ in self._runs if case.split("/")[0] == group))

    def rate(self, case, program):
        """Messages a second, or None."""
        runs = self._runs.get((case, program))
        return statistics.median(run_["count"] / run_["seconds"] for run_ in runs) if runs else None

    def extra(self, case, program, name):
        runs = self._runs.get((case, program))
        if not runs or name not in runs[0]["extra"]:
            return None
        return statistics.median(run_["extra"][name] for run_ in runs)

    def best_peer(self, case, peers):
        rates = [rate for rate in (self.rate(case, peer) for peer in peers) if rate is not None]
        return max(rates, default=None)
