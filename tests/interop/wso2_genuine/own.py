"""Scenarios for WSO2's own classes alone. Their clients have an interval of 1 s."""

import time
import uuid

from harness import check
from scenarios import signed_in
from wso2.server import DEVICE_GRANT

REFUSED = 5
EARLY, PENDING, SUBMITTED, DENIED = "too early", "pending", "code submitted", "refused by the user"
EXPIRED, USED, UNKNOWN = "expired", "used", "unknown code"
OLD = "invalid_grant / invalid_request"
NEW = "authorization_pending / Precondition required"
POLLS = {  # error / error_description
    "5.11": {
        **dict.fromkeys((EARLY, PENDING, SUBMITTED, DENIED, EXPIRED, UNKNOWN), OLD),
        USED: "invalid_grant / expired_token",
    },
    "6.0": {
        **dict.fromkeys((PENDING, SUBMITTED, DENIED), NEW),
        **dict.fromkeys((EXPIRED, USED), "expired_token / Forbidden"),
        EARLY: "slow_down / Forbidden",
        UNKNOWN: "invalid_request / invalid_request",
    },
}


def _start(bench, log, client_id, *secret):
    """A client, and its login that has begun."""
    client = bench.server.describe(client_id, bench.server.asker, secret)
    return client, bench.start(log, "login", client, "--scope", client.scope, *client.login)


def _sign_in(bench, log, client_id, *secret, user="alice"):
    client, run = _start(bench, log, client_id, *secret)
    bench.server.approve(run.wait_event("prompt"), user)
    return client, signed_in(run)


def _refusal(run):
    run.wait_exit(REFUSED)
    error = run.events("error")[0]
    return f"{error['stage']}: {error['code']}, \"{error['description']}\""


def polls(bench):
    """The response to a poll in each state of a device code: what the built-in descriptions rest upon."""
    server = bench.server

    def start(client):
        who = {"client_id": client}
        codes = server.post("/oauth2/device_authorize", {**who, "scope": "openid"})
        return codes["user_code"], {**who, "grant_type": DEVICE_GRANT, "device_code": codes["device_code"]}

    def poll(form):
        body = server.post("/oauth2/token", form)
        return f"{body['error']} / {body['error_description']}" if "error" in body else "tokens"

    _, pending = start("quick")
    found = {EARLY: poll(pending)}
    _, expired = start("short")
    begin = time.monotonic()
    submitted_code, submitted = start("quick")
    server.submit(submitted_code)
    denied_code, denied = start("quick")
    server.refuse({"user_code": denied_code})
    used_code, used = start("quick")
    server.approve({"user_code": used_code})
    time.sleep(1.2)
    check(poll(used) == "tokens", "there are no tokens after the approval")
    time.sleep(max(1.2, begin + 5.2 - time.monotonic()))
    for state, form in ((PENDING, pending), (SUBMITTED, submitted), (DENIED, denied), (EXPIRED, expired), (USED, used)):
        found[state] = poll(form)
    found[UNKNOWN] = poll({**pending, "device_code": str(uuid.uuid4())})
    wrong = {state: said for state, said in found.items() if said != POLLS[server.release][state]}
    check(not wrong, f"other responses than expected: {wrong}")
    return "; ".join(f"{state}: {said}" for state, said in found.items())


def secrets(bench):
    """A secret by HTTP Basic and in the form, and a wrong one."""
    right, wrong = (bench.scratch.write(name, name + "\n") for name in ("confidential-secret", "wrong-secret"))
    for method in ("basic", "post"):
        flags = ("--client-secret-file", right, "--client-auth", method)
        _sign_in(bench, "secret-" + method, "confidential", *flags)
    _, run = _start(bench, "secret-wrong", "confidential", "--client-secret-file", wrong)
    return f"with a wrong secret: {_refusal(run)}"


def second_login(bench):
    """WSO2 returns the tokens of the first login again; they stay valid."""
    _sign_in(bench, "twice", "quick")
    client, _ = _sign_in(bench, "twice", "quick")
    issued = list(zip(bench.answers("twice", "access_token"), bench.answers("twice", "refresh_token")))
    check(len(issued) == 2 and issued[0] == issued[1], "the second login got other tokens than the first")
    asked = bench.start("twice", "introspect", client, *client.asker)
    asked.wait_exit(0)
    refreshed = bench.start("twice", "refresh", client)
    refreshed.wait_exit(0)
    return "the same two tokens again, and both are still good"


def name(bench):
    """The subject is the user's name, in whatever letters."""
    _, tokens = _sign_in(bench, "name", "quick", user="josé")
    claims = tokens["id_token_claims"]
    check(claims and claims["sub"] == "josé", f"the claims are {claims}")


def no_device(bench):
    _, run = _start(bench, "no-device", "no-device")
    return _refusal(run)


ALL = {
    "a poll in each state of a device code": polls,
    "client secret by Basic and in the form": secrets,
    "a second login of the same user": second_login,
    "a user called josé": name,
    "a client without the device grant": no_device,
}
