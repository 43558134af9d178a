#!/usr/bin/env python3
"""The terminal tool at a server that answers as WSO2 Identity Server 5.11.0 does: pending is a refusal, a confidential
client has to name itself in the body of a poll, and the issuer is the token endpoint's URL."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import CODE, PATIENCE, Provider
from signing import Key
from tool import ToolTest, run_tests

UNDECIDED = {"error_description": "invalid_request", "error": "invalid_grant"}
EXPIRED = {"error_description": "expired_token", "error": "invalid_grant"}
NO_CLIENT_ID = {"error_description": "Missing parameters: client_id", "error": "invalid_request"}


class Wso2Test(ToolTest):
    def setUp(self):
        super().setUp()
        self.pem = os.path.join(self.folder, "server.pem")
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.pem, "-out", self.pem + ".crt"]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        with open(self.pem, "a", encoding="ascii") as whole, open(self.pem + ".crt", encoding="ascii") as certificate:
            whole.write(certificate.read())
        self.key = Key(self.folder, "ES256")

    def server(self, *polls, claims=None, secret=None, expires_in="600"):
        """Gives the responses in turn, and tokens after them; with `secret` it has a confidential client "tv"."""
        server = Provider(certificate=self.pem)
        self.addCleanup(server.close)
        issuer = server.issuer + "/oauth2/token"
        left = list(polls)
        tokens = {"access_token": "457bb5", "refresh_token": "eb2085", "scope": "openid", "token_type": "Bearer", "expires_in": 3600}
        now = int(time.time())
        tokens["id_token"] = self.key.sign(
            {"iss": issuer, "sub": "admin", "aud": "tv", "azp": "tv", "iat": now, "nbf": now, "exp": now + 3600, **(claims or {})}
        )

        def token():
            form = server.forms("/oauth2/token")[-1]
            if secret and form.get("client_id") != "tv":
                return 400, NO_CLIENT_ID
            if secret:
                header = [sent["Authorization"] for path, sent in server.headers if path == "/oauth2/token"][-1]
                assert header == "Basic " + base64.b64encode(f"tv:{secret}".encode()).decode(), header
            return (400, left.pop(0)) if left else (200, tokens)

        codes = {**CODE, "interval": "1", "expires_in": expires_in, "verification_uri": server.issuer + "/device.do"}
        server.answers.update(
            {
                "/oauth2/token/.well-known/openid-configuration": (
                    200,
                    {"issuer": issuer, "token_endpoint": issuer, "jwks_uri": server.issuer + "/oauth2/jwks"},
                ),
                "/oauth2/device_authorize": (200, codes),
                "/oauth2/token": token,
                "/oauth2/jwks": (200, {"keys": [self.key.jwk]}),
                "/oauth2/revoke": (200, "", {"Content-Type": "text/html"}),
            }
        )
        return server

    def where(self, server):
        host = server.issuer.removeprefix("https://")
        return ["--provider", "wso2-5.11", "--field", "host=" + host, "--client-id", "tv", "--cacert", self.pem + ".crt"]

    def login(self, server, *more, code=0):
        events, _ = self.run_json("login", *self.where(server), "--scope", "openid", *more, code=code)
        return events


class Login(Wso2Test):
    def test_the_user_may_take_longer_than_the_first_poll(self):
        server = self.server(UNDECIDED, UNDECIDED, UNDECIDED)
        events = self.login(server)
        self.assertEqual(len(server.forms("/oauth2/token")), 4)
        self.assertIn("pending_as_refusal", json.dumps(events))
        self.assertEqual([event["result"] for event in events if event["event"] == "poll"], ["authorization_pending"] * 3)

    def test_the_id_token_is_verified(self):
        events = self.login(self.server())
        self.assertIn('"sub": "admin"', json.dumps(events))

    def test_an_id_token_of_another_issuer_is_refused(self):
        events = self.login(self.server(claims={"iss": "https://login.example.com"}), code=5)
        self.assertEqual(events[-1]["code"], "id_token_invalid")

    def test_a_used_or_late_code_is_final(self):
        server = self.server(UNDECIDED, EXPIRED)
        self.assertEqual(self.login(server, code=4)[-1]["code"], "expired_token")
        self.assertEqual(len(server.forms("/oauth2/token")), 2)

    def test_the_devices_own_clock_ends_it(self):
        server = self.server(*[UNDECIDED] * 20, expires_in="3")
        self.assertEqual(self.login(server, code=4)[-1]["code"], "expired_token")
        self.assertLess(len(server.forms("/oauth2/token")), 4)

    def test_a_confidential_client_signs_in(self):
        server = self.server(UNDECIDED, secret="s3cret")
        self.login(server, "--client-secret-file", self.write("secret", "s3cret"), "--client-auth", "basic")
        for form in server.forms("/oauth2/token"):
            self.assertEqual(form["client_id"], "tv")
            self.assertNotIn("client_secret", form)


class Doctor(Wso2Test):
    def doctor(self, *arguments, code):
        events, _ = self.run_json("doctor", *arguments, code=code)
        return {event["check"]: event for event in events if event["event"] == "finding"}

    def test_the_refusal_is_read_as_pending_and_named(self):
        findings = self.doctor(*self.where(self.server(UNDECIDED)), code=0)
        self.assertTrue(findings["poll"]["ok"], findings["poll"])
        self.assertIn("has not approved", findings["poll"]["detail"])
        self.assertNotIn("brought authorization_pending", findings["poll"]["detail"])
        self.assertIn("pending_as_refusal", findings["quirk"]["detail"])

    def test_without_the_description_it_suggests_it(self):
        provider = self.provider({"/token": (400, UNDECIDED)})
        where = ["--issuer", provider.issuer, "--client-id", "tv"]
        findings = self.doctor(*where, code=1)
        self.assertIn("description wso2-5.11", findings["poll"]["detail"])
        done = self.run_tool("login", *where, code=5)
        self.assertIn("description wso2-5.11", " ".join((done.stdout + done.stderr).split()))
        self.assertEqual(len(provider.forms("/token")), 2)


if __name__ == "__main__":
    run_tests(__doc__)
