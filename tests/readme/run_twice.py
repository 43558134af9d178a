#!/usr/bin/env python3
"""Runs a program that the documentation prints, twice, at a sandbox where everybody approves.

usage: run_twice.py SANDBOX PROGRAM [--keeps]

Both runs have to end with 0 and show the codes; with --keeps only the first shows them: the program keeps its sign-in.
"""
import json
import os
import subprocess
import sys
import tempfile


def run(program, environment):
    """True if it showed codes."""
    done = subprocess.run([program], env=environment, text=True, capture_output=True, timeout=50)
    print(done.stdout, done.stderr, sep="", end="", flush=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: it ended with {done.returncode}")
    return "/device" in done.stdout


def main():
    sandbox, program, *keeps = sys.argv[1:]
    command = [sandbox, "--port", "0", "--json", "--auto", "approve", "--after", "0"]
    with tempfile.TemporaryDirectory() as home, subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as server:
        try:
            issuer = json.loads(server.stdout.readline())["issuer"]
            environment = {"PATH": os.environ["PATH"], "HOME": home, "XDG_DATA_HOME": home, "DEVICEFLOW_TEST_ISSUER": issuer}
            shown = [run(program, environment) for _ in range(2)]
        finally:
            server.terminate()
    wanted = [True, not keeps]
    if shown != wanted:
        sys.exit(f"FAILED: codes were shown in run 1: {shown[0]}, in run 2: {shown[1]}; and should be {wanted}")


if __name__ == "__main__":
    main()
