"""The vendor's tutorial from the first screen to `active: true`, without a settings file, an option or a keyboard: once
by arrows and Enter, once by mouse alone. Every step leaves a picture."""

import json

from harness import check, wait_for
from settings_tests import place_of, way
from window import Window
from wso2.server import Double71
from wso2_genuine.server import Genuine60, Genuine511

CLIENT = "tv"
ACCOUNT = ("admin", "admin")
FOUND = ("wso2-5.11", "wso2-6", "wso2-7")  # what the search for "wso2" lists


class Walk:
    """One way through the window. By arrows it notes where everything stands; by mouse it clicks there."""

    def __init__(self, scratch, program, by, places, display=None):
        self.by = by
        self._places = places
        self._steps = 0
        self.home = scratch.path(by + "-home")
        self.home.mkdir()
        scratch.environment.update(HOME=str(self.home), XDG_DATA_HOME=str(self.home / "data"))
        self.run = Window(scratch, program, [], display, log=by)

    def at(self, screen, **members):
        """Waits for a screen and takes a picture of it."""
        event = self.run.wait_screen(screen, seconds=60, **members)
        self.picture(screen)
        return event

    def picture(self, name):
        self.run.look()
        self._steps += 1
        self.run.display.screenshot(f"{self.by}-{self._steps:02}-{name}.png")

    def choose(self, name, focus, *keys):
        """Chooses what is called FOCUS; KEYS are arrows that lead there."""
        if self.by == "mouse":
            self.run.look()
            return self.run.click(*self._places[name])
        if keys:
            self.run.press(*keys)
        here = self.run.focused()
        check(here.startswith(focus), f"{name}: the arrows lead to {here}")
        if name not in self._places:
            self._places[name] = self.run.outlined()
        self.run.press("Return")

    def below_the_list(self, name, focus):
        """The button of that name in the row below a list."""
        if self.by == "arrows":
            while self.run.focused().startswith("setting."):
                self.run.press("Down")
            for key in ("Left", "Right"):
                before = None
                while self.run.focused() not in (focus, before):
                    before = self.run.focused()
                    self.run.press(key)
        self.choose(name, focus)

    def type(self, text):
        """Key by key on the screen, then Done."""
        self.run.wait_screen("editor")
        self.picture("editor")
        at = place_of("g")
        for character in text:
            self.choose("key " + character, "key.", *way(at, place_of(character)))
            at = place_of(character)
        if self.by == "arrows":
            self.run.press(*["Down"] * 5, *["Right"] * 6)
        self.choose("key done", "key.")


def journey(server, walk):
    run = walk.run
    walk.at("home", status="ready")
    check(not walk.run.events("tokens"), "somebody is signed in")
    walk.choose("settings", "settings", "Right", "Right")
    walk.at("settings")
    walk.choose("provider", "setting.0")
    walk.at("settings_picker")
    walk.choose("search", "search", "Up")
    walk.type("wso2")
    walk.at("settings_picker")
    walk.choose("wso2", "choice.", *["Down"] * FOUND.index(server.provider))
    walk.at("settings")
    walk.below_the_list("login", "use")  # too early: it stays, at the row that lacks something
    wait_for("the focus to be on a row", lambda: run.focused().startswith("setting."))
    walk.picture("server-missing")
    walk.choose("server", "setting.")
    walk.type(f"https://localhost:{server.port}/")
    walk.at("settings")
    walk.below_the_list("login", "use")
    wait_for("the focus to be on a row", lambda: run.focused().startswith("setting."))
    walk.picture("client-missing")
    walk.choose("client", "setting.")
    walk.type(CLIENT)
    walk.at("settings")
    walk.below_the_list("login again", "use")
    walk.at("untrusted", status="untrusted_issuer")
    walk.choose("trust", "trust", "Right")
    server.approve(walk.at("code", status="waiting"))
    walk.at("signed_in")
    walk.choose("developer", "developer")
    walk.at("developer")
    walk.choose("introspect", "introspect")
    walk.at("settings")
    walk.choose("user", "setting.")
    walk.type(ACCOUNT[0])
    walk.at("settings")
    walk.choose("password", "setting.", "Down")
    walk.type(ACCOUNT[1])
    walk.at("settings")
    walk.below_the_list("back", "back")
    walk.at("developer")
    walk.choose("introspect with an account", "introspect")
    answer = run.wait_event("introspection")
    check(answer["active"] is True, f"introspection says {answer}")
    walk.picture("active")
    run.stop()
    check_kept(walk)


def check_kept(walk):
    """What was typed is in the settings file, but for the password."""
    settings = json.loads((walk.home / ".config/deviceflow/settings.json").read_text())
    check(settings["introspection_user"] == ACCOUNT[0], f"the settings are {settings}")
    check(list(settings.values()).count(ACCOUNT[1]) == 1, f"the password is in the settings file: {settings}")


def journey_at(server_class):
    def test(scratch, program, npm):
        server = server_class(scratch, npm)
        server.fetch()
        server.start()
        places = {}
        display = None
        for by in ("arrows", "mouse"):
            walk = Walk(scratch, program, by, places, display)
            display = walk.run.display
            journey(server, walk)

    return test


TESTS = {
    "journey_wso2_5_11": journey_at(Genuine511),
    "journey_wso2_6_0": journey_at(Genuine60),
    "journey_wso2_7_1": journey_at(Double71),
}
