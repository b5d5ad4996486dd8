# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# Whom ohws talks to: the test server, nginx before it, and a relay between them.

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

SERVER = os.environ["WS_TEST_SERVER"]
CERTIFICATES = os.environ.get("CERTS_DIR", "")


def certificate_file(name):
    return os.path.join(CERTIFICATES, name)


def authority():
    return certificate_file("ca.pem")


class Server:
    def __init__(self, *options):
        self.directory = tempfile.TemporaryDirectory()
        port_file = os.path.join(self.directory.name, "port")
        self.process = subprocess.Popen(
            [SERVER, "--port", "0", "--port-file", port_file, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        # It says so when it listens.
        self.url = self.process.stdout.readline().split()[-1].rstrip("/")
        self.port = int(self.url.rsplit(":", 1)[1])

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.directory.cleanup()


NGINX = """daemon off;
master_process off;
pid nginx.pid;
error_log /dev/stdout notice;
events {{ worker_connections 64; }}
http {{
access_log off;
client_body_temp_path client; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
scgi_temp_path scgi;
server {{
listen 127.0.0.1:{port} ssl reuseport;
ssl_certificate "{certificate}.pem";
ssl_certificate_key "{key}.key";
ssl_protocols {protocols};
{client}
location / {{
proxy_pass {backend};
proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection $http_connection;
proxy_set_header X-Client $ssl_client_s_dn;
}}
}}
}}
"""


class Nginx:
    """TLS before a test server."""

    def __init__(self, backend, certificate="server", protocols="TLSv1.2 TLSv1.3", client_authority=None):
        self.directory = tempfile.TemporaryDirectory()
        # Bound, so that nobody else gets the port, and not listening.
        self.kept = socket.socket()
        self.kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.kept.bind(("127.0.0.1", 0))
        port = self.kept.getsockname()[1]
        client = ""
        if client_authority:
            client = f'ssl_verify_client on; ssl_client_certificate "{certificate_file(client_authority)}.pem";'
        path = os.path.join(self.directory.name, "nginx.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(NGINX.format(port=port, certificate=certificate_file(certificate),
                                    key=certificate_file(certificate.removesuffix("-full")),
                                    protocols=protocols, client=client, backend=backend))
        self.process = subprocess.Popen(
            [find_nginx(), "-p", self.directory.name, "-c", path, "-e", "/dev/stdout"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = f"wss://localhost:{port}"
        self.port = port
        # It names itself once it listens.
        log = ""
        for line in self.process.stdout:
            log += line
            if ": nginx/" in line:
                return
        raise AssertionError("nginx does not start:\n" + log)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.kept.close()
        self.directory.cleanup()


def find_nginx():
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


class Relay:
    """Passes connections on; as a proxy, to where CONNECT says."""

    def __init__(self, port=None):
        self.port_behind = port
        self.asked = []
        self.lock = threading.Lock()
        self.sockets = []
        self.threads = []
        self.flows = threading.Event()
        self.flows.set()
        self.listener = socket.socket()
        # Little is under way of what is not read.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        self._start(self._accept)

    def hold(self):
        """Passes nothing on, until cut()."""
        self.flows.clear()

    def cut(self):
        """All connections that there are now."""
        with self.lock:
            for one in self.sockets:
                self._shut(one)
        self.flows.set()

    def stop(self):
        self._shut(self.listener)
        self.cut()
        for thread in self.threads:
            thread.join()
        for one in self.sockets:
            one.close()
        self.listener.close()

    def _start(self, function, *arguments):
        thread = threading.Thread(target=function, args=arguments)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:  # stop()
                return
            self._serve(client)

    def _serve(self, client):
        with self.lock:
            self.sockets.append(client)
        port = self.port_behind
        if port is None:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                request += client.recv(1)
            self.asked.append(request.split(b"\r\n")[0].decode())
            port = int(self.asked[-1].split()[1].rsplit(":", 1)[1])
        server = socket.create_connection(("127.0.0.1", port))
        with self.lock:
            self.sockets.append(server)
        if self.port_behind is None:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        self._start(self._copy, client, server)
        self._start(self._copy, server, client)

    def _copy(self, source, sink):
        try:
            while self.flows.wait() and (data := source.recv(65536)):
                sink.sendall(data)
        except OSError:
            pass
        self._shut(source)
        self._shut(sink)

    @staticmethod
    def _shut(one):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
