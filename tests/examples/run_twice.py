#!/usr/bin/env python3
"""Runs a program that the documentation prints, twice, at a sandbox where everybody approves.

usage: run_twice.py SANDBOX PROGRAM [--stores | --keeps] [--prints TEXT]

Each run has to end with 0, print TEXT, and break no rule of the sandbox.

           shows a user code    afterwards the store holds
           both runs            nothing
--stores   both runs            the sign-in; the second replaces the first
--keeps    the first alone      the sign-in, which the second leaves as it is
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def run(given, environment):
    """True if it showed a user code."""
    done = subprocess.run([given.program], env=environment, text=True, capture_output=True, timeout=50)
    print(done.stdout, done.stderr, sep="", end="", flush=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: it ended with {done.returncode}")
    if given.prints not in done.stdout:
        sys.exit(f"FAILED: it did not print {given.prints}")
    return re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", done.stdout) is not None


def stored(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file() and path.suffix != ".lock"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sandbox")
    parser.add_argument("program")
    parser.add_argument("--stores", action="store_true")
    parser.add_argument("--keeps", action="store_true")
    parser.add_argument("--prints", default="")
    given = parser.parse_args()
    command = [given.sandbox, "--port", "0", "--json", "--auto", "approve", "--after", "0"]
    with tempfile.TemporaryDirectory() as home, subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as server:
        try:
            issuer = json.loads(server.stdout.readline())["issuer"]
            environment = {"PATH": os.environ["PATH"], "HOME": home, "XDG_DATA_HOME": home, "DEVICEFLOW_TEST_ISSUER": issuer}
            shown, kept = [], []
            for _ in range(2):
                shown.append(run(given, environment))
                kept.append(stored(home))
        finally:
            server.terminate()
        violations = server.stdout.read()
    wanted = [True, not given.keeps]
    if shown != wanted:
        sys.exit(f"FAILED: codes were shown in run 1: {shown[0]}, in run 2: {shown[1]}; and should be {wanted}")
    records = 1 if given.keeps or given.stores else 0
    if [len(one) for one in kept] != [records, records]:
        sys.exit(f"FAILED: the runs left {[sorted(one) for one in kept]}; each should leave {records}")
    if records and (kept[0] == kept[1]) != given.keeps:
        sys.exit(f"FAILED: the second run {'changed' if given.keeps else 'did not replace'} what the first one stored")
    if violations:
        sys.exit(f"FAILED: {violations}")


if __name__ == "__main__":
    main()
