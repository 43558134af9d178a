"""The window at npm's oidc-provider, with a person deciding in Chromium."""

from display import read_qr
from harness import check, require
from oidc_provider.server import OidcProvider
from secrets_check import check_secrets_kept
from window import Window


def login_arguments(server):
    return ["--issuer", server.issuer, "--client-id", "public", "--scope", "openid profile"]


def check_qr(run, server, count=1):
    require("zbarimg")
    run.wait_screen("code", status="waiting")
    seen = read_qr(run.wait_picture("code", count))
    truth = server.issued(count)["verification_uri_complete"]
    check(seen == truth, f"the QR code in the window says {seen!r}, the server issued {truth}")
    return seen


def oidc_provider_approved(scratch, program, npm):
    server = OidcProvider(scratch, npm).start()
    secret = scratch.write("rs-secret", "rs-secret\n")
    trace = scratch.path("trace.jsonl")
    arguments = ["--introspection-client-id", "rs", "--introspection-secret-file", secret, "--trace", trace, "--trace-secrets"]
    run = Window(scratch, program, [*login_arguments(server), *arguments])
    run.wait_screen("home", status="ready")
    run.press("Return")
    run.wait_screen("connecting")
    server.decide(check_qr(run, server), "approve")
    run.wait_screen("signed_in", person="User alice")
    run.wait_picture("signed_in")

    run.press("Return")
    run.wait_screen("developer")
    run.wait_picture("developer")
    check(not run.events("introspection"), "nobody asked for an introspection yet")
    run.press("Return")
    answer = run.wait_event("introspection")
    check(answer["active"] is True and answer["client_id"] == "public", f"introspection says {answer}")
    run.wait_picture("developer", 2)  # with the answer

    run.press("Escape")
    run.wait_screen("signed_in", person="User alice")
    run.press("Right", "Return")  # Sign out
    run.wait_screen("home", status="ready")
    run.stop()
    check_secrets_kept(scratch, trace, least=4)


def oidc_provider_kept(scratch, program, npm):
    """A login outlives the window, until somebody signs out."""
    server = OidcProvider(scratch, npm).start()
    arguments = [*login_arguments(server), "--store", scratch.path("logins")]
    run = Window(scratch, program, arguments)
    run.wait_screen("home")
    run.press("Return")
    server.decide(check_qr(run, server), "approve")
    run.wait_screen("signed_in", person="User alice")
    run.stop()

    again = Window(scratch, program, arguments, run.display, "again")
    again.wait_screen("signed_in", person="User alice")
    again.press("Right", "Return")  # Sign out
    again.wait_screen("home")
    again.wait_event("logged_out")
    check(all(event["done"] for event in again.events("revoked")), f"revoked: {again.events('revoked')}")
    again.stop()

    last = Window(scratch, program, arguments, run.display, "last")
    last.wait_screen("home")
    last.press("Return")  # nobody is signed in: Login
    last.wait_screen("code")
    last.stop()


def oidc_provider_denied(scratch, program, npm):
    server = OidcProvider(scratch, npm).start()
    run = Window(scratch, program, login_arguments(server))
    run.wait_screen("home")
    run.press("Return")
    server.decide(check_qr(run, server), "deny")
    run.wait_screen("denied", status="access_denied")
    check([error["code"] for error in run.events("error")] == ["access_denied"], f"errors: {run.events('error')}")
    run.stop("signal")


def oidc_provider_expired(scratch, program, npm):
    server = OidcProvider(scratch, npm, code_seconds=4).start()
    run = Window(scratch, program, login_arguments(server))
    run.wait_screen("home")
    run.press("Return")
    check_qr(run, server)
    run.wait_screen("expired")
    check(len(run.events("prompt")) == 1, "a new code came without being asked for")
    run.wait_picture("expired")
    run.press("Return")  # Get a new code
    check_qr(run, server, 2)
    first, second = (event["user_code"] for event in run.events("prompt"))
    check(first != second, "the new code is the old one")
    run.stop()


TESTS = {test.__name__: test for test in (oidc_provider_approved, oidc_provider_denied, oidc_provider_kept, oidc_provider_expired)}
