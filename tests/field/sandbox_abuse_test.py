#!/usr/bin/env python3
"""What other programs, pages and users of this machine can do to the sandbox.

Its output may be unread, its connections taken, its name borrowed by a web page (DNS rebinding), and its environment
read by other processes of the same user.
"""

import http.client
import json
import pathlib
import socket
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from scripted import PATIENCE, children_of  # noqa: E402
from tool import ToolTest, run_tests  # noqa: E402

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
MANY = 64  # More than the sandbox has threads.
PROMPT = 5.0  # On a busy machine; without the bounds tested here nothing ever comes.


class SandboxAbuse(ToolTest):
    def sandbox(self, **more):
        """Port and process of a sandbox of its own whose output nobody reads after the first line."""
        server = subprocess.Popen(
            [self.tool, "sandbox", "--json", "--scenario", self.scenario()],
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment(**more),
        )
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait, PATIENCE)
        self.addCleanup(server.kill)
        issuer = json.loads(server.stdout.readline())["issuer"]
        return urllib.parse.urlsplit(issuer).port, server

    def request(self, port, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PROMPT)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def test_output_that_is_not_read_stops_neither_requests_nor_the_end(self):
        port, server = self.sandbox()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PROMPT)
        self.addCleanup(connection.close)
        for _ in range(1100):  # Each breaks a rule, which is a line of about 100 bytes; a pipe holds 64 KiB.
            connection.request("POST", "/token", "client_id=demo-tv", FORM)
            self.assertEqual(connection.getresponse().read()[:8], b'{"error"')
        begin = time.monotonic()
        server.terminate()
        self.assertEqual(server.wait(PATIENCE), 0)
        self.assertLess(time.monotonic() - begin, PROMPT)

    def test_output_that_is_read_has_every_line(self):
        port, server = self.sandbox()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PROMPT)
        self.addCleanup(connection.close)
        for _ in range(20):
            connection.request("POST", "/token", "client_id=demo-tv", FORM)
            connection.getresponse().read()
        server.terminate()
        lines = [json.loads(line) for line in server.stdout.read().splitlines()]
        self.assertEqual([line["event"] for line in lines], ["violation"] * 20)

    def test_idle_and_unfinished_connections_lock_nobody_out(self):
        port, _ = self.sandbox()
        for opening in (b"", b"POST /token HTTP/1.1\r\nHost: 127"):
            for _ in range(MANY):
                idle = socket.create_connection(("127.0.0.1", port))
                self.addCleanup(idle.close)
                idle.sendall(opening)
            begin = time.monotonic()
            self.assertEqual(self.request(port, "GET", "/.well-known/openid-configuration")[0], 200)
            self.assertLess(time.monotonic() - begin, PROMPT)

    def test_a_page_that_rebinds_its_name_reads_nothing(self):
        port, _ = self.sandbox()
        paths = ("/sandbox/log", "/sandbox/violations", "/device", "/.well-known/openid-configuration", "/userinfo")
        for name in ("attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example", "router.lan", "a:b:c", ""):
            for path in paths:
                with self.subTest(name=name, path=path):
                    status, text = self.request(port, "GET", path, headers={"Host": f"{name}:{port}"})
                    self.assertEqual(status, 421, text[:80])
        headers = {**FORM, "Host": f"attacker.example:{port}"}
        self.assertEqual(self.request(port, "POST", "/device_authorization", "client_id=demo-tv", headers)[0], 421)
        for name in ("127.0.0.1", "127.0.0.2", "localhost", "LocalHost", "tv.localhost", "[::1]", "192.0.2.7"):
            with self.subTest(name=name):
                for host in (name, f"{name}:{port}", f"{name}:9"):  # Another port: it may be forwarded.
                    self.assertEqual(self.request(port, "GET", "/sandbox/log", headers={"Host": host})[0], 200)

    def test_the_childs_environment_has_no_client_secret(self):
        process = self.start("login", "--json", "--scenario", self.scenario(), DEVICEFLOW_CLIENT_SECRET="s3cret-of-mine")
        self.wait_event(process, "prompt")
        (child,) = children_of(process.pid)
        environment = pathlib.Path(f"/proc/{child}/environ").read_bytes()
        self.assertFalse(b"s3cret-of-mine" in environment)
        self.assertTrue(b"LANG=C.UTF-8" in environment)
        _, server = self.sandbox(DEVICEFLOW_CLIENT_SECRET="s3cret-of-mine")
        self.assertFalse(b"s3cret-of-mine" in pathlib.Path(f"/proc/{server.pid}/environ").read_bytes())


if __name__ == "__main__":
    run_tests(__doc__)
