#!/usr/bin/env python3
"""Which test guards which requirement.

usage: conformance.py           fails where a row has neither test nor note, a test cites a row that there is not,
                                or sdk/docs/conformance.md is not up to date
       conformance.py --write   writes sdk/docs/conformance.md

rows.tsv holds the rows: id, level, source, rule, note. A test cites the id of a row in its name, in the comment
above it, or on its first lines. A note says why a row has no test, as "does not apply: …" or "follows: …";
or what the tests of a row leave open, as "open: …".
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "sdk/docs/conformance.md"
ID = re.compile(r"\b(?:[UW]-|[A-Z]-(?:(?:bis|[0-9A-Zx]+)(?:\.[0-9]+)*-)+)[0-9]+\b")
NOTE = re.compile(r"(does not apply|follows|open): \S")
# A GoogleTest (its comment may stand on the closing line of the macro), or a Python test function.
TEST = re.compile(r"^\s*(?:TEST(?:_F|_P)?\((\w+),\s*(\w+)\)|(?:async )?def ((?:test|scenario)\w*)\()")


def citations():
    """Row id -> names of the tests that cite it, in the order of the files."""
    found = {}
    for path in sorted(ROOT.glob("tests/*/*")):
        if path.suffix not in (".cpp", ".hpp", ".py") or path == Path(__file__).resolve():
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


def read_rows():
    text = (Path(__file__).parent / "rows.tsv").read_text()
    return [tuple(line.split("\t")) for line in text.splitlines()]


def problems_of(rows, found):
    known = [row[0] for row in rows]
    for row in sorted(set(known)):
        if known.count(row) > 1:
            yield f"{row} stands {known.count(row)} times in rows.tsv"
    for row, _, _, _, note in rows:
        kind = NOTE.match(note)
        if note and not kind:
            yield f"{row}: its note says neither why it has no test nor what is open"
        elif row not in found and not (kind and kind[1] != "open"):
            yield f"{row} has no test: cite it in one, or say in rows.tsv why there is none"
        elif row in found and kind and kind[1] != "open":
            yield f"{row} has tests now: take its note out of rows.tsv"
    for row in sorted(found.keys() - set(known)):
        yield f"{row} is no row of rows.tsv, but cited by {', '.join(found[row])}"


def counts_of(rows, found):
    def noted(kind):
        return sum(note.startswith(kind + ":") for _, _, _, _, note in rows)
    tested = sum(row[0] in found for row in rows)
    return (f"{len(rows)} rows: {tested} with tests, {noted('does not apply')} that do not apply, "
            f"{noted('follows')} to follow. {noted('open')} of those with tests leave something open.")


def document(rows, found):
    out = ["# Requirements and their tests", "",
           "What a device must do, in our words, with the section it comes from and the tests that hold it. "
           "Made by `tests/conformance/conformance.py --write`; a test fails when it is not up to date.", "",
           "The level is the source's own word; \"advice\" and \"derived\" stand where the source demands nothing, and "
           "\"(server)\" where the duty is the other side's and the device counts on it.", "",
           "| row | level | source | rule | tests | note |", "| --- | --- | --- | --- | --- | --- |"]
    for row, level, source, rule, note in rows:
        names = "<br>".join(f"`{name}`" for name in found.get(row, []))
        out.append(f"| {row} | {level} | {source} | {rule} | {names} | {note} |")
    out += ["", counts_of(rows, found)]
    return "\n".join(out) + "\n"


def main():
    rows = read_rows()
    found = citations()
    problems = list(problems_of(rows, found))
    text = document(rows, found)
    if "--write" in sys.argv:
        DOC.write_text(text)
    elif not DOC.exists() or DOC.read_text() != text:
        problems.append("sdk/docs/conformance.md is not up to date: run tests/conformance/conformance.py --write")
    for problem in problems:
        print(problem)
    print(counts_of(rows, found))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
