"""What dex does differently from the specifications, and what a client sees of that."""

import json

from harness import ask, check, http_session

REFUSED = 5
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def _signed_in(bench, log):
    client = bench.server.client("login")
    run = bench.start(log, "login", client, "--scope", client.scope)
    bench.server.approve(run.wait_event("prompt"))
    run.wait_exit(0)
    return client


def used_code(bench):
    """RFC 8628 has a device code used once."""
    _signed_in(bench, "used-code")
    taken, *_ = [one for one in bench.exchanges("used-code", "token") if one["response"]["status"] == 200]
    code = bench.exchanges("used-code", "device_authorization")[0]["response"]["body"]["device_code"]
    poll = {"grant_type": DEVICE_GRANT, "client_id": "public", "device_code": code}
    status, _, text = ask(http_session(), taken["request"]["url"], poll)
    check(status == 200 and json.loads(text) == taken["response"]["body"], f"a used code is answered {status} {text}")
    return "a further poll with a used device code gets the same tokens again"


def second_login(bench):
    """dex has one refresh token for a person at a client."""
    client = _signed_in(bench, "first-of-two")
    _signed_in(bench, "second-of-two")
    run = bench.start("first-of-two", "refresh", client)
    run.wait_exit(REFUSED)
    error = run.events("error")[0]
    return f"the first device's refresh is answered {error['code']}, \"{error['description']}\""


ALL = {
    "a device code that was used": used_code,
    "a second login of the same person": second_login,
}
