"""Who is measured: how each proxy is started, with which configuration, on which ports."""

import os
import shlex
import signal
import socket
import string
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.path.dirname(HERE)
BACKENDS = (7001, 7002)
UDP_BACKEND = 7003
CALLS = 7004

# Steelyard with many routes beside those of the others.
ROUTED = "steelyard-routes"

OURS = f"{HOME}/bin/steelyard run -f $conf --threads $threads --admin 127.0.0.1:$admin"

# Each has the same work: no logs, keep-alive to the same two backends, the same certificate.
COMMANDS = {
    "haproxy": ("haproxy.cfg", "haproxy -db -f $conf"),
    "nginx": ("nginx.conf", "nginx -c $conf"),
    "steelyard": ("steelyard.yaml", OURS),
    ROUTED: ("steelyard.yaml", OURS),
    "steelyard-uring": ("steelyard.yaml", OURS + " --transport io_uring"),
}


ROUTED_SERVICES, ROUTES_EACH = 10, 1000


def routed(port):
    """Virtual services with many routes on one port: s0.example to s9.example, each with the paths below /r0 to /r999."""
    documents = []
    for service in range(ROUTED_SERVICES):
        lines = [
            "---",
            "apiVersion: steelyard.dev/v1alpha1",
            "kind: VirtualService",
            f"metadata: {{name: s{service}}}",
            "spec:",
            f"  listeners: [{{name: routed, port: {port}, protocol: HTTP, limits: {{keepAliveTimeout: 300s}}}}]",
            f"  hosts: [s{service}.example]",
            "  routes:",
        ]
        for route in range(ROUTES_EACH):
            lines.append(f"  - {{name: r{route}, match: [{{path: {{type: Prefix, value: /r{route}}}}}], pools: [{{name: web}}]}}")
        documents.append("\n".join(lines) + "\n")
    return "".join(documents)


class Proxy:
    """A running proxy. Its files are in a folder of its own below `folder`."""

    def __init__(self, name, number, folder, certificate, threads, pinned):
        self.name = name
        base = 8100 + 10 * number
        self.ports = {"http": base, "https": base + 1, "tcp": base + 2, "udp": base + 4}
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder)
        template, command = COMMANDS[name]
        values = {
            **self.ports,
            "admin": base + 3,
            "threads": threads,
            "run": self.folder,
            "b1": BACKENDS[0],
            "b2": BACKENDS[1],
            "b3": UDP_BACKEND,
            "calls": CALLS,
            **certificate.values(),
            "conf": os.path.join(self.folder, template),
        }
        with open(os.path.join(HERE, "peers", template)) as file:
            text = string.Template(file.read()).substitute(values)
        if name == ROUTED:
            text += routed(base)
        with open(values["conf"], "w") as file:
            file.write(text)
        self.log = open(os.path.join(self.folder, "log"), "w")
        words = pinned + shlex.split(string.Template(command).substitute(values))
        self.process = subprocess.Popen(words, stdout=self.log, stderr=self.log, start_new_session=True)
        self.pid = self.process.pid

    def relays(self, scenario):
        if self.name == ROUTED or scenario.routed:
            return self.name == ROUTED and scenario.routed
        return scenario.port != "udp" or self.name != "haproxy"

    def url(self, scenario):
        scheme = "https" if scenario.port == "https" else "http"
        return f"{scheme}://127.0.0.1:{self.ports[scenario.port]}{scenario.path}"

    def await_ready(self):
        """Returns once every port answers."""
        for port in (number for name, number in self.ports.items() if name != "udp"):
            deadline = time.monotonic() + 60
            while True:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    with open(self.log.name) as log:
                        raise SystemExit(f"{self.name} does not serve port {port}:\n{log.read()[-2000:]}")
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.05)

    def stop(self):
        try:
            os.killpg(self.pid, signal.SIGTERM)
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()
        except ProcessLookupError:
            pass
        self.log.close()


class Certificate:
    """A self-signed one for localhost, on the curve that most sites use."""

    def __init__(self, folder):
        self.certificate, self.key, self.both = (os.path.join(folder, name) for name in ("cert.pem", "key.pem", "both.pem"))
        subprocess.check_call(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
            + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
            + ["-keyout", self.key, "-out", self.certificate],
            stderr=subprocess.DEVNULL,
        )
        with open(self.both, "w") as both:
            both.write(self.read(self.certificate) + self.read(self.key))

    def values(self):
        indent = "\n    "
        return {
            "cert": self.certificate,
            "key": self.key,
            "pem": self.both,
            "cert_text": self.read(self.certificate).strip().replace("\n", indent),
            "key_text": self.read(self.key).strip().replace("\n", indent),
        }

    @staticmethod
    def read(path):
        with open(path) as file:
            return file.read()
