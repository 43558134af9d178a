"""Commands that fetch a server from a package registry."""

import os

from harness import TERMINAL_CONTROL, NotRun, wait_for


def download(scratch, log, command, statuses=(0,)):
    """Runs COMMAND with the settings of the person who runs this. NotRun where it ends with none of STATUSES."""
    process = scratch.start(log, command, environment=os.environ)
    wait_for(f"{log} to end", lambda: process.poll() is not None, seconds=1200)
    if process.returncode not in statuses:
        said = "".join(scratch.path(log + end).read_text(errors="replace") for end in (".out", ".err"))
        said = TERMINAL_CONTROL.sub("", said).strip()
        last = said.splitlines()[-1] if said else f"it ended with {process.returncode}"
        raise NotRun(f"it can't be had here, {log} says: {last.strip()}")
