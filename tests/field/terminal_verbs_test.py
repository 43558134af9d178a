#!/usr/bin/env python3
"""One option list for all verbs, a token for scripts (src-cli 1275), a list of what is stored, several accounts, and
events that fit their schema."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from scripted import PATIENCE, TOKENS
from tool import EVENTS, StoreTest, read_events, run_tests

PLAIN = {name: value for name, value in TOKENS.items() if name != "id_token"}
VERBS = ("login", "status", "token", "refresh", "userinfo", "introspect", "revoke", "logout", "discover", "doctor")


class Verbs(StoreTest):
    def setUp(self):
        super().setUp()
        self.server = self.scripted()

    def tokens(self, access, refresh="rt", **more):
        self.server.answers["/token"] = (200, {**PLAIN, "access_token": access, "refresh_token": refresh, **more})

    def refreshes(self):
        return [form["refresh_token"] for form in self.server.forms("/token") if form["grant_type"] == "refresh_token"]


class OneOptionList(Verbs):
    def test_serves_every_verb(self):
        self.server.answers["/introspect"] = (200, {"active": True})
        options = [
            *self.where,
            *("--userinfo-endpoint", self.server.issuer + "/userinfo"),
            *("--introspection-endpoint", self.server.issuer + "/introspect"),
            *("--revocation-endpoint", self.server.issuer + "/revoke"),
            *("--client-auth", "none", "--scope", "tv", "--param", "x=1", "--resource", "https://api.example.com", "--pkce"),
            *("--store", self.store, "--account", "ada", "--introspection-auth", "client_id"),
            *("--trace", os.path.join(self.folder, "trace.jsonl"), "--timeout", "20", "--json"),
        ]
        for verb in ("login", "status", "token", "refresh", "userinfo", "introspect", "discover", "providers", "revoke"):
            with self.subTest(verb):
                self.run_tool(verb, *options, code=0)
        self.run_tool("logout", *options, code=0)
        self.run_tool("replay", os.path.join(self.folder, "trace.jsonl"), *options[: options.index("--trace")], code=0)

    def test_is_in_the_manual_and_in_the_page_and_completed(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        manual = (root / "demo/terminal/deviceflow.1").read_text().replace("\\-", "-")
        page = (root / "sdk/docs/terminal.md").read_text()
        help_text = self.run_tool("--help", code=0).stdout
        verbs = re.findall(r"^  ([a-z]+) ", help_text.split("Subcommands:")[1].split("\n\n")[0], re.M)
        self.assertIn("token", verbs)
        for verb in verbs:
            with self.subTest(verb):
                self.assertRegex(manual, rf"(?m)^\.BI? ?R? {verb}\b")
                self.assertIn(f"`{verb}`", page)
                if verb == "sandbox":
                    continue
                for option in re.findall(r"^ +(?:-h,)?(--[a-z-]+)", self.run_tool(verb, "--help", code=0).stdout, re.M):
                    self.assertIn(option, manual)
                    self.assertIn(f"`{option}", page)


class UsableTokens(Verbs):
    def test_are_printed_without_a_request_while_they_are_valid(self):
        self.tokens("at-1")
        self.login()
        self.server.paths.clear()
        self.assertEqual(self.run_tool("token", *self.where, code=0).stdout, "at-1\n")
        self.assertEqual(self.run_tool("token", *self.where, "--format", "env", code=0).stdout, "DEVICEFLOW_ACCESS_TOKEN=at-1\n")
        self.assertEqual(self.run_tool("token", *self.where, "--format", "header", code=0).stdout, "Authorization: Bearer at-1\n")
        event = self.verb("token")
        self.assertEqual((event["event"], event["access_token"], event["token_type"]), ("token", "at-1", "Bearer"))
        self.assertAlmostEqual(event["expires_in"], 3600, delta=30)
        self.assertEqual(self.server.paths, [])

    def test_are_renewed_once_that_is_due(self):
        self.tokens("at-1", "rt-1", expires_in=0)
        self.login()
        self.tokens("at-2", "rt-2")
        self.assertEqual(self.run_tool("token", *self.where, code=0).stdout, "at-2\n")
        self.assertEqual(self.run_tool("token", *self.where, code=0).stdout, "at-2\n")
        self.assertEqual(self.refreshes(), ["rt-1"])

    def test_of_odd_characters_are_no_second_variable_and_no_second_header(self):
        self.tokens("a b'$(id)")
        self.login()
        line = self.run_tool("token", *self.where, "--format", "env", code=0).stdout
        self.assertEqual(shlex.split(line), ["DEVICEFLOW_ACCESS_TOKEN=a b'$(id)"])

    def test_in_a_loop_do_not_hammer_a_server_in_trouble(self):
        for trouble in ((503, ""), (401, {"error": "invalid_client"})):
            with self.subTest(trouble):
                self.tokens("at-1", "rt-1", expires_in=0)
                self.login()
                self.server.answers["/token"] = trouble
                sent = len(self.refreshes())
                begin = time.monotonic()
                errors = [self.verb("token", code=5) for _ in range(6)]
                elapsed = time.monotonic() - begin
                # One request at once, and one more after each wait of 2, 4, 8 s; the record counts in whole seconds.
                allowed = 1 + sum(elapsed >= end for end in (1, 4, 11))
                self.assertLessEqual(len(self.refreshes()) - sent, allowed)
                self.assertEqual(len({json.dumps(error) for error in errors}), 1)

    def test_need_a_sign_in(self):
        self.assertEqual(self.verb("token", code=1)["code"], "not_stored")
        self.assertEqual(self.run_tool("token", *self.where, code=1).stdout, "")


class StoredSignIns(Verbs):
    def listed(self, *options, code=0):
        events, _ = self.run_json("status", *options, code=code)
        return events

    def test_are_all_listed_without_options(self):
        nothing = self.listed(code=1)
        self.assertEqual([(event["logged_in"], event["client_id"]) for event in nothing], [(False, None)])
        self.assertIn("nothing is stored", self.run_tool("status", code=1).stdout)
        self.tokens("at-1")
        self.login()
        self.login("--account", "work")
        self.where[-1] = "radio"
        self.login()
        self.server.paths.clear()
        found = [(event["client_id"], event["account"], event["issuer"], event["logged_in"]) for event in self.listed()]
        issuer = self.server.issuer
        self.assertEqual(found, [("radio", "", issuer, True), ("tv", "", issuer, True), ("tv", "work", issuer, True)])
        self.assertEqual([event["account"] for event in self.listed("--account", "work")], ["work"])
        self.assertEqual([event["account"] for event in self.listed("--client-id", "tv")], ["", "work"])
        self.listed("--client-id", "other", code=1)
        text = self.run_tool("status", code=0).stdout
        self.assertEqual(text.count(f"Stored in {self.store}."), 1)
        self.assertEqual(text.count("not encrypted"), 1)
        self.assertIn("account work", text)
        self.assertNotIn("at-1", text)
        self.assertEqual(self.server.paths, [])

    def test_that_cannot_be_read_do_not_hide_the_others(self):
        self.login()
        damaged = self.record()
        self.where[-1] = "radio"
        self.login()
        with open(damaged, "w", encoding="utf-8") as file:
            file.write("{")
        events = self.listed(code=2)
        self.assertEqual([event["event"] for event in events], ["status", "error"])
        self.assertEqual((events[0]["client_id"], events[1]["code"]), ("radio", "store_damaged"))

    def test_of_two_accounts_keep_apart(self):
        self.tokens("at-ada", "rt-ada")
        self.login("--account", "ada")
        self.tokens("at-bob", "rt-bob")
        events, _ = self.verbs("login", "--account", "bob")
        self.assertNotIn("replaced", [event["event"] for event in events])
        self.assertEqual(self.verb("token", "--account", "ada")["access_token"], "at-ada")
        self.assertEqual(self.verb("token", "--account", "bob")["access_token"], "at-bob")
        self.assertEqual(self.verb("status", code=1)["logged_in"], False)
        self.verbs("logout", "--account", "ada")
        self.assertEqual(self.verb("status", "--account", "ada", code=1)["account"], "ada")
        self.assertTrue(self.verb("status", "--account", "bob")["logged_in"])
        config = self.write("tv.json", {"issuer": self.server.issuer, "client_id": "tv", "account": "bob"})
        self.assertEqual(self.run_tool("token", "--config", config, code=0).stdout, "at-bob\n")

    def test_say_once_that_the_store_is_not_encrypted(self):
        first = self.run_tool("login", *self.where, code=0).stdout
        self.assertIn(f"Stored in {self.store}. It is not encrypted", first)
        for verb in ("login", "refresh"):
            again = self.run_tool(verb, *self.where, code=0).stdout
            self.assertIn(f"Stored in {self.store}.\n", again)
        self.where[-1] = "radio"
        self.assertNotIn("encrypted", self.run_tool("login", *self.where, code=0).stdout)


class UsageErrors(Verbs):
    def problem(self, *arguments):
        events, _ = self.run_json(*arguments, code=2)
        (event,) = events
        return event["message"] if event["event"] == "error" else event["detail"]

    def test_name_the_provider_that_a_client_needs(self):
        for option in (["--client-id", "x"], ["--client-secret-file", self.write("s", "s")]):
            message = self.problem("login", *option)
            self.assertIn("--issuer", message)
            self.assertIn("--provider", message)

    def test_name_the_client(self):
        for verb in ("login", "token"):
            self.assertIn("--client-id", self.problem(verb, "--issuer", self.server.issuer))

    def test_guess_what_was_meant(self):
        self.assertIn('Did you mean "token"?', self.problem("tokn"))
        self.assertIn("Did you mean --client-id?", self.problem("login", "--clinet-id=x"))

    def test_suggest_the_scheme_of_an_issuer(self):
        for verb in VERBS:
            with self.subTest(verb):
                events, _ = self.run_json(verb, "--issuer", "idp.example.com", "--client-id", "x", code=2)
                self.assertIn("https://idp.example.com?", json.dumps(events))
        self.assertIn("http://localhost:8080?", self.problem("login", "--issuer", "localhost:8080", "--client-id", "x"))

    def test_do_not_come_from_the_address_of_the_metadata(self):
        self.login()
        for document in ("openid-configuration", "oauth-authorization-server"):
            address = f"{self.server.issuer}/.well-known/{document}"
            events, _ = self.run_json("discover", "--issuer", address, code=0)
            self.assertEqual(events[0]["issuer"], self.server.issuer)
            events, _ = self.run_json("status", "--issuer", address, "--client-id", "tv", code=0)
            self.assertTrue(events[0]["logged_in"])
        for address, issuer in (
            ("https://a.test/realms/x/.well-known/openid-configuration", "https://a.test/realms/x"),
            ("https://a.test/.well-known/oauth-authorization-server/realms/x", "https://a.test/realms/x"),
        ):
            events, _ = self.run_json("status", "--issuer", address, "--client-id", "tv", code=1)
            self.assertEqual(events[0]["issuer"], issuer)


class Events(Verbs):
    def test_of_every_verb_are_described(self):
        seen = {}
        self.server.answers["/introspect"] = (200, {"active": True, "scope": "tv"})

        def run(*arguments, code=0):
            events, _ = self.run_json(*arguments, code=code)
            for event in events:
                seen.setdefault(event["event"], set()).update(event)

        trace = os.path.join(self.folder, "trace.jsonl")
        polls = iter(
            [
                (400, {"error": "authorization_pending"}),
                (503, ""),
                (200, {**PLAIN, "access_token": "at-1", "refresh_token": "rt-1"}),
            ]
        )
        self.server.answers["/token"] = lambda: next(polls)
        run("login", *self.where, "--show-tokens", "--trace", trace)
        self.tokens("at-2", "rt-2")
        run("login", *self.where)
        for verb in ("status", "token", "refresh", "userinfo", "discover"):
            run(verb, *self.where)
        run("introspect", *self.where, "--introspection-auth", "client_id")
        run("revoke", *self.where)
        run("login", *self.where)
        run("logout", *self.where)
        run("status", *self.where, code=1)
        run("providers")
        run("replay", trace)
        run("doctor", "--timeout", "20")
        run("frobnicate", code=2)
        sandbox = subprocess.Popen([self.tool, "sandbox", "--json"], stdout=subprocess.PIPE, text=True, env=self.environment())
        self.addCleanup(sandbox.stdout.close)
        self.addCleanup(sandbox.wait, PATIENCE)
        self.addCleanup(sandbox.terminate)
        (event,) = read_events(sandbox.stdout.readline())
        seen[event["event"]] = set(event)
        kinds = {name for name, kind in EVENTS["$defs"].items() if kind.get("properties", {}).get("event")}
        self.assertEqual(kinds - set(seen), {"drift", "violation"})  # only where something is wrong
        for name, members in seen.items():
            if name not in ("userinfo", "introspection"):  # those have the server's members
                self.assertEqual(members - set(EVENTS["$defs"][name]["properties"]), set(), name)

    def test_that_are_wrong_do_not_fit(self):
        good = {"event": "poll", "attempt": 1, "result": "slow_down", "next_in": 5}
        read_events(json.dumps(good))
        for wrong in ({"attempt": 0}, {"result": "retry"}, {"next_in": "5"}, {"event": "pole"}):
            with self.assertRaises(AssertionError):
                read_events(json.dumps({**good, **wrong}))


if __name__ == "__main__":
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        print("NOT RUN: python3-jsonschema is not installed")
        sys.exit(77)
    run_tests(__doc__)
