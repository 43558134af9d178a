"""The settings screen, by arrows, Enter and Escape, and by typing."""

import base64
import json

from harness import check, wait_for
from scripted import TOKENS, Provider, Silent
from window import Window

# As the keyboard on the screen has them; the focus begins on the g.
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm._/", ":@~+=,;?")
SECRET = "hush-hush-0815"


def place_of(character):
    row = next(row for row, keys in enumerate(ROWS) if character in keys)
    return row, ROWS[row].index(character)


def way(start, end):
    """Never sideways in the last row, whose key for https:// is two columns wide."""
    (row, column), (to_row, to_column) = start, end
    up = [] if row < 4 else ["Up"]
    rows = to_row - row + len(up)
    columns = to_column - column
    sideways = ["Right" if columns > 0 else "Left"] * abs(columns)
    return up + sideways + ["Down" if rows > 0 else "Up"] * abs(rows)


def type_by_arrows(run, text):
    """Letter by letter on the screen, then Done, which is the last key of the last row."""
    run.wait_screen("editor")
    at = place_of("g")
    for character in text:
        run.press(*way(at, place_of(character)), "Return")
        at = place_of(character)
    run.press(*["Down"] * 5, *["Right"] * 6, "Return")


def type_by_keyboard(run, text):
    run.wait_screen("editor")
    run.type(text)
    run.press("Return")


def in_settings(scratch, program, arguments=(), **more):
    run = Window(scratch, program, ["--loopback", *arguments], **more)
    run.wait_screen("home", status="ready")
    open_settings(run)
    return run


def open_settings(run):
    run.look()
    run.press("Right", "Right", "Return")
    run.wait_screen("settings")
    run.look()


def settings_file(scratch):
    return scratch.path(".config/deviceflow/settings.json")


def pick_issuer(run):
    run.press("Return")  # Provider
    run.wait_screen("settings_picker")
    run.press("Down", "Return")  # the one below the sandbox
    run.wait_screen("settings")
    run.press("Down", "Return")  # Issuer


def choose_provider(run, issuer, client, typed):
    """From the first row of the settings; `typed` is how the text gets there."""
    pick_issuer(run)
    typed(run, issuer)
    run.wait_screen("settings")
    run.press("Down", "Return")  # Client ID
    typed(run, client)
    run.wait_screen("settings")


def settings_by_arrows(scratch, program, _npm):
    """From the first screen to a provider, a test of it, and back to the sandbox, without a keyboard."""
    server = Provider({"/token": (400, {"error": "authorization_pending"})})
    run = in_settings(scratch, program)
    choose_provider(run, server.issuer, "tv_1", type_by_arrows)
    run.press(*["Down"] * 12)  # the list scrolls; below it are the buttons
    check(run.focused() == "use", "below the last row is another button than the main one")
    run.press("Right", "Return")  # Test
    run.wait_screen("settings_test")
    run.wait_picture("settings_test", 2)  # it is over
    check("/device_authorization" in server.paths, f"the test has asked for {server.paths}")
    check(server.bodies[0][1].startswith("client_id=tv_1"), f"another client has asked: {server.bodies}")
    check(not settings_file(scratch).exists(), "a test has written the settings")
    check(run.focused() == "back", "the focus is not on Back after the test")
    run.press("Return")
    run.wait_screen("settings")
    run.press("Escape")
    run.wait_screen("home")
    wait_for("the settings to be written", settings_file(scratch).exists)
    saved = json.loads(settings_file(scratch).read_text())
    check((saved["issuer"], saved["client_id"]) == (server.issuer, "tv_1"), f"saved was {saved}")

    open_settings(run)
    run.press("Return")
    run.wait_screen("settings_picker")
    run.press("Up", "Return")  # the sandbox
    run.wait_screen("settings")
    run.press(*["Down"] * 3)  # the buttons
    run.press("Return")  # Login
    prompt = run.wait_screen("code")
    check(server.issuer not in prompt["verification_uri"], f"the codes came from {prompt}")
    check(json.loads(settings_file(scratch).read_text())["issuer"] == server.issuer, "the provider was forgotten")
    run.stop()


def settings_whole_run(scratch, program, _npm):
    """A provider, a login, introspection and the sign-out: by arrows, Enter and Escape alone."""
    server = Provider()
    server.answers["/introspect"] = (200, {"active": True})
    account = scratch.write("account", "user:password")
    run = in_settings(scratch, program, ["--introspection-user-file", account])
    choose_provider(run, server.issuer, "tv_1", type_by_arrows)
    run.press(*["Down"] * 12)
    run.go("Left", "use")
    run.press("Return")
    run.wait_screen("signed_in")
    run.look()  # what is pressed right after a screen appears counts for nothing
    run.press("Left", "Left", "Return")  # Developer
    run.wait_screen("developer")
    run.reach("introspect")
    run.press("Return")
    check(run.wait_event("introspection")["active"] is True, "the token is not active")
    run.press("Escape")
    run.wait_screen("signed_in")
    run.press("Right", "Return")  # Sign out
    run.wait_screen("home")
    check("/introspect" in server.paths, f"the endpoints that were asked: {server.paths}")
    run.stop()


