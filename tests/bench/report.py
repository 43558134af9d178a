"""What the measured logins add up to."""

import math
import statistics

CPU_RATIO, MEMORY_RATIO, LATENESS_MS = 1.15, 1.3, 50


def percentile(values, percent):
    """The nearest-rank percentile: a value that occurred."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def row(name, runs, bare_runs):
    def median(key, of=runs):
        return statistics.median(run[key] for run in of)

    late = [value for run in runs for value in run["lateness_ms"]]
    return {
        "name": name,
        "cpu_ms": median("cpu_ms"), "cpu_ratio": median("cpu_ms") / median("cpu_ms", bare_runs),
        "peak_mib": median("peak_mib"), "memory_ratio": median("peak_mib") / median("peak_mib", bare_runs),
        # Where one run of all needed more, that is what has to be explained.
        "connections": max(run["connections"] for run in runs),
        "handshakes": max(run["handshakes"] for run in runs),
        "late_polls": len(late), "late_p50_ms": percentile(late, 50), "late_p99_ms": percentile(late, 99),
        "late_max_ms": max(late),
        "same_requests": all(run["sent"] == bare_runs[0]["sent"] for run in runs),
    }


def goals(tool):
    if tool is None:
        return []
    return [
        goal("CPU, ratio to bare libcurl", tool["cpu_ratio"], CPU_RATIO, tool["cpu_ratio"] <= CPU_RATIO),
        goal("peak memory, ratio to bare libcurl", tool["memory_ratio"], MEMORY_RATIO,
             tool["memory_ratio"] <= MEMORY_RATIO),
        goal("TCP connections", tool["connections"], 1, tool["connections"] == 1),
        goal("TLS handshakes", tool["handshakes"], 1, tool["handshakes"] == 1),
        goal("lateness p99, ms", tool["late_p99_ms"], LATENESS_MS, tool["late_p99_ms"] < LATENESS_MS),
    ]


def goal(what, measured, wanted, reached):
    return {"goal": what, "measured": measured, "wanted": wanted, "reached": reached}


def show(rows, goals_found):
    heads = ["", "CPU ms", "ratio", "peak MiB", "ratio", "connections", "handshakes", "late p50 ms", "p99", "max"]
    keys = [("cpu_ms", ".1f"), ("cpu_ratio", ".2f"), ("peak_mib", ".1f"), ("memory_ratio", ".2f"),
            ("connections", "d"), ("handshakes", "d"),
            ("late_p50_ms", ".1f"), ("late_p99_ms", ".1f"), ("late_max_ms", ".1f")]
    lines = [heads] + [[name] + [format(row[key], how) for key, how in keys] for name, row in rows.items()]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for first, *rest in lines:
        print("  ".join([first.ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(rest, widths[1:])]))
    polls = next(iter(rows.values()))["late_polls"]
    print(f"CPU and memory: medians. Connections, handshakes: the most of one login. Lateness: {polls} polls each.")
    for name, row in rows.items():
        if not row["same_requests"]:
            print(f"note: {name} does not send the bytes that the bare program sends")
    print()
    for found in goals_found:
        verdict = "reached" if found["reached"] else "NOT reached"
        print(f"{found['goal']}: {found['measured']:.4g}, goal {found['wanted']}: {verdict}")
