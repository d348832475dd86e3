"""Tables of what was measured, in Markdown."""

import math
import statistics

COLUMNS = "| proxy | requests/s [least-most] | CPU us/request (user + system) | spread | p50 us | p99 us | MB/s | RSS MiB | bad |"
RULE = "| --- | --: | --: | --: | --: | --: | --: | --: | --: |"


def median(rounds, key):
    return statistics.median(each[key] for each in rounds)


def spread(rounds):
    """Half the range of CPU per request, as a share of its median."""
    values = [each["cpu_us"] for each in rounds]
    return (max(values) - min(values)) / 2 / statistics.median(values)


def scenario(scenario, results):
    """One scenario, a line for each proxy. `results`: proxy name -> rounds."""
    lines = [f"\n### {scenario.name}: {scenario.what}\n"]
    if scenario.idle:
        lines += ["| proxy | connections | KiB each | RSS MiB | bad |", "| --- | --: | --: | --: | --: |"]
        for name, rounds in results.items():
            last = rounds[-1]
            lines.append(f"| {name} | {last['connections']} | {last['kib']:.1f} | {last['rss']:.0f} | {last['bad']} |")
        return "\n".join(lines)
    lines += [COLUMNS, RULE]
    for name, rounds in results.items():
        rates = [each["per_second"] for each in rounds]
        lines.append(
            f"| {name} | {median(rounds, 'per_second'):,.0f} [{min(rates):,.0f}-{max(rates):,.0f}] "
            f"| {median(rounds, 'cpu_us'):.1f} ({median(rounds, 'user_us'):.1f} + {median(rounds, 'system_us'):.1f}) "
            f"| {spread(rounds):.0%} | {median(rounds, 'p50'):,.0f} | {median(rounds, 'p99'):,.0f} "
            f"| {median(rounds, 'mb_per_second'):,.0f} | {median(rounds, 'rss'):.0f} | {sum(each['bad'] for each in rounds)} |"
        )
    return "\n".join(lines)


def summary(measured, ours):
    """Ratios of the peers' figures to ours: above 1 ours is less. `measured`: scenario -> proxy name -> rounds."""
    peers = sorted({name for results in measured.values() for name in results if not name.startswith("steelyard")})
    lines = [f"\n## {ours}: the peer's CPU per request, or p99, divided by ours (above 1: ours is less)\n"]
    lines += ["| scenario | " + " | ".join(peers) + " | must (haproxy) |", "| --- |" + " --: |" * (len(peers) + 1)]
    products = {peer: [] for peer in peers}
    for each, results in measured.items():
        if each.idle or ours not in results:
            continue
        cells = []
        for peer in peers:
            if peer not in results:
                cells.append("-")
                continue
            ratio = median(results[peer], each.compared) / median(results[ours], each.compared)
            if each.compared == "cpu_us":
                products[peer].append(ratio)
            cells.append(f"{ratio:.2f}")
        lines.append(f"| {each.what} | " + " | ".join(cells) + f" | {each.must or '-'} |")
    means = [f"{math.exp(statistics.fmean(map(math.log, values))):.2f}" if values else "-" for values in products.values()]
    lines.append("| geometric mean | " + " | ".join(means) + " | 1.05 |")
    return "\n".join(lines)
