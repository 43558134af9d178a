"""deviceflow-demo on a display without a screen: keys go in, events and pictures come out."""

import json
import signal
import subprocess
import time

import xlib
from display import Display
from harness import check, require, wait_for
from scripted import children_of, is_alive

SIZE = "1280x720"
PROMPTLY = 2.0
CLOSED, INTERRUPTED = 0, 130
DEAD_SECONDS = 0.3  # kDeadTime in demo/model/focus.hpp
TICK_SECONDS = 0.5  # that an approval is shown for


class Window:
    """One run of the window. Screens are waited for in the order in which they come."""

    def __init__(self, scratch, program, arguments, display=None, log="window", size=SIZE):
        require("xdotool")
        self._scratch = scratch
        self._log = log
        self.display = display or Display(scratch, size + "x24")
        self.pictures = scratch.path(log + "-pictures")
        self._events = scratch.path(log + "-events.out")
        self._screens_seen = 0
        self._chose_at = 0.0
        command = [program, "--size", size, "--event-log", self._events, "--screenshots", self.pictures, *arguments]
        self._process = scratch.start(log, command, environment={"DISPLAY": self.display.name, "LIBGL_ALWAYS_SOFTWARE": "1"})

    @property
    def pid(self):
        return self._process.pid

    def events(self, name=None):
        whole_lines = self._events.read_text().split("\n")[:-1] if self._events.exists() else []
        events = [json.loads(line) for line in whole_lines]
        return [event for event in events if name in (None, event["event"])]

    def _wait(self, what, probe, seconds):
        found = wait_for(what, lambda: probe() or (self._process.poll() is not None and "ended"), seconds)
        check(found != "ended", f"{self._log} ended with {self._process.returncode} instead of: {what}")
        return found

    def wait_until(self, what, probe, seconds=20):
        return self._wait(what, probe, seconds)

    def wait_event(self, name, count=1, seconds=20):
        """The COUNTth event of that name."""
        return self._wait(f"event '{name}' number {count}", lambda: self.events(name)[count - 1 : count], seconds)[0]

    def wait_screen(self, screen, seconds=20, **members):
        """The next event of that screen, with these members, after the one that was waited for last."""

        def probe():
            for index, event in enumerate(self.events("screen")):
                if index >= self._screens_seen and event["screen"] == screen:
                    if all(event.get(name) == value for name, value in members.items()):
                        self._screens_seen = index + 1
                        return event
            return None

        wanted = f"screen '{screen}' {members or ''}"
        try:
            return self._wait(wanted, probe, seconds)
        except Exception as error:
            seen = [(event["screen"], event["status"]) for event in self.events("screen")]
            raise type(error)(f"{error}; screens so far: {seen}") from error

    def wait_picture(self, screen, count=1):
        """The COUNTth screenshot that the window itself made of that screen."""
        return self._wait(
            f"screenshot number {count} of '{screen}'",
            lambda: sorted(self.pictures.glob(f"*-{screen}.png"))[count - 1 : count],
            10,
        )[0]

    def press(self, *keys):
        """As a person does, who looks at a screen before they press Enter on it."""
        while keys:
            count = next((at for at, key in enumerate(keys, 1) if key in ("Return", "Escape")), len(keys))
            now, keys = keys[:count], keys[count:]
            if now[-1] == "Return":
                self._see_the_screen()
            self.press_at_once(*now)
            if now[-1] in ("Return", "Escape"):
                self._chose_at = time.monotonic()

    def press_at_once(self, *keys):
        self._xdotool("key", "--delay", "60", *keys)

    def _see_the_screen(self):
        """The window ignores Enter for a moment after its screen has changed."""
        screens = self.events("screen")
        if not screens or screens[-1]["screen"] != "editor":
            time.sleep(max(0.0, self._chose_at + DEAD_SECONDS + 0.15 - time.monotonic()))
            screens = self.events("screen")
            focus = self.events("focus")
            if focus and focus[-1]["steady_ms"] > screens[-1]["steady_ms"]:
                time.sleep(DEAD_SECONDS)  # it may have moved by itself
        self._wait_for_age(DEAD_SECONDS)

    def _wait_for_age(self, seconds):
        """Until the newest screen has been there for so long, an approval's tick not counted."""
        screens = self.events("screen")
        if screens:
            ticks = TICK_SECONDS if screens[-1]["screen"] == "signed_in" else 0
            age = time.clock_gettime(time.CLOCK_BOOTTIME) - screens[-1]["steady_ms"] / 1000
            time.sleep(max(0.0, ticks + seconds + 0.05 - age))

    def hold(self, key, seconds):
        self._xdotool("keydown", key)
        time.sleep(seconds)
        self._xdotool("keyup", key)

    def choose(self, wanted):
        """Enter on what is called so, wherever it stands."""
        self.tab_to(wanted)
        self.press("Return")

    def tab_to(self, wanted):
        for _ in range(60):
            if self.focused() == wanted:
                return
            self.press("Tab")
        check(False, f"Tab never leads to '{wanted}': {[event['on'] for event in self.events('focus')]}")

    def place_of(self, wanted):
        """The middle of what is called so, which has the focus afterwards."""
        self.tab_to(wanted)
        return self.outlined()

    def type(self, text):
        self._xdotool("type", "--delay", "30", text)

    def resize(self, width, height):
        """As a person does who drags the frame. The picture stands still afterwards."""
        self._xdotool("windowsize", "--sync", str(self._window_id()), str(width), str(height))
        self.look()

    def click(self, x, y, times=1, between=0.1):
        self._xdotool("mousemove", str(x), str(y), "click", "--repeat", str(times), "--delay", str(int(between * 1000)), "1")

    def outlined(self):
        """The middle of what has the focus: nothing else on a screen without a QR code is quite white."""
        self.look()
        picture = self.display.screenshot("outline.ppm").read_bytes()
        _, size, _, pixels = picture.split(b"\n", 3)
        width = int(size.split()[0])
        white = [at // 3 for at in range(0, len(pixels), 3) if pixels[at : at + 3] == b"\xff\xff\xff"]
        check(white, "nothing has the focus")
        columns = [at % width for at in white]
        return (min(columns) + max(columns)) // 2, (white[0] + white[-1]) // width // 2

    def _xdotool(self, *arguments):
        self._scratch.run("xdotool", ["env", f"DISPLAY={self.display.name}", "xdotool", *arguments])

    def _pixels(self):
        return self.display.screenshot("look.rgb").read_bytes()

    def look(self, seconds=10):
        """The pixels on the display, once they stand still; an approval's tick does so only to be seen."""
        self._wait_for_age(0)
        before = self._pixels()

        def probe():
            nonlocal before
            now = self._pixels()
            still = now == before
            before = now
            return still and now

        return wait_for("the picture on the display to stand still", probe, seconds)

    def press_and_look(self, *keys):
        """Presses keys that have to change the picture, which stands still, and returns the new one."""
        before = self._pixels()
        self.press(*keys)

        def probe():
            now = self.look()
            return now != before and now

        return wait_for(f"{keys} to change the picture", probe, 10)

    def go(self, key, wanted):
        """Presses an arrow until what is called so has the focus."""
        self.look()
        for _ in range(40):
            if self.events("focus")[-1]["on"] == wanted:
                return
            self.press_and_look(key)
        check(False, f"{key} never leads to '{wanted}': {[event['on'] for event in self.events('focus')]}")

    def focused(self):
        self.look()
        return self.events("focus")[-1]["on"]

    def reach(self, wanted):
        """Looks for a button above what is shown, line by line, wherever it stands there."""
        if self.focused() in ("exchanges", "detail", "timeline", "tokens", "token.detail", "machine"):
            self.press("Up")  # there left and right mean something else
        for _ in range(6):  # to the tabs, above all lines
            if self.focused().startswith("tab."):
                break
            self.press("Up")
        # The lower lines are entered at their left ends, since the first sweep of the one above ends there.
        for sweep in ((), ("Right", "Left"), ("Right",), ("Left",)):
            for key in sweep:
                before = None
                while self.focused() not in (wanted, before):
                    before = self.focused()
                    self.press(key)
            if self.focused() == wanted:
                return
            self.press("Down")
        check(False, f"no arrows lead to '{wanted}': {[event['on'] for event in self.events('focus')]}")

    def show_page(self, name):
        """Turns to a page of the Developer tab, and leaves the focus on its button."""
        key = "Up"
        here = None
        for _ in range(40):
            before, here = here, self.focused()
            if here.startswith("page."):
                break
            if here.startswith("tab."):
                key = "Left"  # above all; below it may stand a tool of the page
                self.press("Down")
            else:
                key = "Up" if here == before else key
                self.press(key)
        for key in ("Left", "Right"):
            before = None
            while self.focused() not in ("page." + name, before):
                before = self.focused()
                self.press(key)
        check(self.focused() == "page." + name, f"arrows lead to {self.focused()}, not to the page {name}")
        self.press("Return")
        self.look()

    def exit_status(self):
        """None while it runs."""
        return self._process.poll()

    def stop(self, how="close"):
        """Closes the window as its frame's button does, or by SIGTERM. It has to go promptly, with everything it started."""
        children = children_of(self.pid)
        if how == "close":
            window = self._window_id()
            begin = time.monotonic()
            xlib.ask_to_close(self.display.name, window)
            expected = CLOSED
        else:
            begin = time.monotonic()
            self._process.send_signal(signal.SIGTERM)
            expected = INTERRUPTED
        status = self._process.wait(30)
        took = time.monotonic() - begin
        check(status == expected, f"{self._log} ended with {status}, not {expected}")
        check(took < PROMPTLY, f"{self._log} took {took:.1f} s to end")
        check(not any(map(is_alive, children)), f"{self._log} left a child running")
        errors = self._scratch.path(self._log + ".err").read_text()
        check("violation" not in errors, f"the sandbox met a violation of the RFC: {errors}")
        check("runtime error" not in errors and "Sanitizer" not in errors, f"the sanitizers say: {errors}")

    def paint(self):
        """Paints over the window from outside; its next frame paints over that. Returns the pixels then."""
        xlib.paint(self.display.name, self._window_id())
        return self.look()

    def kill(self):
        self._process.kill()
        self._process.wait(10)

    def _window_id(self):
        command = ["env", f"DISPLAY={self.display.name}", "xdotool", "search", "--name", "^deviceflow$"]
        found = subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.split()
        check(len(found) == 1, f"there are {len(found)} windows")
        return int(found[0])
