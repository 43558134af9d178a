"""The exchanges of the Developer tab: found, folded and copied by keys alone."""

import subprocess

import xlib
from harness import check, require
from sandbox_tests import on_code_screen


def on_exchanges(scratch, program):
    run = on_code_screen(scratch, program, ["--auto", "approve"])
    run.wait_screen("signed_in", person="Ada Lovelace")
    run.press("Return")
    run.wait_screen("developer")
    return run


def exchanges_found(scratch, program, _npm):
    run = on_exchanges(scratch, program)
    run.reach("filter")
    for _kind in ("errors", "discovery", "codes", "polls"):
        run.press_and_look("Return")
    polls = run.look()
    run.reach("filter.clear")
    check(run.press_and_look("Return") != polls, "the filter is still there")
    run.reach("search")
    run.press("Return")
    run.wait_screen("editor")
    run.type("ada lovelace")
    run.press("Return")
    run.wait_screen("developer")
    found = run.look()
    run.reach("filter.clear")
    check(run.press_and_look("Return") != found, "the search is still there")
    run.press("Escape")
    run.wait_screen("signed_in")
    run.stop()


def exchanges_copied(scratch, program, _npm):
    """A command that was copied runs in a shell, and what is copied leaves secrets out."""
    require("curl")
    run = on_exchanges(scratch, program)
    run.reach("go.device_authorization")
    run.press_and_look("Return")
    run.tab_to("exchanges")
    run.go("Right", "detail")
    run.press_and_look(*["Down"] * 5)
    whole = run.look()
    run.press_and_look("Return")  # the object is folded
    check(run.press_and_look("Return") == whole, "unfolding does not bring the picture from before back")
    run.press_and_look("Up", "Up", "Up", "Up", "Up")
    run.press_and_look("Up")  # the words above the detail
    run.go("Left", "copy.curl")
    run.press("Return")
    copied = run.wait_event("copied")
    check(copied == {"event": "copied", "what": "curl", "secrets": False}, f"the log says {copied}")
    command = xlib.clipboard(run.display.name)
    check(command.startswith("curl "), f"the clipboard holds {command!r}")
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30)
    check(answer.returncode == 0 and '"user_code"' in answer.stdout, f"{command} says {answer}")
    run.go("Right", "copy.body")
    run.press("Return")
    run.wait_event("copied", 2)
    body = xlib.clipboard(run.display.name)
    check("expires_in" in body, f"the clipboard holds {body!r}")
    code = run.events("prompt")[0]["user_code"]
    check(code not in body, "the user code is in the clipboard")
    run.press("Escape")
    run.wait_screen("signed_in")
    run.stop()


TESTS = {test.__name__: test for test in (exchanges_copied, exchanges_found)}
