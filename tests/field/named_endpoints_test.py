#!/usr/bin/env python3
"""A provider whose metadata can't be had where the program runs, or that names itself otherwise inside and outside:
the one who names an endpoint wins."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import TOKENS
from signing import Key
from tool import StoreTest, run_tests

OUTSIDE = "https://id.outside.invalid/realms/home"
METADATA = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"


class Inside(StoreTest):
    """The issuer's own name leads nowhere."""

    def setUp(self):
        super().setUp()
        self.server = self.scripted()
        self.key = Key(self.folder, "ES256")
        self.server.answers["/jwks"] = (200, {"keys": [self.key.jwk]})
        inside = self.server.issuer
        self.endpoints = {
            "device_authorization_endpoint": inside + "/device_authorization",
            "token_endpoint": inside + "/token",
            "jwks_uri": inside + "/jwks",
        }
        self.where = ["--issuer", OUTSIDE, "--client-id", "tv"]

    def options(self, *left_out):
        options = []
        for name, url in self.endpoints.items():
            if name not in left_out:
                options += ["--" + name.replace("_", "-"), url]
        return options

    def issue(self, issuer=OUTSIDE, subject="ada"):
        now = int(time.time())
        claims = {"iss": issuer, "sub": subject, "aud": "tv", "iat": now, "exp": now + 600}
        self.server.answers["/token"] = (200, {**TOKENS, "id_token": self.key.sign(claims)})

    def test_endpoints_named_by_options_are_enough(self):
        self.issue()
        tokens = self.login(*self.options(), "--scope", "openid")
        self.assertEqual(tokens["id_token_claims"]["sub"], "ada")
        self.assertEqual(self.verb("refresh", *self.options("device_authorization_endpoint"))["event"], "tokens")
        self.assertNotIn(METADATA, self.server.paths)

    def test_so_are_those_of_a_config_file_and_of_a_description(self):
        self.issue()
        config = self.write("tv.json", {"issuer": OUTSIDE, "client_id": "tv", "scope": "openid", **self.endpoints})
        events, _ = self.run_json("login", "--config", config, "--store", "none", code=0)
        self.assertEqual(events[-1]["id_token_claims"]["sub"], "ada")
        own = {"name": "own", "title": "Own", "sandbox": True, "issuer": OUTSIDE, "endpoints": self.endpoints}
        own = self.write("own.json", own)
        events, _ = self.run_json("login", "--provider", own, "--client-id", "tv", "--scope", "openid", "--store", "none", code=0)
        self.assertEqual(events[-1]["id_token_claims"]["sub"], "ada")

    def test_a_token_of_another_issuer_is_refused(self):
        self.issue("https://other.invalid")
        error = self.login(*self.options(), "--scope", "openid", code=5)
        self.assertEqual((error["stage"], error["code"]), ("id_token", "id_token_invalid"))

    def test_what_is_needed_and_not_named_needs_metadata(self):
        for left_out in self.endpoints:
            error = self.login(*self.options(left_out), "--scope", "openid", code=6)
            self.assertEqual(error["stage"], "discovery", left_out)
        self.login(*self.options("jwks_uri"), "--scope", "tv")

    def test_the_doctor_does_without_metadata_as_well(self):
        self.issue()
        self.server.answers["/token"] = (400, {"error": "authorization_pending"})
        events, _ = self.run_json("doctor", *self.where, *self.options(), "--scope", "openid", code=0)
        found = {event["check"]: event for event in events if event["event"] == "finding"}
        self.assertFalse(found["discovery"]["blocks"])
        self.assertIn("named one by one", found["discovery"]["detail"])
        self.assertTrue(events[-1]["usable"])


