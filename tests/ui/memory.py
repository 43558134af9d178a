#!/usr/bin/env python3
"""Counts what the memory of the window's process holds of a login, over plain http.

usage: memory.py --window PATH           prints the table of sdk/docs/memory.md
       memory.py --window PATH --write   and writes it there
"""

import argparse
import pathlib
import re
import sys
import tempfile

TESTS_FOLDER = pathlib.Path(__file__).resolve().parent.parent
sys.path[1:1] = [str(TESTS_FOLDER / "interop"), str(TESTS_FOLDER / "support")]

from harness import Scratch
from memory_tests import scan_plain_program, scan_window

PAGE = TESTS_FOLDER.parent / "sdk/docs/memory.md"
COLUMNS = ("signed in", "signed out", "signed out, after Reveal secrets", "plain libcurl program")


def table(columns):
    lines = ["| | " + " | ".join(COLUMNS) + " |", "| --- |" + " --- |" * len(COLUMNS)]
    lines += [f"| {name} | " + " | ".join(str(column[name]) for column in columns) + " |" for name in columns[0]]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--window", required=True, type=pathlib.Path, help="the window's program")
    parser.add_argument("--write", action="store_true", help="write the table into the page")
    given = parser.parse_args()
    columns = []
    with tempfile.TemporaryDirectory() as folder:
        for number, scan in enumerate((lambda s: scan_window(s, given.window.resolve()),
                                       lambda s: scan_window(s, given.window.resolve(), reveal=True)[1:],
                                       lambda s: (scan_plain_program(s),))):
            scratch = Scratch(pathlib.Path(folder, str(number)))
            try:
                columns += scan(scratch)
            finally:
                scratch.close()
    made = table(columns)
    print(made, end="")
    if given.write:
        PAGE.write_text(re.sub(r"(?ms)^\| \| signed in .*?\n(?=\n)", lambda _: made, PAGE.read_text()))


if __name__ == "__main__":
    main()
