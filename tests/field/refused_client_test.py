#!/usr/bin/env python3
"""A server that does not accept how the client authenticates: every verb names the methods that the metadata list, and
the option that changes the method, as the doctor does."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tool import StoreTest, run_tests

METHODS = ["client_secret_jwt", "private_key_jwt"]
LISTED = "client_secret_jwt (not supported here), private_key_jwt"
REFUSED = (401, {"error": "invalid_client"})


class RefusedClient(StoreTest):
    def setUp(self):
        super().setUp()
        self.asker = []
        self.server = self.scripted()
        self.server.answers["/.well-known/oauth-authorization-server"][1]["token_endpoint_auth_methods_supported"] = METHODS
        secret = self.write("secret", "hush")
        self.where += ["--client-secret-file", secret, "--client-auth", "basic"]

    def texts(self, verb, code=5):
        """What a user reads, and what a program does."""
        done = self.run_tool(verb, *self.where, code=code)
        event = self.verbs(verb, code=code)[0][-1]
        self.assertEqual(event["event"], "error")
        return done.stdout + done.stderr, event["message"]

    def plain(self, text):
        return " ".join(text.split())

    def test_login(self):
        for path in ("/device_authorization", "/token"):
            with self.subTest(path=path):
                before = self.server.answers[path]
                self.server.answers[path] = REFUSED
                text, message = self.texts("login")
                self.assertIn("--client-auth", text)
                self.assertIn(LISTED, self.plain(text))
                self.assertIn(LISTED, message)
                self.server.answers[path] = before

    def test_refresh(self):
        self.login()
        self.server.answers["/token"] = REFUSED
        text, message = self.texts("refresh")
        self.assertIn("--client-auth", text)
        self.assertIn(LISTED, message)
        self.assertTrue(self.verb("status")["logged_in"])

    def test_revoke(self):
        self.login()
        self.server.answers["/revoke"] = REFUSED
        text, message = self.texts("revoke")
        self.assertIn("--client-auth", text)
        self.assertIn(LISTED, message)

    def test_introspect(self):
        self.login()
        self.server.answers["/introspect"] = REFUSED
        text, message = self.texts("introspect")
        self.assertIn("--client-auth", text)
        self.assertIn("--introspection-user-file", text)
        self.assertIn(LISTED, message)

    def test_doctor(self):
        self.server.answers["/device_authorization"] = REFUSED
        events, _ = self.verbs("doctor", code=1)
        found = [event for event in events if event.get("check") == "device_authorization"][0]
        self.assertIn(LISTED, found["detail"])
        self.assertIn("--client-auth", found["advice"])

    def test_a_refusal_of_something_else_names_no_method(self):
        self.server.answers["/token"] = (400, {"error": "invalid_scope"})
        text, message = self.texts("login")
        self.assertNotIn("--client-auth", text)
        self.assertNotIn(LISTED, message)


if __name__ == "__main__":
    run_tests(__doc__)
