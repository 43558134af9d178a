#!/usr/bin/env python3
"""A sign-in through a built-in description at a server that behaves as the real one does."""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import CODE, TOKENS, Provider
from tool import ToolTest, run_tests


class SpringAuthorizationServer(ToolTest):
    """Its device flow refuses the scope openid, and scopes that the client does not have. Its users cannot approve a login
    without a scope."""

    def setUp(self):
        super().setUp()
        if shutil.which("openssl") is None:
            self.skipTest("openssl is not installed")
        folder = pathlib.Path(self.folder)
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        command += ["-subj", "/CN=spring", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
        subprocess.run(command, check=True, capture_output=True)
        both = self.write("both.pem", certificate.read_text() + key.read_text())
        self.server = Provider({"/device_authorization": self.codes, "/token": self.poll}, certificate=both)
        self.addCleanup(self.server.close)
        host = self.server.issuer.removeprefix("https://")
        self.where = ["--provider", "spring", "--field", "host=" + host, "--cacert", str(certificate), "--client-id", "tv"]

    def codes(self):
        if self.asked() - {"profile", "message.read"}:
            return 400, {"error_description": "OAuth 2.0 Parameter: scope", "error": "invalid_scope"}
        return 200, {**CODE, "verification_uri": self.server.issuer + "/activate"}

    def asked(self):
        return set(self.server.forms("/device_authorization")[-1].get("scope", "").split())

    def poll(self):
        if not self.asked():
            return 400, {"error": "access_denied"}
        return 200, {name: TOKENS[name] for name in ("access_token", "token_type", "expires_in")}

    def login(self, *more, code):
        events, _ = self.run_json("login", *self.where, "--store", "none", *more, code=code)
        return events[-1]

    def test_the_description_alone_signs_in(self):
        self.assertEqual(self.login(code=0)["event"], "tokens")
        self.assertEqual(self.asked(), {"profile"})

    def test_another_scope_of_the_client_takes_its_place(self):
        self.assertEqual(self.login("--scope", "message.read", code=0)["event"], "tokens")
        self.assertEqual(self.asked(), {"message.read"})

    def test_the_scope_openid_is_refused_in_the_server_s_words(self):
        error = self.login("--scope", "openid", code=5)
        self.assertEqual((error["stage"], error["code"]), ("device_authorization", "invalid_scope"))


if __name__ == "__main__":
    run_tests(__doc__)
