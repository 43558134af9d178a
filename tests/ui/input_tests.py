"""Real keys and real clicks: what is held down, pressed twice, or pressed while the screen changes."""

import subprocess
import time

import xlib
from display import Display
from harness import check, require, wait_for
from scripted import Provider
from trouble_tests import DEVICE, login_at
from window import CLOSED, Window

REFUSED = (401, {"error": "invalid_client"})
# As fast as a shaky hand, as most people, and as slow as still counts.
DOUBLE_CLICKS = (0.03, 0.15, 0.4)


def slowly(answer):
    """Long enough for the second click to find the screen that says that the first one was heard."""

    def later():
        time.sleep(1.2)
        return answer

    return later


def input_held_enter(scratch, program, _npm):
    """One press is one login, however long it lasts. Arrows repeat."""
    server = Provider({DEVICE: REFUSED})
    run = Window(scratch, program, ["--issuer", server.issuer, "--client-id", "tv"])
    run.wait_screen("home")
    run.hold("Return", 3)
    run.wait_screen("misconfigured")
    check(server.paths.count(DEVICE) == 1, f"one press of Enter has begun {server.paths.count(DEVICE)} logins")
    run.press("Escape")
    run.wait_screen("home")
    for key in ("space", "KP_Enter"):
        before = server.paths.count(DEVICE)
        time.sleep(0.5)
        run.hold(key, 1.5)
        run.wait_screen("misconfigured")
        check(server.paths.count(DEVICE) == before + 1, f"holding {key} has begun {server.paths.count(DEVICE) - before} logins")
        run.press("Escape")
        run.wait_screen("home")
    check(run.focused() == "login", "the first screen begins elsewhere")
    before = len(run.events("focus"))
    run.hold("Right", 1.5)
    run.look()
    check(len(run.events("focus")) > before + 2, "an arrow that is held down does not repeat")
    run.stop()


def input_held_back(scratch, program, _npm):
    """Escape leaves one screen, and Backspace in the editor erases without leaving it."""
    run = Window(scratch, program, ["--loopback"])
    run.wait_screen("home", status="ready")
    run.choose("settings")
    run.wait_screen("settings")
    run.press("Return")  # Provider
    run.wait_screen("settings_picker")
    run.press("slash")
    run.wait_screen("editor")
    run.type("wso2 identity server")
    run.hold("BackSpace", 1.5)
    check(run.events("screen")[-1]["screen"] == "editor", "erasing has left the editor")
    run.look()
    run.hold("Escape", 1.5)
    run.wait_screen("settings_picker")
    run.look()
    check(run.events("screen")[-1]["screen"] == "settings_picker", f"one press of Escape led to {run.events('screen')[-1]}")
    run.stop()


def input_double_click(scratch, program, _npm):
    """The second click of a double click does not reach Cancel, which appears where Try again was."""
    server = Provider({DEVICE: REFUSED})
    run = login_at(scratch, program, server.issuer)
    run.wait_screen("misconfigured")
    again = run.place_of("again")
    server.answers[DEVICE] = slowly(REFUSED)
    for between in DOUBLE_CLICKS:
        time.sleep(0.6)
        before = server.paths.count(DEVICE)
        run.click(*again, times=2, between=between)
        run.wait_screen("connecting")
        run.wait_screen("misconfigured")
        check("home" not in [event["screen"] for event in run.events("screen")][1:], f"clicks {between} s apart have cancelled the login")
        check(server.paths.count(DEVICE) == before + 1, f"clicks {between} s apart have begun two logins")
    run.stop()


def input_double_click_on_home(scratch, program, _npm):
    """A double click on every button of the first screen does what a click does."""
    run = Window(scratch, program, ["--loopback"])
    run.wait_screen("home", status="ready")
    for button, screen in (("settings", "settings"), ("developer", "developer"), ("login", "code")):
        place = run.place_of(button)
        for between in DOUBLE_CLICKS:
            time.sleep(0.6)
            run.click(*place, times=2, between=between)
            run.wait_screen(screen)
            time.sleep(1.0)
            run.look()
            shown = run.events("screen")[-1]["screen"]
            check(shown == screen, f"a double click on {button}, {between} s apart, leads to {shown}")
            run.press("Escape")
            run.wait_screen("home")
            time.sleep(0.4)
    run.stop()


