#!/usr/bin/env python3
"""The screen of the terminal tool: its default size, consoles without half blocks, screen readers, pipes, and the browser."""

import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import stat
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import PATIENCE
from tool import ToolTest, run_tests

PAGE = "https://example.com/device"
LINK = PAGE + "?user_code=WDJB-MJHT"
HALVES = "\u2580\u2584\u2588"
GROUND = "\x1b[48;5;"


class ScreenTest(ToolTest):
    def setUp(self):
        super().setUp()
        self.server = self.provider({"/token": (400, {"error": "authorization_pending"})})
        self.server.answers["/device_authorization"][1].update(verification_uri=PAGE, verification_uri_complete=LINK)
        self.login = ["login", "--issuer", self.server.issuer, "--client-id", "tv", "--store", "none"]
        self.opened = os.path.join(self.folder, "opened")

    def browser(self):
        """A PATH whose browser notes what it opens, and what it could read of the client's secret."""
        folder = os.path.join(self.folder, "bin")
        os.makedirs(folder, exist_ok=True)
        program = os.path.join(folder, "xdg-open")
        with open(program, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\necho "$1 $DEVICEFLOW_CLIENT_SECRET" >>{self.opened}\n')
        os.chmod(program, stat.S_IRWXU)
        return {"DISPLAY": ":77", "PATH": folder + ":/usr/bin:/bin"}

    def pages(self):
        time.sleep(0.3)
        if not os.path.exists(self.opened):
            return []
        with open(self.opened, encoding="utf-8") as file:
            return file.read().splitlines()

    def on_terminal(self, *more, columns=80, rows=24, keys=(), seconds=4.0, term="xterm-256color", **environment):
        """What a terminal gets within that time. `keys`: typed one after the other from the countdown on."""
        pid, terminal = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(self.tool, [self.tool, *self.login, *more], self.environment(TERM=term, **environment))
        seen, keys = b"", list(keys)
        begin = limit = time.monotonic()
        shown = None
        while limit - begin < PATIENCE and (shown is None or limit - shown < seconds):
            limit = time.monotonic()
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    seen += os.read(terminal, 65536)
                except OSError:
                    break
            if shown is None and (b" left" in seen or b"is valid for" in seen):
                shown = limit
            if shown is not None and keys and limit - shown > 0.5:
                os.write(terminal, keys.pop(0))
        self.echo = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
        os.kill(pid, signal.SIGINT)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and os.waitpid(pid, os.WNOHANG)[0] == 0:
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    os.read(terminal, 65536)
                except OSError:
                    pass
        self.echo_afterwards = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
        os.close(terminal)
        return seen.decode()


class Sizes(ScreenTest):
    def test_the_default_size_holds_picture_link_and_code(self):
        seen = self.on_terminal(seconds=1)
        self.assertIn(GROUND, seen)
        for part in (PAGE + "\r\n", LINK + "\r\n", "     WDJB-MJHT\r\n"):
            self.assertIn(part, seen)
        # The line of the countdown is the last of 24 at most.
        self.assertLessEqual(seen.count("\n"), 23)

    def test_a_console_has_no_half_blocks(self):
        for term, columns, rows in (("linux", 128, 48), ("vt220", 132, 60)):
            seen = self.on_terminal(term=term, columns=columns, rows=rows, seconds=0.5)
            self.assertFalse(set(HALVES) & set(seen), term)
            self.assertGreater(sum(GROUND in line for line in seen.splitlines()), 30, term)
            self.assertIn(LINK + "\r\n", seen)
            self.assertIn("     WDJB-MJHT\r\n", seen)
            self.assertNotIn("\u2713", seen)

    def test_a_style_that_is_named_is_obeyed_on_a_console(self):
        self.assertIn("\u2580", self.on_terminal("--qr", "utf8", term="linux", seconds=0.5))


class Quiet(ScreenTest):
    def test_nothing_is_rewritten_for_a_screen_reader(self):
        for environment in ({"term": "dumb"}, {"ACCESSIBLE": "1"}):
            seen = self.on_terminal(**environment, seconds=4, VTE_VERSION="7006")
            self.assertEqual(seen.replace("\r\n", "\n").count("\r"), 0, environment)
            self.assertNotIn("\x1b", seen)
            for part in (PAGE + "\r\n", LINK + "\r\n", "code: WDJB-MJHT\r\n"):
                self.assertEqual(seen.count(part), 1, environment)

    def test_a_picture_that_is_named_goes_into_a_pipe(self):
        for style, drawn in (("utf8", True), ("ascii", True), ("auto", False), ("none", False)):
            command = [self.tool, *self.login, "--qr", style, "--timeout", "2"]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE, env=self.environment())
            self.assertEqual(GROUND in done.stdout, drawn, style)
            self.assertEqual("\u2580" in done.stdout, style == "utf8")
            self.assertIn(LINK, done.stdout.splitlines())


class Links(ScreenTest):
    MADE = f"\x1b]8;;{LINK}\x1b\\{LINK}\x1b]8;;\x1b\\\r\n"

    def test_a_terminal_that_is_known_to_make_links_gets_one(self):
        self.assertIn(self.MADE, self.on_terminal(seconds=0.5, VTE_VERSION="7006"))

    def test_others_and_pipes_get_none(self):
        self.assertNotIn("\x1b]", self.on_terminal(seconds=0.5))
        self.assertNotIn("\x1b]", self.on_terminal(seconds=0.5, term="tmux-256color", VTE_VERSION="7006"))
        done = self.run_tool(*self.login, "--timeout", "1", VTE_VERSION="7006", TERM="xterm-kitty")
        self.assertIn(LINK, done.stdout.splitlines())


class Browser(ScreenTest):
    def test_it_is_offered_and_opened_by_enter_alone(self):
        seen = self.on_terminal(**self.browser(), seconds=3, keys=[b"ls\n", b"\n"], DEVICEFLOW_CLIENT_SECRET="s3cret")
        self.assertIn("(Enter opens", re.sub(r"\s+", " ", seen))
        self.assertEqual(self.pages(), [LINK + " "])
        self.assertFalse(self.echo)
        self.assertTrue(self.echo_afterwards)

    def test_it_never_opens_by_itself(self):
        self.on_terminal(**self.browser(), seconds=2)
        self.assertEqual(self.pages(), [])

    def test_the_option_opens_it_at_once(self):
        self.on_terminal("--open", **self.browser(), seconds=1)
        self.assertEqual(self.pages(), [LINK + " "])

    def test_the_option_works_without_a_terminal(self):
        self.run_json(*self.login, "--open", "--timeout", "2", code=4, **self.browser())
        self.assertEqual(self.pages(), [LINK + " "])

    def test_never_over_ssh(self):
        seen = self.on_terminal("--open", **self.browser(), seconds=2, keys=[b"\n"], SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22")
        self.assertEqual(self.pages(), [])
        self.assertNotIn("Enter opens", seen)
        self.assertIn("this is an SSH session", re.sub(r"\s+", " ", seen))
        self.assertTrue(self.echo)

    def test_without_a_display_it_says_so(self):
        seen = self.on_terminal("--open", seconds=1)
        self.assertNotIn("Enter opens", seen)
        self.assertIn("no browser was found", re.sub(r"\s+", " ", seen))


if __name__ == "__main__":
    run_tests(__doc__)
