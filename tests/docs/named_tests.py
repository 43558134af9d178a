#!/usr/bin/env python3
"""Every test that sdk/docs/security.md names exists.

usage: named_tests.py
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "sdk/docs/security.md"


def tests():
    text = "".join(path.read_text() for path in sorted(ROOT.glob("tests/*/*.cpp")))
    return {f"{suite}.{name}" for suite, name in re.findall(r"\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\)", text)}


def main():
    named = re.findall(r"`([A-Z]\w+\.[A-Z]\w+)`", PAGE.read_text())
    missing = sorted(set(named) - tests())
    for name in missing:
        print(f"{PAGE.relative_to(ROOT)} names {name}, which is no test")
    if not named:
        print(f"{PAGE.relative_to(ROOT)} names no test at all")
    return 1 if missing or not named else 0


if __name__ == "__main__":
    sys.exit(main())
