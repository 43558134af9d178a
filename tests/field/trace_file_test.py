#!/usr/bin/env python3
"""Trace files: no other user reads them, no link leads them elsewhere, and a kill loses nothing."""

import json
import os
import pathlib
import stat
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from scripted import CODE, PATIENCE, TOKENS
from tool import ToolTest, run_tests, wait_until

NAMES = ("trace.jsonl", "trace.har")
PENDING = (400, {"error": "authorization_pending"})


class TraceFiles(ToolTest):
    def setUp(self):
        super().setUp()
        self.server = self.provider()
        self.where = ("--issuer", self.server.issuer, "--client-id", "tv", "--store", "none")

    def test_that_others_could_read_are_closed_to_them(self):
        for name in NAMES:
            with self.subTest(name):
                trace = self.write(name, "")
                os.chmod(trace, 0o644)
                self.run_tool("login", *self.where, "--trace", trace, "--trace-secrets", code=0)
                self.assertEqual(stat.S_IMODE(os.stat(trace).st_mode), 0o600)
                self.assertIn(TOKENS["access_token"], pathlib.Path(trace).read_text(encoding="utf-8"))

    def test_that_are_links_are_refused(self):
        for name in NAMES:
            with self.subTest(name):
                target = self.write("target", "before")
                trace = os.path.join(self.folder, name)
                os.symlink(target, trace)
                done = self.run_tool("login", *self.where, "--trace", trace, code=2)
                self.assertIn("it is a symbolic link", done.stderr)
                self.assertEqual(pathlib.Path(target).read_text(encoding="utf-8"), "before")
        self.assertEqual(self.server.paths, [])

    def test_that_are_archives_are_whole_after_every_exchange_and_after_a_kill(self):
        self.server.answers["/token"] = PENDING
        trace = pathlib.Path(self.folder, "trace.har")
        process = self.start("login", *self.where, "--trace", str(trace), "--json")

        def entries():
            return json.loads(trace.read_text(encoding="utf-8"))["log"]["entries"]

        self.wait_event(process, "prompt")
        polls = self.server.paths.count
        wait_until(lambda: polls("/token") >= 2)
        wait_until(lambda: len(entries()) >= 4)
        process.kill()
        process.wait(PATIENCE)
        self.assertEqual([entry["comment"] for entry in entries()][:4], ["discovery", "device_authorization", "token", "token"])
        self.assertNotIn(CODE["device_code"], trace.read_text(encoding="utf-8"))


if __name__ == "__main__":
    run_tests(__doc__)
