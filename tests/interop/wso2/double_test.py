#!/usr/bin/env python3
"""The doubles of WSO2 Identity Server differ from the RFC in the same places as the releases. On a clock of its own."""

import sys
import unittest
from unittest import mock

sys.dont_write_bytecode = True

import identity_server  # noqa: E402
from identity_server import DEVICE_GRANT, IdentityServer  # noqa: E402
from releases import RELEASES  # noqa: E402

INTERVAL = identity_server.INTERVAL_MS


class DoubleTest(unittest.TestCase):
    def setUp(self):
        self.now = 1_000_000
        clock = mock.patch.object(identity_server, "now_ms", lambda: self.now)
        clock.start()
        self.addCleanup(clock.stop)

    def login(self, release, client="tv"):
        self.server = IdentityServer("https://localhost", RELEASES[release], None, None)
        self.codes = self.server.device_authorize({"client_id": client, "scope": "profile"}, {}).body
        self.client = client

    def poll(self, after):
        """Error and description of a poll that many milliseconds later; None with tokens."""
        self.now += after
        form = {"grant_type": DEVICE_GRANT, "client_id": self.client, "device_code": self.codes["device_code"]}
        body = self.server.token(form, {}).body
        return (body["error"], body["error_description"]) if "error" in body else None

    def submit(self):
        key = self.server.submit({"user_code": self.codes["user_code"]}, {}).headers["Location"].split("=")[1]
        return {"sessionDataKey": key, "username": "alice"}

    def approve(self):
        self.server.consent({**self.submit(), "consent": "approve"}, {})

    def test_pending(self):
        for release in RELEASES:
            self.login(release)
            self.assertEqual(self.poll(INTERVAL + 1), ("authorization_pending", "Precondition required"))

    def test_the_state_after_the_submission_is_visible_in_7_1(self):
        for release, said in {"7.0": "Precondition required", "7.1": "USED"}.items():
            self.login(release)
            self.submit()
            self.assertEqual(self.poll(INTERVAL + 1), ("authorization_pending", said))

    def test_a_poll_after_exactly_the_interval_is_too_early_and_moves_the_window(self):
        self.login("7.1")
        for _ in range(3):
            self.assertEqual(self.poll(INTERVAL), ("slow_down", "Forbidden"))
        self.assertEqual(self.poll(INTERVAL + 1)[0], "authorization_pending")

    def test_only_7_0_paces_a_code_that_is_approved(self):
        for release, said in {"7.0": ("slow_down", "Forbidden"), "7.1": None}.items():
            self.login(release)
            self.approve()
            self.assertEqual(self.poll(INTERVAL), said)

    def test_a_pending_code_expires_only_in_7_0(self):
        late = identity_server.LIFETIME_MS["short"] + 1
        for release, said in {"7.0": "expired_token", "7.1": "authorization_pending"}.items():
            self.login(release, "short")
            self.assertEqual(self.poll(late)[0], said)

    def test_an_approved_code_expires(self):
        for release in RELEASES:
            self.login(release, "short")
            self.approve()
            self.assertEqual(self.poll(identity_server.LIFETIME_MS["short"] + 1), ("expired_token", "Forbidden"))

    def test_the_pace_comes_before_the_expiry(self):
        for release in RELEASES:
            self.login(release)
            self.approve()
            self.assertIsNone(self.poll(INTERVAL + 1))
            self.assertEqual(self.poll(INTERVAL), ("slow_down", "Forbidden"))

    def test_a_client_that_is_not_registered(self):
        for release, known in {"7.0": "invalid_client", "7.1": "invalid_request"}.items():
            server = IdentityServer("https://localhost", RELEASES[release], None, None)
            refused = server.device_authorize({"client_id": "nobody"}, {})
            self.assertEqual((refused.status, refused.body["error"]), (401, known))
            refused = server.device_authorize({}, {})
            self.assertEqual((refused.status, refused.body["error"]), (401, "invalid_request"))
            refused = server.token({"client_id": "nobody", "grant_type": DEVICE_GRANT}, {})
            self.assertEqual((refused.status, refused.body["error"]), (401, "invalid_client"))

    def test_a_refusal_is_never_told(self):
        self.login("7.1")
        led_to = self.server.consent({**self.submit(), "consent": "deny"}, {})
        self.assertIn("access_denied", led_to.headers["Location"])
        self.assertEqual(self.poll(INTERVAL + 1), ("authorization_pending", "USED"))

    def test_a_user_code_is_good_for_one_submission(self):
        self.login("7.1")
        self.submit()
        again = self.server.submit({"user_code": self.codes["user_code"]}, {})
        self.assertIn("error=", again.headers["Location"])

    def test_a_device_code_is_good_for_one_answer(self):
        self.login("7.1")
        self.approve()
        self.assertIsNone(self.poll(INTERVAL + 1))
        self.assertEqual(self.poll(INTERVAL + 1), ("expired_token", "Forbidden"))

    def test_introspection_is_for_a_user_of_the_server(self):
        self.login("7.1")
        self.assertEqual(self.server.introspect({"token": "any"}, {}).status, 401)
        self.assertEqual(self.server.introspect({"token": "any"}, {"Authorization": identity_server.ADMIN}).body, {"active": False})


if __name__ == "__main__":
    unittest.main()
