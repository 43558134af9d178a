#!/usr/bin/env python3
"""What the terminal tool says while a server is in trouble, and how it ends: the server's own words, the setting that
may be wrong, and the network only if it was the network."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import CODE
from tool import StoreTest, run_tests


class Trouble(StoreTest):
    def setUp(self):
        super().setUp()
        self.server = self.scripted()

    def token(self, status, body, expires_in=3):
        self.server.answers["/token"] = (status, body)
        codes = {**CODE, "verification_uri": self.server.issuer + "/device", "expires_in": expires_in}
        self.server.answers["/device_authorization"] = (200, codes)

    def text(self, code):
        done = self.run_tool("login", *self.where, "--store", "none", code=code)
        return done.stdout + done.stderr

    def test_an_oauth_error_under_503_is_shown_while_waiting_and_at_the_end(self):
        self.token(503, {"error": "server_error", "error_description": "The disk is full"})
        text = self.text(4)
        self.assertIn("The server says: server_error: The disk is full. Still trying.", text)
        self.assertIn("The server says: server_error: The disk is full\n", text)
        self.assertNotIn("Check the network", text)
        self.assertNotIn("approved", text)

    def test_the_events_carry_it(self):
        self.token(503, {"message": "Upgrade in progress"})
        events, _ = self.verbs("login", "--store", "none", code=4)
        polls = [event for event in events if event["event"] == "poll"]
        self.assertEqual(polls[0]["server_text"], "Upgrade in progress")
        self.assertNotIn("check_endpoint", polls[0])
        self.assertEqual(events[-1]["description"], "Upgrade in progress")

    def test_a_missing_endpoint_is_a_warning_from_the_first_poll_on(self):
        self.token(404, {"status": 404, "error": "Not Found", "path": "/token"})
        self.assertIn("(http_404). The server says: Not Found. Check --token-endpoint. Still trying.", self.text(4))
        events, _ = self.verbs("login", "--store", "none", code=4)
        self.assertIs([event for event in events if event["event"] == "poll"][0]["check_endpoint"], True)

    def test_a_missing_device_endpoint_names_address_and_option(self):
        self.server.answers["/device_authorization"] = (404, "<html></html>", {"Content-Type": "text/html"})
        text = self.text(5)
        self.assertIn(self.server.issuer + "/device_authorization", text)
        self.assertIn("--device-authorization-endpoint", text)

    def test_tokens_in_a_response_that_can_not_be_read_are_revoked_and_shown_nowhere(self):
        self.token(200, '{"access_token":"sentinel-at","token_type":"Bearer","access_token":"sentinel-at"}', 60)
        events, done = self.verbs("login", "--store", "none", code=5)
        self.assertEqual(events[-1]["code"], "invalid_response")
        self.assertEqual(self.server.paths.count("/token"), 1)
        self.assertEqual([form["token"] for form in self.server.forms("/revoke")], ["sentinel-at"])
        self.assertNotIn("sentinel", done.stdout + done.stderr)

    def test_a_json_error_that_is_not_oauths_is_quoted(self):
        self.token(403, {"message": "Blocked by policy 7"}, 60)
        self.assertIn("The server says: Blocked by policy 7", self.text(5))


if __name__ == "__main__":
    run_tests(__doc__)
