"""Commands that fetch a server from a package registry, and what these need."""

import hashlib
import os
import re
import subprocess

from harness import TERMINAL_CONTROL, NotRun, check, require, wait_for


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


def check_hashes(listed, files):
    """FILES, content by name, have to be those of LISTED, a file as sha256sum makes it: no more, no less, nothing else."""
    wanted = dict(reversed(line.split()) for line in listed.read_text().splitlines())
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    wrong = sorted(name for name, _ in wanted.items() ^ found.items())
    check(not wrong, f"not what {listed.name} lists: {', '.join(dict.fromkeys(wrong))}")


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
