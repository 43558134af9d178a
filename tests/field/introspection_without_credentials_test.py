#!/usr/bin/env python3
"""Introspection at an admin port that wants no credentials, and by a public client: only if the user asks for it."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import TOKENS
from tool import ToolTest, run_tests


class Introspection(ToolTest):
    def setUp(self):
        super().setUp()
        self.server = self.provider({"/introspect": (200, {"active": True})})
        self.server.answers["/token"] = (200, {name: value for name, value in TOKENS.items() if name != "id_token"})
        self.where = ["--issuer", self.server.issuer]

    def introspect(self, *arguments, code=0, stdin="a-token"):
        events, _ = self.run_json("introspect", "-", *arguments, stdin=stdin, code=code)
        return events[0]

    def sent(self):
        """The last introspection: its form, and whether it had an Authorization header."""
        headers = [headers for path, headers in self.server.headers if path == "/introspect"][-1]
        return self.server.forms("/introspect")[-1], "Authorization" in headers

    def test_it_is_not_sent_without_being_asked_for(self):
        problem = self.introspect(*self.where, "--client-id", "tv", code=2)
        self.assertIn("--introspection-auth", problem["message"])
        self.assertEqual(self.server.forms("/introspect"), [])

    def test_none_sends_the_token_alone(self):
        self.assertTrue(self.introspect(*self.where, "--client-id", "tv", "--introspection-auth", "none")["active"])
        self.assertEqual(self.sent(), ({"token": "a-token"}, False))

    def test_an_admin_port_needs_neither_issuer_nor_client(self):
        endpoint = self.server.issuer + "/introspect"
        self.introspect("--introspection-endpoint", endpoint, "--introspection-auth", "none")
        self.assertEqual(self.sent(), ({"token": "a-token"}, False))
        self.assertEqual(self.server.paths, ["/introspect"])

    def test_none_leaves_the_clients_own_secret_out(self):
        secret = self.write("secret", "hush")
        self.introspect(*self.where, "--client-id", "tv", "--client-secret-file", secret, "--introspection-auth", "none")
        self.assertEqual(self.sent(), ({"token": "a-token"}, False))

    def test_client_id_sends_the_clients_own_or_the_one_that_is_given(self):
        self.introspect(*self.where, "--client-id", "tv", "--introspection-auth", "client_id")
        self.assertEqual(self.sent(), ({"token": "a-token", "client_id": "tv"}, False))
        self.introspect(*self.where, "--client-id", "tv", "--introspection-auth", "client_id", "--introspection-client-id", "api")
        self.assertEqual(self.sent(), ({"token": "a-token", "client_id": "api"}, False))

    def test_the_stored_token_can_be_asked_about(self):
        where = [*self.where, "--client-id", "tv"]
        self.run_json("login", *where, code=0)
        events, _ = self.run_json("introspect", *where, "--introspection-auth", "client_id", code=0)
        self.assertTrue(events[0]["active"])
        self.assertEqual(self.sent(), ({"token": TOKENS["access_token"], "client_id": "tv"}, False))

    def test_the_config_file_says_it_and_options_win(self):
        account = self.write("account", "admin:secret")
        secret = self.write("secret", "hush")
        none = self.write("none.json", {"issuer": self.server.issuer, "client_id": "tv", "introspection_auth": "none"})
        other = self.write(
            "other.json",
            {"issuer": self.server.issuer, "client_id": "tv", "introspection_client_id": "api", "introspection_secret_file": "secret"},
        )
        by_account = self.write("account.json", {"issuer": self.server.issuer, "client_id": "tv", "introspection_user_file": "account"})
        api = {"token": "a-token", "client_id": "api"}
        for config, options, expected in (
            (none, [], ({"token": "a-token"}, False)),
            (none, ["--introspection-user-file", account], ({"token": "a-token"}, True)),
            (none, ["--introspection-client-id", "api", "--introspection-secret-file", secret], ({"token": "a-token"}, True)),
            (none, ["--introspection-auth", "client_id"], ({"token": "a-token", "client_id": "tv"}, False)),
            (other, [], ({"token": "a-token"}, True)),
            (other, ["--introspection-auth", "none"], ({"token": "a-token"}, False)),
            (other, ["--introspection-auth", "client_id"], (api, False)),
            (by_account, ["--introspection-auth", "none"], ({"token": "a-token"}, False)),
        ):
            with self.subTest(config=config, options=options):
                self.introspect("--config", config, *options)
                self.assertEqual(self.sent(), expected)

    def test_credentials_beside_it_are_a_usage_error(self):
        account = self.write("account", "admin:secret")
        secret = self.write("secret", "hush")
        for options in (
            ["--introspection-auth", "none", "--introspection-user-file", account],
            ["--introspection-auth", "none", "--introspection-client-id", "api"],
            ["--introspection-auth", "client_id", "--introspection-user-file", account],
            ["--introspection-auth", "client_id", "--introspection-client-id", "api", "--introspection-secret-file", secret],
            ["--introspection-auth", "client_id"],
            ["--introspection-auth", "basic"],
        ):
            with self.subTest(options=options):
                self.introspect(*self.where, *options, code=2)
        self.assertEqual(self.server.forms("/introspect"), [])

    def test_an_unknown_word_in_the_config_file_is_named(self):
        config = self.write("tv.json", {"issuer": self.server.issuer, "introspection_auth": "basic"})
        problem = self.introspect("--config", config, code=2)
        self.assertIn('"introspection_auth" has to be "none" or "client_id"', problem["message"])


if __name__ == "__main__":
    run_tests(__doc__)
