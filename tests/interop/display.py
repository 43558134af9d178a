"""A display without a screen, and what can be seen on it."""

import os
import subprocess

from harness import check, require, wait_for


class Display:
    """One running Xvfb; `name` is what DISPLAY has to say."""

    def __init__(self, scratch, screen, options=(), log="xvfb"):
        require("Xvfb", "import")
        self._scratch = scratch
        # Xvfb picks a free display itself and tells its number through the pipe.
        read_end, write_end = os.pipe()
        command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", screen, "-nolisten", "tcp", "-noreset", *options]
        server = scratch.start(log, command, pass_fds=[write_end])
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
        self.name = ":" + number.decode().strip()

    def screenshot(self, name):
        """NAME is a file name; its ending says which format."""
        picture = self._scratch.path(name)
        self._scratch.run("screenshot", ["import", "-display", self.name, "-window", "root", "-depth", "8", picture])
        return picture


def read_qr(picture):
    """What a phone's camera reads off the picture, or an empty string."""
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout.rstrip("\n")
