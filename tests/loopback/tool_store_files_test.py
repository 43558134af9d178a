#!/usr/bin/env python3
"""Where the terminal tool keeps logins: folders that don't do, records that can't be read, locks, keyrings and full disks."""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tool import STORED_VERBS, StoreTest, run_tests, wait_until


class TheStore(StoreTest):
    def test_the_sandbox_beside_the_tool_is_never_stored(self):
        events, _ = self.run_json("login", "--scenario", self.scenario(), "--auto", "approve", code=0)
        self.assertIsNone(events[-1]["store"])
        self.assertFalse(os.path.exists(self.data))
        self.run_json("login", "--store", self.store, code=2)

    def test_none_stores_nothing_and_another_folder_is_used(self):
        self.scripted()
        self.assertIsNone(self.login("--store", "none")["store"])
        self.assertFalse(os.path.exists(self.data))
        other = os.path.join(self.folder, "other")
        self.assertEqual(self.login("--store", other)["store"], other)
        self.verb("status", code=1)
        config = self.write("config.json", {"issuer": self.where[1], "client_id": "tv", "store": "other"})
        self.run_json("status", "--config", config, code=0)

    def damage(self, change):
        self.scripted()
        self.login()
        path = self.record()
        with open(path, "r+b") as file:
            content = change(file.read())
            file.seek(0)
            file.truncate()
            file.write(content)
        return path, content

    def assert_untouched(self, verbs, code, path, content):
        for verb in verbs:
            with self.subTest(verb):
                self.assertEqual(self.verb(verb, code=2)["code"], code)
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), content)

    def test_2_for_a_damaged_login_which_a_new_one_replaces(self):
        path, content = self.damage(lambda record: record[: len(record) // 2])
        self.assert_untouched(STORED_VERBS[:-1], "store_damaged", path, content)
        self.login()
        self.verb("status")

    def test_a_damaged_login_can_be_forgotten(self):
        self.damage(lambda record: b"\0" * 100)
        self.assertEqual(self.verb("logout"), {"event": "logged_out"})
        self.assert_nothing_stored()

    def test_2_for_a_login_of_a_newer_version_which_nothing_but_a_logout_touches(self):
        path, content = self.damage(lambda record: json.dumps({**json.loads(record), "format": 99}).encode())
        self.assert_untouched((*STORED_VERBS[:-1], "login"), "store_newer_version", path, content)
        self.verb("logout")
        self.assert_nothing_stored()

    def test_2_for_a_login_that_others_could_read(self):
        self.scripted()
        self.login()
        os.chmod(self.record(), 0o644)
        self.assertEqual(self.verb("status", code=2)["code"], "store_unsafe")

    def test_2_where_there_can_be_no_store_before_anybody_is_asked(self):
        provider = self.scripted()
        for store in (self.write("file", ""), "/proc/nowhere"):
            error = self.login("--store", store, code=2)
            self.assertEqual(error["stage"], "store")
        self.assertEqual(provider.paths, [])

    def mounted(self, options):
        path = os.path.join(self.folder, "mount")
        os.mkdir(path, 0o700)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], capture_output=True, check=False)
        if done.returncode != 0:
            self.skipTest("NOT RUN: only root can make a file system for this")
        self.addCleanup(subprocess.run, ["umount", path], check=True)
        return path

    def test_2_on_a_read_only_disk(self):
        provider = self.scripted()
        path = self.mounted("ro")
        self.assertEqual(self.login("--store", os.path.join(path, "logins"), code=2)["stage"], "store")
        self.assertEqual(provider.paths, [])

    def fill(self, path):
        filler = os.open(os.path.join(path, "filler"), os.O_WRONLY | os.O_CREAT)
        self.addCleanup(os.close, filler)
        with self.assertRaises(OSError):
            while True:
                os.write(filler, b"x" * 4096)

    def test_2_on_a_full_disk_before_anybody_is_asked(self):
        provider = self.scripted()
        path = self.mounted("size=64k,mode=0700")
        self.fill(path)
        error = self.login("--store", path, code=2)
        self.assertEqual((error["event"], error["stage"]), ("error", "store"))
        self.assertEqual(provider.paths, [])

    def test_2_on_a_disk_that_gets_full_and_the_tokens_are_given_back(self):
        provider = self.scripted()
        path = self.mounted("size=64k,mode=0700")
        tokens = provider.answers["/token"]

        def fill_first():
            self.fill(path)
            return tokens

        provider.answers["/token"] = fill_first
        error = self.login("--store", path, code=2)
        self.assertEqual((error["event"], error["stage"]), ("error", "store"))
        self.assertEqual(provider.paths.count("/revoke"), 2)
        os.remove(os.path.join(path, "filler"))
        self.assertEqual(self.login("--store", path, "--show-tokens", code=2)["event"], "error")
        self.assertEqual(provider.paths.count("/revoke"), 2)

    def test_a_lock_that_somebody_holds_stops_neither_status_nor_ctrl_c(self):
        self.scripted()
        self.login()
        with open(self.record() + ".lock", "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.verb("status")
            process = self.start("refresh", *self.where, "--json")
            time.sleep(0.3)
            self.interrupt(process)
        self.verb("refresh")

    def test_a_keyring_that_waits_for_its_password_does_not_stop_ctrl_c(self):
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if compiler is None:
            self.skipTest("NOT RUN: no C compiler to build a hanging keyring with")
        source = self.write(
            "keyring.c",
            "#include <fcntl.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
            "void*secret_schema_new(void){return 0;}\nvoid secret_schema_unref(void*s){(void)s;}\n"
            'char*secret_password_lookup_sync(void){close(open(getenv("HANG_MARK"),O_CREAT|O_WRONLY,0600));sleep(30);return 0;}\n'
            "int secret_password_store_sync(void){return 0;}\n"
            "void secret_password_free(char*p){(void)p;}\nvoid g_error_free(void*p){(void)p;}\n",
        )
        library = os.path.join(self.folder, "libsecret-1.so.0")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
        mark = os.path.join(self.folder, "mark")
        self.scripted()
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("login", *self.where, "--json", LD_LIBRARY_PATH=self.folder, HANG_MARK=mark)
            wait_until(lambda: os.path.exists(mark))
            self.interrupt(process, number)
            self.assert_nothing_stored()
            os.remove(mark)


if __name__ == "__main__":
    run_tests(__doc__)
