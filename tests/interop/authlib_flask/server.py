"""Debian's python3-authlib with Flask, in app.py beside this file."""

import json
import pathlib
import subprocess

from harness import NotRun, answers, ask, check, free_port, http_session, wait_for
from server import Client, Probe, Server

APP = pathlib.Path(__file__).resolve().parent / "app.py"
PYTHON = "/usr/bin/python3"  # the one that Debian's packages are for
FORM = {"client_id": "public", "scope": "openid profile"}


class AuthlibFlask(Server):
    title = "authlib + Flask"

    def __init__(self, scratch, npm):
        super().__init__(scratch, npm)
        self._starts = 0
        self._process = None

    def _python(self, text):
        return subprocess.run([PYTHON, "-c", text], capture_output=True, text=True, timeout=20)

    def fetch(self):
        if self._python("import authlib, flask").returncode != 0:
            raise NotRun("not installed: python3-authlib or python3-flask")

    def version(self):
        words = "from importlib.metadata import version; print('Debian', version('authlib'), '+', version('flask'))"
        return self._python(words).stdout.strip()

    def start(self):
        self.fetch()
        self._port = free_port()
        self.issuer = f"http://127.0.0.1:{self._port}"
        self.scratch.write("secret", "basic-secret\n")
        self.resume()
        return self

    def resume(self):
        self._starts += 1
        command = [PYTHON, "-B", APP, str(self._port), self.scratch.path("authlib.db")]
        self._process = self.scratch.start(f"authlib-{self._starts}", command)

        def probe():
            return answers(http_session(), self.issuer + "/device") or self._process.poll() is not None

        wait_for("authlib to answer", probe)
        check(self._process.poll() is None, "authlib did not start")

    def stop(self):
        self.scratch.end(self._process)

    def client(self, kind):
        where = ("--issuer", self.issuer)
        if kind == "life":
            who = ("--client-id", "basic", "--client-secret-file", self.scratch.path("secret"))
            return Client(where, who, "openid profile")
        short = ("--device-authorization-endpoint", self.issuer + "/short/device_authorization")
        return Client(where, ("--client-id", "public"), "openid profile", short if kind == "short" else ())

    def _decide(self, prompt, decision):
        form = {"user_code": prompt["user_code"], "decision": decision}
        return ask(http_session(), prompt["verification_uri"], form)

    def approve(self, prompt):
        status, _, text = self._decide(prompt, "approve")
        check(status == 200 and text == "Approved.", f"the response to the approval is {status} {text}")

    def deny(self, prompt):
        status, _, text = self._decide(prompt, "deny")
        check(status == 200 and text == "Denied.", f"the response to the refusal is {status} {text}")

    def try_wrong_code(self, prompt):
        status, _, text = self._decide({**prompt, "user_code": "BBBB-BBBB"}, "approve")
        check(status == 404, f"the response to a wrong code is {status} {text}")
        return text

    def probe(self, scenario):
        if scenario == "userinfo":
            metadata = json.loads(ask(http_session(), self.issuer + "/.well-known/oauth-authorization-server")[2])
            check("userinfo_endpoint" not in metadata, "its metadata name a UserInfo endpoint")
            return Probe(self.issuer + "/userinfo", before="(its metadata name no UserInfo endpoint)")
        return self._login_with_openid() if scenario == "id_token" else None

    def _login_with_openid(self):
        codes = json.loads(ask(http_session(), self.issuer + "/device_authorization", FORM)[2])
        self.approve(codes)
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": codes["device_code"]}
        return Probe(self.issuer + "/token", {**form, "client_id": "public"}, before="after a login with the scope openid")
