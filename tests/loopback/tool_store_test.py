#!/usr/bin/env python3
"""The terminal tool's verbs around a stored login: status, refresh, userinfo, introspect, revoke and logout.

Runs against the sandbox as a server of its own, and against small servers that misbehave.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import PATIENCE, SENTINELS, TOKENS, unused_port
from tool import STORED_VERBS, StoreTest, run_tests, wait_until


def encoded(data):
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def header_of(jwt):
    part = jwt.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class IdTokens(StoreTest):
    def setUp(self):
        super().setUp()
        self.openssl = shutil.which("openssl")
        if self.openssl is None:
            self.skipTest("NOT RUN: no openssl to sign ID tokens with")
        self.key = os.path.join(self.folder, "issuer.pem")
        self.run_openssl("genrsa", "-out", self.key, "2048")
        modulus = self.run_openssl("rsa", "-in", self.key, "-noout", "-modulus").decode().strip().split("=")[1]
        self.keys = {"keys": [{"kty": "RSA", "n": encoded(bytes.fromhex(modulus)), "e": "AQAB"}]}
        self.server = self.scripted()
        metadata = self.server.answers["/.well-known/oauth-authorization-server"][1]
        metadata["jwks_uri"] = self.server.issuer + "/jwks"
        self.server.answers["/jwks"] = (200, self.keys)

    def run_openssl(self, *arguments, data=b""):
        return subprocess.run([self.openssl, *arguments], input=data, check=True, capture_output=True).stdout

    def issue(self, subject):
        now = int(time.time())
        claims = {"iss": self.server.issuer, "sub": subject, "aud": "tv", "iat": now, "exp": now + 600}
        text = encoded({"alg": "RS256"}) + "." + encoded(claims)
        token = text + "." + encoded(self.run_openssl("dgst", "-sha256", "-sign", self.key, data=text.encode()))
        self.server.answers["/token"] = (200, {**TOKENS, "id_token": token})

    def test_say_who_signed_in(self):
        self.issue("ada")
        tokens = self.login("--scope", "openid")
        self.assertEqual(tokens["id_token_claims"]["sub"], "ada")
        self.assertEqual(self.verb("status")["subject"], "ada")
        self.assertEqual(self.verb("refresh")["id_token_claims"]["sub"], "ada")
        self.assertEqual(self.verb("userinfo")["sub"], "ada")

    def test_of_somebody_else_are_an_alarm(self):
        self.issue("ada")
        self.login("--scope", "openid")
        self.server.answers["/userinfo"] = (200, {"sub": "eve"})
        self.assertEqual(self.verb("userinfo", code=5)["code"], "subject_mismatch")
        self.issue("eve")
        self.assertEqual(self.verb("refresh", code=5)["code"], "id_token_invalid")
        self.assertEqual(self.verb("status")["subject"], "ada")


class AtTheSandbox(StoreTest):
    def test_a_login_from_its_beginning_to_its_end(self):
        self.sandbox()
        tokens = self.login("--scope", "openid profile")
        self.assertEqual((tokens["event"], tokens["store"]), ("tokens", self.store))
        status = self.verb("status")
        self.assertEqual((status["event"], status["logged_in"]), ("status", True))
        self.assertEqual((status["issuer"], status["client_id"]), (self.where[1], "demo-tv"))
        self.assertEqual((status["scope"], status["has_refresh_token"]), ("openid profile", True))
        self.assertEqual(status["store"], self.store)
        self.assertTrue(3500 < status["expires_in"] <= 3600)
        renewed = self.verb("refresh")
        self.assertEqual((renewed["event"], renewed["scope"]), ("tokens", "openid profile"))
        self.assertTrue(renewed["has_refresh_token"])
        userinfo = self.verb("userinfo")
        self.assertEqual(userinfo["event"], "userinfo")
        self.assertTrue(userinfo["sub"])
        self.assertTrue(self.verb("introspect")["active"])
        revoked, _ = self.verbs("revoke")
        self.assertEqual(
            revoked,
            [{"event": "revoked", "what": what, "done": True} for what in ("refresh_token", "access_token")],
        )
        self.assert_nothing_stored()

    def test_a_logout_revokes_and_forgets(self):
        self.sandbox()
        tokens = self.login("--show-tokens")
        events, _ = self.verbs("logout")
        self.assertEqual([event["event"] for event in events], ["revoked", "revoked", "logged_out"])
        self.assertTrue(all(event["done"] for event in events[:2]))
        done = self.run_tool("introspect", "-", *self.where, *self.asker, "--json", stdin=tokens["access_token"], code=1)
        self.assertFalse(json.loads(done.stdout)["active"])
        self.assert_nothing_stored()

    def test_a_refresh_token_is_used_once_by_two_tools(self):
        self.sandbox(refresh_answers=[{"request": 1, "delay": 2}])
        before = self.login("--show-tokens")
        both = [self.start("refresh", *self.where, "--json", "--show-tokens") for _ in range(2)]
        answers = []
        for process in both:
            out, err = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 0, out + err)
            answers.append(json.loads(out))
        self.assertEqual(answers[0]["access_token"], answers[1]["access_token"])
        self.assertNotEqual(answers[0]["access_token"], before["access_token"])
        self.assertTrue(self.verb("introspect")["active"])
        self.verb("refresh")

    def test_an_access_token_that_has_ended_is_renewed_for_userinfo(self):
        self.sandbox(access_token_life=1)
        before = self.login("--show-tokens", "--scope", "openid")
        wait_until(lambda: self.verb("status")["expires_in"] == 0)
        self.assertEqual(self.verb("userinfo")["event"], "userinfo")
        with open(self.record(), encoding="utf-8") as file:
            self.assertNotIn(before["access_token"], file.read())

    def test_1_for_a_token_that_is_not_active_any_more(self):
        self.sandbox(access_token_life=1)
        self.login()
        wait_until(lambda: self.run_tool("introspect", *self.where, *self.asker).returncode != 0)
        self.assertFalse(self.verb("introspect", code=1)["active"])

    def test_pkce_where_the_provider_asks_for_it(self):
        self.sandbox(pkce="required")
        self.login(code=5)
        self.login("--pkce")

    def test_5_for_a_refresh_that_is_refused_and_1_from_then_on(self):
        self.sandbox(refresh_answers=[{"request": 1, "error": "invalid_grant"}])
        self.login()
        error = self.verb("refresh", code=5)
        self.assertEqual((error["stage"], error["code"]), ("refresh", "invalid_grant"))
        self.assertEqual(self.verb("refresh", code=1)["code"], "not_stored")

    def test_5_without_a_refresh_token(self):
        self.sandbox(refresh_token="never")
        self.assertFalse(self.login()["has_refresh_token"])
        self.assertEqual(self.verb("refresh", code=5)["code"], "sign_in_needed")
        self.assertTrue(self.verb("status")["logged_in"])

    def test_a_refresh_whose_answer_is_lost_can_be_tried_again(self):
        self.sandbox(refresh_answers=[{"request": 1, "hang_up": True}])
        self.login()
        self.verb("refresh", code=6)
        self.assertEqual(self.verb("refresh")["event"], "tokens")


class ExitCodes(StoreTest):
    def test_1_where_nothing_is_stored(self):
        self.scripted()
        self.assert_nothing_stored()
        for verb in ("refresh", "revoke", "userinfo", "introspect"):
            error = self.verb(verb, code=1)
            self.assertEqual((error["event"], error["stage"], error["code"]), ("error", "store", "not_stored"))
        self.assertEqual(self.verb("logout"), {"event": "logged_out"})
        self.assertFalse(os.path.exists(self.data))

    def test_1_for_another_client_or_provider(self):
        self.scripted()
        self.login()
        first, self.where = self.where, [*self.where[:3], "other-tv"]
        self.verb("status", code=1)
        self.where = ["--issuer", "https://other.invalid", *first[2:]]
        self.verb("status", code=1)

    def test_2_where_it_is_not_said_which_login(self):
        self.scripted()
        for verb in STORED_VERBS:
            # Without a provider, status lists what is stored.
            unnamed = [] if verb == "status" else [[], self.where[2:]]
            for arguments in (*unnamed, self.where[:2], [*self.where, "--store", "none"]):
                with self.subTest(f"{verb} {arguments}"):
                    events, _ = self.run_json(verb, *arguments, *(self.asker if verb == "introspect" else []), code=2)
                    self.assertEqual((events[0]["stage"], len(events)), ("usage", 1))

    def test_2_for_keys_and_files_that_can_not_be_used(self):
        self.scripted()
        broken = self.write("broken", "nothing")
        details = self.write("details", '{"type": "pay"}')
        for more in (
            ["--client-key", "/nowhere"],
            ["--client-key", broken],
            ["--client-cert", broken, "--client-key", broken],
            ["--client-auth", "private_key_jwt"],
            ["--client-auth", "tls", "--client-key", broken],
            ["--resource", "not a uri"],
            ["--authorization-details", "/nowhere"],
            ["--authorization-details", details],
        ):
            with self.subTest(more):
                self.assertEqual(self.login(*more, code=2)["stage"], "usage")
        self.assertFalse(os.path.exists(self.data))

    def test_5_where_the_provider_refuses(self):
        provider = self.scripted()
        self.login()
        provider.answers["/userinfo"] = (403, {"error": "insufficient_scope"})
        error = self.verb("userinfo", code=5)
        self.assertEqual((error["stage"], error["code"]), ("userinfo", "insufficient_scope"))
        provider.answers["/introspect"] = (401, {"error": "invalid_client"})
        self.assertEqual(self.verb("introspect", code=5)["stage"], "introspection")
        provider.answers["/token"] = (503, "busy")
        self.verb("refresh", code=5)
        self.assertTrue(self.verb("status")["logged_in"])

    def test_6_where_nothing_is_reached_and_the_login_stays(self):
        provider = self.scripted()
        self.login()
        provider.close()
        for verb in ("refresh", "userinfo", "introspect", "revoke"):
            with self.subTest(verb):
                self.assertEqual(self.verb(verb, code=6)["code"], "network")
        self.assertTrue(self.verb("status")["logged_in"])

    def test_revoke_keeps_what_may_be_alive_and_logout_does_not(self):
        provider = self.scripted()
        self.login()
        provider.answers["/revoke"] = (503, "busy")
        error = self.verb("revoke", code=5)
        self.assertEqual((error["stage"], error["http_status"]), ("revocation", 503))
        self.assertTrue(self.verb("status")["logged_in"])
        events, _ = self.verbs("logout")
        self.assertEqual([event["event"] for event in events], ["revoked", "revoked", "logged_out"])
        self.assertFalse(events[0]["done"] or events[1]["done"])
        self.assert_nothing_stored()

    def test_0_where_the_provider_offers_no_revocation(self):
        for verb, last in (("revoke", []), ("logout", ["logged_out"])):
            self.scripted(revocation=None)
            self.login()
            events, _ = self.verbs(verb)
            self.assertEqual([event["event"] for event in events], ["revoked", "revoked", *last])
            self.assertFalse(events[0]["done"] or events[1]["done"])
            self.assert_nothing_stored()

    def test_130_at_a_silent_server(self):
        silent = self.silent()
        provider = self.scripted(revocation=silent.url, userinfo=silent.url, introspection=silent.url)
        self.login()
        provider.answers["/.well-known/oauth-authorization-server"][1]["token_endpoint"] = silent.url
        for verb in ("userinfo", "introspect", "revoke", "refresh", "logout"):
            with self.subTest(verb):
                asker = self.asker if verb == "introspect" else []
                process = self.start(verb, *self.where, *asker, "--json")
                with silent.wait_for_request():
                    self.interrupt(process)
                self.verb("status", code=1 if verb == "logout" else 0)

    def test_the_time_limit_is_6(self):
        silent = self.silent()
        self.scripted(userinfo=silent.url)
        self.login()
        self.assertEqual(self.verb("userinfo", "--timeout", "0.5", code=6)["code"], "timeout")


class Requests(StoreTest):
    def test_carry_what_the_options_ask_for(self):
        openssl = shutil.which("openssl")
        if openssl is None:
            self.skipTest("NOT RUN: no openssl to make a key with")
        key = os.path.join(self.folder, "key.pem")
        made = [openssl, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key]
        subprocess.run(made, check=True, capture_output=True)
        provider = self.scripted()
        details = self.write("details.json", '[{"type":"pay"}]\n')
        more = ["--client-auth", "private_key_jwt", "--client-key", key, "--pkce", "--authorization-details", details]
        self.login(*more, "--resource", "https://api.example/a", "--resource", "urn:b")
        forms = [(path, urllib.parse.parse_qs(body)) for path, body in provider.bodies]
        (first, codes), (second, poll) = forms
        self.assertEqual((first, second), ("/device_authorization", "/token"))
        self.assertEqual(codes["resource"], ["https://api.example/a", "urn:b"])
        self.assertEqual(codes["authorization_details"], ['[{"type":"pay"}]'])
        self.assertEqual(codes["code_challenge_method"], ["S256"])
        self.assertIn("code_verifier", poll)
        self.assertNotEqual(codes["client_assertion"], poll["client_assertion"])

    def test_bound_tokens_or_none(self):
        provider = self.scripted()
        self.assertEqual(self.login("--dpop", code=5)["code"], "unsupported_token_type")
        provider.answers["/token"][1]["token_type"] = "DPoP"
        self.assertEqual(self.login("--dpop")["token_type"], "DPoP")

    def test_of_a_bound_login_carry_proofs_with_the_stored_key(self):
        provider = self.scripted()
        provider.answers["/token"][1]["token_type"] = "DPoP"
        self.login("--dpop")
        self.verb("refresh")
        self.verb("userinfo")
        sent = [(path, headers) for path, headers in provider.headers if path in ("/token", "/userinfo")]
        self.assertEqual([path for path, _ in sent], ["/token", "/token", "/userinfo"])
        keys = {json.dumps(header_of(headers["DPoP"])["jwk"]) for _, headers in sent}
        self.assertEqual(len(keys), 1)
        self.assertEqual(sent[2][1]["Authorization"], "DPoP " + TOKENS["access_token"])


class Secrets(StoreTest):
    def all_verbs(self, provider, code, *more):
        """Whatever the verbs say and write into their traces; all that ask somebody end with `code`."""
        trace = os.path.join(self.folder, "trace")
        texts = []
        for verb in ("login", *STORED_VERBS):
            if verb == "refresh" and code != 0:
                # A server that repeats in its answer what it was asked.
                echo = lambda: (500, {"error": "server_error", "error_description": provider.bodies[-1][1]})
                provider.answers.update({path: echo for path in ("/token", "/introspect", "/revoke")})
                provider.answers["/userinfo"] = (500, {"error": "server_error", "error_description": TOKENS["access_token"]})
            asker = self.asker if verb == "introspect" else []
            expected = 0 if verb in ("login", "status", "logout") else code
            done = self.run_tool(verb, *self.where, *asker, "--trace", trace, *more, code=expected)
            texts.append(done.stdout + done.stderr)
        with open(trace, encoding="utf-8") as file:
            return [*texts, file.read()]

    def test_are_in_no_output_of_any_verb_and_in_no_trace(self):
        for more in ([], ["--json"]):
            for code in (0, 5):
                provider = self.scripted()
                provider.answers["/introspect"] = (200, {"active": True})
                for text in self.all_verbs(provider, code, *more):
                    for sentinel in SENTINELS:
                        self.assertFalse(sentinel in text, f"{sentinel} with {more} and {code}")

    def test_of_a_refresh_are_shown_where_asked_for(self):
        self.scripted()
        self.login()
        self.assertEqual(self.verb("refresh", "--show-tokens")["access_token"], TOKENS["access_token"])


class People(StoreTest):
    def test_read_what_happened_and_where_the_login_is(self):
        self.sandbox()
        text = self.run_tool("login", *self.where, "--scope", "openid", code=0).stdout
        self.assertIn(f"Stored in {self.store}. It is not encrypted: only this user account can open the file", text)
        self.assertIn("can be renewed", self.run_tool("status", *self.where, code=0).stdout)
        self.assertIn("Renewed.\n", self.run_tool("refresh", *self.where, code=0).stdout)
        self.assertIn("The refresh token is revoked.\n", self.run_tool("logout", *self.where, code=0).stdout)
        self.assertIn("Not signed in", self.run_tool("status", *self.where, code=1).stdout)
        self.assertIn("Sign in first", self.run_tool("refresh", *self.where, code=1).stderr)

    def test_read_that_nothing_was_reached(self):
        self.where = ["--issuer", f"http://127.0.0.1:{unused_port()}", "--client-id", "tv"]
        self.assertIn("network", self.run_tool("login", *self.where, code=6).stderr)


if __name__ == "__main__":
    run_tests(__doc__)
