#!/usr/bin/env python3
"""The terminal tool with store folders and traces of version 1.0."""

import json
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import Provider
from tool import StoreTest, run_tests

FILES = pathlib.Path(__file__).resolve().parent / "1.0"
PORT = 18628  # of the issuer in the records


def stored_tokens(account):
    """The refresh token of an account in the samples."""
    for path in (FILES / "stores/tool").iterdir():
        record = json.loads(path.read_text())
        if record.get("account", "") == account:
            return record["tokens"]["refresh_token"]
    raise AssertionError(account)


class OldFiles(StoreTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(FILES / "stores/tool", self.store)
        pathlib.Path(self.store).chmod(0o700)
        for path in pathlib.Path(self.store).iterdir():
            path.chmod(0o600)

    def serve(self):
        """A provider where the records say it is."""
        try:
            provider = self.provider_at(PORT)
        except OSError:
            self.skipTest(f"NOT RUN: port {PORT} is taken")
        self.where = ["--issuer", provider.issuer, "--client-id", "demo-tv"]
        return provider

    def provider_at(self, port):
        provider = Provider({"/token": (200, {"access_token": "new", "token_type": "Bearer", "expires_in": 3600})}, port)
        self.addCleanup(provider.close)
        return provider

    def test_each_stored_sign_in_is_listed_with_its_state(self):
        events, _ = self.run_json("status", code=0)
        found = {event["account"]: (event["subject"], event["scope"], event["has_refresh_token"], event.get("reason")) for event in events}
        plain = (None, "profile", True, None)
        self.assertEqual(
            found,
            {
                "": ("user-ada", "openid profile email", True, None),
                "plain": ("user-ada", "openid profile", True, None),
                "bound": ("user-ada", "openid profile", True, None),
                "apis": plain,
                "details": plain,
                "failed": plain,
                "failed-final": plain,
                "marked": plain,
                "refused": (None, "profile", True, "interaction_required"),
                "revoked": (None, "profile", False, "revoked"),
            },
        )

    def test_a_stored_sign_in_is_renewed_with_its_token_and_apis(self):
        provider = self.serve()
        for account, resource in (("", None), ("apis", "urn:example:recordings")):
            self.verb("refresh", *(["--account", account] if account else []))
            form = provider.forms("/token")[-1]
            self.assertEqual(form["grant_type"], "refresh_token")
            self.assertEqual(form["refresh_token"], stored_tokens(account))
            self.assertEqual(form.get("resource"), resource)  # the last of them

    def test_a_bound_sign_in_is_renewed_with_its_key(self):
        provider = self.serve()
        provider.answers["/token"] = (200, {"access_token": "new", "token_type": "DPoP", "expires_in": 3600})
        self.verb("refresh", "--account", "bound")
        sent = dict(provider.headers)["/token"]
        self.assertEqual(provider.forms("/token")[-1]["refresh_token"], stored_tokens("bound"))
        self.assertEqual(sent["DPoP"].count("."), 2)

    def test_traces_replay_to_what_they_recorded(self):
        for path in sorted((FILES / "traces").glob("*.jsonl")):
            if path.stem == "unreachable":
                continue
            with self.subTest(path.stem):
                events, _ = self.run_json("replay", str(path), code=0)
                self.assertEqual((events[-1]["same"], events[-1]["drifts"], events[-1]["unused_exchanges"]), (True, 0, 0))


if __name__ == "__main__":
    run_tests(__doc__)