def input_clicks_in_the_list(scratch, program, _npm):
    """A click selects the row under the pointer, and a second one there finds the same row."""
    server = Provider()
    run = login_at(scratch, program, server.issuer)
    run.wait_screen("signed_in")
    run.press("Return")  # Developer
    run.wait_screen("developer")
    run.tab_to("discover")
    for number in range(12):
        run.press_at_once("Return")
        run.wait_event("endpoints", number + 1)
    run.look()
    # Over a row in the middle of the list, whose selection is at its end. Rows that have just moved take no click.
    time.sleep(0.5)
    run.click(300, 420)
    once = run.look()
    time.sleep(0.6)
    run.click(300, 420)
    check(run.look() == once, "the second click has selected another row")
    run.press_at_once("Home")
    top = run.look()
    check(top != once, "Home does not lead to the first exchange")
    run.press_and_look("End")
    run.press_and_look("Page_Up")
    run.press_and_look("Home")
    check(run.look() == top, "Home does not lead back to the first exchange")
    run.press("Left")
    check(run.focused() not in ("exchanges", "detail"), "one press of an arrow does not lead out of the list")
    run.stop()


def input_keys(scratch, program, _npm):
    server = Provider()
    run = login_at(scratch, program, server.issuer)
    run.wait_screen("signed_in")
    run.wait_until("a button to take the keys", lambda: run.events("focus")[-1]["on"] == "developer")
    usual = run.look()
    larger = run.press_and_look("ctrl+plus")
    check(run.press_and_look("ctrl+0") == usual, "Ctrl+0 does not bring the usual size back")
    smaller = run.press_and_look("ctrl+minus")
    check(len({usual, larger, smaller}) == 3, "two sizes look the same")
    run.press_and_look("ctrl+plus")
    run.press("Return")  # Developer
    run.wait_screen("developer")
    for key in ("slash", "ctrl+f"):
        run.press(key)
        run.wait_screen("editor")
        run.press("Escape")
        run.wait_screen("developer")
    run.choose("go.token")
    run.press("ctrl+c")
    check(run.wait_event("copied")["what"] == "body", "Ctrl+C copies something else than the body")
    check("token_type" in xlib.clipboard(run.display.name), "the body is not in the clipboard")
    begun = run.focused()
    run.press("Tab")
    check(run.focused() != begun, "Tab does not move the focus")
    run.press("shift+Tab")
    check(run.focused() == begun, "Shift+Tab is not the way back")
    run.press_at_once("ctrl+q")
    wait_for("the window to close", lambda: run.exit_status() is not None)
    check(run.exit_status() == CLOSED, f"Ctrl+Q ends with {run.exit_status()}")


def geometry(run):
    command = ["env", f"DISPLAY={run.display.name}", "xdotool", "search", "--name", "^deviceflow$", "getwindowgeometry"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=10).stdout
    return said.split("Geometry:")[1].split()[0]


def input_fullscreen(scratch, program, _npm):
    """F11 fills the screen and gives it back; --fullscreen begins so. Quit is on the first screen."""
    require("xdotool")
    display = Display(scratch, "1600x900x24")
    run = Window(scratch, program, ["--loopback"], display)
    run.wait_screen("home", status="ready")
    run.look()
    run.press("F11")
    wait_for("the window to fill the screen", lambda: geometry(run) == "1600x900")
    run.look()
    run.press("F11")
    wait_for("the window to have its size again", lambda: geometry(run) == "1280x720")
    run.stop()
    filled = Window(scratch, program, ["--loopback", "--fullscreen"], display, log="filled")
    filled.wait_screen("home", status="ready")
    check(geometry(filled) == "1600x900", f"--fullscreen begins with {geometry(filled)}")
    filled.choose("quit")
    wait_for("the window to close", lambda: filled.exit_status() is not None)
    check(filled.exit_status() == CLOSED, f"Quit ends with {filled.exit_status()}")


def input_resize(scratch, program, _npm):
    """Buttons are where they are drawn, in every size."""
    server = Provider({DEVICE: REFUSED})
    run = Window(scratch, program, ["--issuer", server.issuer, "--client-id", "tv"])
    run.wait_screen("home")
    for number, (width, height) in enumerate(((640, 480), (1000, 700), (1200, 640)), start=1):
        run.resize(width, height)
        login = run.place_of("login")
        time.sleep(0.4)
        run.click(*login)
        run.wait_screen("misconfigured")
        before = run.place_of("back")
        run.resize(width + 80, height + 20)
        after = run.place_of("back")
        check(before != after, "another size does not move the button")
        check(server.paths.count(DEVICE) == number, "a resize has begun a login")
        time.sleep(0.4)
        run.click(*after)
        run.wait_screen("home")
    run.stop()


TESTS = {
    test.__name__: test
    for test in (
        input_clicks_in_the_list,
        input_double_click,
        input_double_click_on_home,
        input_fullscreen,
        input_held_back,
        input_held_enter,
        input_keys,
        input_resize,
    )
}
