#!/usr/bin/env python3
"""What a phone's camera reads off the tool's screen: runs it in tmux, renders what stands there, and gives the picture to zbarimg.

usage: terminal_screen.py --tool DEVICEFLOW --work FOLDER

Leaves NAME.txt (the text), NAME.ansi (with colours) and NAME.ppm of every screen in FOLDER. Characters other than blocks
are not drawn. Ends with 77 and "NOT RUN" if tmux or zbarimg is missing.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import PATIENCE, Provider

PAGE = "https://example.com/device"
LINK = PAGE + "?user_code=WDJB-MJHT"
CELL = (8, 16)
LIGHT, DARK = (255, 255, 255), (0, 0, 0)
# Of the console: its first eight colours.
CONSOLE = [(170 * (n & 1), 170 * (n >> 1 & 1), 170 * (n >> 2)) for n in range(8)]
SCREENS = (
    ("default_dark", "xterm-256color", 80, 24, DARK),
    ("default_light", "xterm-256color", 80, 24, LIGHT),
    ("console_dark", "linux", 128, 48, DARK),
    ("console_light", "linux", 128, 48, LIGHT),
)


def colour(number):
    if number < 16:
        return CONSOLE[number % 8]
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    levels = (0, 95, 135, 175, 215, 255)
    number -= 16
    return levels[number // 36], levels[number // 6 % 6], levels[number % 6]


def select_style(parameters, style, ground):
    """`style` is [foreground, background, reverse]."""
    numbers = [int(text or 0) for text in re.split("[;:]", parameters)]
    while numbers:
        number = numbers.pop(0)
        if number == 0:
            style[:] = [inverse(ground), ground, False]
        elif number in (7, 27):
            style[2] = number == 7
        elif number in (38, 48):
            numbers.pop(0)
            style[number == 48] = colour(numbers.pop(0))
        elif 30 <= number <= 37 or 40 <= number <= 47:
            style[number >= 40] = colour(number % 10)
        elif number in (39, 49):
            style[number == 49] = ground if number == 49 else inverse(ground)


def inverse(ground):
    return tuple(255 - part for part in ground)


def cells(line, columns, ground, style):
    """The upper and the lower colour of every cell. A style goes on into the next line."""
    out = []
    for parameters, character in re.findall(r"\x1b\[([0-9;:]*)m|([^\x1b])", line):
        if not character:
            select_style(parameters, style, ground)
            continue
        ink, paper = (style[1], style[0]) if style[2] else (style[0], style[1])
        out.append((ink if character in "\u2580\u2588" else paper, ink if character in "\u2584\u2588" else paper))
    return (out + [(ground, ground)] * columns)[:columns]


def render(text, columns, ground, path):
    lines = text.rstrip("\n").split("\n")
    width, height = CELL
    pixels = bytearray()
    style = [inverse(ground), ground, False]
    for line in lines:
        row = cells(line, columns, ground, style)
        for half in (0, 1):
            pixels += b"".join(bytes(cell[half]) * width for cell in row) * (height // 2)
    path.write_bytes(f"P6 {columns * width} {len(lines) * height} 255\n".encode() + pixels)


def read_qr(path):
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False).stdout.rstrip("\n")


class Tmux:
    def __init__(self, folder, columns, rows, command):
        config = folder / "tmux.conf"
        config.write_text("set -g status off\nset -g remain-on-exit on\n")
        self.command = ["tmux", "-u", "-S", str(folder / "tmux.socket"), "-f", str(config)]
        self.run("new-session", "-d", "-x", str(columns), "-y", str(rows), *command)

    def run(self, *arguments):
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise SystemExit("tmux: " + done.stderr)
        return done.stdout

    def capture(self, *more):
        return self.run("capture-pane", "-p", *more)


def take(name, term, columns, rows, ground, tool, issuer, folder):
    environment = [f"TERM={term}", "LC_ALL=C.UTF-8", "XDG_DATA_HOME=" + str(folder / "data"), "DISPLAY=", "WAYLAND_DISPLAY="]
    command = ["env", *environment, tool, "login", "--issuer", issuer, "--client-id", "tv", "--store", "none"]
    tmux = Tmux(folder, columns, rows, command)
    try:
        end = time.monotonic() + PATIENCE
        while " left" not in tmux.capture() and time.monotonic() < end:
            time.sleep(0.1)
        text, ansi = tmux.capture(), tmux.capture("-e", "-N")
    finally:
        tmux.run("kill-server")
    (folder / (name + ".txt")).write_text(text)
    (folder / (name + ".ansi")).write_text(ansi)
    picture = folder / (name + ".ppm")
    render(ansi, columns, ground, picture)
    problems = []
    found = read_qr(picture)
    if found != LINK:
        problems.append(f"the QR code reads {found!r}")
    lines = [line.strip() for line in text.splitlines()]
    for line in (PAGE, LINK):
        if line not in lines:
            problems.append(f"{line} does not stand on a line of its own")
    if not any(line.endswith("WDJB-MJHT") for line in lines if line != LINK):
        problems.append("the user code is missing")
    if " left" not in lines[-1] and not any(" left" in line for line in lines):
        problems.append("the countdown is missing")
    if term == "linux" and set("\u2580\u2584\u2588") & set(text):
        problems.append("half blocks on a console that has none")
    print(f"{name}: " + ("; ".join(problems) or "read"))
    return not problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    for program in ("tmux", "zbarimg"):
        if not shutil.which(program):
            print(f"NOT RUN: {program} is missing")
            return 77
    arguments.work.mkdir(parents=True, exist_ok=True)
    provider = Provider({"/token": (400, {"error": "authorization_pending"})})
    provider.answers["/device_authorization"][1].update(verification_uri=PAGE, verification_uri_complete=LINK)
    try:
        tool = os.path.abspath(arguments.tool)
        results = [take(*screen, tool, provider.issuer, arguments.work.resolve()) for screen in SCREENS]
    finally:
        provider.close()
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
