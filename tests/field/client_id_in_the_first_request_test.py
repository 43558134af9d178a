#!/usr/bin/env python3
"""A server that refuses a device authorization request without client_id in the body, however the client proves itself,
and a poll that has it there beside HTTP Basic."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import TOKENS
from tool import ToolTest, run_tests

REFUSED = (400, {"error": "invalid_request"})


class FirstRequest(ToolTest):
    def test_a_client_with_basic_signs_in(self):
        provider = self.provider()
        codes = provider.answers["/device_authorization"]
        tokens = {name: value for name, value in TOKENS.items() if name != "id_token"}
        provider.answers["/device_authorization"] = (
            lambda: codes if provider.forms("/device_authorization")[-1].get("client_id") == "tv" else REFUSED
        )
        provider.answers["/token"] = lambda: REFUSED if "client_id" in provider.forms("/token")[-1] else (200, tokens)
        secret = self.write("secret", "s3cret")
        where = ["--issuer", provider.issuer, "--client-id", "tv", "--client-secret-file", secret, "--client-auth", "basic"]
        self.run_json("login", *where, code=0)
        self.run_json("refresh", *where, code=0)
        for path in ("/device_authorization", "/token"):
            sent = [headers for at, headers in provider.headers if at == path]
            self.assertTrue(all(headers["Authorization"].startswith("Basic ") for headers in sent), path)


if __name__ == "__main__":
    run_tests(__doc__)
