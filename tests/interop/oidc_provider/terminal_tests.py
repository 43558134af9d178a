"""The tool against oidc-provider, with a person deciding in Chromium: on a terminal, denied, and introspection."""

import json

from harness import Tool, check, check_doctor
from oidc_provider.server import OidcProvider
from qr_panel import check_qr_panel
from terminal import Terminal


def login_arguments(server):
    return ["login", "--issuer", server.issuer, "--client-id", "public", "--scope", "openid profile"]


def introspect(scratch, log, tool, server, token):
    """Introspects TOKEN, given on stdin, as the resource server."""
    secret = scratch.write("rs-secret", "rs-secret\n")
    command = ["introspect", "-", "--issuer", server.issuer, "--client-id", "public"]
    command += ["--introspection-client-id", "rs", "--introspection-secret-file", str(secret)]
    return Tool(scratch, log, tool, command, stdin=token + "\n")


def access_token(trace):
    """The token as it came over the wire, from a trace that kept the secrets."""
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    answers = [line["response"]["body"] for line in lines if "response" in line]
    return next(answer["access_token"] for answer in answers if "access_token" in answer)


def on_terminal(background, foreground):
    # U-Q-6, D-3.3.1-4: on dark and on light terminals, read off the screen by a stranger's decoder.
    def test(scratch, tool, npm):
        server = OidcProvider(scratch, npm).start()
        trace = scratch.path("trace.jsonl")
        command = [tool, *login_arguments(server), "--trace", trace, "--trace-secrets"]
        terminal = Terminal(scratch, command, background, foreground)
        seen = terminal.wait_qr("prompt")
        truth = server.issued(1)["verification_uri_complete"]
        check(seen == truth, f"the QR code on the screen says {seen}, the server issued {truth}")
        check_qr_panel(scratch.path("prompt.png"))
        server.decide(seen, "approve")
        terminal.wait_exit(0)
        terminal.screenshot("end")

        asked = introspect(scratch, "introspect", tool, server, access_token(trace))
        asked.wait_exit(0)
        check(asked.events("introspection")[0]["active"] is True, "the token is not active")

    return test


def oidc_provider_introspect(scratch, tool, npm):
    server = OidcProvider(scratch, npm).start()
    login = Tool(scratch, "login", tool, [*login_arguments(server), "--show-tokens"])
    prompt = login.wait_event("prompt")
    # oidc-provider sends no interval: RFC 8628 section 3.2 makes it 5 seconds.
    check(prompt["interval"] == 5, f"interval is {prompt['interval']}, not the RFC's default")
    server.decide(prompt["verification_uri_complete"], "approve")
    tokens = login.wait_event("tokens")
    login.wait_exit(0)
    check(tokens["has_id_token"], f"no ID token: {tokens}")

    good = introspect(scratch, "introspect-good", tool, server, token=tokens["access_token"])
    good.wait_exit(0)
    answer = good.events("introspection")[0]
    check(answer["active"] is True and answer["client_id"] == "public", f"introspection says {answer}")

    bad = introspect(scratch, "introspect-bad", tool, server, token="no-such-token")
    bad.wait_exit(1)
    check(bad.events("introspection")[0]["active"] is False, "a made-up token is active")


def oidc_provider_denied(scratch, tool, npm):
    server = OidcProvider(scratch, npm).start()
    login = Tool(scratch, "login", tool, login_arguments(server))
    server.decide(login.wait_event("prompt")["verification_uri_complete"], "deny")
    login.wait_exit(3)
    errors = login.events("error")
    check([error["code"] for error in errors] == ["access_denied"], f"errors: {errors}")


def oidc_provider_doctor(scratch, tool, npm):
    server = OidcProvider(scratch, npm).start()
    run = Tool(scratch, "doctor", tool, ["doctor", *login_arguments(server)[1:]])
    # oidc-provider sends no interval, so the one poll takes the RFC's five seconds.
    run.wait_exit(0)
    check_doctor(run)


TESTS = {
    "oidc_provider_terminal_dark": on_terminal("black", "white"),
    "oidc_provider_terminal_light": on_terminal("white", "black"),
    "oidc_provider_introspect": oidc_provider_introspect,
    "oidc_provider_denied": oidc_provider_denied,
    "oidc_provider_doctor": oidc_provider_doctor,
}
