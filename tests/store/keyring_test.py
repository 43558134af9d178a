#!/usr/bin/env python3
"""Runs keyring_test against a real keyring service in a private D-Bus session.

usage: keyring_test.py KEYRING_TEST_PROGRAM

Everything (home, runtime folder, bus) is the test's own; the keyring of whoever runs this is never
touched. Ends with 77 and "NOT RUN: reason" where something is missing on this machine.
"""
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

UNLOCK = "printf '%s' \"$KEYRING_PASSWORD\" | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null"


def not_run(reason):
    print(f"NOT RUN: {reason}")
    sys.exit(77)


def environment(home):
    keep = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "ASAN_OPTIONS") if name in os.environ}
    for folder in ("home", "run", "data", "store"):
        (home / folder).mkdir(mode=0o700, exist_ok=True)
    return keep | {"HOME": str(home / "home"), "XDG_RUNTIME_DIR": str(home / "run"),
                   "XDG_DATA_HOME": str(home / "data"), "KEYRING_PASSWORD": "a test's password",
                   "DEVICEFLOW_TEST_STORE": str(home / "store")}


def scene(name, program, env, before=None, bus=True):
    """One run of the program's tests `name`, on a bus of its own where it wants one."""
    test = f"'{program}' --gtest_brief=1 --gtest_filter='{name}.*'"
    command = ["sh", "-c", f"{before} && {test}" if before else test]
    if bus:
        command = ["dbus-run-session", "--"] + command
    print(f"== {name}", flush=True)
    done = subprocess.run(command, env=env, timeout=60)
    if done.returncode != 0:
        sys.exit(f"{name} failed ({done.returncode})")


def main():
    program = Path(sys.argv[1]).resolve()
    for command in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(command) is None:
            not_run(f"there is no {command} on this machine")
    try:
        ctypes.CDLL("libsecret-1.so.0")
    except OSError:
        not_run("there is no libsecret on this machine")
    with tempfile.TemporaryDirectory(prefix="deviceflow-keyring-", ignore_cleanup_errors=True) as folder:
        env = environment(Path(folder))
        scene("KeyringUnlocked", program, env, before=UNLOCK)
        scene("KeyringLater", program, env, before=UNLOCK)
        scene("KeyringLocked", program, env, before=LOCKED)
        scene("KeyringAbsent", program, env, bus=False)


if __name__ == "__main__":
    main()
