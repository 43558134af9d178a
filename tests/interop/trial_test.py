#!/usr/bin/env python3
"""When does a scenario count as not offered? Only if the server's own response proves it."""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import page  # noqa: E402
import scenarios  # noqa: E402
from harness import NotRun  # noqa: E402
from scripted import Provider  # noqa: E402
from server import Probe, Server  # noqa: E402
from servers import SERVERS  # noqa: E402
from trial import not_offered  # noqa: E402


class Claiming(Server):
    """Has a probe for every scenario: a request to /probe."""

    def __init__(self, answer):
        self.provider = Provider({"/probe": answer})

    def probe(self, scenario):
        return Probe(self.provider.issuer + "/probe", {"token": "any"}, before="after nothing")


class TrialTest(unittest.TestCase):
    def result(self, name, *answer):
        server = Claiming(answer)
        self.addCleanup(server.provider.close)
        return not_offered(name, server)

    def test_the_response_is_the_evidence(self):
        found = self.result("revoke", 404, "<h1>Not\n Found</h1>")
        self.assertEqual(found["outcome"], "not offered")
        evidence = {"before": "after nothing", "request": "POST /probe", "status": 404, "response": "Not Found"}
        self.assertEqual(found["evidence"], evidence)

    def test_each_proof(self):
        pending = {"error": "authorization_pending", "error_description": "wait"}
        for name, status, body, said in (
            ("deny", 400, pending, "authorization_pending: wait"),
            ("deny", 400, {"error": "invalid_grant", "error_description": "invalid_request"}, "invalid_grant: invalid_request"),
            ("id_token", 400, {"error": "invalid_scope"}, "invalid_scope"),
            ("id_token", 200, {"access_token": "secret", "scope": "s"}, "only access_token, scope"),
            ("discovery", 200, {"issuer": "x"}, "only issuer"),
            ("userinfo", 403, {"error": "insufficient_scope"}, "insufficient_scope"),
            ("userinfo", 405, "", "no body"),
        ):
            with self.subTest(name=name, body=body):
                self.assertEqual(self.result(name, status, body)["evidence"]["response"], said)

    def test_any_other_response_has_the_scenario_run(self):
        for name, status, body in (
            ("deny", 400, {"error": "access_denied"}),
            ("deny", 400, {"error": "invalid_grant"}),
            ("deny", 500, "authorization_pending"),
            ("id_token", 200, {"access_token": "a", "id_token": "b"}),
            ("id_token", 400, {"error": "invalid_client"}),
            ("discovery", 200, {"device_authorization_endpoint": "x"}),
            ("discovery", 500, ""),
            ("userinfo", 401, {"error": "invalid_token"}),
            ("revoke", 200, ""),
            ("revoke", 401, {"error": "invalid_client"}),
            ("introspect", 403, ""),
            ("introspect_revoked", 400, {"error": "invalid_request"}),
        ):
            with self.subTest(name=name, status=status):
                self.assertIsNone(self.result(name, status, body))

    def test_every_server_has_to_offer_the_others(self):
        for name in set(scenarios.TITLES) - set(scenarios.PROOFS):
            with self.subTest(name=name):
                self.assertEqual(self.result(name, 404, "")["outcome"], "FAILED")

    def test_a_probe_that_cannot_be_sent_proves_nothing(self):
        server = Claiming((404, ""))
        server.provider.close()
        self.assertEqual(not_offered("revoke", server)["outcome"], "FAILED")
        server.probe = lambda scenario: (_ for _ in ()).throw(NotRun("no browser"))
        self.assertEqual(not_offered("deny", server), {"outcome": "NOT RUN", "remark": "no browser"})

    def test_every_scenario_is_run_once(self):
        run = [one.__name__ for group in (*scenarios.GROUPS, scenarios.ALONE) for one in group]
        self.assertEqual(sorted(run), sorted(scenarios.TITLES))
        self.assertLessEqual(set(scenarios.PROOFS), set(scenarios.TITLES))
        for name, make in SERVERS.items():
            self.assertFalse(set(make.own) & set(scenarios.TITLES), name)

    def test_the_page_shows_the_evidence(self):
        found = {name: {"outcome": "passed", "remark": ""} for name in scenarios.TITLES}
        found["revoke"] = self.result("revoke", 404, "nothing here")
        report = {"name": "x", "title": "X", "double": False, "version": "1", "date": "2026-12-01", "not_run": "", "failed": ""}
        text = page.page([{**report, "scenarios": found, "own": {}, "seconds": 1}])
        self.assertIn("| X | revoke | POST /probe after nothing | 404 nothing here |", text)


if __name__ == "__main__":
    unittest.main()
