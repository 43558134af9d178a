"""Whole logins at the sandbox that the window starts itself."""

import json
import os
import signal

from display import read_qr
from harness import Failure, check, require, wait_for
from secrets_check import check_secrets_kept
from scripted import children_of, is_alive
from window import Window


def on_code_screen(scratch, program, arguments=(), **more):
    run = Window(scratch, program, ["--loopback", *arguments], **more)
    run.wait_screen("home", status="ready")
    run.press("Return")
    run.wait_screen("connecting")
    run.wait_screen("code", status="waiting")
    return run


def scenario(scratch, **content):
    return ["--scenario", scratch.write("scenario.json", json.dumps({"expires_in": 600, "interval": 1, **content}))]


def sandbox_approved(scratch, program, _npm):
    require("zbarimg")
    trace = scratch.path("trace.jsonl")
    decided = ["--auto", "approve", "--after", "2", "--trace", trace, "--trace-secrets"]
    run = on_code_screen(scratch, program, [*scenario(scratch), *decided])
    prompt = run.wait_event("prompt")
    seen = read_qr(run.wait_picture("code"))
    check(seen == prompt["verification_uri_complete"], f"the QR code in the window says {seen!r}, the server {prompt}")
    signed_in = run.wait_screen("signed_in", person="Ada Lovelace")
    check(signed_in["user_code"] is None, f"the code is still known: {signed_in}")
    run.press("Return")
    run.wait_screen("developer")
    run.press("Escape")
    run.wait_screen("signed_in")
    run.press("Right", "Return")  # Sign out
    run.wait_screen("home")
    run.press("Return")
    run.wait_screen("signed_in", seconds=30)
    run.stop()
    names = [event["event"] for event in run.events() if event["event"] not in ("screen", "poll", "focus")]
    signed_out = ["revoked", "revoked", "logged_out"]
    check(names == ["first_frame", "prompt", "tokens", *signed_out, "prompt", "tokens", "frames"], f"events: {names}")
    check_secrets_kept(scratch, trace, least=4)


def sandbox_renewed(scratch, program, _npm):
    """A token that ends soon is renewed while nobody does anything."""
    run = on_code_screen(scratch, program, [*scenario(scratch, access_token_life=4), "--auto", "approve"])
    run.wait_screen("signed_in", person="Ada Lovelace")
    run.wait_event("tokens", 3)
    check(run.events("screen")[-1]["screen"] == "signed_in", f"it did not stay signed in: {run.events('screen')[-1]}")
    run.stop()


def sandbox_denied(scratch, program, _npm):
    run = on_code_screen(scratch, program, [*scenario(scratch), "--auto", "deny"])
    run.wait_screen("denied", status="access_denied")
    run.press("Right", "Return")  # Back
    run.wait_screen("home")
    run.press("Return")
    run.wait_screen("denied")
    run.press("Return")  # Start again
    run.wait_screen("connecting")
    run.wait_screen("denied")
    run.press("Escape")
    run.wait_screen("home")
    run.stop("signal")


def sandbox_cancelled(scratch, program, _npm):
    run = on_code_screen(scratch, program)
    for cancel in (lambda: run.press("Escape"), lambda: run.choose("cancel")):
        cancel()
        check(run.wait_screen("home")["user_code"] is None, "a code is left on the first screen")
        run.press("Return")
        run.wait_screen("code")
    run.stop()
    codes = [event["user_code"] for event in run.events("prompt")]
    check(len(set(codes)) == 3, f"not a new code for every login: {codes}")
    check(not run.events("tokens"), "tokens came without an approval")


def sandbox_idle(scratch, program, _npm):
    """While nothing changes on the screen, nothing is drawn, whatever goes over the wire."""
    run = on_code_screen(scratch, program, scenario(scratch))
    run.wait_picture("code")
    clean = run.look()
    painted = run.paint()
    check(painted != clean, "painting over the window can't be seen")
    polls = len(run.events("poll"))
    run.wait_event("poll", count=polls + 7)
    check(run.look() == painted, "the window drew a frame while only polls came and went")
    run.press("Up")
    check(run.look()[:120] != painted[:120], "the window draws no frame when the focus moves")
    run.stop()
    check(run.events("frames")[0]["shown"] > 0, "no frames are counted")


def sandbox_page(scratch, program, _npm):
    """The page opens in this computer's browser, and its link is copied without the code."""
    opened = scratch.path("opened")
    folder = scratch.path("programs")
    folder.mkdir()
    browser = folder / "xdg-open"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" >{opened}\n')
    browser.chmod(0o755)
    for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"):
        scratch.environment.pop(name, None)
    scratch.environment["PATH"] = f"{folder}:{scratch.environment['PATH']}"
    run = on_code_screen(scratch, program, scenario(scratch))
    prompt = run.wait_event("prompt")
    run.go("Left", "open")
    run.press("Return")
    check(run.wait_event("page_opened")["done"] is True, "the page was not opened")
    wait_for("the browser to start", opened.exists)
    wait_for("the browser to get the link", lambda: opened.read_text() == prompt["verification_uri_complete"])
    run.go("Right", "copy")
    run.press("Return")
    check(run.wait_event("copied")["what"] == "link", f"copied: {run.events('copied')}")
    run.stop()


def sandbox_killed(scratch, program, _npm):
    run = on_code_screen(scratch, program)
    children = children_of(run.pid)
    check(len(children) == 1, f"the window has {len(children)} children, not the sandbox alone")
    run.kill()
    try:
        wait_for("the sandbox to go with the window", lambda: not is_alive(children[0]), 10)
    except Failure:
        os.kill(children[0], signal.SIGKILL)  # so that a failed test leaves nothing behind either
        raise


TESTS = {
    test.__name__: test for test in (sandbox_approved, sandbox_renewed, sandbox_denied, sandbox_cancelled, sandbox_idle, sandbox_killed, sandbox_page)
}
