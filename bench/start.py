#!/usr/bin/env python3
"""Measures how Steelyard starts, and what it takes at rest: from exec to the first answer of a listener, CPU time used until then, memory
ten seconds later.

`run` reads files. `dataplane` is measured if --kubeconfig names an API server that has nothing else to do (its kinds, one virtual
service and one Node are put on it): with what the operator has published read from there; started again at once, with what the node served
before; and with the API server away, long after it last served. One more start of each kind, with the JVM's logs on, says what memory and classes it takes.
"""

import argparse
import base64
import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.parse

import measure
from proxies import HOME

PORT, ADMIN = 8190, 8193
REST = 10  # seconds

SERVICE = f"""\
apiVersion: steelyard.dev/v1alpha1
kind: VirtualService
metadata: {{name: start, namespace: default}}
spec:
  listeners: [{{name: http, port: {PORT}, protocol: HTTP}}]
  routes:
  - {{name: fixed, match: [{{path: {{type: Prefix, value: /}}}}], respond: {{status: 200, body: "served"}}}}
"""

BESIDE = """\
apiVersion: v1
kind: Namespace
metadata: {name: steelyard-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: steelyard-snapshots}
---
apiVersion: v1
kind: Node
metadata: {name: start}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: start, namespace: steelyard-system}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: start}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: start, namespace: steelyard-system}]
"""


class Start:
    """One way to start."""

    def __init__(self, name, words, folder, variables=()):
        self.name, self.words, self.folder, self.variables = name, words, folder, dict(variables)
        self.state = os.path.join(folder, "state")

    def begin(self, options=""):
        """A process that answers, seconds until it did, and CPU seconds that this took."""
        log = open(os.path.join(self.folder, "log"), "w")
        begun = time.monotonic()
        environment = {**os.environ, **self.variables, "STEELYARD_JAVA_OPTS": options + " " + os.environ.get("STEELYARD_JAVA_OPTS", "")}
        process = subprocess.Popen([f"{HOME}/bin/steelyard", *self.words], stdout=log, stderr=log, env=environment)
        while not answers():
            if process.poll() is not None or time.monotonic() > begun + 60:
                with open(log.name) as text:
                    raise SystemExit(f"{self.name} does not answer:\n{text.read()[-2000:]}")
            time.sleep(0.003)
        return process, time.monotonic() - begun, sum(measure.cpu([process.pid]))

    def measure(self, runs):
        """The figures of some starts; the first one, which fills the page cache, does not count."""
        elapsed, used, rest = [], [], 0
        for number in range(runs + 1):
            process, seconds, cpu = self.begin()
            if number > 0:
                elapsed.append(seconds * 1000)
                used.append(cpu * 1000)
            if number == runs:
                time.sleep(REST)
                rest = resident(process.pid)
            end(process)
        classes, kept, parts = self.inside()
        return (
            f"| {self.name} | {statistics.median(elapsed):.0f} [{min(elapsed):.0f}-{max(elapsed):.0f}] "
            f"| {statistics.median(used):.0f} | {rest:.0f} | {classes} ({classes - kept}) | {parts} |"
        )

    def inside(self):
        """Classes loaded, how many of them from the AOT cache, and what the JVM's memory goes to."""
        loaded = os.path.join(self.folder, "classes")
        process, _, _ = self.begin(f"-XX:NativeMemoryTracking=summary -Xlog:class+load:file={loaded}")
        time.sleep(REST)
        home = subprocess.check_output([f"{HOME}/bin/find-jdk"], text=True).strip()
        text = subprocess.check_output([f"{home}/bin/jcmd", str(process.pid), "VM.native_memory", "summary"], text=True)
        end(process)
        with open(loaded) as file:
            lines = [line for line in file if "source:" in line]
        kept = sum("shared objects file" in line for line in lines)
        parts = {name.strip(): int(kib) / 1024 for name, kib in re.findall(r"^- +(.+) \(reserved=\d+KB, committed=(\d+)KB", text, re.M)}
        most = sorted(parts.items(), key=lambda part: -part[1])[:6]
        return len(lines), kept, ", ".join(f"{name} {size:.0f}" for name, size in most)


