#!/usr/bin/env python3
"""A server that binds the code to a key: it wants a DPoP proof in the device authorization request."""

import base64
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import TOKENS
from tool import ToolTest, run_tests

EXTRA = "--dpop-device-authorization"


def parts_of(proof):
    return [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in proof.split(".")[:2]]


class FirstRequest(ToolTest):
    def login(self, *more, code=0):
        provider = self.provider()
        tokens = {name: value for name, value in TOKENS.items() if name != "id_token"}
        provider.answers["/token"] = (200, {**tokens, "token_type": "DPoP"})
        events, done = self.run_json("login", "--issuer", provider.issuer, "--client-id", "tv", "--store", "none", *more, code=code)
        return provider, events, done

    def proofs(self, provider):
        return {path: headers.get("DPoP") for path, headers in provider.headers if path in ("/device_authorization", "/token")}

    def test_the_proof_is_of_the_same_key_and_names_the_endpoint(self):
        provider, _, _ = self.login("--dpop", EXTRA)
        proofs = self.proofs(provider)
        (first, claims), (poll, _) = parts_of(proofs["/device_authorization"]), parts_of(proofs["/token"])
        self.assertEqual(first["jwk"], poll["jwk"])
        self.assertEqual((claims["htm"], claims["htu"]), ("POST", provider.issuer + "/device_authorization"))

    def test_without_the_option_only_the_polls_have_one(self):
        provider, _, _ = self.login("--dpop")
        proofs = self.proofs(provider)
        self.assertIsNone(proofs["/device_authorization"])
        self.assertIsNotNone(proofs["/token"])

    def test_a_config_file_can_say_it(self):
        provider, _, _ = self.login("--config", self.write("tv.json", {"dpop": True, "dpop_device_authorization": True}))
        self.assertIsNotNone(self.proofs(provider)["/device_authorization"])

    def test_it_is_nothing_without_dpop(self):
        provider, events, _ = self.login(EXTRA, code=2)
        self.assertEqual(events[-1]["message"], "--dpop-device-authorization needs --dpop.")
        self.assertEqual(provider.paths, [])


if __name__ == "__main__":
    run_tests(__doc__)
