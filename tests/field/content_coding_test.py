#!/usr/bin/env python3
"""Servers and CDNs that compress whatever the client asked for, and some that do it wrongly."""

import gzip
import json
import pathlib
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import CODE, TOKENS
from tool import StoreTest, run_tests

METADATA = "/.well-known/oauth-authorization-server"
CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,  # RFC 9110 section 8.4.1.2: with the zlib header
    "x-gzip": gzip.compress,
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
}
BEARER = {name: value for name, value in TOKENS.items() if name != "id_token"}


def packed(body, coding="gzip", data=None):
    """An answer in that coding; `data` in the place of what the coding makes of it."""
    plain = json.dumps(body).encode()
    return (200, CODINGS[coding](plain) if data is None else data, {"Content-Encoding": coding})


class ContentCoding(StoreTest):
    def setUp(self):
        super().setUp()
        self.server = self.scripted()
        self.codes = {**CODE, "verification_uri": self.server.issuer + "/device"}

    def problem(self, code):
        events, _ = self.run_json("login", *self.where, "--store", "none", code=code)
        return events[-1]

    def test_every_response_may_be_compressed(self):
        documents = {METADATA: self.server.metadata(), "/device_authorization": self.codes, "/token": BEARER}
        documents["/userinfo"] = {"sub": "ada", "name": "Ada"}
        documents[METADATA]["userinfo_endpoint"] = self.server.issuer + "/userinfo"
        for coding in CODINGS:
            with self.subTest(coding=coding):
                for path, body in documents.items():
                    self.server.answers[path] = packed(body, coding)
                self.assertEqual(self.login()["event"], "tokens")
                self.assertEqual(self.verb("userinfo")["sub"], "ada")

    def test_it_is_said_which_codings_are_understood(self):
        self.login("--store", "none")
        asked = [headers.get("Accept-Encoding") for _, headers in self.server.headers]
        self.assertEqual(set(asked), {"gzip, deflate"})

    def test_a_refusal_is_read_as_well(self):
        self.server.answers["/token"] = (400, gzip.compress(b'{"error":"access_denied"}'), {"Content-Encoding": "gzip"})
        self.assertEqual(self.problem(3)["code"], "access_denied")

    def test_what_unpacks_to_more_than_the_limit_is_refused(self):
        bomb = gzip.compress(b'{"a":"' + b"x" * (64 << 20) + b'"}')
        self.server.answers["/device_authorization"] = packed(None, data=bomb)
        self.assertEqual(self.problem(5)["code"], "response_too_large")
        twice = packed(None, "gzip, gzip", gzip.compress(bomb))
        self.server.answers["/device_authorization"] = twice
        self.assertEqual(self.problem(5)["code"], "response_too_large")

    def test_an_unknown_coding_is_named(self):
        self.server.answers["/device_authorization"] = (200, b"\x01\x02", {"Content-Encoding": "exi"})
        error = self.problem(5)
        self.assertEqual((error["code"], error["stage"]), ("invalid_response", "device_authorization"))
        self.assertIn('"exi"', error["message"])

    def test_a_damaged_body_is_one_that_cant_be_read(self):
        for damaged in (b"\x1f\x8b\x08\x00garbage", gzip.compress(json.dumps(self.codes).encode())[:-30]):
            self.server.answers["/device_authorization"] = packed(None, data=damaged)
            self.assertEqual(self.problem(5)["code"], "invalid_response")

    def test_while_polling_it_passes(self):
        answers = [(200, b"\x01", {"Content-Encoding": "exi"}), packed(BEARER)]
        self.server.answers["/token"] = lambda: answers.pop(0) if len(answers) > 1 else answers[0]
        events, _ = self.verbs("login", "--store", "none")
        self.assertEqual([event["event"] for event in events], ["prompt", "poll", "tokens"])
        self.assertEqual(events[1]["result"], "retry")

    # RFC 7009 section 2.2: the status alone says that the token is revoked.
    def test_a_revocation_counts_whatever_its_body_is(self):
        self.login()
        self.server.answers["/revoke"] = (200, b"\x01", {"Content-Encoding": "exi"})
        events, _ = self.verbs("logout")
        self.assertEqual(events[-1]["event"], "logged_out")


if __name__ == "__main__":
    run_tests(__doc__)
