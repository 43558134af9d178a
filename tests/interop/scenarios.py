"""What is done with each server, by the tool and once by the window. The list is the same for every server.

A scenario is a function of a Bench. It returns a remark for the page, or None, and raises Failure or NotRun.
"""

import json
import time

from harness import NotRun, Tool, check, require

TITLES = {
    "discovery": "discovery",
    "approve": "approve",
    "id_token": "ID token verified with the JWKS",
    "userinfo": "userinfo",
    "introspect": "introspect: active",
    "refresh": "refresh, twice",
    "revoke": "revoke",
    "introspect_revoked": "introspect: revoked",
    "deny": "deny",
    "expiry": "code expires",
    "wrong_code": "wrong user code first",
    "two_devices": "two devices at once",
    "outage": "poll through an outage",
    "description": "sign in with its built-in description",
    "qr": "QR code scanned off the window",
}
def _still_pending(status, body):
    """After a refusal, a poll gets the same response as before it; WSO2 5.11 has its own words for that."""
    error, described = body.get("error"), body.get("error_description")
    old_words = error == "invalid_grant" and described in ("authorization_pending", "invalid_request")
    return status >= 400 and (error == "authorization_pending" or old_words)


# Which response proves that a server does not offer a scenario: a function of its status and its JSON object (empty if the
# body is no such object). A scenario that is not listed here has to pass at every server.
NO_ENDPOINT = (404, 405)
PROOFS = {
    "discovery": lambda status, body: status in NO_ENDPOINT or (status == 200 and "device_authorization_endpoint" not in body),
    "id_token": lambda status, body: body.get("error") == "invalid_scope" or ("access_token" in body and "id_token" not in body),
    "userinfo": lambda status, body: status in NO_ENDPOINT or body.get("error") == "insufficient_scope",
    "introspect": lambda status, body: status in NO_ENDPOINT,
    "revoke": lambda status, body: status in NO_ENDPOINT,
    "introspect_revoked": lambda status, body: status in NO_ENDPOINT,
    "deny": _still_pending,  # the response to a poll
}
OUTAGE_SECONDS = 8
DENIED, EXPIRED = 3, 4


class Bench:
    """One group of scenarios: the processes that it started, and the login that its scenarios share."""

    def __init__(self, scratch, server, tool, window):
        self.scratch = scratch
        self.server = server
        self.tool = tool
        self.window = window
        self.client = None
        self.tokens = None
        self.outage = None  # seconds after the prompt at which the server went, and came back
        self._runs = []

    def start(self, log, verb, client, *more, stdin=None):
        """One run of the tool. All runs of the same LOG share a store and a trace."""
        flags = [*client.where, "--trace", self.trace_file(log), "--trace-secrets"]
        if verb != "discover":
            flags += [*client.who, "--store", self.scratch.path(log + "-store")]
        run = Tool(self.scratch, f"{log}-{verb}-{len(self._runs)}", self.tool, [verb, *more, *flags], stdin)
        self._runs.append(run)
        return run

    def login(self, log, kind="login"):
        """A pending login, and its prompt."""
        client = self.server.client(kind)
        if client is None:
            raise NotRun("its codes live too long to wait for" if kind == "short" else "it has no client for this")
        run = self.start(log, "login", client, "--scope", client.scope, *client.login)
        return run, run.wait_event("prompt")

    def shared_login(self):
        """The tokens event of the login of 'approve'."""
        check(self.tokens is not None, "there is no login, because 'approve' failed")
        return self.tokens

    def verb(self, verb, *more, code=0, stdin=None):
        """The events of one whole run for that login."""
        self.shared_login()
        asker = self.client.asker if verb == "introspect" else ()
        run = self.start("life", verb, self.client, *more, *asker, stdin=stdin)
        run.wait_exit(code)
        return run.events()

    def trace_file(self, log):
        return self.scratch.path(log + "-trace.jsonl")

    def exchanges(self, log, *stages):
        """Every exchange of these stages so far."""
        lines = self.trace_file(log).read_text().split("\n")[:-1]
        return [one for one in map(json.loads, lines) if one.get("stage") in stages]

    def answers(self, log, member):
        """That member of every JSON response so far."""
        exchanges = self.exchanges(log, "device_authorization", "token", "refresh")
        bodies = [one["response"]["body"] for one in exchanges if "response" in one]
        return [body[member] for body in bodies if isinstance(body, dict) and member in body]

    def quirks(self):
        found = set()
        for run in self._runs:
            for event in run.events():
                found.update(event.get("quirks") or [])
        return found


