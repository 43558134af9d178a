"""What the window shows when the network or the server is no good, and how it ends in the middle of it."""

from certificates import make_authority, make_leaf
from harness import check, require, wait_for
from sandbox_tests import on_code_screen, scenario
from scripted import TOKENS, Provider, Silent, unused_port
from window import Window

METADATA = "/.well-known/oauth-authorization-server"
DEVICE = "/device_authorization"


def login_at(scratch, program, issuer, arguments=(), **more):
    run = Window(scratch, program, ["--issuer", issuer, "--client-id", "tv", *arguments], **more)
    run.wait_screen("home")
    run.press("Return")
    run.wait_screen("connecting")
    return run


def trouble_offline(scratch, program, _npm):
    port = unused_port()
    run = login_at(scratch, program, f"http://127.0.0.1:{port}")
    run.wait_screen("offline", status="retry")
    run.wait_picture("offline")
    check(not run.events("error"), f"a start that is still tried has failed: {run.events('error')}")
    run.choose("cancel")
    run.wait_screen("home")
    run.press("Return")
    run.wait_screen("offline", status="retry")
    server = Provider({"/token": (400, {"error": "authorization_pending"})}, port=port)
    run.wait_screen("code", seconds=30)  # by itself
    server.answers["/token"] = (503, "busy")
    run.wait_screen("code", status="retry")
    server.answers["/token"] = (200, TOKENS)
    run.wait_screen("signed_in", seconds=30)
    run.stop()


def trouble_answers(scratch, program, _npm):
    server = Provider({DEVICE: (200, "<html><h1>Welcome to the hotel's network</h1></html>")})
    complete = {"device_code": "d" * 20, "user_code": "WDJB-MJHT", "expires_in": 60, "interval": 1}
    run = login_at(scratch, program, server.issuer)
    run.wait_screen("refused")
    for answer, screen in (
        ((200, '{"device_code": "cut o'), "refused"),
        ((200, "\x00\xff\x1b[31m" * 1000), "refused"),
        ((200, {**complete, "verification_uri": "javascript:alert(1)"}), "refused"),
        ((200, complete), "refused"),
        ((400, {"error": "server_error", "error_description": "Out of order\x1b[31m\u202e " + "very " * 500}), "refused"),
        ((401, {"error": "invalid_client"}), "misconfigured"),
        ((400, {"error": "invalid_scope", "error_description": "No such scope"}), "misconfigured"),
        ((400, {"error": "unauthorized_client"}), "misconfigured"),
        ((404, "<html>Not found</html>"), "misconfigured"),
        ((405, ""), "misconfigured"),
    ):
        server.answers[DEVICE] = answer
        run.press("Return")  # Try again
        run.wait_screen("connecting")
        try:
            run.wait_screen(screen)
        except Exception as error:
            raise type(error)(f"{str(answer)[:80]}: {error}") from error
    run.press("Right", "Return")  # Back
    run.wait_screen("home")
    run.stop()


def trouble_metadata(scratch, program, _npm):
    server = Provider({METADATA: (200, "<html>")})
    run = login_at(scratch, program, server.issuer)
    run.wait_screen("misconfigured")
    for answer in (
        (200, {**server.metadata(), "issuer": "http://127.0.0.1:1"}),
        (404, "{}"),
        (200, {**server.metadata(), "device_authorization_endpoint": "http://192.0.2.1/"}),
    ):
        server.answers[METADATA] = answer
        run.press("Return")
        run.wait_screen("connecting")
        run.wait_screen("misconfigured")
    server.answers[METADATA] = (200, server.metadata())
    run.press("Return")
    run.wait_screen("signed_in")
    run.stop()


def certificate(scratch, name, days):
    """Two PEM files for 127.0.0.1: a self-signed certificate, and the same with its key."""
    require("openssl")
    key, signed, public, both = (scratch.path(f"{name}-{part}.pem") for part in ("key", "signed", "public", "both"))
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", signed]
    scratch.run("openssl", command)
    # Only this one takes a negative number.
    scratch.run("openssl", ["openssl", "x509", "-in", signed, "-signkey", key, "-days", str(days), "-out", public])
    both.write_text(key.read_text() + public.read_text())
    return public, both


