#!/usr/bin/env python3
"""The terminal tool with providers by name and by description."""

import json
import os
import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import TOKENS
from tool import ToolTest, run_tests

KEYCLOAK = ["--provider", "keycloak", "--field", "host=idp.example.com", "--field", "realm=demo"]
NOWHERE = "https://127.0.0.1:1"


class Providers(ToolTest):
    def test_all_of_them_are_listed_as_events(self):
        events, _ = self.run_json("providers", code=0)
        self.assertEqual({event["event"] for event in events}, {"provider"})
        names = [event["name"] for event in events]
        for name in ("wso2-5.11", "wso2-6", "wso2-7", "asgardeo", "keycloak", "entra", "google", "github", "sandbox"):
            self.assertIn(name, names)
        for event in events:
            self.assertTrue(event["title"] and event["facts_from"] and event["facts_date"], event)
            self.assertIn(event["confidence"], ("source", "docs"))
        keycloak = events[names.index("keycloak")]
        self.assertEqual(list(keycloak["fields"]), ["host", "path", "realm"])
        self.assertTrue(keycloak["fields"]["path"]["optional"])

    def test_people_get_a_table_with_the_fields(self):
        done = self.run_tool("providers", code=0)
        self.assertRegex(done.stdout, r"(?m)^  keycloak +Keycloak, host=\S+ \[path=auth\] realm=demo$")

    def problem(self, *arguments):
        events, _ = self.run_json("login", "--client-id", "tv", *arguments, code=2)
        self.assertEqual([event["stage"] for event in events], ["usage"])
        return events[0]["message"]

    def test_an_unknown_name_lists_the_near_ones(self):
        self.assertIn("Did you mean keycloak?", self.problem("--provider", "keycloack"))

    def test_a_missing_field_is_named_with_an_example(self):
        said = self.problem("--provider", "keycloak", "--field", "host=idp.example.com")
        self.assertIn('"realm"', said)
        self.assertIn("realm=demo", said)
        self.assertIn("--field", said)

    def test_a_field_that_would_lead_elsewhere_is_refused(self):
        for host in ("a@evil.example", "evil.example/x", "evil.example#", ""):
            self.assertIn('"host"', self.problem("--provider", "keycloak", "--field", "host=" + host, "--field", "realm=r"))

    def test_fields_without_a_provider_are_refused(self):
        self.assertIn("--provider", self.problem("--issuer", NOWHERE, "--field", "host=a"))

    def test_a_file_that_is_no_description_is_named_with_its_member(self):
        path = self.write("odd.json", {"name": "odd", "title": "Odd", "isuer": "https://id.example.com"})
        said = self.problem("--provider", path)
        self.assertIn(path, said)
        self.assertIn('"isuer"', said)
        self.assertIn("issuer", said)
        self.assertIn("nothing-here.json", self.problem("--provider", "nothing-here.json"))


class Precedence(ToolTest):
    def endpoints(self, *arguments):
        events, _ = self.run_json("discover", *arguments, code=0)
        return events[0]

    def test_a_provider_without_metadata_shows_its_own_endpoints(self):
        found = self.endpoints("--provider", "github-enterprise", "--field", "host=git.example.com")
        self.assertEqual(
            found["token_endpoint"], {"url": "https://git.example.com/login/oauth/access_token", "from": "provider"}
        )
        self.assertEqual(found["jwks_uri"], {"url": None, "from": None})

    def test_the_config_file_wins_over_the_provider_and_an_option_over_both(self):
        config = self.write(
            "tv.json",
            {
                "provider": "github-enterprise",
                "fields": {"host": "git.example.com"},
                "token_endpoint": "https://config.example/token",
                "device_authorization_endpoint": "https://config.example/device",
            },
        )
        found = self.endpoints("--config", config, "--device-authorization-endpoint", "https://option.example/device")
        self.assertEqual(found["token_endpoint"], {"url": "https://config.example/token", "from": "config"})
        self.assertEqual(found["device_authorization_endpoint"]["from"], "flag")
        found = self.endpoints("--config", config, "--provider", "github")
        self.assertEqual(found["token_endpoint"]["from"], "config")
        found = self.endpoints("--config", config, "--field", "host=other.example")
        self.assertEqual(found["token_endpoint"]["from"], "config")

    def test_metadata_win_over_the_provider(self):
        server = self.provider()
        own = self.write(
            "own.json",
            {
                "name": "own",
                "title": "Own",
                "sandbox": True,
                "fields": {"host": {"title": "host", "example": "127.0.0.1:80"}},
                "issuer": "http://{host}",
                "endpoints": {"token_endpoint": "http://{host}/mine", "revocation_endpoint": "http://{host}/revoke"},
            },
        )
        found = self.endpoints("--provider", own, "--field", "host=" + server.issuer.split("//")[1])
        self.assertEqual(found["issuer"], server.issuer)
        self.assertEqual(found["token_endpoint"], {"url": server.issuer + "/token", "from": "metadata"})
        self.assertEqual(found["revocation_endpoint"], {"url": server.issuer + "/revoke", "from": "provider"})

    def test_every_provider_verb_takes_it(self):
        for verb in ("status", "refresh", "userinfo", "revoke"):
            events, _ = self.run_json(verb, *KEYCLOAK, "--client-id", "tv", code=1)
            self.assertIn(events[-1].get("code", events[-1].get("logged_in")), ("not_stored", False), verb)


