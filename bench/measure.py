"""How a load is made, and what it cost the proxy: CPU and memory of its whole process tree, as the kernel counts them."""

import collections
import os
import re
import socket
import ssl
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
MICROS = {"us": 1.0, "ms": 1e3, "s": 1e6}
MULTIPLES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class LoadFailed(Exception):
    """The load generator gave no figures; the message is the end of what it printed."""


def tree(pid):
    """A process and all its descendants."""
    children = collections.defaultdict(list)
    for name in filter(str.isdigit, os.listdir("/proc")):
        fields = stat(int(name))
        if fields:
            children[int(fields[1])].append(int(name))
    found, todo = [], [pid]
    while todo:
        each = todo.pop()
        found.append(each)
        todo += children[each]
    return found


def stat(pid):
    """The fields of /proc/PID/stat from the state on; none if the process has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()
    except OSError:
        return None


def cpu(pids):
    """Seconds of user and of system time used so far, ended children included."""
    user = system = 0
    for fields in filter(None, map(stat, pids)):
        user += int(fields[11]) + int(fields[13])
        system += int(fields[12]) + int(fields[14])
    return user / TICKS, system / TICKS


def memory(pids):
    """MiB in use; pages that several processes share count once."""
    kib = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                kib += int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M)[1])
        except (OSError, TypeError):
            continue
    return kib / 1024


def wrk(arguments, url, seconds, pinned):
    """Runs wrk and reads its report."""
    command = pinned + ["wrk", "-t1", f"-d{seconds}", "--timeout", "10", "--latency", *arguments, url]
    done = subprocess.run(command, capture_output=True, text=True)
    text = done.stdout + done.stderr
    total = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s), ([\d.]+)([KMGT]?)B read", text)
    if not total:
        raise LoadFailed(text[-300:])
    requests, duration = int(total[1]), float(total[2]) * MICROS[total[3]] / 1e6
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    bad = (int(refused[1]) if refused else 0) + (sum(map(int, broken.groups())) if broken else 0)
    good = requests - (int(refused[1]) if refused else 0)
    if not good:
        raise LoadFailed(text[-300:])
    percentile = {p: re.search(rf"\s{p}%\s+([\d.]+)(us|ms|s)", text) for p in ("50", "99")}
    return {
        "requests": good,
        "bad": bad,
        "per_second": good / duration,
        "mb_per_second": float(total[4]) * MULTIPLES[total[5]] / duration / 1e6,
        **{f"p{p}": float(match[1]) * MICROS[match[2]] for p, match in percentile.items()},
    }


def h2load(arguments, url, seconds, pinned):
    """Runs h2load and reads its report, and the log of all requests for what the report leaves out."""
    with tempfile.TemporaryDirectory() as folder:
        message, log = os.path.join(folder, "message"), os.path.join(folder, "log")
        with open(message, "wb") as file:
            file.write(b"\0" + (95).to_bytes(4, "big") + bytes(95))
        words = [message if word == "$message" else word for word in arguments]
        command = pinned + ["h2load", "-t1", "-D", str(seconds), f"--log-file={log}", *words, url]
        done = subprocess.run(command, capture_output=True, text=True)
        text = done.stdout + done.stderr
        with open(log) as file:
            micros = sorted(int(line.rsplit("\t", 1)[1]) for line in file)
    finished = re.search(r"finished in ([\d.]+)(us|ms|s)", text)
    counts = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed", text)
    total = re.search(r"traffic: \S+ \((\d+)\) total", text)
    if not finished or not counts or not total or not int(counts[2]) or not micros:
        raise LoadFailed(text[-300:])
    duration = float(finished[1]) * MICROS[finished[2]] / 1e6
    return {
        "requests": int(counts[2]),
        "bad": int(counts[3]),
        "per_second": int(counts[2]) / duration,
        "mb_per_second": int(total[1]) / duration / 1e6,
        "p50": float(micros[len(micros) // 2]),
        "p99": float(micros[len(micros) * 99 // 100]),
    }


def udp(program, port, load, seconds, pinned):
    """Runs the UDP load and reads what it prints."""
    done = subprocess.run(pinned + [program, "load", str(port), str(seconds), *load], capture_output=True, text=True)
    words = done.stdout.split()
    if len(words) != 5 or words[0] == "0":
        raise LoadFailed(done.stdout + done.stderr)
    answered, lost, duration = int(words[0]), int(words[1]), float(words[2])
    return {
        "requests": answered,
        "bad": lost,
        "per_second": answered / duration,
        "mb_per_second": answered * int(load[1]) / duration / 1e6,
        "p50": float(words[3]),
        "p99": float(words[4]),
    }


def load(proxy, scenario, seconds, pinned, programs):
    """The scenario's load for so long."""
    if scenario.port == "udp":
        return udp(programs["udp"], proxy.ports["udp"], scenario.load, seconds, pinned)
    if scenario.tool == "h2load":
        return h2load(scenario.load, proxy.url(scenario), seconds, pinned)
    return wrk(scenario.load, proxy.url(scenario), seconds, pinned)


def loaded(proxy, scenario, seconds, pinned, programs):
    """One round: the load's figures and what each request cost the proxy."""
    pids = tree(proxy.pid)
    before = cpu(pids)
    figures = load(proxy, scenario, seconds, pinned, programs)
    user, system = (after - start for after, start in zip(cpu(pids), before))
    figures["user_us"] = user / figures["requests"] * 1e6
    figures["system_us"] = system / figures["requests"] * 1e6
    figures["cpu_us"] = figures["user_us"] + figures["system_us"]
    figures["rss"] = memory(pids)
    return figures


def idle(proxy, scenario):
    """Opens connections, sends one request on each and leaves them open."""
    pids = tree(proxy.pid)
    before = memory(pids)
    port = proxy.ports[scenario.port]
    request = f"GET {scenario.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    context = None
    if scenario.port == "https":
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    connections, bad = [], 0
    for _ in range(scenario.idle):
        try:
            connections.append(asked(port, request, context))
        except OSError:
            bad += 1
            if bad > 20:
                break
    time.sleep(3)  # for what is freed late
    after = memory(pids)
    for connection in connections:
        connection.close()
    return {"connections": len(connections), "bad": bad, "rss": after, "kib": (after - before) * 1024 / max(1, len(connections))}


def asked(port, request, context):
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if context:
        connection = context.wrap_socket(connection)
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received or len(received) < received.find(b"\r\n\r\n") + 4 + 1024:
        piece = connection.recv(65536)
        if not piece:
            raise OSError("closed early")
        received += piece
    return connection
