"""What tests of the terminal tool stand on."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from scripted import PATIENCE, TOKENS, Provider, Silent, children_of, is_alive

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

PROMPTLY = 1.0
EVENTS = json.loads((pathlib.Path(__file__).resolve().parents[2] / "sdk/docs/terminal-events.schema.json").read_text())
# What a terminal or a desktop leaves in the environment of those who run the tests.
FROM_THE_DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY", "NO_COLOR", "ACCESSIBLE", "TMUX", "STY", "VTE_VERSION", "TERM_PROGRAM", "WT_SESSION")
STORED_VERBS = ("status", "refresh", "userinfo", "introspect", "revoke", "logout")


def wait_until(probe):
    deadline = time.monotonic() + PATIENCE
    while not probe():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.02)


def read_events(text):
    """The events in these lines. Each has to fit the schema of its kind, if there is a package that can check that."""
    events = [json.loads(line) for line in text.splitlines()]
    for event in events:
        kind = EVENTS["$defs"].get(event.get("event"))
        if kind is None:
            raise AssertionError(f"the schema knows no such event: {event}")
        if Draft202012Validator is not None:
            for error in Draft202012Validator({**kind, "$defs": EVENTS["$defs"]}).iter_errors(event):
                raise AssertionError(f"{error.json_path}: {error.message}: {event}")
    return events


class ToolTest(unittest.TestCase):
    maxDiff = None
    tool = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.data = os.path.join(self.folder, "data")

    def environment(self, **more):
        """Nothing of the person running this leaks in, their stored logins and keyring least of all, and no proxy
        stands before a loopback server."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.lower().endswith("_proxy") and not name.startswith(("DEVICEFLOW_", "SSH_")) and name not in FROM_THE_DESKTOP
        }
        kept.update(LANG="C.UTF-8", LC_ALL="C.UTF-8", XDG_DATA_HOME=self.data)
        kept["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + os.path.join(self.folder, "no-bus")
        return {**kept, **more}

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        return path

    def provider(self, answers=None):
        provider = Provider(answers)
        self.addCleanup(provider.close)
        return provider

    def silent(self):
        server = Silent()
        self.addCleanup(server.close)
        return server

    def scenario(self, **content):
        return self.write("scenario.json", {"expires_in": 60, "interval": 1, **content})

    def run_tool(self, *arguments, stdin="", code=None, **more):
        done = subprocess.run(
            [self.tool, *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=PATIENCE, env=self.environment(**more)
        )
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertNotIn("\r", done.stdout)
        return done

    def run_json(self, *arguments, **more):
        """The events; anything else on standard output fails."""
        done = self.run_tool(*arguments, "--json", **more)
        self.assertTrue(done.stdout == "" or done.stdout.endswith("\n"))
        return read_events(done.stdout), done

    def start(self, *arguments, **more):
        process = subprocess.Popen(
            [self.tool, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(**more),
        )
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def wait_event(self, process, name):
        for line in process.stdout:
            (event,) = read_events(line)
            if event["event"] == name:
                return event
        self.fail(f"no {name} event: {process.stderr.read()}")

    def interrupt(self, process, number=signal.SIGINT):
        """Ends it by a signal and answers its error event; it has to be gone promptly."""
        children = children_of(process.pid)
        begin = time.monotonic()
        process.send_signal(number)
        self.assertEqual(process.wait(PATIENCE), 130)
        self.assertLess(time.monotonic() - begin, PROMPTLY)
        self.assertEqual([child for child in children if is_alive(child)], [])
        events = read_events(process.stdout.read())
        errors = [event for event in events if event["event"] == "error"]
        self.assertEqual([error["code"] for error in errors], ["cancelled"])
        return errors[0]


class StoreTest(ToolTest):
    def setUp(self):
        super().setUp()
        self.store = os.path.join(self.data, "deviceflow")
        self.asker = ["--introspection-client-id", "demo-resource-server"]
        self.asker += ["--introspection-secret-file", self.write("asker", "demo-resource-server-secret\n")]
        self.where = []

    def sandbox(self, **scenario):
        """A sandbox of its own, which approves at the first poll; all verbs go there from now on."""
        command = [self.tool, "sandbox", "--json", "--scenario", self.scenario(**scenario), "--auto", "approve"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment())
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait, PATIENCE)
        self.addCleanup(server.terminate)
        issuer = json.loads(server.stdout.readline())["issuer"]
        self.where = ["--issuer", issuer, "--client-id", "demo-tv"]
        return server

    def scripted(self, **endpoints):
        """A provider with every endpoint, but for those named here: theirs is the URL given, or none."""
        provider = self.provider()
        metadata = provider.answers["/.well-known/oauth-authorization-server"][1]
        for name, path in (("revocation", "/revoke"), ("userinfo", "/userinfo")):
            metadata[name + "_endpoint"] = provider.issuer + path
        for name, url in endpoints.items():
            metadata[name + "_endpoint"] = url
            if url is None:
                del metadata[name + "_endpoint"]
        tokens = {name: value for name, value in TOKENS.items() if name != "id_token"}
        provider.answers.update({"/token": (200, tokens), "/revoke": (200, ""), "/userinfo": (200, {"sub": "ada"})})
        self.where = ["--issuer", provider.issuer, "--client-id", "tv"]
        return provider

    def verb(self, name, *more, code=0):
        """The only event of a verb that shall end with `code`."""
        events, _ = self.verbs(name, *more, code=code)
        self.assertEqual(len(events), 1, events)
        return events[0]

    def verbs(self, name, *more, code=0, **environment):
        asker = self.asker if name == "introspect" else []
        return self.run_json(name, *self.where, *asker, *more, code=code, **environment)

    def login(self, *more, code=0):
        events, _ = self.verbs("login", *more, code=code)
        return events[-1]

    def record(self):
        """The file that holds the login."""
        files = [name for name in os.listdir(self.store) if not name.endswith(".lock")]
        self.assertEqual(len(files), 1, files)
        return os.path.join(self.store, files[0])

    def assert_nothing_stored(self):
        self.assertEqual(self.verb("status", code=1)["logged_in"], False)
        left = os.listdir(self.store) if os.path.isdir(self.store) else []
        self.assertEqual([name for name in left if not name.endswith(".lock")], [])


def run_tests(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tool", required=True, help="the deviceflow executable, with deviceflow-sandbox beside it")
    arguments, rest = parser.parse_known_args()
    ToolTest.tool = os.path.abspath(arguments.tool)
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