class OddServer(ToolTest):
    """A login at a server with names of its own: nothing but a description knows it."""

    def test_signs_in_and_reports_the_quirks(self):
        server = self.provider()
        server.answers["/start"] = (
            200,
            {"code": "sentinel-device-code", "pin": "PIN", "page": server.issuer + "/d", "interval": 1},
        )
        waits = [(400, {"state": "waiting"})]
        tokens = {"key": TOKENS["access_token"], "scope": "a,b"}
        server.answers["/poll"] = lambda: waits.pop() if waits else (200, tokens)
        description = {
            "name": "odd",
            "title": "Odd Server",
            "sandbox": True,
            "fields": {"host": {"title": "host", "example": "127.0.0.1:80"}},
            "endpoints": {
                "device_authorization_endpoint": "http://{host}/start",
                "token_endpoint": "http://{host}/poll",
            },
            "scope": "tv radio",
            "request": {
                "device_authorization": {"add": {"response_type": "device_code"}, "rename": {"scope": "scopes"}},
                "token": {
                    "grant_type": "device",
                    "rename": {"device_code": "code", "scope": "scopes"},
                    "resend": ["scope", "user_code"],
                    "remove": ["client_id"],
                },
            },
            "answer": {
                "members": {"code": "device_code", "pin": "user_code", "page": "verification_uri", "key": "access_token"},
                "errors": [{"member": "state", "value": "waiting", "means": "authorization_pending"}],
                "expires_in": 60,
                "token_type": "Bearer",
                "scope_separator": ",",
            },
        }
        self.write("odd.json", description)
        host = server.issuer.split("//")[1]
        # Relative to the config file, as every file in it.
        config = self.write("tv.json", {"provider": "./odd.json", "fields": {"host": host}, "client_id": "tv"})
        trace = os.path.join(self.folder, "trace")
        events, done = self.run_json("login", "--config", config, "--store", "none", "--show-tokens", "--trace", trace, code=0)
        self.assertEqual([event["event"] for event in events], ["prompt", "poll", "tokens"])
        self.assertEqual(events[0]["user_code"], "PIN")
        self.assertEqual(events[1]["result"], "authorization_pending")
        self.assertEqual(events[2]["scope"], "a b")
        self.assertLessEqual(
            {"member_name", "expires_in_missing", "error_in_other_member", "token_type_missing", "scope_as_list"},
            set(events[2]["quirks"]),
        )
        sent = [(path, dict(urllib.parse.parse_qsl(body))) for path, body in server.bodies]
        self.assertEqual(sent[0], ("/start", {"scopes": "tv radio", "response_type": "device_code", "client_id": "tv"}))
        poll = {"grant_type": "device", "code": "sentinel-device-code", "scopes": "tv radio", "user_code": "PIN"}
        self.assertEqual(sent[1:], [("/poll", poll), ("/poll", poll)])
        self.assertNotIn("sentinel", pathlib.Path(trace).read_text() + done.stderr)


if __name__ == "__main__":
    run_tests(__doc__)
