"""Commands that fetch a server from a package registry, and what these need."""

import hashlib
import os
import re
import subprocess

from harness import TERMINAL_CONTROL, NotRun, require, wait_for


def download(scratch, log, command, statuses=(0,)):
    """Runs COMMAND with the user's own settings. NotRun if its exit status is none of STATUSES."""
    process = scratch.start(log, command, environment=os.environ)
    wait_for(f"{log} to end", lambda: process.poll() is not None, seconds=1200)
    if process.returncode not in statuses:
        said = "".join(scratch.path(log + end).read_text(errors="replace") for end in (".out", ".err"))
        said = TERMINAL_CONTROL.sub("", said).strip()
        last = said.splitlines()[-1] if said else f"it ended with {process.returncode}"
        raise NotRun(f"it is not available here, {log} says: {last.strip()}")


def maven(scratch, cache, *words):
    """Runs Maven, which keeps what it downloads in the cache."""
    require("mvn")
    download(scratch, "mvn", ["mvn", "-q", "-B", f"-Dmaven.repo.local={cache / 'maven'}", *words])


def need_java(version):
    require("java")
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, timeout=30).stderr
    found = re.search(r'version "(\d+)', said)
    if not found or int(found.group(1)) < version:
        raise NotRun(f"it needs Java {version}, and here is: {said.splitlines()[0]}")


def digest(*files):
    """Names what was built from these files."""
    whole = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(whole).hexdigest()[:12]
