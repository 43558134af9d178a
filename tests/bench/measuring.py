"""Runs the programs one at a time against the benchmark's server and gathers what each login cost."""

import json
import os
import subprocess
import sys
import threading

import login_server

BARE, SDK, TOOL = "bare libcurl", "SDK", "terminal tool"
PROGRAMS = (BARE, SDK, TOOL)
BINARIES = {BARE: "deviceflow_bench_bare", SDK: "deviceflow_bench_sdk", TOOL: "deviceflow"}
TIMED = "deviceflow_bench_timed"
CLIENT_ID = "bench-client"
LIMIT_SECONDS = 60


class DoesNotRun(Exception):
    """A program of the benchmark is missing, failed, or did something else than log in."""


def arguments(name, port, ca_file):
    device, token = f"https://127.0.0.1:{port}/device_authorization", f"https://127.0.0.1:{port}/token"
    if name != TOOL:
        return [device, token, CLIENT_ID, ca_file]
    return ["login", "--json", "--device-authorization-endpoint", device, "--token-endpoint", token,
            "--client-id", CLIENT_ID, "--cacert", ca_file]


class Bench:
    """A server and a scratch folder, for as long as the `with` lasts."""

    def __init__(self, binaries, folder, names):
        self.binaries, self.folder = binaries, folder
        for binary in [BINARIES[name] for name in names] + [TIMED]:
            if not (binaries / binary).exists():
                raise DoesNotRun(f"{binaries / binary} has not been built")
        # The tool stores tokens: not among the user's own. No proxy and no other setting of the user's either.
        self.environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(folder)}

    def __enter__(self):
        login_server.make_certificates(self.folder)
        self.server = subprocess.Popen(
            [sys.executable, login_server.__file__, "server.pem", "server.key"], cwd=self.folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.server.stdout.readline())["port"]
        return self

    def __exit__(self, *_):
        self.server.stdin.close()  # it ends at the end of its input
        self.server.wait()
        self.server.stdout.close()

    def login(self, name):
        command = [str(self.binaries / BINARIES[name]), *arguments(name, self.port, str(self.folder / "ca.pem"))]
        cost, events = self.run(command)
        self.server.stdin.write("report\n")
        self.server.stdin.flush()
        seen = json.loads(self.server.stdout.readline())
        polls = [request for request in seen["requests"] if request["path"] == "/token"]
        if cost["exit"] != 0 or len(polls) != login_server.PENDING_POLLS + 1:
            said = json.dumps(events[-1][1]) if events else "nothing"
            raise DoesNotRun(f"{name}: exit status {cost['exit']} after {len(polls)} polls, last said {said}")
        return {"cpu_ms": cost["cpu_us"] / 1000, "peak_mib": cost["peak_kib"] / 1024,
                "connections": seen["connections"], "handshakes": seen["handshakes"],
                "lateness_ms": lateness(name, polls, events),
                "sent": [request["text"] for request in seen["requests"]]}

    def run(self, command):
        """The cost of `command`, and every JSON line it wrote with the moment at which it was read."""
        from_timed, to_us = os.pipe()
        with open(from_timed) as costs:
            process = subprocess.Popen([self.binaries / TIMED, str(to_us), *command],
                                       stdout=subprocess.PIPE, pass_fds=[to_us], env=self.environment)
            os.close(to_us)
            watchdog = threading.Timer(LIMIT_SECONDS, process.kill)
            watchdog.start()
            events = []
            with process:
                for line in process.stdout:
                    events.append((login_server.now_ns(), line))
            watchdog.cancel()
            cost = costs.read()
        if not cost:
            raise DoesNotRun(f"no end within {LIMIT_SECONDS} s: {' '.join(command)}")
        return json.loads(cost), [(at, json.loads(line)) for at, line in events if line.startswith(b"{")]


def lateness(name, polls, events):
    """How long after the announced moment each poll arrived, in ms; the first poll has none.

    The bare program announces nothing: there, it is the end of the interval after the server's answer.
    """
    if name == BARE:
        announced = [poll["answered_ns"] + login_server.INTERVAL * 10**9 for poll in polls[:-1]]
    else:
        announced = [at + event["next_in"] * 1e9 for at, event in events if event["event"] == "poll"]
    if len(announced) != len(polls) - 1:
        raise DoesNotRun(f"{name} announced {len(announced)} of {len(polls) - 1} polls")
    return [(poll["arrived_ns"] - due) / 1e6 for poll, due in zip(polls[1:], announced)]
