#!/usr/bin/env python3
"""The terminal tool as it is shipped: exit codes, output, signals, and what it leaves behind.

Runs against the sandbox beside the tool, and against small servers that misbehave.
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import CODE, PATIENCE, SENTINELS, TOKENS, children_of, is_alive, unused_port
from tool import ToolTest, run_tests, wait_until


class ExitCodes(ToolTest):
    def test_0_signed_in_with_the_sandbox_and_no_child_left(self):
        process = self.start("login", "--scenario", self.scenario(), "--auto", "approve", "--json")
        children = []
        wait_until(lambda: children.extend(children_of(process.pid)) or children)
        prompt = self.wait_event(process, "prompt")
        self.assertTrue(prompt["verification_uri"].startswith("http://127.0.0.1:"))
        tokens = self.wait_event(process, "tokens")
        self.assertEqual(tokens["scope"], "openid profile")
        self.assertEqual(tokens["id_token_claims"]["name"], "Ada Lovelace")
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertFalse(any(is_alive(child) for child in children))

    def test_0_active_and_1_inactive_introspection(self):
        secret = self.write("secret", "s3cret\n")
        for active, code in ((True, 0), (False, 1)):
            answer = {"active": active, "sub": "ada", "x": {"deep": [1, None]}}
            provider = self.provider({"/introspect": (200, answer)})
            events, _ = self.run_json(
                *("introspect", "-", "--issuer", provider.issuer, "--introspection-client-id", "api"),
                *("--introspection-secret-file", secret),
                stdin=" some-token \n",
                code=code,
            )
            self.assertEqual(events, [{"event": "introspection", **answer}])
            self.assertEqual(provider.bodies[0][1], "token=some-token")

    def test_2_for_usage_configuration_and_files(self):
        config = self.write("config.json", {"isuer": "x"})
        empty = self.write("empty.pem", "nothing\n")
        for arguments in (
            ["login", "--nonsense"],
            ["nonsense"],
            [],
            ["login", "--config", config],
            ["login", "--config", "/nowhere"],
            ["login", "--issuer", "https://login.invalid"],
            ["login", "--issuer", "https://login.invalid", "--client-id", "a", "--scenario", "deny"],
            ["login", "--issuer", "http://192.0.2.1", "--client-id", "a"],
            ["login", "--cacert", "/nowhere"],
            ["login", "--cacert", empty],
            ["login", "--client-id", "a", "--client-secret-file", "/nowhere"],
            ["login", "--trace", "/nowhere/trace"],
            ["login", "--scenario", "/nowhere.json"],
            ["login", "--param", "client_id=other"],
            ["introspect", "a-token", "--issuer", "https://login.invalid"],
            ["introspect", "-", "--issuer", "https://login.invalid"],
            ["discover"],
        ):
            with self.subTest(arguments):
                events, _ = self.run_json(*arguments, code=2)
                self.assertEqual([event["event"] for event in events], ["error"])
                self.assertTrue(events[0]["message"])
                human = self.run_tool(*arguments, code=2)
                self.assertEqual(human.stdout, "")
                self.assertTrue(human.stderr)

    def test_2_quietly_when_nobody_reads_the_output(self):
        process = self.start("login", "--scenario", self.scenario(), "--auto", "approve", "--json")
        process.stdout.close()
        process.stdout = open(os.devnull, encoding="ascii")
        self.assertEqual(process.wait(PATIENCE), 2)
        self.assertEqual(process.stderr.read(), "")

    def test_3_when_the_user_denies(self):
        events, _ = self.run_json("login", "--scenario", self.scenario(), "--auto", "deny", code=3)
        self.assertEqual(events[-1]["code"], "access_denied")
        provider = self.provider({"/token": (400, {"error": "authorization_declined"})})
        self.run_json("login", "--issuer", provider.issuer, "--client-id", "tv", code=3)

    def test_4_when_the_code_expires_whatever_the_network_does(self):
        events, _ = self.run_json("login", "--scenario", self.scenario(expires_in=3), code=4)
        self.assertEqual(events[-1]["code"], "expired_token")
        self.assertIsNone(events[-1]["last_failure"])
        provider = self.provider({"/token": (503, "busy")})
        provider.answers["/device_authorization"][1]["expires_in"] = 3
        events, _ = self.run_json("login", "--issuer", provider.issuer, "--client-id", "tv", code=4)
        self.assertEqual((events[-1]["code"], events[-1]["last_failure"]), ("expired_token", "http_503"))
        self.assertEqual(events[-2]["reason"], "http_503")

    def test_5_when_the_server_refuses_or_makes_no_sense(self):
        events, _ = self.run_json("login", "--scenario", "refuse", code=5)
        self.assertEqual((events[-1]["stage"], events[-1]["code"]), ("device_authorization", "invalid_client"))
        self.assertEqual(events[-1]["http_status"], 401)
        for answer in ((200, "<html>"), (200, "{"), (500, "{}"), (200, {**CODE, "verification_uri": "javascript:1"})):
            provider = self.provider({"/device_authorization": answer})
            self.run_json("login", "--issuer", provider.issuer, "--client-id", "tv", code=5)

    def test_5_for_an_id_token_that_must_not_be_believed(self):  # J-3.7-1
        for id_token, code in (("no.token", "id_token_invalid"), ("eyJhbGciOiJub25lIn0.e30.", "algorithm_not_allowed")):
            provider = self.provider()
            provider.answers["/token"] = (200, {**TOKENS, "id_token": id_token})
            events, _ = self.run_json("login", "--issuer", provider.issuer, "--client-id", "tv", "--show-tokens", code=5)
            self.assertEqual((events[-1]["stage"], events[-1]["code"]), ("id_token", code))
            self.assertNotIn(TOKENS["access_token"], json.dumps(events))

    def test_6_when_nothing_is_reached(self):
        nowhere = f"http://127.0.0.1:{unused_port()}"
        for arguments in (
            ["login", "--issuer", nowhere, "--client-id", "tv"],
            ["discover", "--issuer", nowhere],
            ["login", "--client-id", "tv", "--device-authorization-endpoint", nowhere + "/d", "--token-endpoint", nowhere + "/t"],
        ):
            events, _ = self.run_json(*arguments, code=6)
            self.assertEqual(events[-1]["code"], "network")

    def test_6_for_an_untrusted_certificate_and_0_for_a_trusted_one(self):
        authority = os.path.join(self.folder, "ca.pem")
        command = [self.tool, "sandbox", "--json", "--tls", "--ca-out", authority, "--scenario", self.scenario(), "--auto", "approve"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment()) as server:
            try:
                issuer = json.loads(server.stdout.readline())["issuer"]
                arguments = ["login", "--issuer", issuer, "--client-id", "demo-tv"]
                events, _ = self.run_json(*arguments, code=6)
                self.assertEqual(events[-1]["code"], "tls")
                self.run_json(*arguments, "--cacert", authority, code=0)
            finally:
                server.terminate()
                server.wait(PATIENCE)

    def test_the_time_limit_is_6_before_the_prompt_and_4_after_it(self):
        silent = self.silent()
        events, _ = self.run_json("login", "--issuer", silent.url, "--client-id", "tv", "--timeout", "0.5", code=6)
        self.assertEqual((events[-1]["stage"], events[-1]["code"]), ("discovery", "timeout"))
        events, _ = self.run_json("login", "--scenario", self.scenario(), "--timeout", "1.5", code=4)
        self.assertEqual((events[-1]["stage"], events[-1]["code"]), ("token", "timeout"))


class Signals(ToolTest):
    def test_during_a_wait_with_the_sandbox(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("login", "--json")
            self.wait_event(process, "prompt")
            self.assertEqual(len(children_of(process.pid)), 1)
            self.assertEqual(self.interrupt(process, number)["stage"], "token")

    def test_at_any_time_of_the_start(self):
        for delay in (0.02, 0.05, 0.1):
            process = self.start("login", "--json")
            wait_until(lambda: children_of(process.pid))
            time.sleep(delay)
            self.interrupt(process)

    def test_during_discovery_at_a_silent_server(self):
        silent = self.silent()
        process = self.start("login", "--issuer", silent.url, "--client-id", "tv", "--json")
        with silent.wait_for_request():
            self.assertEqual(self.interrupt(process)["stage"], "discovery")

    def test_during_a_poll_at_a_silent_server(self):
        silent = self.silent()
        provider = self.provider()
        provider.answers["/.well-known/oauth-authorization-server"][1]["token_endpoint"] = silent.url + "/token"
        process = self.start("login", "--issuer", provider.issuer, "--client-id", "tv", "--json")
        with silent.wait_for_request():
            self.assertEqual(self.interrupt(process)["stage"], "token")

    def test_while_a_token_is_awaited_and_while_it_is_asked_about(self):
        silent = self.silent()
        account = self.write("account", "user:password")
        arguments = ["introspect", "-", "--introspection-endpoint", silent.url, "--introspection-user-file", account]
        process = self.start(*arguments, "--json")
        time.sleep(0.3)
        self.interrupt(process)
        process = self.start(*arguments, "--json")
        process.stdin.write("some-token")
        process.stdin.flush()
        process.stdin.close()
        with silent.wait_for_request():
            self.interrupt(process)

    def test_during_a_name_lookup_that_hangs(self):
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if compiler is None:
            self.skipTest("no C compiler to build a hanging resolver with")
        source = self.write(
            "hang.c",
            "#include <fcntl.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
            "int getaddrinfo(const char*n,const char*s,const void*h,void*r){(void)n;(void)s;(void)h;(void)r;"
            'close(open(getenv("HANG_MARK"),O_CREAT|O_WRONLY,0600));sleep(30);return -3;}\n',
        )
        library = os.path.join(self.folder, "hang.so")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
        mark = os.path.join(self.folder, "mark")
        process = self.start(
            *("login", "--issuer", "https://login.example", "--client-id", "tv", "--json"), LD_PRELOAD=library, HANG_MARK=mark
        )
        wait_until(lambda: os.path.exists(mark) or process.poll() is not None)
        if process.poll() is not None and "ASan runtime" in process.stderr.read():
            self.skipTest("this build has a sanitizer that has to be loaded first")
        self.assertEqual(self.interrupt(process)["stage"], "discovery")

    def test_a_killed_tool_takes_its_sandbox_along(self):
        process = self.start("login", "--json")
        self.wait_event(process, "prompt")
        child = children_of(process.pid)[0]
        process.kill()
        process.wait(PATIENCE)
        wait_until(lambda: not is_alive(child))


class Replay(ToolTest):
    def record(self, *more, name="trace.jsonl"):
        trace = os.path.join(self.folder, name)
        self.run_tool("login", "--scenario", self.scenario(), "--auto", "deny", "--trace", trace, *more, code=3)
        with open(trace, encoding="utf-8") as file:
            return trace, file.read()

    def test_ends_with_0_for_the_recorded_outcome_and_with_1_for_another(self):
        trace, text = self.record()
        events, _ = self.run_json("replay", trace, code=0)
        self.assertEqual([event["event"] for event in events], ["prompt", "error", "replay"])
        self.assertEqual(events[1]["code"], "access_denied")
        self.assertGreaterEqual(events[1]["time"], 1)
        self.assertIs(events[2]["same"], True)
        self.assertIn("The same outcome as recorded.", self.run_tool("replay", trace, code=0).stdout)
        other = self.write("other.jsonl", text.replace('"code":"access_denied"', '"code":"tokens"'))
        events, _ = self.run_json("replay", other, code=1)
        self.assertEqual((events[2]["recorded"], events[2]["replayed"]), ("tokens", "access_denied"))
        self.assertIn("Another outcome than recorded", self.run_tool("replay", other, code=1).stdout)

    def test_of_a_trace_that_breaks_off_goes_as_far_as_it_can_and_says_so(self):
        _, text = self.record("--trace-secrets")
        lines = text.splitlines(keepends=True)
        cut = self.write("cut.jsonl", "".join(lines[:-2]) + lines[-2][:40])
        events, done = self.run_json("replay", cut, code=0)
        self.assertEqual([event["event"] for event in events], ["prompt", "replay"])
        self.assertEqual((events[1]["same"], events[1]["replayed"]), (None, None))
        self.assertIn("breaks off", done.stderr)
        self.assertIn("the trace ends here", self.run_tool("replay", cut, code=0).stdout)

    def test_says_that_it_does_not_know_a_description_of_the_persons_own(self):
        _, text = self.record()
        own = self.write("own.jsonl", text.replace('"profile":"sandbox"', '"profile":"my-own"'))
        for more in ((), ("--json",)):
            self.assertIn('the provider "my-own"', self.run_tool("replay", own, *more, code=0).stderr)

    def test_ends_with_2_for_what_is_no_trace_of_a_login(self):
        for path in ("/nowhere", self.write("bad", "nonsense\n"), self.write("empty", ""), self.folder):
            events, _ = self.run_json("replay", path, code=2)
            self.assertEqual([event["event"] for event in events], ["error"])
            self.assertTrue(self.run_tool("replay", path, code=2).stderr)
        self.run_json("replay", code=2)

    def test_an_http_archive_comes_where_the_name_ends_in_har(self):
        _, text = self.record(name="trace.har")
        entries = json.loads(text)["log"]["entries"]
        self.assertEqual(entries[-1]["response"]["status"], 400)
        self.assertEqual(entries[-1]["comment"], "token")
        self.assertIn({"name": "device_code", "value": "[redacted]"}, entries[-1]["request"]["postData"]["params"])


class Secrets(ToolTest):
    def login(self, *more, code=0):
        trace = os.path.join(self.folder, "trace")
        provider = self.provider()
        answers = [(400, {"error": "authorization_pending", "error_description": "for " + CODE["device_code"]}), (200, TOKENS)]
        if code == 5:
            answers = [(400, {"error": "invalid_grant", "error_description": "bad " + CODE["device_code"]})]
        provider.answers["/token"] = lambda: answers.pop(0)
        done = self.run_tool("login", "--issuer", provider.issuer, "--client-id", "tv", "--trace", trace, *more, code=code)
        with open(trace, encoding="utf-8") as file:
            return done, file.read(), trace

    def test_are_nowhere_unless_asked_for(self):
        for more, code in (([], 0), (["--json"], 0), ([], 5), (["--json"], 5)):
            done, trace, path = self.login(*more, code=code)
            for sentinel in SENTINELS:
                self.assertNotIn(sentinel, done.stdout + done.stderr + trace)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            self.assertGreaterEqual(len([json.loads(line) for line in trace.splitlines()]), 3)

    def test_are_shown_and_traced_where_asked_for(self):
        done, _, _ = self.login("--json", "--show-tokens")
        tokens = json.loads(done.stdout.splitlines()[-1])
        for name in ("access_token", "refresh_token", "id_token"):
            self.assertEqual(tokens[name], TOKENS[name])
        done, trace, _ = self.login("--trace-secrets")
        self.assertIn("secrets", done.stderr)
        for sentinel in SENTINELS:
            self.assertIn(sentinel, trace)
            self.assertNotIn(sentinel, done.stdout + done.stderr)

    def test_on_the_command_line_are_refused_and_not_repeated(self):
        for arguments in (["login", "--client-secret=hush-hush"], ["introspect", "hush-hush"], ["login", "hush-hush"]):
            done = self.run_tool(*arguments, code=2)
            self.assertNotIn("hush", done.stdout + done.stderr)

    def test_of_the_client_come_from_a_file_or_the_environment(self):
        for more in ({"DEVICEFLOW_CLIENT_SECRET": "s3cret"}, {}):
            provider = self.provider()
            file = [] if more else ["--client-secret-file", self.write("secret", "s3cret\r\n")]
            arguments = ["login", "--issuer", provider.issuer, "--client-id", "tv", "--client-auth", "post", *file]
            self.run_json(*arguments, code=0, **more)
            form = urllib.parse.parse_qs(provider.bodies[0][1])
            self.assertEqual((form["client_id"], form["client_secret"]), (["tv"], ["s3cret"]))


class Settings(ToolTest):
    def test_options_win_over_the_config_file_and_that_over_the_metadata(self):
        provider = self.provider()
        del provider.answers["/.well-known/oauth-authorization-server"][1]["introspection_endpoint"]
        config = self.write(
            "config.json",
            {
                "issuer": provider.issuer,
                "token_endpoint": "https://config.example/token",
                "introspection_endpoint": "https://config.example/introspect",
            },
        )
        events, _ = self.run_json("discover", "--config", config, "--jwks-uri", "https://flag.example/jwks", code=0)
        self.assertEqual(events[0]["issuer"], provider.issuer)
        expected = {
            "device_authorization_endpoint": (provider.issuer + "/device_authorization", "metadata"),
            "token_endpoint": ("https://config.example/token", "config"),
            "introspection_endpoint": ("https://config.example/introspect", "config"),
            "revocation_endpoint": (None, None),
            "userinfo_endpoint": (None, None),
            "jwks_uri": ("https://flag.example/jwks", "flag"),
        }
        for name, (url, source) in expected.items():
            self.assertEqual(events[0][name], {"url": url, "from": source})

    def test_a_config_file_alone_is_enough_for_a_login(self):
        provider = self.provider()
        config = self.write("config.json", {"issuer": provider.issuer, "client_id": "tv", "scope": "a b", "param": {"audience": "x y"}})
        self.run_json("login", "--config", config, "--param", "device_id=7", code=0)
        form = urllib.parse.parse_qs(provider.bodies[0][1])
        self.assertEqual((form["scope"], form["audience"], form["device_id"]), (["a b"], ["x y"], ["7"]))

    def test_endpoints_that_only_the_config_file_names_are_used(self):
        provider = self.provider()
        del provider.answers["/.well-known/oauth-authorization-server"][1]["device_authorization_endpoint"]
        endpoint = provider.issuer + "/device_authorization"
        config = self.write("config.json", {"issuer": provider.issuer, "client_id": "tv", "device_authorization_endpoint": endpoint})
        self.run_json("login", "--config", config, code=0)

    def test_endpoints_alone_need_no_issuer(self):
        provider = self.provider()
        endpoints = ["--device-authorization-endpoint", provider.issuer + "/device_authorization"]
        endpoints += ["--token-endpoint", provider.issuer + "/token"]
        self.run_json("login", *endpoints, "--client-id", "tv", code=0)
        self.assertNotIn("/.well-known/oauth-authorization-server", provider.paths)


class People(ToolTest):
    def on_terminal(self, *arguments, columns=80, rows=24, keys=None, **more):
        """Everything that a terminal of that size gets to see, and the exit code. `keys`: typed once the countdown runs."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(self.tool, [self.tool, *arguments], self.environment(TERM="xterm-256color", **more))
        try:
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            seen = b""
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                if not select.select([terminal], [], [], 0.2)[0]:
                    continue
                try:
                    chunk = os.read(terminal, 65536)
                except OSError:
                    break
                seen += chunk
                if keys and b"left" in seen:
                    os.write(terminal, keys)
                    keys = None
        finally:
            os.close(terminal)
            _, status = os.waitpid(pid, 0)
        return seen.decode(), os.waitstatus_to_exitcode(status)

    def test_a_terminal_gets_a_prompt_a_countdown_and_an_outcome(self):
        seen, code = self.on_terminal("login", "--scenario", self.scenario(), "--auto", "approve", "--after", "2", rows=60)
        self.assertEqual(code, 0)
        for part in ("sandbox", "/device\r\n", "Continue only if", "next check in", "Signed in.", "openid, profile"):
            self.assertIn(part, seen)
        self.assertIn("\x1b[48;5;231m", seen)
        # Styles and the start of the line: nothing else may move or hide the cursor.
        self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", seen).count("\x1b"), 0)
        self.assertTrue(seen.rstrip().endswith("."))

    def test_no_color_leaves_no_styles(self):
        seen, code = self.on_terminal("login", "--scenario", self.scenario(), "--auto", "deny", "--qr", "none", NO_COLOR="1")
        self.assertEqual(code, 3)
        self.assertNotIn("\x1b", seen)
        self.assertIn("denied", seen)

    def test_ctrl_c_is_answered_with_one_word(self):
        seen, code = self.on_terminal("login", "--scenario", self.scenario(), keys=b"\x03")
        self.assertEqual(code, 130)
        self.assertTrue(re.sub(r"\x1b\[[0-9;]*m", "", seen).rstrip().endswith("Cancelled."), seen[-200:])

    def test_a_pipe_gets_plain_lines_and_the_address_alone(self):
        provider = self.provider()
        done = self.run_tool("login", "--issuer", provider.issuer, "--client-id", "tv", code=0)
        self.assertIn(provider.issuer + "/device", done.stdout.splitlines())
        self.assertIn("Signed in.", done.stdout.splitlines())

    def test_hostile_answers_are_cleaned(self):
        hostile = "A\x1b]8;;http://evil\x07\u202e\u009bB"
        provider = self.provider({"/token": (400, {"error": hostile, "error_description": hostile})})
        for _ in range(2):
            done = self.run_tool("login", "--issuer", provider.issuer, "--client-id", "tv", code=5)
            events, as_json = self.run_json("login", "--issuer", provider.issuer, "--client-id", "tv", code=5)
            for bad in ("\x1b", "\x07", "\u202e", "\u009b"):
                self.assertNotIn(bad, done.stdout + done.stderr + as_json.stdout)
            # The second time the code itself: nobody can read or type it.
            provider.answers["/device_authorization"][1]["user_code"] = hostile
        self.assertEqual([event["event"] for event in events], ["error"])
        self.assertEqual((events[0]["stage"], events[0]["code"]), ("device_authorization", "invalid_response"))

    def test_help_and_version_are_there(self):
        self.assertIn("Exit codes", self.run_tool("--help", code=0).stdout)
        self.assertIn("nothing is stored", self.run_tool("login", "--help", code=0).stdout.lower())
        self.assertRegex(self.run_tool("--version", code=0).stdout, r"^deviceflow \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    run_tests(__doc__)
