#!/usr/bin/env python3
"""Stored sign-ins over several runs of the tool: refreshes that need the user, keys that lag behind, sign-outs that
succeed in part, and a second sign-in."""

import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from scripted import TOKENS
from signing import Key
from tool import StoreTest, run_tests

PLAIN = {name: value for name, value in TOKENS.items() if name != "id_token"}


class SignIns(StoreTest):
    def setUp(self):
        super().setUp()
        self.server = self.scripted()

    def refreshes(self):
        return [form["refresh_token"] for form in self.server.forms("/token") if form["grant_type"] == "refresh_token"]

    def revoked(self):
        return [form["token"] for form in self.server.forms("/revoke")]

    def tokens(self, access, refresh, **more):
        self.server.answers["/token"] = (200, {**PLAIN, "access_token": access, "refresh_token": refresh, **more})


class RefusedRefreshes(SignIns):
    def test_that_need_the_user_are_remembered(self):
        answers = [
            (400, {"error": "interaction_required", "error_description": "a second factor is due"}),
            (400, {"error": "login_required"}),
            (400, {"error": "consent_required"}),
            (400, {"error": "account_selection_required"}),
            (401, {"error": "Invalid refresh token."}),
            (401, {"message": "Invalid refresh token.", "status": 401}),
            (401, "Unauthorized", {"Content-Type": "text/plain"}),
            (401, "", {"Content-Type": None}),
            (403, "", {"Content-Type": None}),
            (400, "", {"Content-Type": None}),
        ]
        for answer in answers:
            with self.subTest(answer):
                self.tokens("at-1", "rt-1")
                self.login()
                self.server.answers["/token"] = answer
                sent = len(self.refreshes())
                first = self.verb("refresh", code=5)
                self.assertEqual((first["stage"], first["code"]), ("refresh", "sign_in_needed"))
                self.assertIn("Sign in again.", first["message"])
                again = self.verb("refresh", code=5)
                self.assertEqual(again["message"], first["message"])
                text = self.run_tool("refresh", *self.where, code=5)
                self.assertIn("Sign in again.", text.stdout + text.stderr)
                self.assertEqual(len(self.refreshes()), sent + 1)
                status = self.verb("status")
                self.assertEqual((status["logged_in"], status["sign_in_needed"]), (True, True))
                self.assertTrue(status["has_refresh_token"])
                self.assertIn("Sign in again.", self.run_tool("status", *self.where, code=0).stdout.replace("\n  ", " "))
                self.assertEqual(self.verb("userinfo")["sub"], "ada")  # its access token lives

    def test_are_over_with_a_new_sign_in(self):
        self.login()
        self.server.answers["/token"] = (401, "")
        self.verb("refresh", code=5)
        self.tokens("at-2", "rt-2")
        self.login()
        self.assertFalse(self.verb("status")["sign_in_needed"])
        self.assertEqual(self.verb("refresh")["event"], "tokens")

    def test_of_an_access_token_that_has_ended_send_one_request(self):
        self.tokens("at-1", "rt-1", expires_in=0)
        self.login()
        self.server.answers["/token"] = (400, {"error": "interaction_required"})
        for _ in range(3):
            self.assertEqual(self.verb("userinfo", code=5)["code"], "sign_in_needed")
        self.assertEqual(self.refreshes(), ["rt-1"])
        status = self.verb("status")
        self.assertEqual((status["sign_in_needed"], status["reason"]), (True, "interaction_required"))

    def test_with_the_providers_own_code_end_the_sign_in(self):
        self.tokens("at-1", "rt-1")
        self.login()
        self.server.answers["/token"] = (200, {"error": "bad_refresh_token"})
        self.assertEqual(self.verb("refresh", code=5)["code"], "sign_in_needed")
        self.assertTrue(self.verb("status")["logged_in"])
        content = {"name": "mine", "title": "Mine", "issuer": "https://idp.example.com", "answer": {"ends_sign_in": ["bad_refresh_token"]}}
        self.where += ["--provider", self.write("mine.json", content)]
        self.tokens("at-1", "rt-1")
        self.login()
        self.server.answers["/token"] = (200, {"error": "bad_refresh_token"})
        self.assertEqual(self.verb("refresh", code=5)["code"], "invalid_grant")
        self.assert_nothing_stored()

    def test_without_a_token_type_are_good(self):
        self.tokens("at-1", "rt-1")
        self.login()
        self.server.answers["/token"] = (200, {"access_token": "at-2", "refresh_token": "rt-2"})
        renewed = self.verb("refresh")
        self.assertEqual(renewed["token_type"], "Bearer")
        self.assertIn("token_type_missing", renewed["quirks"])
        self.verb("refresh")
        self.assertEqual(self.refreshes(), ["rt-1", "rt-2"])


