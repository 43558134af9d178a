#!/usr/bin/env python3
"""Every error code, and what to do about it.

usage: errors.py           fails where a code is missing, or sdk/docs/errors.md is not up to date
       errors.py --write   writes sdk/docs/errors.md

errors.tsv holds the codes of the SDK, oauth.tsv those of the server that the SDK knows by name. Columns: code, whose
fault, exit code of the terminal tool before and after the user code was shown, whether trying again helps, what to
show a person, what to do, and for the SDK's own what it means. cases.tsv: a code in one case, what that means, what to do.
tests/unit/terminal_exit_code_test.cpp checks the exit codes.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "sdk/docs/errors.md"
BLAME = {"caller": "the program or its settings", "network": "the way to the server", "server": "the provider refused",
         "protocol": "the provider broke the standard", "user": "the person", "storage": "this device's storage", "-": "nobody"}

INTRO = """# Errors

Every code of an `Error`, in the SDK's enum and as the `code` of the terminal tool's error event, and every OAuth error code that the
SDK knows by name. Made by `tests/errors/errors.py --write` from the tables beside it; a test fails when a code is missing here.
`deviceflow doctor` finds most of these before a user does.

- **Who must act** is `Error::blame`. An *alarm* (`is_security_alarm()`) is worth counting apart from ordinary failures.
- **What to show** is a proposal for the person on the sofa: plain words, no codes. `Error::message` is a sentence with more detail;
  `Error::description` is the server's own and for developers.
- **Trying again** without changing anything helps where `Error::retryable` is set; the SDK has already done so where that is safe.
- **Exit** is the exit code of the terminal tool. Two numbers: before the user code was shown, and after it.
"""


def rows(name):
    for line in (Path(__file__).parent / name).read_text().splitlines():
        yield line.split("\t")


def enum_comments():
    """Code -> the comment behind it in error.hpp, which ends with whose fault it is."""
    header = (ROOT / "sdk/include/deviceflow/error.hpp").read_text()
    body = re.search(r"enum class ErrorCode \{(.*?)\n\};", header, re.S)[1]
    return dict(re.findall(r"^\s*(\w+),\s*///< (.*)$", body, re.M))


def alarms():
    source = (ROOT / "sdk/src/foundation/error.cpp").read_text()
    body = re.search(r"is_security_alarm\(.*?\n\}", source, re.S)[0]
    return set(re.findall(r"ErrorCode::(\w+)", body))


def named_codes():
    """The OAuth codes that the SDK compares an answer with."""
    text = "".join(path.read_text() for path in sorted((ROOT / "sdk/src").rglob("*.cpp")))
    return set(re.findall(r'code(?:\(\))? == "([a-z_]+)"', text))


def check():
    comments, alarm = enum_comments(), alarms()
    sdk = {row[0]: row for row in rows("errors.tsv")}
    oauth = {row[0] for row in rows("oauth.tsv")}
    for code in comments.keys() - sdk.keys():
        yield f"{code} is missing in errors.tsv"
    for code in sdk.keys() - comments.keys():
        yield f"{code} is in errors.tsv and not in error.hpp"
    # The same code may be the SDK's own, such as access_denied.
    for code in named_codes() - oauth - sdk.keys():
        yield f"{code} is missing in oauth.tsv"
    for row in rows("errors.tsv"):
        if len(row) != 8:
            yield f"{row[0]}: not eight columns"
    for row in [*rows("errors.tsv"), *rows("oauth.tsv")]:
        if len(row) not in (7, 8) or not all(row) or row[1] not in BLAME:
            yield f"{row[0]}: an empty column, or an unknown blame"
    for code in comments.keys() & sdk.keys():
        words = comments[code].split()
        said = [word.strip(".").lower() for word in words]
        if ("alarm" in said) != (code in alarm):
            yield f"{code}: error.hpp and is_security_alarm() disagree about the alarm"
        if said[-2 if code in alarm else -1] != sdk[code][1]:
            yield f"{code}: errors.tsv says {sdk[code][1]}, error.hpp {comments[code]}"


def markdown(head, lines):
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(line)} |" for line in lines)]


def table(name, alarm):
    lines = []
    for code, blame, before, after, again, show, do, *meaning in rows(name):
        who = BLAME[blame] + (", *alarm*" if code in alarm else "")
        lines.append([f"`{code}`", *meaning, who, show, do, again, before if before == after else f"{before}, {after}"])
    means = ["what it means"] if name == "errors.tsv" else []
    return markdown(["code", *means, "who must act", "what to show a person", "what to do", "does trying again help", "exit"], lines)


def document():
    out = [INTRO, "## Codes of the SDK", "", *table("errors.tsv", alarms()), "", "## Codes of the provider", "",
           "These come as `oauth_error` with `Error::oauth_code`, but for those that are codes of the SDK themselves "
           "(`access_denied`, `expired_token`).", "Every other code ends the login with exit code 5, too.", "",
           *table("oauth.tsv", set()), "", "## In single cases", "",
           *markdown(["code", "what it means", "what to do"], rows("cases.tsv")), "", "## Without a code", "",
           (Path(__file__).parent / "without_a_code.md").read_text().rstrip()]
    return "\n".join(out) + "\n"


def main():
    problems = sorted(check())
    for problem in problems:
        print(problem)
    text = document()
    if "--write" in sys.argv:
        DOC.write_text(text)
    elif not DOC.exists() or DOC.read_text() != text:
        print("sdk/docs/errors.md is not up to date: run tests/errors/errors.py --write")
        return 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