def signed_in(run):
    tokens = run.wait_event("tokens")
    run.wait_exit(0)
    check(tokens["token_type"].lower() == "bearer", f"token_type is {tokens['token_type']}")
    check("access_token" not in tokens, "a token was shown without --show-tokens")
    polls = run.events("poll")
    check(all(poll["result"] != "slow_down" for poll in polls), f"the server had to ask for slower polls: {polls}")
    return tokens


def discovery(bench):
    run = bench.start("discovery", "discover", bench.server.client("login"))
    run.wait_exit(0)
    found = run.wait_event("endpoints")
    for name in ("device_authorization_endpoint", "token_endpoint"):
        check(found[name]["from"] == "metadata", f"{name} is {found[name]}")


def approve(bench):
    run, prompt = bench.login("life", "life")
    run.wait_event("poll")
    bench.server.approve(prompt)
    tokens = signed_in(run)
    bench.client, bench.tokens = bench.server.client("life"), tokens


def description(bench):
    """With nothing but what the description says: its endpoints, its scope, its ways."""
    client = bench.server.description()
    if client is None:
        raise NotRun("no description of it is built in")
    run = bench.start("description", "login", client)
    bench.server.approve(run.wait_event("prompt"))
    signed_in(run)


def id_token(bench):
    claims = bench.shared_login()["id_token_claims"]
    check(claims is not None, f"no verified claims: {bench.tokens}")
    keys = [one for one in bench.exchanges("life", "id_token") if one.get("response", {}).get("status") == 200]
    check(keys, "the issuer's keys were not fetched")
    check(claims["sub"], f"the claims are {claims}")


def userinfo(bench):
    events = bench.verb("userinfo")
    check([event["event"] for event in events] == ["userinfo"], f"userinfo says {events}")
    claims = bench.tokens["id_token_claims"]
    check(claims is None or events[0]["sub"] == claims["sub"], f"userinfo is about {events[0]['sub']}, the login about {claims}")


def introspect(bench):
    answer = bench.verb("introspect")[0]
    check(answer["event"] == "introspection" and answer["active"] is True, f"introspect says {answer}")


def refresh(bench):
    for _ in range(2):
        events = bench.verb("refresh")
        check([event["event"] for event in events] == ["tokens"], f"refresh says {events}")
    refreshed = [one["response"]["body"] for one in bench.exchanges("life", "refresh")]
    access = bench.answers("life", "access_token")
    check(len(refreshed) == 2 and len(access) == 3, f"{len(refreshed)} refreshes and {len(access)} access tokens")
    given = bench.answers("life", "refresh_token")
    same_access = "" if len(set(access)) == 3 else "; the access token stays the same while it lives"
    if len(set(given)) == 1:
        return "keeps the refresh token" + same_access
    check(len(set(given)) == 3, f"there were {len(set(given))} refresh tokens in three answers")
    return "a new refresh token each time" + same_access


def revoke(bench):
    events = bench.verb("revoke")
    done = [event["done"] for event in events if event["event"] == "revoked"]
    check(done and all(done) and len(done) == len(events), f"revoke says {events}")


def introspect_revoked(bench):
    bench.shared_login()
    token = bench.answers("life", "access_token")[-1]
    answer = bench.verb("introspect", "-", code=1, stdin=token + "\n")[0]
    check(answer["event"] == "introspection" and answer["active"] is False, f"introspect says {answer}")


def deny(bench):
    run, prompt = bench.login("deny")
    bench.server.deny(prompt)
    run.wait_exit(DENIED)
    check([error["code"] for error in run.events("error")] == ["access_denied"], f"errors: {run.events('error')}")