def settings_search(scratch, program, _npm):
    run = in_settings(scratch, program)
    run.press("Return")
    run.wait_screen("settings_picker")
    all_of_them = run.look()
    run.press("Up", "Return")  # Search
    type_by_arrows(run, "wso2")
    run.wait_screen("settings_picker")
    check(run.look() != all_of_them, "the search has found all")
    run.press("Down", "Down", "Return")  # the third
    run.wait_screen("settings")
    run.press("Down", "Return")  # Server
    type_by_keyboard(run, "not a host")
    run.wait_screen("settings")
    run.press("Return")
    run.wait_screen("editor")
    run.press(*["BackSpace"] * 10)
    run.type("127.0.0.1:9")
    run.press("Return")
    run.wait_screen("settings")
    run.press("Escape")
    run.wait_screen("home")
    wait_for("the settings to be written", settings_file(scratch).exists)
    saved = json.loads(settings_file(scratch).read_text())
    check(saved["fields"] == {"host": "127.0.0.1:9"}, f"saved was {saved}")
    run.look()
    run.press("Return")  # Login, without a client
    run.wait_screen("settings")
    missing = run.focused()
    check(missing.startswith("setting."), f"Login without a client leads to {missing}")
    run.choose("use")  # Login, from here
    check(run.focused() == missing, f"Login in the settings leads to {run.focused()}, not to {missing}")
    run.press("Return")
    type_by_keyboard(run, "tv_1")
    run.wait_screen("settings")
    seen = [event["screen"] for event in run.events("screen")]
    check(not {"connecting", "misconfigured"} & set(seen), f"a login without a client has begun: {seen}")
    run.press("Escape")
    run.wait_screen("home")
    wait_for("the client to be written", lambda: json.loads(settings_file(scratch).read_text()).get("client_id") == "tv_1")
    run.stop()


def settings_kept(scratch, program, _npm):
    """A secret that was typed serves after a restart, and stands in no file that can be read."""
    server = Provider({"/token": (200, TOKENS)})
    run = in_settings(scratch, program)
    choose_provider(run, server.issuer, "tv", type_by_keyboard)
    run.press("Down", "Return")  # Client secret
    type_by_keyboard(run, SECRET)
    run.wait_screen("settings")
    run.press("Escape")
    run.wait_screen("home")
    wait_for("the settings to be written", settings_file(scratch).exists)
    run.look()
    run.stop()

    again = Window(scratch, program, ["--loopback"], log="again")
    again.wait_screen("home")
    again.look()
    again.press("Return")
    again.wait_screen("signed_in")
    again.stop()
    asked = [headers for path, headers in server.headers if path == "/token"]
    expected = "Basic " + base64.b64encode(f"tv:{SECRET}".encode()).decode()
    check(asked and asked[-1].get("Authorization") == expected, f"the token endpoint was asked with {asked}")
    for name in (".config/deviceflow/settings.json", "window-events.out", "window.err", "again-events.out", "again.err"):
        check(SECRET not in scratch.path(name).read_text(), f"the secret stands in {name}")


def settings_test_given_up(scratch, program, _npm):
    silent = Silent()
    run = in_settings(scratch, program)
    choose_provider(run, silent.url, "tv", type_by_keyboard)
    run.press(*["Down"] * 12)
    run.choose("test")
    run.wait_screen("settings_test")
    with silent.wait_for_request():
        run.choose("cancel")
        run.wait_screen("settings")
        run.choose("test")
        run.wait_screen("settings_test")
        with silent.wait_for_request():  # the first one did not hold this one up
            run.stop()


def settings_broken(scratch, program, _npm):
    file = settings_file(scratch)
    file.parent.mkdir(parents=True)
    file.write_text('{"issuer": 7')
    run = in_settings(scratch, program)
    run.press("Down", "Return")  # When a code expires
    run.look()
    run.press("Escape")
    run.wait_screen("home")
    run.look()
    check(file.read_text() == '{"issuer": 7', "the broken file was touched")
    check(str(file) in scratch.path("window.err").read_text(), "nobody was told of the broken file")
    open_settings(run)
    run.press(*["Down"] * 3, *["Right"] * 3, "Return")  # Replace the file
    run.look()
    run.press("Escape")
    run.wait_screen("home")
    wait_for("the file to be replaced", lambda: "new_codes" in file.read_text())
    run.stop()


def settings_new_codes(scratch, program, _npm):
    """An expired code is followed by another one, as often as is set."""
    file = settings_file(scratch)
    file.parent.mkdir(parents=True)
    file.write_text('{"window": {"new_codes": 1}}')
    run = Window(scratch, program, ["--loopback", "--scenario", "expire"])
    run.wait_screen("home", status="ready")
    run.press("Return")
    first = run.wait_screen("code")
    second = run.wait_screen("code", seconds=40)
    check(first["user_code"] != second["user_code"], "the code is the one before")
    run.wait_screen("expired", seconds=40)
    run.stop()


TESTS = {
    test.__name__: test
    for test in (
        settings_broken,
        settings_by_arrows,
        settings_kept,
        settings_new_codes,
        settings_search,
        settings_test_given_up,
        settings_whole_run,
    )
}
