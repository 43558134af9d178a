#!/usr/bin/env python3
"""Every test that sdk/docs/security.md names exists, and every promise there names one.

usage: named_tests.py

A test is a GoogleTest case (Suite.Name), a method of a Python test (Class.test_name), a test of the window (ui.name)
or a fuzzer (fuzz.name). A promise is a row of a table with the column "held by".
"""
import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "sdk/docs/security.md"
NAME = r"`((?:[A-Z]\w+\.(?:[A-Z]|test_)|fuzz\.|ui\.)\w+)`"


def tests():
    text = "".join(path.read_text() for path in sorted(ROOT.glob("tests/*/*.cpp")))
    out = {f"{suite}.{name}" for suite, name in re.findall(r"\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\)", text)}
    for path in sorted(ROOT.glob("tests/*/*_test.py")):
        for suite in ast.parse(path.read_text()).body:
            if isinstance(suite, ast.ClassDef):
                methods = (item.name for item in suite.body if isinstance(item, ast.FunctionDef))
                out.update(f"{suite.name}.{name}" for name in methods if name.startswith("test_"))
    window = "".join(path.read_text() for path in sorted(ROOT.glob("tests/ui/*_tests.py")))
    out.update(f"ui.{name}" for name in re.findall(r"^def (\w+)\(", window, re.MULTILINE))
    fuzzers = re.findall(r"^ *deviceflow_fuzzer\((\w+) ", (ROOT / "tests/fuzz/CMakeLists.txt").read_text(), re.MULTILINE)
    return out | {f"fuzz.{name}" for name in fuzzers}


def promises(page):
    """The rows of the tables that say what holds a promise: (promise, what holds it)."""
    header = None
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")] if line.startswith("|") else None
        if cells is None or header is None:
            header = cells
        elif "held by" in header and not set(line) <= set("|- "):
            yield cells[0], cells[header.index("held by")] if len(cells) == len(header) else ""


def main():
    page = PAGE.read_text()
    name = PAGE.relative_to(ROOT)
    named = set(re.findall(NAME, page))
    problems = [f"{name} names {one}, which is no test" for one in sorted(named - tests())]
    rows = list(promises(page))
    problems += [f'{name} names no test for "{promise}"' for promise, by in rows if not re.search(NAME, by)]
    if not rows:
        problems.append(f"{name} makes no promise")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
