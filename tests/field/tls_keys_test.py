#!/usr/bin/env python3
"""SSLKEYLOGFILE in the environment: libcurl would write the keys of every connection there."""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import Provider
from tool import ToolTest, run_tests


class TlsKeys(ToolTest):
    def test_the_tool_writes_no_keys_of_its_connections(self):
        if shutil.which("openssl") is None:
            self.skipTest("openssl is not installed")
        folder = pathlib.Path(self.folder)
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        command += ["-subj", "/CN=here", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
        subprocess.run(command, check=True, capture_output=True)
        server = Provider(certificate=self.write("both.pem", certificate.read_text() + key.read_text()))
        self.addCleanup(server.close)
        keys = os.path.join(self.folder, "keys.log")
        where = ["--issuer", server.issuer, "--client-id", "tv", "--cacert", str(certificate)]
        self.run_json("login", *where, "--store", "none", code=0, SSLKEYLOGFILE=keys)
        self.assertTrue(server.forms("/token"))
        self.assertFalse(os.path.exists(keys))


if __name__ == "__main__":
    run_tests(__doc__)
