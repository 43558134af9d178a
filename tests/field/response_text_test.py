#!/usr/bin/env python3
"""A login at servers that write Latin-1, whatever they say: it costs neither the tokens nor the server's word."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import CODE, TOKENS
from tool import StoreTest, run_tests

BEARER = {name: value for name, value in TOKENS.items() if name != "id_token"}


def latin(document, status=200):
    body = json.dumps(document, ensure_ascii=False).encode("latin-1")
    return (status, body, {"Content-Type": "application/json;charset=ISO-8859-1"})


class Latin(StoreTest):
    def setUp(self):
        super().setUp()
        self.server = self.scripted()

    def test_tokens_beside_a_name_are_stored_and_the_deviation_is_reported(self):
        self.server.answers["/token"] = latin({**BEARER, "name": "Renée"})
        self.assertIn("unreadable_text", self.login()["quirks"])
        self.assertTrue(self.verb("status")["logged_in"])

    def test_a_denial_ends_the_login_at_the_first_poll(self):
        self.server.answers["/token"] = latin({"error": "access_denied", "error_description": "Accès refusé"}, 400)
        error = self.login("--store", "none", code=3)
        self.assertEqual(error["code"], "access_denied")
        self.assertEqual(error["description"], "Acc\ufffds refus\ufffd")
        self.assertEqual(self.server.paths.count("/token"), 1)

    def test_every_response_may_hold_such_a_text(self):
        metadata = {**self.server.metadata(), "userinfo_endpoint": self.server.issuer + "/userinfo", "op_name": "Société"}
        self.server.answers["/.well-known/oauth-authorization-server"] = latin(metadata)
        codes = {**CODE, "verification_uri": self.server.issuer + "/device", "message": "Código"}
        self.server.answers["/device_authorization"] = latin(codes)
        self.server.answers["/userinfo"] = latin({"sub": "ada", "name": "Renée"})
        self.assertEqual(self.login()["event"], "tokens")
        self.assertEqual(self.verb("userinfo")["name"], "Ren\ufffde")

    def test_a_token_is_not_guessed(self):
        self.server.answers["/token"] = latin({**BEARER, "access_token": "at-é"})
        codes = {**CODE, "verification_uri": self.server.issuer + "/device", "expires_in": 3}
        self.server.answers["/device_authorization"] = (200, codes)
        error = self.login("--store", "none", code=4)
        self.assertEqual((error["code"], error["last_failure"]), ("expired_token", "unreadable"))

    def test_a_subject_is_not_guessed(self):
        self.login()
        self.server.answers["/userinfo"] = latin({"sub": "josé"})
        self.assertEqual(self.verb("userinfo", code=5)["code"], "invalid_response")


if __name__ == "__main__":
    run_tests(__doc__)
