"""Did a program keep to itself what a trace with the secrets in it knows?"""

import json
import re
import urllib.parse

from harness import check

TOKENS = ("device_code", "access_token", "refresh_token", "id_token", "token")
SECRETS = (*TOKENS, "client_secret", "client_assertion", "code_verifier")


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
        for name in SECRETS:
            yield from form.get(name, [])
        header = re.fullmatch(r"(?:Bearer|Basic|DPoP) (.+)", node)
        if header:
            yield header.group(1)


def secrets_of(trace, least):
    """The trace's secrets, which have to stand there at LEAST so many times: two ID tokens of one second are equal."""
    secrets = [value for line in trace.read_text().splitlines() for value in _values(json.loads(line)) if len(value) >= 8]
    check(len(secrets) >= least, f"{trace.name} has only {len(secrets)} secrets")
    return set(secrets)


def check_kept(secrets, files):
    """None of the SECRETS is in any of FILES."""
    for file in files:
        text = file.read_text()
        check(not any(secret in text for secret in secrets), f"{file.name} has a secret in it")
