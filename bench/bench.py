#!/usr/bin/env python3
"""Measures Steelyard beside HAProxy and nginx on this machine, in interleaved rounds (A B C A B C ...).

All proxies run at once, idle except the one under load. With one thread the proxy has the first core to itself; load and
backends have the second. What counts is CPU per request (user and system time of the proxy's whole process tree, JIT and
collector included): requests/s and latencies follow whatever else the machine does.
"""

import argparse
import collections
import json
import os
import resource
import signal
import string
import subprocess
import sys
import tempfile

import measure
import report
import scenarios
from proxies import BACKENDS, CALLS, COMMANDS, HERE, ROUTED, UDP_BACKEND, Certificate, Proxy

SHORT, FULL = {"rounds": 3, "seconds": 3, "warm": 4}, {"rounds": 9, "seconds": 4, "warm": 30}


def arguments():
    form = FULL if os.environ.get("BENCH") == "full" else SHORT
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proxies", default="haproxy,nginx,steelyard,steelyard-routes", help="of " + ", ".join(COMMANDS))
    parser.add_argument("--scenarios", default=",".join(scenarios.BY_NAME), help="of " + ", ".join(scenarios.BY_NAME))
    parser.add_argument("--rounds", type=int, default=form["rounds"], help="of each proxy and scenario (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=form["seconds"], help="of a round (default: %(default)s)")
    parser.add_argument("--warm", type=int, default=form["warm"], help="seconds of load before the first round (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of each proxy; pinned to a core if 1 (default: %(default)s)")
    parser.add_argument("--out", help="file that each round is added to, as a line of JSON")
    return parser.parse_args()


def calls(folder):
    """The configuration of the backend of gRPC calls."""
    with open(os.path.join(folder, "answer"), "wb") as file:
        file.write(b"\0" + (95).to_bytes(4, "big") + bytes(95))
    with open(os.path.join(HERE, "peers", "calls.conf")) as file:
        text = string.Template(file.read()).substitute(run=folder, calls=CALLS)
    path = os.path.join(folder, "calls.conf")
    with open(path, "w") as file:
        file.write(text)
    return path


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    pinned = options.threads == 1 and (os.cpu_count() or 1) > 1
    proxy_core, load_core = (["taskset", "-c", "0"], ["taskset", "-c", "1"]) if pinned else ([], [])
    with tempfile.TemporaryDirectory(prefix="steelyard-bench-") as folder:
        backend = os.path.join(folder, "backend")
        datagrams = os.path.join(folder, "udp")
        for program in (backend, datagrams):
            subprocess.check_call(["cc", "-O2", "-o", program, os.path.join(HERE, os.path.basename(program) + ".c")])
        running, proxies = [], []
        try:
            running += [subprocess.Popen(load_core + [backend, str(port)]) for port in BACKENDS]
            running.append(subprocess.Popen(load_core + [datagrams, "echo", str(UDP_BACKEND)]))
            running.append(subprocess.Popen(load_core + ["nginx", "-c", calls(folder)]))
            certificate = Certificate(folder)
            for number, name in enumerate(options.proxies.split(",")):
                proxies.append(Proxy(name, number, folder, certificate, options.threads, proxy_core))
            for proxy in proxies:
                proxy.await_ready()
            run(options, proxies, load_core, {"udp": datagrams})
        finally:
            for proxy in proxies:
                proxy.stop()
            for process in running:
                process.kill()


def run(options, proxies, load_core, programs):
    measured = {}
    for scenario in (scenarios.BY_NAME[name] for name in options.scenarios.split(",")):
        results = collections.defaultdict(list)
        able = [proxy for proxy in proxies if proxy.relays(scenario)]
        if not scenario.idle:
            rates = [measure.load(proxy, scenario, options.warm, load_core, programs)["per_second"] for proxy in able]
            if scenario.half:
                scenario = scenario.at(rates[0] / 2)
        for _ in range(1 if scenario.idle else options.rounds):
            for proxy in able:
                figures = one(scenario, proxy, options, load_core, programs)
                if figures:
                    results[proxy.name].append(figures)
        measured[scenario] = results
        print(report.scenario(scenario, results), flush=True)
    for ours in (proxy.name for proxy in proxies if proxy.name.startswith("steelyard") and proxy.name != ROUTED):
        print(report.summary(measured, ours), flush=True)


def one(scenario, proxy, options, load_core, programs):
    try:
        if scenario.idle:
            figures = measure.idle(proxy, scenario)
        else:
            figures = measure.loaded(proxy, scenario, options.seconds, load_core, programs)
    except measure.LoadFailed as failure:
        print(f"{scenario.name}: {proxy.name} gave no figures: {failure}", file=sys.stderr)
        return None
    if options.out:
        with open(options.out, "a") as out:
            out.write(json.dumps({"scenario": scenario.name, "proxy": proxy.name, **figures}) + "\n")
    return figures


if __name__ == "__main__":
    main()