def expiry(bench):
    run, prompt = bench.login("expiry", "short")
    begin = time.monotonic()
    run.wait_exit(EXPIRED, prompt["expires_in"] + 15)
    took = time.monotonic() - begin
    check(took > prompt["expires_in"] - 2, f"a code of {prompt['expires_in']} s was given up after {took:.1f} s")
    check([error["code"] for error in run.events("error")] == ["expired_token"], f"errors: {run.events('error')}")
    polls = bench.exchanges("expiry", "token")
    check(polls, "the code expired without a single poll")
    said = came_of(polls[-1])
    return "the server says expired_token" if said == "expired_token" else f"by the device's own clock; the last poll said {said}"


def wrong_code(bench):
    run, prompt = bench.login("wrong-code")
    said = bench.server.try_wrong_code(prompt)
    check(said and run.running(), f"a wrong code ended the login, or got no response: {said}")
    bench.server.approve(prompt)
    signed_in(run)
    return said


def two_devices(bench):
    (first, first_prompt), (second, second_prompt) = bench.login("first"), bench.login("second")
    check(first_prompt["user_code"] != second_prompt["user_code"], "both devices got the same code")
    bench.server.approve(second_prompt)
    signed_in(second)
    check(first.running(), f"the other device's approval ended this one's login: {first.events()}")
    bench.server.approve(first_prompt)
    signed_in(first)


def outage(bench):
    run, prompt = bench.login("outage")
    run.wait_event("poll")
    begin = bench.exchanges("outage", "device_authorization")[0]
    start = begin["sent_at_ms"] + begin["duration_ms"]
    clock = lambda: time.clock_gettime(time.CLOCK_BOOTTIME) - start / 1000  # the tool's own
    gone = clock()
    bench.server.stop()
    time.sleep(max(0, gone + OUTAGE_SECONDS - clock()))
    bench.server.resume()
    bench.outage = gone, clock()
    bench.server.approve(prompt)
    signed_in(run)
    missed = [poll for poll in run.events("poll") if poll["result"] == "retry"]
    check(missed, f"no poll met the outage: {run.events('poll')}")


def schedule(bench):
    """Every poll of the outage's login: seconds after the prompt, and its result."""
    begin, *_ = bench.exchanges("outage", "device_authorization")
    start = begin["sent_at_ms"] + begin["duration_ms"]
    return [((one["sent_at_ms"] - start) / 1000, came_of(one)) for one in bench.exchanges("outage", "token")]


def came_of(exchange):
    """The result of one poll, in a word or two."""
    if "failure" in exchange:
        return exchange["failure"]["kind"]
    body = exchange["response"]["body"]
    status = exchange["response"]["status"]
    if isinstance(body, dict) and status != 200:
        # WSO2 5.11 has the real code there.
        described = body.get("error_description") if body.get("error") == "invalid_grant" else None
        return described or body.get("error", f"status {status}")
    return "tokens" if status == 200 else f"status {status}"


def qr(bench):
    if bench.window is None:
        raise NotRun("the window is not built here")
    require("Xvfb", "xdotool", "zbarimg", "import")
    from display import read_qr
    from window import Window

    client = bench.server.client("login")
    trace = bench.trace_file("window")
    flags = [*client.where, *client.who, *client.login, "--scope", client.scope]
    run = Window(bench.scratch, bench.window, [*flags, "--store", "none", "--trace", trace, "--trace-secrets"])
    run.wait_screen("home")
    run.press("Return")
    run.wait_screen("code", status="waiting")
    seen = read_qr(run.wait_picture("code"))
    issued = bench.exchanges("window", "device_authorization")[0]["response"]["body"]
    truth = issued.get("verification_uri_complete") or issued["verification_uri"]
    check(seen == truth, f"the QR code in the window says {seen!r}, the server issued {truth}")
    bench.server.scan(seen)
    run.wait_screen("signed_in", seconds=60)
    run.stop()


# Scenarios of one group share a login and run one after the other; the groups run side by side. The outage runs alone, last.
GROUPS = (
    (discovery,),
    (approve, id_token, userinfo, introspect, refresh, revoke, introspect_revoked),
    (qr,),
    (description,),
    (two_devices,),
    (wrong_code,),
    (deny,),
    (expiry,),
)
ALONE = (outage,)
