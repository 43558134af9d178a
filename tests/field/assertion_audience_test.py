#!/usr/bin/env python3
"""The audience of private_key_jwt: an option, a member of the config file, and what the provider's description says."""

import base64
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import PATIENCE, TOKENS
from tool import ToolTest, run_tests


def claims_of(assertion):
    payload = assertion.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class Audience(ToolTest):
    def setUp(self):
        super().setUp()
        self.server = self.provider()
        self.server.answers["/token"] = (200, {name: value for name, value in TOKENS.items() if name != "id_token"})
        self.key = os.path.join(self.folder, "client.pem")
        command = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.key]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        self.token_endpoint = self.server.issuer + "/token"
        self.client = ["--client-id", "tv", "--client-key", self.key]

    def audience(self, *arguments):
        """Of the assertions of one login, the same in every request."""
        before = len(self.server.bodies)
        self.run_json("login", *self.client, "--store", "none", *arguments, code=0)
        forms = self.server.forms("/device_authorization")[-1:] + self.server.forms("/token")[-1:]
        self.assertGreater(len(self.server.bodies), before)
        found = {claims_of(form["client_assertion"])["aud"] for form in forms}
        self.assertEqual(len(found), 1)
        return found.pop()

    def description(self, **members):
        described = {"name": "mine", "title": "Mine", "sandbox": True, "issuer": self.server.issuer, **members}
        return self.write("mine.json", described)

    def test_is_the_issuer_or_the_token_endpoint_as_the_option_says(self):
        where = ["--issuer", self.server.issuer]
        self.assertEqual(self.audience(*where), self.server.issuer)
        self.assertEqual(self.audience(*where, "--assertion-audience", "token_endpoint"), self.token_endpoint)
        self.assertEqual(self.audience(*where, "--assertion-audience", "issuer"), self.server.issuer)

    def test_the_config_file_says_it_and_an_option_wins(self):
        config = self.write("tv.json", {"issuer": self.server.issuer, "assertion_audience": "token_endpoint"})
        self.assertEqual(self.audience("--config", config), self.token_endpoint)
        self.assertEqual(self.audience("--config", config, "--assertion-audience", "issuer"), self.server.issuer)

    def test_the_description_says_it_and_the_config_file_and_an_option_win(self):
        provider = self.description(assertion_audience="token_endpoint")
        self.assertEqual(self.audience("--provider", provider), self.token_endpoint)
        self.assertEqual(self.audience("--provider", provider, "--assertion-audience", "issuer"), self.server.issuer)
        config = self.write("tv.json", {"provider": "mine.json", "assertion_audience": "issuer"})
        self.assertEqual(self.audience("--config", config), self.server.issuer)

    def test_without_an_issuer_it_is_the_token_endpoint(self):
        where = ["--token-endpoint", self.token_endpoint]
        where += ["--device-authorization-endpoint", self.server.issuer + "/device_authorization"]
        self.assertEqual(self.audience(*where), self.token_endpoint)

    def test_the_doctor_names_it(self):
        self.server.answers["/token"] = (400, {"error": "authorization_pending"})
        for audience, words in (("issuer", "for the issuer"), ("token_endpoint", "for the token endpoint")):
            more = ["--issuer", self.server.issuer, "--assertion-audience", audience]
            events, _ = self.run_json("doctor", *self.client, *more, code=0)
            findings = {event["check"]: event for event in events if event["event"] == "finding"}
            self.assertIn(words, findings["client_auth"]["detail"])

    def test_another_word_is_a_usage_error(self):
        self.run_json("login", *self.client, "--issuer", self.server.issuer, "--assertion-audience", "both", code=2)
        config = self.write("tv.json", {"issuer": self.server.issuer, "assertion_audience": "both"})
        events, _ = self.run_json("login", *self.client, "--config", config, code=2)
        self.assertIn('"assertion_audience" has to be "issuer" or "token_endpoint"', events[0]["message"])


if __name__ == "__main__":
    run_tests(__doc__)