class KeysThatLagBehind(SignIns):
    def test_cost_no_sign_in(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        old, new = (Key(folder.name, "ES256", kid) for kid in ("k1", "k2"))
        metadata = self.server.answers["/.well-known/oauth-authorization-server"][1]
        metadata["jwks_uri"] = self.server.issuer + "/jwks"
        self.server.answers["/jwks"] = (200, {"keys": [old.jwk]})

        def issue(key, number, subject="ada"):
            now = int(time.time())
            claims = {"iss": self.server.issuer, "aud": "tv", "sub": subject, "iat": now, "exp": now + 300}
            self.tokens(f"at-{number}", f"rt-{number}", id_token=key.sign(claims))

        issue(old, 1)
        self.login("--scope", "openid")
        issue(new, 2)
        doubtful = self.verb("refresh")
        self.assertIsNone(doubtful["id_token_claims"])
        self.assertIn("can't be checked now", doubtful["id_token_problem"])
        self.assertEqual(self.verb("status")["subject"], "ada")
        issue(new, 3, "eve")
        self.assertEqual(self.verb("refresh", code=5)["code"], "id_token_invalid")
        self.server.answers["/jwks"] = (200, {"keys": [old.jwk, new.jwk]})
        issue(new, 3)
        self.assertEqual(self.verb("refresh")["id_token_claims"]["sub"], "ada")
        self.assertEqual(self.refreshes(), ["rt-1", "rt-2", "rt-2"])


class PartialSignOuts(SignIns):
    def revocations(self, *answers):
        left = list(answers)
        self.server.answers["/revoke"] = lambda: left.pop(0) if len(left) > 1 else left[0]

    def test_a_400_for_the_access_token_is_done_with_a_remark(self):
        for verb in ("revoke", "logout"):
            self.login()
            self.revocations((200, ""), (400, {"error": "invalid_request"}))
            events, _ = self.verbs(verb)
            self.assertEqual(events[1], {"event": "revoked", "what": "access_token", "done": True, "code": "invalid_request"})
            self.assert_nothing_stored()
        self.login()
        self.revocations((200, ""), (400, {"error": "invalid_request"}))
        text = self.run_tool("revoke", *self.where, code=0).stdout
        self.assertIn("The access token is no longer valid", text)

    def test_what_is_revoked_is_saved(self):
        self.login()
        self.revocations((200, ""), (503, "busy"))
        self.verbs("revoke", code=5)
        status = self.verb("status", code=1)
        self.assertEqual((status["logged_in"], status["has_refresh_token"], status["reason"]), (False, False, "revoked"))
        self.assertIn("revoke", self.run_tool("status", *self.where, code=1).stdout)
        self.assertEqual(self.verb("userinfo", code=5)["code"], "sign_in_needed")
        self.assertEqual(self.verb("refresh", code=5)["code"], "sign_in_needed")
        self.revocations((400, {"error": "invalid_request"}))
        self.verbs("revoke")
        self.assertEqual(self.revoked().count(TOKENS["refresh_token"]), 1)
        self.assert_nothing_stored()

    # As on a read-only file system: the lock can't be made.
    def test_a_store_that_cant_be_locked_keeps_no_token_alive(self):
        for verb in ("logout", "revoke"):
            self.login()
            sent = len(self.revoked())
            path = self.record()
            os.remove(path + ".lock")
            os.mkdir(path + ".lock")
            events, _ = self.verbs(verb, code=2)
            self.assertEqual(self.revoked()[sent:], [TOKENS["refresh_token"], TOKENS["access_token"]])
            self.assertEqual([event.get("done") for event in events[:2]], [True, True])
            self.assertEqual((events[-1]["event"], events[-1]["code"]), ("error", "store_io"))
            self.assertTrue(os.path.exists(path))
            text = self.run_tool(verb, *self.where, code=2)
            self.assertIn("revoked", text.stdout)
            self.assertIn("Could not lock the stored login", text.stdout + text.stderr)
            os.rmdir(path + ".lock")
            self.verbs("logout")


class SecondSignIns(SignIns):
    def test_what_was_replaced_is_reported(self):
        self.tokens("at-1", "rt-1")
        self.login()
        self.tokens("at-2", "rt-2")
        events, _ = self.verbs("login")
        self.assertEqual([event["event"] for event in events], ["prompt", "replaced", "tokens"])
        self.assertEqual(events[1], {"event": "replaced", "subject": None, "other_user": False, "revoked": False})
        self.assertEqual(self.revoked(), [])
        self.tokens("at-3", "rt-3")
        self.assertIn("This replaces the earlier sign-in", self.run_tool("login", *self.where, code=0).stdout)

    def test_of_another_user_revokes_the_first(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        key = Key(folder.name, "ES256", "k1")
        self.server.answers["/.well-known/oauth-authorization-server"][1]["jwks_uri"] = self.server.issuer + "/jwks"
        self.server.answers["/jwks"] = (200, {"keys": [key.jwk]})
        for number, subject in enumerate(("ada", "eve", "eve")):
            now = int(time.time())
            claims = {"iss": self.server.issuer, "aud": "tv", "sub": subject, "iat": now, "exp": now + 300}
            self.tokens(f"at-{number}", f"rt-{number}", id_token=key.sign(claims))
            events, _ = self.verbs("login", "--scope", "openid")
            replaced = [event for event in events if event["event"] == "replaced"]
            expected = [
                [],
                [{"event": "replaced", "subject": "ada", "other_user": True, "revoked": True}],
                [{"event": "replaced", "subject": "eve", "other_user": False, "revoked": False}],
            ]
            self.assertEqual(replaced, expected[number])
        self.assertEqual(self.revoked(), ["rt-0"])
        self.assertEqual(self.verb("status")["subject"], "eve")


class TheSameTokensTwice(SignIns):
    """As WSO2 Identity Server does it, which a revocation would sign out."""

    def test_a_second_login_replaces_nothing(self):
        self.login()
        events, _ = self.verbs("login")
        self.assertEqual([event["event"] for event in events], ["prompt", "tokens"])
        self.assertEqual(self.revoked(), [])
        self.verb("refresh")

    def test_a_refused_id_token_revokes_nothing(self):
        self.login()
        unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."
        self.server.answers["/token"] = (200, {**PLAIN, "id_token": unsigned})
        self.assertEqual(self.login(code=5)["code"], "algorithm_not_allowed")
        self.assertEqual(self.revoked(), [])
        self.tokens("at-2", "rt-2", id_token=unsigned)
        self.login(code=5)
        self.assertEqual(self.revoked(), ["rt-2"])

    def test_the_doctor_revokes_nothing_of_them(self):
        self.login()
        self.run_tool("doctor", *self.where)
        self.assertEqual(self.revoked(), [])
        self.assertTrue(self.verb("status")["logged_in"])
        self.tokens("at-2", "rt-2")
        self.run_tool("doctor", *self.where)
        self.assertEqual(self.revoked(), ["rt-2", "at-2"])


if __name__ == "__main__":
    run_tests(__doc__)
