#!/usr/bin/env python3
"""Signed tokens through the terminal tool: algorithms, subjects, signed UserInfo, and OpenSSL's configuration."""

import os
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from scripted import TOKENS  # noqa: E402
from signing import Key  # noqa: E402
from tool import StoreTest, run_tests  # noqa: E402

BROKEN_CONFIGURATIONS = {
    "no algorithms": """
openssl_conf = init
[init]
providers = providers
[providers]
null = null_section
[null_section]
activate = 1
""",
    "only what is not there": """
openssl_conf = init
[init]
alg_section = algorithms
[algorithms]
default_properties = fips=yes
""",
}


class SignedTokens(StoreTest):
    def setUp(self):
        super().setUp()
        self.keys = os.path.join(self.folder, "keys")
        os.mkdir(self.keys)
        self.key = Key(self.keys, "RS256")
        self.server = self.scripted()
        metadata = self.server.answers["/.well-known/oauth-authorization-server"][1]
        metadata["jwks_uri"] = self.server.issuer + "/jwks"
        self.publish(self.key)
        self.hand_out(self.key)

    def publish(self, *keys):
        self.server.answers["/jwks"] = (200, {"keys": [key.jwk for key in keys]})

    def claims(self, **changes):
        now = int(time.time())
        return {"iss": self.server.issuer, "aud": "tv", "sub": "u1", "iat": now, "exp": now + 300, **changes}

    def hand_out(self, key, **claims):
        tokens = {name: value for name, value in TOKENS.items() if name != "id_token"}
        self.server.answers["/token"] = (200, {**tokens, "scope": "openid", "id_token": key.sign(self.claims(**claims))})

    def user_info(self, token, kind="application/jwt"):
        self.server.answers["/userinfo"] = (200, token, {"Content-Type": kind})

    def sign_in(self, code=0, **environment):
        events, _ = self.verbs("login", "--scope", "openid", code=code, **environment)
        return events[-1]

    # --- ID tokens ---

    def test_registered_algorithms_sign_in(self):
        for algorithm in ("RS512", "PS384", "ES512", "EdDSA"):
            with self.subTest(algorithm):
                key = Key(self.keys, algorithm)
                self.publish(key)
                self.hand_out(key)
                self.assertEqual(self.sign_in()["id_token_claims"]["sub"], "u1")

    def test_a_foreign_key_does_not(self):
        for algorithm in ("RS512", "ES512"):
            with self.subTest(algorithm):
                self.publish(Key(self.keys, algorithm))
                self.hand_out(Key(self.keys, algorithm))
                error = self.sign_in(code=5)
                self.assertEqual(error["code"], "id_token_invalid")
        self.assert_nothing_stored()

    def test_a_user_name_is_a_subject(self):
        self.hand_out(self.key, sub="josé")
        self.assertEqual(self.sign_in()["id_token_claims"]["sub"], "josé")
        self.assertEqual(self.verb("status")["subject"], "josé")
        self.user_info({"sub": "josé"}, "application/json")
        self.assertEqual(self.verb("userinfo")["sub"], "josé")
        self.assertEqual(self.verb("refresh")["event"], "tokens")

    def test_control_characters_in_a_subject_do_not_reach_the_terminal(self):
        self.hand_out(self.key, sub="a\x1b[2J\x07\x00\u202eb")
        events, done = self.run_json("login", *self.where, "--scope", "openid", code=0)
        self.assertEqual(events[-1]["id_token_claims"]["sub"], "a\x1b[2J\x07\x00\u202eb")
        self.assertEqual(self.verb("status")["subject"], "a\x1b[2J\x07\x00\u202eb")
        plain = self.run_tool("status", *self.where, code=0)
        for text in (done.stdout, plain.stdout, plain.stderr):
            self.assertFalse(set(text) & set("\x1b\x07\x00\u202e"), text)

    def test_a_token_that_is_not_valid_yet_is_refused(self):
        self.hand_out(self.key, nbf=time.time() + 3600)
        error = self.sign_in(code=5)
        self.assertEqual(error["code"], "id_token_invalid")
        self.assertIn("not valid yet", error["message"])

    # --- Signed UserInfo ---

    def test_signed_user_info_is_verified_and_shown(self):
        self.sign_in()
        self.user_info(self.key.sign({"iss": self.server.issuer, "aud": "tv", "sub": "u1", "email": "anna@example.com"}))
        self.assertEqual(self.verb("userinfo")["email"], "anna@example.com")
        plain = self.run_tool("userinfo", *self.where, code=0)
        self.assertIn("anna@example.com", plain.stdout)

    def test_signed_user_info_that_breaks_a_rule_is_refused(self):
        self.sign_in()
        stranger = Key(self.keys, "RS256")
        good = {"iss": self.server.issuer, "aud": "tv", "sub": "u1", "email": "anna@example.com"}
        for name, token, code in (
            ("a stranger's", stranger.sign(good), "userinfo_invalid"),
            ("another issuer's", self.key.sign({**good, "iss": "https://evil.example.com"}), "userinfo_invalid"),
            ("another person's", self.key.sign({**good, "sub": "u2"}), "subject_mismatch"),
            ("unsigned", self.key.sign(good, alg="none"), "algorithm_not_allowed"),
            ("HMAC", self.key.sign(good, alg="HS256"), "algorithm_not_allowed"),
        ):
            with self.subTest(name):
                self.user_info(token)
                events, done = self.verbs("userinfo", code=5)
                self.assertEqual([event["code"] for event in events], [code])
                self.assertNotIn("anna@", done.stdout + done.stderr)

    def test_signed_user_info_without_keys_is_no_alarm_and_not_shown(self):
        self.sign_in()
        self.server.answers["/jwks"] = (503, "busy")
        self.user_info(self.key.sign({"sub": "u1"}))
        self.assertEqual(self.verb("userinfo", code=5)["code"], "invalid_response")

    # --- OpenSSL's configuration ---

    def test_openssl_conf_changes_nothing(self):
        for name, text in BROKEN_CONFIGURATIONS.items():
            with self.subTest(name):
                path = self.write("openssl.cnf", text)
                self.hand_out(self.key)
                self.assertIn("id_token_claims", self.sign_in(OPENSSL_CONF=path))
                events, _ = self.verbs("status", OPENSSL_CONF=path)
                self.assertEqual(events[-1]["subject"], "u1")
                self.user_info(self.key.sign({"sub": "u1", "email": "anna@example.com"}))
                events, _ = self.verbs("userinfo", OPENSSL_CONF=path)
                self.assertEqual(events[-1]["email"], "anna@example.com")
                # A forged token is still found out.
                self.hand_out(Key(self.keys, "RS256"))
                self.assertEqual(self.sign_in(code=5, OPENSSL_CONF=path)["code"], "id_token_invalid")


if __name__ == "__main__":
    run_tests(__doc__)
