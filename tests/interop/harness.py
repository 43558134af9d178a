"""What every interop test stands on: a scratch directory, processes that end with the test, waits with deadlines."""

import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

TERMINAL_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f]")


class Failure(Exception):
    """The test found something wrong."""


class NotRun(Exception):
    """This machine lacks something that the test needs."""


def require(*commands):
    missing = [command for command in commands if shutil.which(command) is None]
    if missing:
        raise NotRun("not installed: " + ", ".join(missing))


def check(condition, reason):
    if not condition:
        raise Failure(reason)


def wait_for(what, probe, seconds=30):
    """Calls probe until it returns something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() >= deadline:
            raise Failure(f"waited {seconds} s for {what}")
        time.sleep(0.05)


def _die_with_parent():
    # Even a runner that was killed outright leaves nothing behind: PR_SET_PDEATHSIG.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Scratch:
    """A test's own directory, and everything it started, each in a process group of its own."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory).resolve()
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self._processes = []
        # No proxy stands between a test and its loopback server; no setting of the person running this leaks in.
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.lower().endswith("_proxy") and not name.startswith("DEVICEFLOW_")
        }
        self.environment.update(HOME=str(self.directory), XDG_DATA_HOME=str(self.directory / "data"), LANG="C.UTF-8")
        # Nor do its logins go into that person's keyring.
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.directory}/no-bus"

    def path(self, name):
        return self.directory / name

    def write(self, name, text):
        path = self.path(name)
        path.write_text(text)
        path.chmod(0o600)
        return path

    def start(self, log, command, stdin=None, environment=None, pass_fds=()):
        """Starts command with its output in LOG.out and LOG.err."""
        with open(self.path(log + ".out"), "wb") as out, open(self.path(log + ".err"), "wb") as err:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.directory,
                env={**self.environment, **(environment or {})},
                pass_fds=pass_fds,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self._processes.append(process)
        if stdin is not None:
            process.stdin.write(stdin.encode())
            process.stdin.close()
        return process

    def run(self, log, command, seconds=60):
        """Runs command to its end and returns its standard output; any exit status but 0 is a failure."""
        process = self.start(log, command)
        wait_for(f"{log} to end", lambda: process.poll() is not None, seconds)
        check(process.returncode == 0, f"{log} ended with {process.returncode}")
        return self.path(log + ".out").read_text()

    def close(self):
        for process in reversed(self._processes):
            self.end(process)

    @staticmethod
    def end(process):
        """Ends a process that start() returned, and its children; returns when it is gone."""
        # The group can outlive its leader, so it is signalled even where the leader is gone.
        for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                return
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass

    def tails(self, lines=12):
        """The ends of all logs, for a failure's report."""
        report = []
        for log in sorted(self.directory.glob("*.out")) + sorted(self.directory.glob("*.err")):
            text = TERMINAL_CONTROL.sub("", log.read_text(errors="replace")).splitlines()[-lines:]
            if text:
                report.append(f"--- {log.name}\n" + "\n".join(line[:400] for line in text))
        return "\n".join(report)


class Tool:
    """One run of `deviceflow … --json`."""

    def __init__(self, scratch, log, program, arguments, stdin=None):
        self._log = log
        self._out = scratch.path(log + ".out")
        self._process = scratch.start(log, [program, *arguments, "--json"], stdin)

    def events(self, name=None):
        whole_lines = self._out.read_text().split("\n")[:-1]
        events = [json.loads(line) for line in whole_lines]
        return [event for event in events if name in (None, event["event"])]

    def wait_event(self, name, count=1, seconds=30):
        """The COUNTth event of that name."""

        def probe():
            return len(self.events(name)) >= count or self._process.poll() is not None

        wait_for(f"{self._log}: event '{name}' number {count}", probe, seconds)
        found = self.events(name)
        check(len(found) >= count, f"{self._log} ended with {self._process.returncode} before '{name}' number {count}")
        return found[count - 1]

    def wait_exit(self, expected, seconds=30):
        wait_for(f"{self._log} to end", lambda: self._process.poll() is not None, seconds)
        status = self._process.returncode
        check(status == expected, f"{self._log} ended with {status}, not {expected}: {self.events('error')}")

    def running(self):
        return self._process.poll() is None


def check_doctor(run, possible=()):
    """The doctor found a usable provider, a poll as it has to be, and nothing to mend but that this computer's
    address is no good for a phone, and what is POSSIBLE."""
    findings = run.events("finding")
    verdicts = run.events("verdict")
    check([verdict["usable"] for verdict in verdicts] == [True], f"verdicts: {verdicts}")
    found = {finding["check"] for finding in findings if not finding["ok"]}
    check({"verification_uri"} <= found <= {"verification_uri", *possible}, f"to mend: {[finding for finding in findings if not finding['ok']]}")
    polls = [finding for finding in findings if finding["check"] == "poll"]
    check(len(polls) == 1 and polls[0]["ok"], f"the one poll: {polls}")


# urllib would follow redirects and obey a proxy; approving a code needs neither.
class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def http_session(*handlers):
    """An opener that talks to loopback directly and shows redirects instead of following them."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay, *handlers)


def ask(opener, url, form=None, headers=None):
    """Status, headers and text of whatever comes: GET, or POST where there is a form."""
    body = None if form is None else urllib.parse.urlencode(form).encode()
    try:
        with opener.open(urllib.request.Request(url, body, headers or {}), timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


def answers(opener, url):
    """Is there somebody who answers at all?"""
    try:
        return bool(ask(opener, url))
    except OSError:
        return False


def free_port():
    # Between this and the server's own bind somebody else may take it; then the server says so and ends.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
