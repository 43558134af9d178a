"""The tool's JSON mode against glewlwyd: pending, slow_down, expiry, and a client with a secret."""

import re

from glewlwyd.server import BASIC_SECRET, Glewlwyd
from harness import Failure, Tool, check, check_doctor, wait_for


def login_arguments(server, client="public"):
    return ["--issuer", server.issuer, "--client-id", client, "--scope", "openid profile"]


def login(scratch, tool, server, client="public", extra=()):
    return Tool(scratch, "login", tool, ["login", *login_arguments(server, client), *extra])


def approve_after_polls(server, run, polls):
    prompt = run.wait_event("prompt")
    run.wait_event("poll", polls)
    server.approve(prompt)
    tokens = run.wait_event("tokens")
    run.wait_exit(0)
    check(tokens["token_type"].lower() == "bearer", f"token_type is {tokens['token_type']}")
    check(tokens["has_id_token"] and tokens["has_refresh_token"], f"tokens are missing: {tokens}")
    check("access_token" not in tokens, "a token was shown without --show-tokens")
    return prompt, tokens


def glewlwyd_json(scratch, tool, npm):
    server = Glewlwyd(scratch, npm).start()
    run = login(scratch, tool, server)
    prompt, _ = approve_after_polls(server, run, polls=2)
    check(prompt["interval"] == 1, f"interval is {prompt['interval']}, the server sent 1")
    check(prompt["verification_uri"] == server.issuer + "/device", f"verification_uri: {prompt['verification_uri']}")
    complete = f"{prompt['verification_uri']}?code={prompt['user_code']}"
    check(prompt["verification_uri_complete"] == complete, f"complete URI: {prompt['verification_uri_complete']}")
    polls = run.events("poll")
    check([poll["attempt"] for poll in polls] == list(range(1, len(polls) + 1)), f"attempts are not counted: {polls}")
    # Polling at the server's own interval plus a margin never gets slow_down.
    check({poll["result"] for poll in polls} == {"authorization_pending"}, f"polls: {polls}")
    names = [event["event"] for event in run.events()]
    check(names == ["prompt", *["poll"] * len(polls), "tokens"], f"events: {names}")


def glewlwyd_basic(scratch, tool, npm):
    server = Glewlwyd(scratch, npm).start()
    secret = scratch.write("secret", BASIC_SECRET + "\n")
    run = login(scratch, tool, server, "basic", ["--client-secret-file", str(secret)])
    approve_after_polls(server, run, polls=1)


def glewlwyd_expiry(scratch, tool, npm):
    server = Glewlwyd(scratch, npm, interval=1, lifetime=4).start()
    run = login(scratch, tool, server)
    run.wait_exit(4)
    check(run.events("prompt")[0]["expires_in"] == 4, f"expires_in: {run.events('prompt')}")
    errors = run.events("error")
    check([error["code"] for error in errors] == ["expired_token"], f"errors: {errors}")
    check(run.events("poll"), "the code expired without a single poll")


def device_code(trace):
    found = re.search(r'device_code\\*"\s*:\s*\\*"([A-Za-z0-9_-]+)\\*"', trace.read_text() if trace.exists() else "")
    return found and found.group(1)


def glewlwyd_slow_down(scratch, tool, npm):
    server = Glewlwyd(scratch, npm, interval=2, lifetime=120).start()
    trace = scratch.path("trace.jsonl")
    run = login(scratch, tool, server, extra=["--trace", str(trace), "--trace-secrets"])
    prompt = run.wait_event("prompt")
    code = wait_for("the device code in the trace", lambda: device_code(trace))

    # A stranger polls the same code again and again, so the tool's own poll comes too early for the server.
    def tool_met_slow_down():
        if server.poll("public", code) not in ("authorization_pending", "slow_down"):
            raise Failure("the stranger's poll was neither pending nor told to slow down")
        return [poll for poll in run.events("poll") if poll["result"] == "slow_down"]

    slowed = wait_for("the tool to meet slow_down", tool_met_slow_down)[0]
    # The interval in force, and at most a second of margin.
    expected = prompt["interval"] + 5
    check(expected <= slowed["next_in"] <= expected + 1, f"not {expected} s after slow_down: {slowed}")

    server.approve(prompt)
    run.wait_event("tokens")
    run.wait_exit(0)


def glewlwyd_doctor(scratch, tool, npm):
    server = Glewlwyd(scratch, npm, interval=2, lifetime=600).start()
    run = Tool(scratch, "doctor", tool, ["doctor", *login_arguments(server)])
    run.wait_exit(0)
    # Its user codes are random letters and digits: most hold a 0 or an O.
    check_doctor(run, ["user_code"])


TESTS = {
    test.__name__: test
    for test in (glewlwyd_json, glewlwyd_basic, glewlwyd_expiry, glewlwyd_slow_down, glewlwyd_doctor)
}
