#!/usr/bin/env python3
"""Everything that the tests fetch from a registry is pinned to versions and hashes, what it depends on included."""

import hashlib
import json
import pathlib
import re
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

from download import check_hashes  # noqa: E402
from harness import Failure  # noqa: E402
from wso2_genuine.jars import jars  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


class Pins(unittest.TestCase):
    def test_npm_packages_are_locked_with_their_hashes(self):
        wanted = json.loads((HERE / "package.json").read_text())
        lock = json.loads((HERE / "package-lock.json").read_text())
        packages = lock["packages"]
        for group in ("dependencies", "optionalDependencies"):
            self.assertEqual(packages[""][group], wanted[group])
        own = packages.pop("")
        self.assertEqual(own["name"], wanted["name"])
        for name, package in packages.items():
            with self.subTest(name):
                self.assertRegex(package["integrity"], "^sha512-[A-Za-z0-9+/]{86}==$")
                self.assertNotIn("resolved", package)
                # ./dev runs no install scripts: what they fetch is in no lock file.
                self.assertNotIn("hasInstallScript", package)
                needed = package.get("dependencies", {})
                found = [one for one in needed if any(path.endswith("node_modules/" + one) for path in packages)]
                self.assertEqual(found, list(needed))

    def test_python_packages_have_hashes(self):
        text = (HERE / "django_oauth_toolkit/requirements.txt").read_text().replace("\\\n", " ")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        self.assertGreater(len(lines), 10)
        for line in lines:
            self.assertRegex(line, r"^[\w-]+==[\w.]+( +--hash=sha256:[0-9a-f]{64})+$")

    def test_jars_have_hashes(self):
        for release in ("5.11", "6.0"):
            lines = (HERE / f"wso2_genuine/jars-{release}.sha256").read_text().splitlines()
            names = {f"{artifact}-{version}.jar" for _, artifact, version in jars(release)}
            self.assertEqual({line.split()[1] for line in lines}, names)
        for listed in HERE.glob("*/*.sha256"):
            for line in listed.read_text().splitlines():
                self.assertTrue(re.fullmatch(r"[0-9a-f]{64}  \S+", line), line)

    def test_a_file_that_is_not_as_listed_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            listed = pathlib.Path(folder) / "listed"
            listed.write_text(f"{hashlib.sha256(b'one').hexdigest()}  a.jar\n")
            check_hashes(listed, {"a.jar": b"one"})
            for files in ({}, {"a.jar": b"two"}, {"b.jar": b"one"}, {"a.jar": b"one", "b.jar": b"one"}):
                with self.assertRaisesRegex(Failure, "jar"):
                    check_hashes(listed, files)


if __name__ == "__main__":
    unittest.main()
