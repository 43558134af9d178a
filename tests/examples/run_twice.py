#!/usr/bin/env python3
"""Runs a program that the documentation prints, twice, at a sandbox where everybody approves.

usage: run_twice.py SANDBOX PROGRAM [--keeps]

Both runs have to end with 0 and show a user code, and break no rule of the sandbox. With --keeps the first run stores
the sign-in; the second shows no code and leaves the store as it is.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def run(program, environment):
    """True if it showed a user code."""
    done = subprocess.run([program], env=environment, text=True, capture_output=True, timeout=50)
    print(done.stdout, done.stderr, sep="", end="", flush=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: it ended with {done.returncode}")
    return re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", done.stdout) is not None


def stored(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def main():
    sandbox, program, *keeps = sys.argv[1:]
    command = [sandbox, "--port", "0", "--json", "--auto", "approve", "--after", "0"]
    with tempfile.TemporaryDirectory() as home, subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as server:
        try:
            issuer = json.loads(server.stdout.readline())["issuer"]
            environment = {"PATH": os.environ["PATH"], "HOME": home, "XDG_DATA_HOME": home, "DEVICEFLOW_TEST_ISSUER": issuer}
            shown, kept = [], []
            for _ in range(2):
                shown.append(run(program, environment))
                kept.append(stored(home))
        finally:
            server.terminate()
        violations = server.stdout.read()
    wanted = [True, not keeps]
    if shown != wanted:
        sys.exit(f"FAILED: codes were shown in run 1: {shown[0]}, in run 2: {shown[1]}; and should be {wanted}")
    if keeps and (not kept[0] or kept[0] != kept[1]):
        sys.exit(f"FAILED: the first run left {list(kept[0])}, the second changed it: {kept[0] != kept[1]}")
    if violations:
        sys.exit(f"FAILED: {violations}")


if __name__ == "__main__":
    main()
