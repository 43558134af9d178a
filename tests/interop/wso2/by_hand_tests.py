"""The run against an installation, with a double in the installation's place and a program in the person's."""

import os
import pathlib
import re
import shlex
import sys

from harness import check, wait_for
from wso2.server import Double71

RUNNER = pathlib.Path(__file__).resolve().parent.parent / "interop.py"
# Whoever is asked for one of these does it before the answer.
ASKED = re.compile(r"^by hand: (approve|refuse|mistype) the code (\S+)$", re.MULTILINE)
SAID = {"approve": "", "refuse": "the page of a refusal", "mistype": "that is no code"}


def wso2_by_hand(scratch, tool, npm):
    server = Double71(scratch, npm).start()
    answers = scratch.path("answers")
    os.mkfifo(answers)
    flags = ["--base", server.base, "--client-id", "tv-renewed", "--cacert", server.certificate]
    flags += ["--introspection-user-file", scratch.path("admin")]
    places = ["--tool", tool, "--npm", npm, "--work", scratch.path("by-hand")]
    command = shlex.join(map(str, [sys.executable, RUNNER, "wso2", *flags, *places]))
    runner = scratch.start("runner", ["sh", "-c", f"exec {command} < {shlex.quote(str(answers))}"])
    with open(answers, "w", encoding="ascii") as person:
        asked = answer_all(scratch, server, runner, person)
    said = scratch.path("runner.out").read_text()
    check(runner.returncode == 0, f"the run against the installation ended with {runner.returncode}: {said}")
    check(asked == ["refuse", "approve", "approve", "approve", "mistype", "approve"], f"the person was asked to {asked}")
    for line in (
        r"passed +revoke$",
        r"not offered +deny: .* after a refusal, which leads to the page of a refusal: 400 authorization_pending: USED$",
        r"NOT RUN +code expires: its codes live too long",
        r"passed +wrong user code first: that is no code$",
        r"NOT RUN +poll through an outage: nobody stops",
        r"NOT RUN +QR code .*: the window is not built",
    ):
        check(re.search(line, said, re.MULTILINE), f"no line like '{line}' in {said}")


def answer_all(scratch, server, runner, person):
    """Does what the runner asks for, until it ends; what that was."""
    done = []

    def next_question():
        asked = ASKED.findall(scratch.path("runner.out").read_text())
        return asked[len(done) :] or runner.poll() is not None

    while (new := wait_for("the runner to ask or to end", next_question, 60)) is not True:
        what, code = new[0]
        if what == "approve":
            server.approve({"user_code": code})
        elif what == "refuse":
            server.refuse({"user_code": code})
        person.write(SAID[what] + "\n")
        person.flush()
        done.append(what)
    return done


TESTS = {"wso2_by_hand": wso2_by_hand}
