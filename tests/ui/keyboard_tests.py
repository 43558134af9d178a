"""Arrows, Enter and Escape are enough to get everywhere."""

import json

from display import read_qr
from harness import check, require, wait_for
from sandbox_tests import on_code_screen
from scripted import CODE, TOKENS, Provider, Silent
from trouble_tests import login_at
from window import Window


def keyboard_home(scratch, program, _npm):
    # Without --loopback there is a switch for the network. It stays off here.
    run = Window(scratch, program, [])
    run.wait_screen("home")
    run.wait_picture("home")
    run.press("Right", "Return")  # Developer
    run.wait_screen("developer")
    run.press("Escape")
    run.wait_screen("home")
    run.press("Up", "Right", "Return")  # the second tab
    run.wait_screen("developer")
    run.press("Return")  # the first tab, where there is nothing else to choose
    run.wait_screen("home")
    home = run.look()
    run.press("Down", "Return")  # the switch
    run.wait_picture("home_picker")
    run.press("Return")  # This computer only
    wait_for("the first screen to be back", lambda: run.look() == home)
    run.press("Down", "Return")
    wait_for("the choice to be back", lambda: run.look() != home)
    run.press("Escape")
    wait_for("the first screen to be back", lambda: run.look() == home)
    run.press("Return")  # Login
    run.wait_screen("code")
    run.stop()


def keyboard_code(scratch, program, _npm):
    run = on_code_screen(scratch, program)
    run.press("Up", "Right", "Return")  # the second tab, while the login goes on
    run.wait_screen("developer")
    run.press("Escape")
    code = run.wait_screen("code")
    check(code["user_code"] == run.events("prompt")[0]["user_code"], "another code is shown than the one that came")
    run.go("Up", "tab.sign_in")
    run.tab_to("cancel")
    run.press("Return")
    run.wait_screen("home")
    run.stop()


def keyboard_large_code(scratch, program, _npm):
    """U-Q-5: the QR code as large as the screen allows, while the login goes on."""
    require("zbarimg")
    run = on_code_screen(scratch, program)
    prompt = run.events("prompt")[0]
    small = run.look()
    run.choose("enlarge")
    scanned = read_qr(run.wait_picture("code_large"))
    check(scanned == prompt["verification_uri_complete"], f"the enlarged QR code says {scanned!r}")
    run.press("Escape")
    wait_for("the small code to be back", lambda: run.look() == small)
    run.choose("enlarge")
    wait_for("the large code to be back", lambda: run.look() != small)
    run.press("Return")  # Back, which has the focus
    wait_for("the small code to be back", lambda: run.look() == small)
    run.choose("cancel")
    run.wait_screen("home")
    run.stop()


def keyboard_connecting(scratch, program, _npm):
    silent = Silent()
    run = login_at(scratch, program, silent.url)
    with silent.wait_for_request():
        run.press("Up", "Right", "Return")
        run.wait_screen("developer")
        run.press("Escape")
        run.wait_screen("connecting")
        run.choose("cancel")
        run.wait_screen("home")
        run.stop()


def keyboard_messages(scratch, program, _npm):
    server = Provider({"/token": (400, {"error": "access_denied"})})
    run = login_at(scratch, program, server.issuer)
    run.wait_screen("denied")
    run.press("Up", "Right", "Return")
    run.wait_screen("developer")
    run.press("Escape")
    run.wait_screen("denied")
    run.press("Right", "Return")  # Back
    run.wait_screen("home")
    run.press("Return")
    run.wait_screen("denied")
    run.press("Right", "Left", "Return")  # Start again
    run.wait_screen("connecting")
    run.wait_screen("denied")
    run.press("Escape")
    run.wait_screen("home")
    run.stop()


def keyboard_developer(scratch, program, _npm):
    server = Provider()
    server.answers["/introspect"] = (200, {"active": True})
    account = scratch.write("account", "user:password")
    run = login_at(scratch, program, server.issuer, ["--introspection-user-file", account])
    run.wait_screen("signed_in")
    run.press("Right", "Left", "Return")  # Sign out, Developer
    run.wait_screen("developer")
    run.wait_picture("developer")
    run.press("Return")  # Introspect
    run.wait_event("introspection")
    run.wait_picture("developer", 2)

    # Three exchanges and the one for the introspection, which is selected. Every step changes the picture.
    run.reach("secrets")
    masked = run.look()
    revealed = run.press_and_look("Return")
    check(run.press_and_look("Return") == masked, "hiding the secrets does not bring the picture from before back")
    check(revealed != masked, "nothing was revealed")
    run.reach("go.token")
    token = run.press_and_look("Return")
    run.reach("go.device_authorization")
    device = run.press_and_look("Return")
    check(device != token, "both buttons of the toolbar show the same")
    run.tab_to("exchanges")
    in_list = run.press_and_look("Down")
    run.press_and_look("Down")
    run.press_and_look("Up")
    check(run.look() == in_list, "down and up in the list is not the way back")
    run.go("Right", "detail")
    pretty = run.look()
    run.press_and_look("Return")  # raw
    check(run.press_and_look("Return") == pretty, "raw and pretty is not the way back")
    run.press_and_look("Up")  # both lines of words above the detail
    run.press_and_look("Up")
    run.go("Left", "side.request")
    run.press_and_look("Return")
    run.press("Escape")
    run.wait_screen("signed_in")
    run.press("Up", "Right", "Return")  # the second tab
    run.wait_screen("developer")
    run.reach("tab.sign_in")
    run.press("Return")
    run.wait_screen("signed_in")
    run.press("Right", "Return")  # Sign out
    run.wait_screen("home")
    run.stop()


