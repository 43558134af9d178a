"""A real xterm on a display without a screen, and what can be seen on it."""

import shlex

from display import Display, read_qr
from harness import Failure, check, require, wait_for

SCREEN = "1400x1100x24"
FONT = "DejaVu Sans Mono"


class Terminal:
    """Runs one command in an xterm of the given colours; the window stays when the command ends."""

    def __init__(self, scratch, command, background, foreground):
        require("Xvfb", "xterm", "import", "zbarimg")
        self._display = Display(scratch, SCREEN)
        self._exit_file = scratch.path("terminal-exit")
        inside = f"{shlex.join(str(word) for word in command)}; echo $? >{shlex.quote(str(self._exit_file))}"
        xterm = ["xterm", "-u8", "-fa", FONT, "-fs", "10", "-geometry", "120x60+0+0", "-hold"]
        xterm += ["-bg", background, "-fg", foreground]
        xterm += ["-l", "-lf", scratch.path("terminal.out")]  # what the tool wrote, for a failure's report
        scratch.start("xterm", [*xterm, "-e", "sh", "-c", inside], environment={"DISPLAY": self._display.name})

    def screenshot(self, name):
        return self._display.screenshot(name + ".png")

    def wait_qr(self, name, seconds=30):
        """What a phone's camera reads off the screen, as soon as there is something to read."""

        def probe():
            found = read_qr(self.screenshot(name))
            if self.exit_code() is not None:
                raise Failure(f"the tool ended with {self.exit_code()} while its QR code was looked for")
            return found

        return wait_for(f"a QR code on {name}.png", probe, seconds)

    def exit_code(self):
        text = self._exit_file.read_text() if self._exit_file.exists() else ""
        return int(text) if text.endswith("\n") else None

    def wait_exit(self, expected, seconds=30):
        wait_for("the tool in the terminal to end", lambda: self.exit_code() is not None, seconds)
        check(self.exit_code() == expected, f"the tool in the terminal ended with {self.exit_code()}, not {expected}")