def trouble_certificates(scratch, program, _npm):
    public, both = certificate(scratch, "good", days=2)
    expired_public, expired = certificate(scratch, "expired", days=-1)
    good = Provider(certificate=both)
    for log, server, arguments, problem in (
        ("self-signed", good, [], "untrusted_issuer"),
        ("expired", Provider(certificate=expired), ["--cacert", expired_public], "expired"),
    ):
        run = login_at(scratch, program, server.issuer, arguments, log=log)
        run.wait_screen("untrusted", status=problem)
        run.wait_picture("untrusted")
        check(server.paths == [], f"{log}: something was sent to a server that is not trusted: {server.paths}")
        run.stop()
    run = login_at(scratch, program, good.issuer, ["--cacert", public], log="trusted")
    run.wait_screen("signed_in")
    run.stop()


def trouble_trusts_a_certificate(scratch, program, _npm):
    """The person compares the fingerprint and trusts the server's own certificate; after a restart it still is."""
    own = certificate(scratch, "own", 30)
    leaf = make_leaf(scratch, "leaf", "IP:127.0.0.1", "serverAuth", make_authority(scratch, "authority"))
    of_authority = leaf.certificate, scratch.write("leaf-both.pem", leaf.key.read_text() + leaf.certificate.read_text())
    display = None
    for log, (public, both) in (("own", own), ("of-authority", of_authority)):
        server = Provider(certificate=both)
        run = login_at(scratch, program, server.issuer, ["--store", "none"], display=display, log=log)
        display = run.display
        run.wait_screen("untrusted", status="untrusted_issuer")
        run.wait_picture("untrusted")
        check(server.paths == [], f"something was sent before that: {server.paths}")
        run.press("Right", "Return")  # Trust this certificate
        run.wait_screen("signed_in")
        run.stop()
        kept = scratch.path(f".config/deviceflow/trusted/127.0.0.1_{server.issuer.rsplit(':', 1)[1]}.pem")
        check(kept.read_text() == public.read_text(), "another certificate is kept than the server's")
        check(kept.stat().st_mode & 0o777 == 0o600, f"the file's mode is {kept.stat().st_mode:o}")
        again = login_at(scratch, program, server.issuer, ["--store", "none"], display=display, log=log + "-again")
        again.wait_screen("signed_in")
        again.stop()

    # What can't be trusted away has no such button: the second one is Back.
    other = make_leaf(scratch, "other", "IP:127.0.0.2", "serverAuth", None)
    other_both = scratch.write("other-both.pem", other.key.read_text() + other.certificate.read_text())
    for problem, both in (("expired", certificate(scratch, "over", -1)[1]), ("wrong_name", other_both)):
        run = login_at(scratch, program, Provider(certificate=both).issuer, display=display, log=problem)
        run.wait_screen("untrusted", status=problem)
        run.press("Right", "Return")
        run.wait_screen("home")
        run.stop()
    check(len(list(kept.parent.iterdir())) == 2, "a certificate is kept that can't be trusted")


def trouble_ends_in_a_request(scratch, program, _npm):
    for log, how in (("silent-discovery", "close"), ("silent-discovery-signal", "signal")):
        silent = Silent()
        run = login_at(scratch, program, silent.url, log=log)
        with silent.wait_for_request():
            run.stop(how)

    silent = Silent()
    server = Provider()
    server.answers[METADATA] = (200, {**server.metadata(), "introspection_endpoint": silent.url})
    account = scratch.write("account", "user:password")
    run = login_at(scratch, program, server.issuer, ["--introspection-user-file", account], log="silent-introspection")
    run.wait_screen("signed_in")
    run.press("Return")
    run.wait_screen("developer")
    run.press("Return")
    with silent.wait_for_request():
        run.stop()

    # The sandbox is in the middle of an answer too.
    run = on_code_screen(scratch, program, scenario(scratch, poll_answers=[{"poll": 1, "delay": 60}]), log="silent-poll")
    wait_for("the first poll to be on its way", lambda: run.look() and len(run.events("prompt")) == 1)
    run.stop()

    # Before it is up.
    run = Window(scratch, program, ["--loopback"], log="at-once")
    run.wait_event("first_frame")
    run.stop()


