#!/usr/bin/env python3
"""Which test guards which requirement.

usage: conformance.py           fails where a row has no test, or sdk/docs/conformance.md is not up to date
       conformance.py --write   writes sdk/docs/conformance.md

A test cites the id of a row in its name or in a comment on its first line. rows.tsv holds the rows.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "sdk/docs/conformance.md"
ID = re.compile(r"\b[A-Z]-(?:(?:bis|[0-9A-Zx]+)(?:\.[0-9]+)*-)*[0-9]+\b")
# A GoogleTest (its comment may stand on the closing line of the macro), or a Python test function.
TEST = re.compile(r"^\s*(?:TEST(?:_F|_P)?\((\w+),\s*(\w+)\)|(?:async )?def ((?:test|scenario)\w*)\()")


def citations():
    """Row id -> names of the tests that cite it, in the order of the files."""
    found = {}
    for path in sorted(ROOT.glob("tests/*/*")):
        if path.suffix not in (".cpp", ".py") or path == Path(__file__).resolve():
            continue
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            match = TEST.match(line)
            if not match:
                continue
            name = f"{match[1]}.{match[2]}" if match[1] else f"{path.stem}.{match[3]}"
            # The head of a test: the comment above it, and its first lines.
            head = "\n".join(lines[number:number + 3]).split("\n}")[0]
            above = number
            while above > 0 and re.match(r"\s*(//|#)", lines[above - 1]):
                above -= 1
            for row in ID.findall("\n".join(lines[above:number]) + "\n" + head):
                if name not in found.setdefault(row, []):
                    found[row].append(name)
    return found


def rows():
    for line in (Path(__file__).parent / "rows.tsv").read_text().splitlines():
        yield line.split("\t")


def document(found):
    out = ["# Requirements and their tests", "",
           "What a device must do, in our words, with the section it comes from and the tests that hold it. "
           "Made by `tests/conformance/conformance.py --write`; a test fails when it is not up to date.", "",
           "| row | source | rule | tests |", "| --- | --- | --- | --- |"]
    for row, source, rule in rows():
        names = "<br>".join(f"`{name}`" for name in found.get(row, []))
        out.append(f"| {row} | {source} | {rule} | {names} |")
    return "\n".join(out) + "\n"


def main():
    found = citations()
    missing = [row for row, _, _ in rows() if row not in found]
    for row in missing:
        print(f"{row} has no test")
    text = document(found)
    if "--write" in sys.argv:
        DOC.write_text(text)
    elif not DOC.exists() or DOC.read_text() != text:
        print("sdk/docs/conformance.md is not up to date: run tests/conformance/conformance.py --write")
        return 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