class Precedence(StoreTest):
    def endpoints(self, *arguments):
        events, _ = self.run_json("discover", *arguments, code=0)
        return events[0]

    def setUp(self):
        super().setUp()
        self.server = self.scripted()

    def test_option_config_file_metadata_description(self):
        host = self.server.issuer.split("//")[1]
        names = ("token_endpoint", "device_authorization_endpoint", "introspection_endpoint", "jwks_uri")
        own = {"name": "own", "title": "Own", "sandbox": True, "issuer": "http://{host}"}
        own["fields"] = {"host": {"title": "host", "example": "127.0.0.1:80"}}
        own["endpoints"] = {name: "http://{host}/described" for name in names}
        config = {"provider": self.write("own.json", own), "fields": {"host": host}, "client_id": "tv"}
        config.update({name: self.server.issuer + "/configured" for name in names[:2]})
        config = self.write("tv.json", config)
        found = self.endpoints("--config", config, "--token-endpoint", self.server.issuer + "/option")
        self.assertEqual(found["token_endpoint"], {"url": self.server.issuer + "/option", "from": "flag"})
        self.assertEqual(found["device_authorization_endpoint"], {"url": self.server.issuer + "/configured", "from": "config"})
        self.assertEqual(found["introspection_endpoint"], {"url": self.server.issuer + "/introspect", "from": "metadata"})
        self.assertEqual(found["jwks_uri"], {"url": self.server.issuer + "/described", "from": "provider"})

    def test_a_login_goes_where_the_config_file_says(self):
        config = self.write("tv.json", {"issuer": self.server.issuer, "client_id": "tv", "token_endpoint": self.server.issuer + "/mine"})
        self.server.answers["/mine"] = self.server.answers["/token"]
        self.run_json("login", "--config", config, "--store", "none", code=0)
        self.assertIn("/mine", self.server.paths)
        self.assertNotIn("/token", self.server.paths)

    # Another issuer's endpoints are not this one's.
    def test_an_issuer_by_option_leaves_the_endpoints_of_another_behind(self):
        config = {"issuer": OUTSIDE, "client_id": "tv", "token_endpoint": OUTSIDE + "/token", "jwks_uri": OUTSIDE + "/jwks"}
        found = self.endpoints("--config", self.write("tv.json", config), "--issuer", self.server.issuer)
        self.assertEqual(found["token_endpoint"], {"url": self.server.issuer + "/token", "from": "metadata"})
        self.assertEqual(found["jwks_uri"], {"url": None, "from": None})


class TwoDocuments(StoreTest):
    """RFC 8414's document lacks what OpenID's names."""

    def setUp(self):
        super().setUp()
        self.server = self.scripted()
        self.first = self.server.answers[METADATA][1]
        del self.first["device_authorization_endpoint"]
        self.second = {
            "issuer": self.server.issuer,
            "device_authorization_endpoint": self.server.issuer + "/device_authorization",
            "jwks_uri": self.server.issuer + "/jwks",
        }
        self.server.answers[OPENID] = (200, self.second)

    def test_a_login_finds_what_it_needs(self):
        self.login("--store", "none")
        self.assertEqual([path for path in self.server.paths if "well-known" in path], [METADATA, OPENID])

    def test_discover_and_the_doctor_show_both(self):
        events, _ = self.run_json("discover", "--issuer", self.server.issuer, code=0)
        self.assertEqual(events[0]["jwks_uri"], {"url": self.server.issuer + "/jwks", "from": "metadata"})
        self.server.answers["/token"] = (400, {"error": "authorization_pending"})
        events, _ = self.run_json("doctor", *self.where)
        found = {event["check"]: event for event in events if event["event"] == "finding"}
        self.assertTrue(found["endpoints"]["ok"], found["endpoints"])

    def test_one_of_another_issuer_is_left_alone(self):
        self.second["issuer"] += "/"
        error = self.login("--store", "none", code=5)
        self.assertEqual(error["code"], "device_flow_not_supported")

    def test_what_no_document_names_is_said_to_be_unnamed(self):
        del self.first["revocation_endpoint"]
        self.server.answers["/token"] = (400, {"error": "authorization_pending"})
        events, _ = self.run_json("doctor", *self.where)
        found = {event["check"]: event for event in events if event["event"] == "finding"}
        self.assertIn("do not name it", found["revocation"]["detail"])
        self.assertIn("--revocation-endpoint", found["revocation"]["detail"])
        text = self.run_tool("discover", "--issuer", self.server.issuer, code=0).stdout
        self.assertRegex(text, r"(?m)^ *revocation_endpoint +not named$")


if __name__ == "__main__":
    run_tests(__doc__)
