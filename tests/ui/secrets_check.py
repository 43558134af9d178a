"""Did the window keep to itself what a trace with the secrets in it knows?"""

import json
import re
import urllib.parse

from harness import check

SECRETS = ("device_code", "access_token", "refresh_token", "id_token", "client_secret")


def _values(node):
    """Every secret in a piece of JSON, and in the forms and the JSON that stand in its texts."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in SECRETS and isinstance(value, str):
                yield value
            else:
                yield from _values(value)
    elif isinstance(node, list):
        for value in node:
            yield from _values(value)
    elif isinstance(node, str):
        form = urllib.parse.parse_qs(node)
        for name in (*SECRETS, "token"):
            yield from form.get(name, [])
        header = re.fullmatch(r"(?:Bearer|Basic) (.+)", node)
        if header:
            yield header.group(1)


def check_secrets_kept(scratch, trace, least):
    """None of the trace's secrets, at LEAST so many, is in a log or an event of the window."""
    secrets = {value for line in trace.read_text().splitlines() for value in _values(json.loads(line)) if len(value) >= 8}
    check(len(secrets) >= least, f"the trace has only {len(secrets)} secrets")
    for name in ("window.out", "window.err", "window-events.out"):
        text = scratch.path(name).read_text()
        check(not any(secret in text for secret in secrets), f"{name} has a secret in it")
    check(scratch.path("window-events.out").stat().st_mode & 0o777 == 0o600, "others can read the event log")
