#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: with_server.py SERVER COMMAND...
#
# Starts the test server, runs the command with the URL of its echo behind, and
# exits as that does.

import subprocess
import sys

with subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True) as server:
    try:
        url = server.stdout.readline().strip().removeprefix("listening on ")
        sys.exit(subprocess.run(sys.argv[2:] + [url.rstrip("/") + "/echo"], check=False, timeout=240).returncode)
    finally:
        server.terminate()