def keyboard_timeline(scratch, program, _npm):
    pending = (400, {"error": "authorization_pending"})
    answers = [pending, (503, "busy"), pending, (200, TOKENS)]
    server = Provider()
    code = {**CODE, "interval": 1, "verification_uri": server.issuer + "/device"}
    server.answers["/device_authorization"] = (200, code)
    server.answers["/token"] = lambda: answers.pop(0)
    run = login_at(scratch, program, server.issuer)
    run.wait_screen("signed_in")
    run.press("Right", "Left", "Return")  # Sign out, Developer
    run.wait_screen("developer")
    run.show_page("timeline")
    whole = run.look()
    run.go("Down", "timeline")  # with the newest wait selected
    newest = run.look()
    doubled = run.press_and_look("Left")
    run.press_and_look("Left")
    check(run.press_and_look("Right") == doubled, "left and right among the waits is not the way back")
    check(run.press_and_look("Right") == newest, "the newest wait is not selected again")
    run.show_page("timeline")
    check(run.look() == whole, "the way back to the page's own button is another one")
    run.show_page("exchanges")
    run.press("Escape")
    run.wait_screen("signed_in")
    run.stop()


def on_tokens_page(scratch, program):
    run = on_code_screen(scratch, program, ["--auto", "approve"])
    run.wait_screen("signed_in", person="Ada Lovelace")
    run.press("Return")
    run.wait_screen("developer")
    run.show_page("tokens")
    return run


def keyboard_tokens(scratch, program, _npm):
    run = on_tokens_page(scratch, program)
    run.go("Down", "tokens")
    access = run.look()
    refresh = run.press_and_look("Down")
    masked = run.press_and_look("Down")
    check(len({access, refresh, masked}) == 3, "two kinds of token look the same")
    revealed = run.press_and_look("Return")
    check(run.press_and_look("Return") == masked, "masking does not bring the picture from before back")
    check(revealed != masked, "nothing was revealed")
    check(run.press_and_look("Up") == refresh, "down and up among the tokens is not the way back")
    run.press("Escape")
    run.wait_screen("signed_in")
    run.stop()


def keyboard_actions(scratch, program, _npm):
    run = on_tokens_page(scratch, program)
    run.reach("refresh")
    run.press("Return")
    run.wait_event("tokens", 2)
    run.reach("discover")
    run.press("Return")
    run.wait_event("endpoints")
    run.reach("save.trace")
    run.press_and_look("Return")
    trace = scratch.path("deviceflow-1.jsonl").read_text().splitlines()
    stages = [json.loads(line)["stage"] for line in trace]
    check("refresh" in stages, f"the trace holds {stages}")
    check(stages[-1] == "discovery", f"the metadata were not fetched anew: {stages}")
    run.reach("save.har")
    run.press_and_look("Return")
    archive = json.loads(scratch.path("deviceflow-1.har").read_text())
    urls = [entry["request"]["url"] for entry in archive["log"]["entries"]]
    check(len(urls) == len(trace), f"the archive holds {urls}")
    run.show_page("replay")
    run.go("Down", "replay")
    run.press_and_look("Return")  # the trace that was just saved
    run.press("Escape")
    run.wait_screen("signed_in")
    run.stop()


def keyboard_desk(scratch, program, _npm):
    scenario = scratch.write("each_second.json", json.dumps({"expires_in": 600, "interval": 1}))
    run = Window(scratch, program, ["--loopback", "--scenario", scenario])
    run.wait_screen("home", status="ready")
    run.press("Up", "Right", "Return")  # the second tab
    run.wait_screen("developer")
    run.show_page("desk")
    run.go("Down", "desk.log_in")  # the one button that can be pressed
    run.press("Return")
    run.wait_event("prompt")
    run.go("Right", "desk.slow_down")
    run.press("Return")
    slowed = run.wait_until("a poll that gets slow_down", lambda: [e for e in run.events("poll") if e["result"] == "slow_down"])[0]
    check(slowed["next_in"] > 6, f"the interval has not grown: {slowed}")
    run.go("Left", "desk.approve")
    run.press("Return", "Return")  # twice does no harm
    run.wait_event("tokens")
    run.show_page("machine")
    run.show_page("timeline")
    run.press("Escape")
    run.wait_screen("signed_in", person="Ada Lovelace")
    run.stop()


TESTS = {
    test.__name__: test
    for test in (
        keyboard_home,
        keyboard_code,
        keyboard_large_code,
        keyboard_connecting,
        keyboard_messages,
        keyboard_developer,
        keyboard_timeline,
        keyboard_tokens,
        keyboard_actions,
        keyboard_desk,
    )
}
