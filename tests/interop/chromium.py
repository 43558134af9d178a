"""The person with the phone, in Debian's Chromium."""

import itertools
import shutil

from harness import NotRun, require

_number = itertools.count(1)  # several persons can be at it at once


def browse(scratch, npm, script, *words):
    """Runs a script that stands on chromium.mjs, and returns what it says."""
    require("chromium")
    node = npm / "node_modules/.bin/node"
    if not node.exists() or not (npm / "node_modules/playwright-core").exists():
        raise NotRun("npm's node and playwright-core are not installed (./dev test installs them where the registry is in reach)")
    return scratch.run(f"browser-{next(_number)}", [node, script, npm, shutil.which("chromium"), *words], seconds=90)
