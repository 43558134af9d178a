#!/usr/bin/env python3
"""The firmware sample against the sandbox over HTTPS: whole logins, resets, a network that goes away, wrong trust.

The program under test is built with watched calls: it aborts where it waits longer than 10 ms in one call.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import PATIENCE, TOKENS, Provider, unused_port
from tool import wait_until

EDGE = "+--------------------+"


class Sandbox:
    """The sandbox over TLS, as a child; its port stays the same over a restart."""

    def __init__(self, program, ca, *arguments):
        command = [program, "--json", "--tls", "--ca-out", ca, *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        listening = json.loads(self.process.stdout.readline())
        self.port = urllib.parse.urlsplit(listening["issuer"]).port
        self.ca = ca

    def decide(self, code, decision="approve"):
        """As a person does on the page: it counts only with the token from its cookie."""
        page = f"https://localhost:{self.port}/device"
        context = ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(f"{page}?user_code={code}", timeout=PATIENCE, context=context) as answer:
            cookie = answer.headers["Set-Cookie"].split(";")[0]
        form = {"user_code": code, "user": "Ada", "decision": decision, "page_token": cookie.split("=")[1]}
        request = urllib.request.Request(page, urllib.parse.urlencode(form).encode(), {"Cookie": cookie})
        urllib.request.urlopen(request, timeout=PATIENCE, context=context).close()

    def violations(self):
        """Ends it: what it has told of the client's faults."""
        self.process.terminate()
        told, _ = self.process.communicate(timeout=PATIENCE)
        return [line for line in told.splitlines() if '"violation"' in line]

    def close(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Relay:
    """Stands before a server on 127.0.0.1; the network behind it can be taken away and brought back."""

    def __init__(self, target, host="127.0.0.1"):
        self.target = target
        self.host = host
        self.port = unused_port()
        self.connections = 0
        self._open = []
        self._server = None
        self.bring_back()

    def bring_back(self):
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._server = socket.create_server((self.host, self.port), family=family)
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def take_away(self):
        """Refuses new connections and ends the others."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for one in self._open:
            one.close()
        self._open.clear()

    def _accept(self, server):
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            self.connections += 1
            upstream = socket.create_connection(("127.0.0.1", self.target))
            self._open += [client, upstream]
            for source, sink in ((client, upstream), (upstream, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(4096):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Device:
    """The firmware as a child, with a thread that reads its display and one that reads its serial line."""

    def __init__(self, program, flash, ca, host, *more):
        base = f"https://{host}"
        command = [*program, "--ca", ca, "--flash", flash, "--client-id", "demo-tv", "--scope", "openid offline_access"]
        command += ["--device-authorization-endpoint", base + "/device_authorization", "--token-endpoint", base + "/token", *more]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.shown = []
        self.said = []
        self.readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.shown), (self.process.stderr, self.said))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.append(line.rstrip("\n"))

    def wait_said(self, beginning):
        def found():
            return next((line for line in list(self.said) if line.startswith(beginning)), None)

        wait_until(lambda: found() or self.process.poll() is not None)
        line = found()
        if line is None:
            raise AssertionError(f"it never said {beginning}: {self.said}")
        return line[len(beginning):]

    def code(self):
        return self.wait_said("Code: ")

    def screens(self):
        edges = [at for at, line in enumerate(self.shown) if line == EDGE]
        return [[line[1:-1].rstrip() for line in self.shown[begin + 1:end]] for begin, end in zip(edges[::2], edges[1::2])]

    def qr_rows(self):
        """The modules of the first code that was drawn, True for dark, with the light ones around it."""
        rows = []
        for line in self.shown:
            if line and not set(line) - set("█▀▄ "):
                rows += [[character in " ▄" for character in line], [character in " ▀" for character in line]]
        return rows

    def end(self):
        code = self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join(PATIENCE)
        return code

    def reset(self):
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def close(self):
        self.process.kill()
        self.end()
        self.process.stdout.close()
        self.process.stderr.close()


class FirmwareTest(unittest.TestCase):
    firmware = []
    sandbox_program = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.flash = os.path.join(self.folder, "flash")
        self.ca = os.path.join(self.folder, "ca.pem")

    def scenario(self, **content):
        path = os.path.join(self.folder, "scenario.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"expires_in": 60, "interval": 1, **content}, file)
        return path

    def sandbox(self, *arguments, **scenario):
        sandbox = Sandbox(self.sandbox_program, self.ca, "--scenario", self.scenario(**scenario), *arguments)
        self.addCleanup(sandbox.close)
        return sandbox

    def device(self, port, *more, ca=None, host="localhost"):
        device = Device(self.firmware, self.flash, ca or self.ca, f"{host}:{port}", *more)
        self.addCleanup(device.close)
        return device

    def server_certificate(self, *kind):
        """A certificate that vouches for itself, with its key."""
        if not shutil.which("openssl"):
            self.skipTest("NOT RUN: there is no openssl on this machine")
        path = os.path.join(self.folder, "server.pem")
        kind = kind or ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        command = ["openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-keyout", path, "-out", path + ".crt", "-days", "2"]
        command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        subprocess.run(command, check=True, capture_output=True)
        with open(path, "a", encoding="ascii") as file, open(path + ".crt", encoding="ascii") as made:
            file.write(made.read())
        return path

    def provider(self, certificate, answers=None):
        provider = Provider(answers, certificate=certificate)
        self.addCleanup(provider.close)
        return provider, urllib.parse.urlsplit(provider.issuer).port

    def assert_signed_in(self, device):
        self.assertEqual(device.end(), 0, device.said)
        self.assertEqual(device.screens()[-1], ["Signed in", "openid", "offline_access", ""])


class Login(FirmwareTest):
    def test_person_approves_on_the_page(self):
        sandbox = self.sandbox()
        device = self.device(sandbox.port)
        code = device.code()
        sandbox.decide(code)
        self.assert_signed_in(device)
        shown = device.screens()
        self.assertEqual([rows[0] for rows in shown], ["Getting a code", "Open, enter the code", "Signed in"])
        self.assertEqual("".join(shown[1][1:3]), f"https://127.0.0.1:{sandbox.port}/device")
        self.assertEqual(shown[1][3], code)
        self.assertEqual(sandbox.violations(), [])
        self.print_figures(device)

    def print_figures(self, device):
        """Said, not judged: what it takes depends on the machine and on what else it does."""
        figures = [line for line in device.said if line.startswith(("Turns", "Longest"))]
        self.assertEqual(len(figures), 4, device.said)
        self.assertEqual(figures[3], "Longest wait between turns: 10 ms")
        print("\n" + "\n".join(figures), file=sys.stderr)

    def test_qr_code_can_be_read(self):
        if not shutil.which("zbarimg"):
            self.skipTest("NOT RUN: there is no zbarimg on this machine")
        sandbox = self.sandbox("--auto", "approve")
        device = self.device(sandbox.port)
        code = device.code()
        self.assert_signed_in(device)
        rows = device.qr_rows()
        pixels = [["0" if dark else "1" for dark in row for _ in range(8)] for row in rows for _ in range(8)]
        picture = os.path.join(self.folder, "code.pgm")
        with open(picture, "w", encoding="ascii") as file:
            file.write(f"P2\n{len(pixels[0])} {len(pixels)}\n1\n" + "\n".join(" ".join(row) for row in pixels) + "\n")
        read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, check=True)
        self.assertEqual(read.stdout.strip(), f"https://127.0.0.1:{sandbox.port}/device?user_code={code}")

    def test_person_denies(self):
        sandbox = self.sandbox("--auto", "deny")
        device = self.device(sandbox.port)
        self.assertEqual(device.end(), 1)
        self.assertEqual(device.wait_said("Not signed in: "), "access_denied")
        self.assertEqual(device.screens()[-1][0], "Not signed in")
        again = self.device(sandbox.port)
        again.wait_said("A new login")
        self.assertNotIn("The login goes on", again.said)

    def test_server_that_is_busy_and_wants_it_slower(self):
        answers = [{"poll": 1, "error": "slow_down"}, {"poll": 2, "status": 503, "body": "busy", "headers": {"Retry-After": "1"}}]
        sandbox = self.sandbox("--auto", "approve", expires_in=120, poll_answers=answers)
        device = self.device(sandbox.port)
        device.wait_said("No verdict: ")
        self.assert_signed_in(device)
        self.assertEqual(device.said.count("Kept"), 3)  # the codes, their longer interval, the refresh token
        self.assertEqual(sandbox.violations(), [])


class Trust(FirmwareTest):
    def refused(self, device):
        self.assertEqual(device.end(), 1, device.said)
        self.assertEqual(device.wait_said("Not signed in: "), "tls")
        self.assertIn("not trusted", device.wait_said("Because: "))

    def test_wrong_ca_ends_the_login_and_nothing_is_sent(self):
        self.sandbox()  # its CA is a good one, and another
        provider, port = self.provider(self.server_certificate())
        self.refused(self.device(port))
        self.assertEqual(provider.paths, [])

    def test_server_with_an_rsa_key(self):
        certificate = self.server_certificate("rsa:2048")
        provider, port = self.provider(certificate)
        device = self.device(port, ca=certificate + ".crt")
        self.assertEqual(device.end(), 0, device.said)
        self.assertEqual(provider.paths, ["/device_authorization", "/token"])

    def test_right_ca_and_another_name(self):
        sandbox = self.sandbox("--auto", "approve")
        self.refused(self.device(sandbox.port, host="id.example.com"))

    def test_command_line_that_cannot_be_used(self):
        empty = os.path.join(self.folder, "empty.pem")
        pathlib.Path(empty).write_text("nothing\n", encoding="ascii")
        for ca in (empty, os.path.join(self.folder, "missing.pem")):
            self.assertEqual(self.device(1, ca=ca).end(), 2)
        self.sandbox()
        self.assertEqual(self.device(1, "--nonsense", "x").end(), 2)
        pathlib.Path(self.flash).write_text("a letter", encoding="ascii")
        self.assertEqual(self.device(1).end(), 2)


class Network(FirmwareTest):
    def test_over_ipv6(self):
        sandbox = self.sandbox("--auto", "approve")
        try:
            relay = Relay(sandbox.port, "::1")
        except OSError:
            self.skipTest("NOT RUN: there is no IPv6 on this machine")
        self.assert_signed_in(self.device(relay.port, "--address", "::1"))

    def test_answer_over_the_limit_ends_the_login(self):
        certificate = self.server_certificate()
        _, port = self.provider(certificate, {"/device_authorization": (200, "a" * 1_100_000)})
        device = self.device(port, ca=certificate + ".crt")
        self.assertEqual(device.end(), 1, device.said)
        self.assertEqual(device.wait_said("Not signed in: "), "response_too_large")

    def test_goes_away_while_the_code_is_shown_and_comes_back(self):
        sandbox = self.sandbox()
        relay = Relay(sandbox.port)
        device = self.device(relay.port)
        code = device.code()
        relay.take_away()
        device.wait_said("No verdict: ")
        sandbox.decide(code)
        relay.bring_back()
        self.assert_signed_in(device)
        self.assertEqual([line for line in device.said if line.startswith("Code: ")], ["Code: " + code])
        self.assertEqual(sandbox.violations(), [])

    def test_is_away_when_the_device_is_switched_on(self):
        sandbox = self.sandbox("--auto", "approve")
        relay = Relay(sandbox.port)
        relay.take_away()
        device = self.device(relay.port)
        device.wait_said("No verdict: ")
        relay.bring_back()
        self.assert_signed_in(device)

    def test_server_stands_still_for_a_while(self):
        sandbox = self.sandbox()
        device = self.device(sandbox.port)
        code = device.code()
        sandbox.process.send_signal(signal.SIGSTOP)
        device.wait_said("No verdict: ")
        sandbox.process.send_signal(signal.SIGCONT)
        sandbox.decide(code)
        self.assert_signed_in(device)

    def test_answer_that_is_cut_off_is_no_answer(self):
        answers = [{"poll": 1, "hang_up": True}]
        sandbox = self.sandbox("--auto", "approve", poll_answers=answers)
        device = self.device(sandbox.port)
        device.wait_said("No verdict: ")
        self.assert_signed_in(device)


class Reset(FirmwareTest):
    def kept(self, device):
        """Waits until the flash holds the codes."""
        code = device.code()
        device.wait_said("Kept")
        return code

    def test_goes_on_with_the_same_code(self):
        sandbox = self.sandbox()
        device = self.device(sandbox.port)
        codes = [self.kept(device)]
        device.reset()
        for _ in range(2):
            device = self.device(sandbox.port)
            codes.append(device.code())
            device.reset()
        self.assertEqual(len(set(codes)), 1)
        device = self.device(sandbox.port)
        device.wait_said("The login goes on")
        sandbox.decide(codes[0])
        self.assert_signed_in(device)
        self.assertEqual(device.code(), codes[0])
        self.assertEqual(sandbox.violations(), [])

    def test_at_any_moment(self):
        sandbox = self.sandbox()
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", file=sys.stderr)
        moments = random.Random(seed)
        for _ in range(20):
            device = self.device(sandbox.port)
            time.sleep(moments.uniform(0, 0.3))
            device.reset()
            self.assertEqual([line for line in device.said if line.startswith(("Not", "The login that waited"))], [])
        device = self.device(sandbox.port)
        sandbox.decide(device.code())
        self.assert_signed_in(device)
        self.assertEqual(sandbox.violations(), [])

    def test_codes_that_have_expired_meanwhile_are_not_shown(self):
        sandbox = self.sandbox(expires_in=2)
        device = self.device(sandbox.port)
        code = self.kept(device)
        device.reset()
        time.sleep(2)
        again = self.device(sandbox.port)
        self.assertEqual(again.wait_said("The login that waited can't go on: "), "cannot_resume")
        self.assertNotEqual(again.code(), code)

    def test_stored_login_is_renewed(self):
        sandbox = self.sandbox("--auto", "approve")
        device = self.device(sandbox.port)
        self.assert_signed_in(device)
        token = self.stored()
        for _ in range(2):
            device = self.device(sandbox.port)
            self.assert_signed_in(device)
            self.assertIn("A login is stored", device.said)
            self.assertEqual(device.screens()[0][0], "Welcome back")
            self.assertNotEqual(self.stored(), token)  # the sandbox exchanges it each time
            token = self.stored()
        self.assertEqual(sandbox.violations(), [])

    def stored(self):
        """All that the flash holds: tokens that were replaced are gone."""
        image = pathlib.Path(self.flash).read_bytes()
        self.assertEqual(image.count(b"DFR1"), 1)
        return image.strip(b"\xff")

    def test_stored_login_that_the_server_has_ended_begins_anew(self):
        sandbox = self.sandbox("--auto", "approve", refresh_answers=[{"request": 1, "status": 400, "error": "invalid_grant"}])
        self.assert_signed_in(self.device(sandbox.port))
        device = self.device(sandbox.port)
        device.wait_said("The stored login has ended")
        device.code()
        self.assert_signed_in(device)

    def test_stored_login_that_needs_its_user_stays_until_there_is_a_new_one(self):
        refusals = [{"request": number, "status": 400, "error": "interaction_required"} for number in (1, 2, 4)]
        sandbox = self.sandbox(refresh_answers=refusals)
        device = self.device(sandbox.port)
        sandbox.decide(device.code())
        self.assert_signed_in(device)
        token = self.stored()
        device = self.device(sandbox.port)
        device.wait_said("The stored login needs its user")
        device.code()
        device.reset()
        self.assertEqual(self.stored(), token)
        device = self.device(sandbox.port)
        sandbox.decide(device.code(), "deny")
        self.assertEqual(device.end(), 1)
        self.assertEqual(len([line for line in device.said if line.startswith("Code: ")]), 1)
        self.assertEqual(self.stored(), token)
        self.assert_signed_in(self.device(sandbox.port))  # the server renews it after all
        token = self.stored()
        device = self.device(sandbox.port)
        sandbox.decide(device.code())
        self.assert_signed_in(device)
        self.assertNotEqual(self.stored(), token)

    def test_a_new_refresh_token_of_a_renewal_that_failed_is_kept(self):
        certificate = self.server_certificate()
        _, port = self.provider(certificate, {"/token": (200, {**TOKENS, "refresh_token": "first-refresh-token"})})
        self.assertEqual(self.device(port, ca=certificate + ".crt").end(), 0)
        _, port = self.provider(certificate, {"/token": (200, {"refresh_token": "second-refresh-token"})})
        device = self.device(port, ca=certificate + ".crt")
        self.assertEqual(device.end(), 1, device.said)
        self.assertIn(b"second-refresh-token", self.stored())

    def test_renewal_is_tried_again_when_the_network_is_back(self):
        sandbox = self.sandbox("--auto", "approve")
        relay = Relay(sandbox.port)
        self.assert_signed_in(self.device(relay.port))
        relay.take_away()
        device = self.device(relay.port)
        device.wait_said("Not renewed yet")
        relay.bring_back()
        self.assert_signed_in(device)

    def test_token_that_the_flash_has_no_room_for(self):
        certificate = self.server_certificate()
        _, port = self.provider(certificate, {"/token": (200, {**TOKENS, "refresh_token": "r" * 9000})})
        for _ in range(2):
            device = self.device(port, ca=certificate + ".crt")
            self.assertEqual(device.end(), 0, device.said)
            self.assertEqual(device.said[0], "A new login")
            self.assertIn("Not kept: the record is larger than the flash", device.said)

    def test_nothing_secret_is_said_or_shown(self):
        sandbox = self.sandbox("--auto", "approve")
        device = self.device(sandbox.port)
        self.kept(device)
        flash = pathlib.Path(self.flash).read_bytes()
        self.assert_signed_in(device)
        flash += pathlib.Path(self.flash).read_bytes()
        printed = "\n".join(device.said + device.shown)
        secrets = set(re.findall(rb"[A-Za-z0-9_-]{40,}", flash))
        self.assertGreater(len(secrets), 1)  # the device code and the refresh token
        for secret in secrets:
            self.assertNotIn(secret.decode(), printed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firmware", required=True, help="the program, with an emulator before it where it needs one")
    parser.add_argument("--sandbox", required=True)
    arguments, rest = parser.parse_known_args()
    FirmwareTest.firmware = shlex.split(arguments.firmware)
    FirmwareTest.sandbox_program = arguments.sandbox
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
