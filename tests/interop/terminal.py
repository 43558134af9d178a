"""A real xterm on a display without a screen, and what can be seen on it."""

import os
import shlex
import subprocess

from harness import Failure, check, require, wait_for

SCREEN = "1400x1100x24"
FONT = "DejaVu Sans Mono"


class Terminal:
    """Runs one command in an xterm of the given colours; the window stays when the command ends."""

    def __init__(self, scratch, command, background, foreground):
        require("Xvfb", "xterm", "import", "zbarimg")
        self._scratch = scratch
        self._display = self._start_display()
        self._exit_file = scratch.path("terminal-exit")
        inside = f"{shlex.join(str(word) for word in command)}; echo $? >{shlex.quote(str(self._exit_file))}"
        xterm = ["xterm", "-u8", "-fa", FONT, "-fs", "10", "-geometry", "120x60+0+0", "-hold"]
        xterm += ["-bg", background, "-fg", foreground]
        xterm += ["-l", "-lf", scratch.path("terminal.out")]  # what the tool wrote, for a failure's report
        scratch.start("xterm", [*xterm, "-e", "sh", "-c", inside], environment={"DISPLAY": self._display})

    def _start_display(self):
        # Xvfb picks a free display itself and tells its number through the pipe.
        read_end, write_end = os.pipe()
        command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", SCREEN, "-nolisten", "tcp"]
        server = self._scratch.start("xvfb", command, pass_fds=[write_end])
        os.close(write_end)
        os.set_blocking(read_end, False)
        number = b""

        def probe():
            nonlocal number
            try:
                number += os.read(read_end, 16)
            except BlockingIOError:
                pass
            return number.endswith(b"\n") or server.poll() is not None

        wait_for("Xvfb to name its display", probe)
        os.close(read_end)
        check(number.endswith(b"\n"), "Xvfb did not start")
        return ":" + number.decode().strip()

    def screenshot(self, name):
        picture = self._scratch.path(name + ".png")
        self._scratch.run("screenshot", ["import", "-display", self._display, "-window", "root", picture])
        return picture

    def wait_qr(self, name, seconds=30):
        """What a phone's camera reads off the screen, as soon as there is something to read."""

        def probe():
            command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(self.screenshot(name))]
            found = subprocess.run(command, capture_output=True, text=True, timeout=30)
            if self.exit_code() is not None:
                raise Failure(f"the tool ended with {self.exit_code()} while its QR code was looked for")
            return found.stdout.rstrip("\n")

        return wait_for(f"a QR code on {name}.png", probe, seconds)

    def exit_code(self):
        text = self._exit_file.read_text() if self._exit_file.exists() else ""
        return int(text) if text.endswith("\n") else None

    def wait_exit(self, expected, seconds=30):
        wait_for("the tool in the terminal to end", lambda: self.exit_code() is not None, seconds)
        check(self.exit_code() == expected, f"the tool in the terminal ended with {self.exit_code()}, not {expected}")