def trouble_power_cut(scratch, program, _npm):
    """A kill on the code screen loses nothing: the next start shows the same code, and takes the approval."""
    server = Provider({"/token": (400, {"error": "authorization_pending"})})
    store = ["--store", scratch.path("logins")]
    run = login_at(scratch, program, server.issuer, store)
    code = run.wait_screen("code")["user_code"]
    wait_for("the login to be stored", lambda: [file for file in store[1].iterdir() if not file.suffix])
    run.kill()

    again = Window(scratch, program, ["--issuer", server.issuer, "--client-id", "tv", *store], run.display, "again")
    shown = again.wait_screen("code")["user_code"]
    check(shown == code, f"{shown} is shown after the start, {code} before")
    check(server.paths.count(DEVICE) == 1, f"codes were asked for again: {server.paths}")
    server.answers["/token"] = (200, TOKENS)
    again.wait_screen("signed_in", seconds=30)
    again.stop()

    # One that was given up is over.
    server.answers["/token"] = (400, {"error": "authorization_pending"})
    last = Window(scratch, program, ["--issuer", server.issuer, "--client-id", "tv", *store], run.display, "last")
    last.wait_screen("signed_in")
    last.press("Right", "Return")  # Sign out
    last.wait_screen("home")
    last.press("Return")
    last.wait_screen("code")
    last.choose("cancel")
    last.wait_screen("home")
    last.stop()
    after = Window(scratch, program, ["--issuer", server.issuer, "--client-id", "tv", *store], run.display, "after")
    after.wait_screen("home")
    wait_for("the first screen to stay", lambda: after.look() and after.events("screen")[-1]["screen"] == "home")
    after.stop()


def trouble_silent_userinfo(scratch, program, _npm):
    """Nobody waits for the name: not the signed-in screen, not the next login."""
    silent = Silent()
    server = Provider()
    server.answers[METADATA] = (200, {**server.metadata(), "userinfo_endpoint": silent.url})
    run = login_at(scratch, program, server.issuer)
    with silent.wait_for_request():
        check(run.wait_screen("signed_in").get("person") is None, "a person without a name has one")
        run.press("Right", "Return")  # Sign out
        run.wait_screen("home")
        server.answers["/token"] = (400, {"error": "authorization_pending"})
        run.press("Return")
        run.wait_screen("code", seconds=5)
        run.stop()


def trouble_ways_to_settings(scratch, program, _npm):
    """Each failure that a setting can fix has a button that leads to Settings, and to a row there; by mouse."""
    cases = (
        ("offline", f"http://127.0.0.1:{unused_port()}", "offline"),
        ("web-page", Provider({METADATA: (200, "<html>Welcome to the hotel's network</html>")}).issuer, "misconfigured"),
        ("client", Provider({DEVICE: (401, {"error": "invalid_client"})}).issuer, "misconfigured"),
        ("scope", Provider({DEVICE: (400, {"error": "invalid_scope"})}).issuer, "misconfigured"),
        ("endpoint", Provider({DEVICE: (404, "")}).issuer, "misconfigured"),
    )
    display = None
    for log, issuer, screen in cases:
        run = login_at(scratch, program, issuer, display=display, log=log)
        display = run.display
        run.wait_screen(screen)
        run.click(*run.place_of("settings"))
        run.wait_screen("settings")
        check(run.focused().startswith("setting."), f"{log}: Settings begins at {run.focused()}")
        run.press("Escape")
        run.wait_screen(screen)
        run.stop()


TESTS = {
    test.__name__: test
    for test in (
        trouble_offline,
        trouble_answers,
        trouble_metadata,
        trouble_certificates,
        trouble_trusts_a_certificate,
        trouble_ways_to_settings,
        trouble_ends_in_a_request,
        trouble_power_cut,
        trouble_silent_userinfo,
    )
}
