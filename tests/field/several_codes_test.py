#!/usr/bin/env python3
"""The doctor takes several codes before it says what their alphabet is, and no more than three."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import CODE
from tool import ToolTest, run_tests


class SeveralCodes(ToolTest):
    def examine(self, *user_codes):
        """The finding about the user code at a server that gives out these, and then refuses; and what was asked."""
        server = self.provider({"/token": (400, {"error": "authorization_pending"})})
        left = list(user_codes)

        def codes():
            if not left:
                return 400, {"error": "slow_down"}
            return 200, {**CODE, "verification_uri": server.issuer + "/device", "user_code": left.pop(0)}

        server.answers["/device_authorization"] = codes
        events, done = self.run_json("doctor", "--issuer", server.issuer, "--client-id", "tv", code=0)
        for code in user_codes:
            self.assertNotIn(code, done.stdout + done.stderr)
        finding = [event for event in events if event.get("check") == "user_code"]
        self.assertEqual(len(finding), 1)
        return finding[0], len(server.forms("/device_authorization")), len(server.forms("/token"))

    def test_a_letter_that_looks_like_a_digit_shows_in_the_second_code(self):
        finding, asked, polled = self.examine("WDJB-MJHT", "WDJB-MJH0", "KLMN-PQRT", "KLMN-PQRT")
        self.assertFalse(finding["ok"])
        self.assertEqual((asked, polled), (3, 1))

    def test_a_server_that_gives_no_second_code_is_asked_once_more_only(self):
        finding, asked, polled = self.examine("WDJB-MJHT")
        self.assertTrue(finding["ok"])
        self.assertEqual((asked, polled), (2, 1))


if __name__ == "__main__":
    run_tests(__doc__)