def answers():
    try:
        with socket.create_connection(("127.0.0.1", PORT), 1) as connection:
            connection.settimeout(5)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: start\r\nConnection: close\r\n\r\n")
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def end(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def starts(options, folder):
    service = os.path.join(folder, "service.yaml")
    with open(service, "w") as file:
        file.write(SERVICE)
    admin = ["--threads", "1", "--admin", f"127.0.0.1:{ADMIN}"]
    yield Start("run", ["run", "-f", service, *admin], folder)
    if options.kubeconfig:
        state = os.path.join(folder, "state")
        os.mkdir(state)
        words = ["dataplane", "--node", "start", "--state", state, *admin]
        kubectl(options.kubeconfig, "apply", "-f", "-", input=BESIDE)
        pod = as_pod(options.kubeconfig, folder)
        publish(options.kubeconfig, service, Start("dataplane", words, folder, pod))
        yield Fresh("dataplane", words, folder, pod)
        yield Start("dataplane, started again", words, folder, pod)
        yield Late("dataplane, API server away", words, folder, {**pod, "KUBERNETES_SERVICE_PORT": "9"})


def kubectl(kubeconfig, *arguments, **more):
    return subprocess.check_output(["kubectl", "--kubeconfig", kubeconfig, *arguments], text=True, **more)


def as_pod(kubeconfig, folder):
    """What leads a pod to the API server: reading a kubeconfig takes classes that no pod has."""
    kept = {"token": kubectl(kubeconfig, "create", "token", "start", "--namespace", "steelyard-system", "--duration", "2h")}
    cluster = "{.clusters[0].cluster['certificate-authority-data']}"
    kept["ca.crt"] = base64.b64decode(kubectl(kubeconfig, "config", "view", "--raw", "-o", f"jsonpath={cluster}")).decode()
    for name, text in kept.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    server = urllib.parse.urlsplit(kubectl(kubeconfig, "config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"))
    return {
        "KUBECONFIG": os.path.join(folder, "none"),
        "KUBERNETES_SERVICE_HOST": server.hostname,
        "KUBERNETES_SERVICE_PORT": str(server.port),
        "KUBERNETES_CERTS_CA_FILE": os.path.join(folder, "ca.crt"),
        "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN": os.path.join(folder, "token"),
    }


class Fresh(Start):
    """A node that has kept nothing."""

    def begin(self, options=""):
        shutil.rmtree(self.state)
        os.mkdir(self.state)
        return super().begin(options)


class Late(Start):
    """A node that has not served for a while."""

    def begin(self, options=""):
        # Where there are no endpoints to be kept, nothing was marked.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.state, "served"))
        return super().begin(options)


def publish(kubeconfig, service, dataplane):
    """Has the operator publish the virtual service, and a node keep it."""
    kubectl(kubeconfig, "apply", "-f", f"{HOME}/helm/steelyard/crds")
    time.sleep(2)  # until the new kinds are served
    kubectl(kubeconfig, "apply", "-f", service)
    with open(os.path.join(dataplane.folder, "operator"), "w") as log:
        operator = subprocess.Popen(
            [f"{HOME}/bin/steelyard", "operator", "--admin", f"127.0.0.1:{ADMIN + 1}"],
            stdout=log, stderr=log, env={**os.environ, "KUBECONFIG": kubeconfig},
        )
        process, _, _ = dataplane.begin()
        time.sleep(2)  # until it is kept
        end(process)
        end(operator)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="starts of each kind (default: %(default)s)")
    parser.add_argument("--kubeconfig", help="of an API server without anything on it")
    options = parser.parse_args()
    print("\n### start: from exec to the first answer, and memory at rest\n")
    print("| start | first answer ms [least-most] | CPU ms until then | RSS MiB | classes (not from the cache) | memory MiB |")
    print("| --- | --: | --: | --: | --: | --- |")
    with tempfile.TemporaryDirectory(prefix="steelyard-start-") as folder:
        for start in starts(options, folder):
            print(start.measure(options.runs), flush=True)


if __name__ == "__main__":
    main()
