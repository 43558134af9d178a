"""django-oauth-toolkit from PyPI, in app.py beside this file."""

import json
import pathlib
import re
import shutil
import sys

from download import digest, download
from harness import answers, ask, check, free_port, http_session, require, wait_for
from person import Person
from server import Client, Probe, Server

HERE = pathlib.Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "openid profile"


class DjangoOAuthToolkit(Server):
    title = "django-oauth-toolkit"

    def __init__(self, scratch, npm):
        super().__init__(scratch, npm)
        self._packages = self.cache / f"django-oauth-toolkit-{digest(REQUIREMENTS)}"
        self._starts = 0
        self._process = None

    def fetch(self):
        require("openssl")
        if self._packages.exists():
            return
        packages = self.scratch.path("packages")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"]
        download(self.scratch, "pip", [*pip, "--target", packages, "--requirement", REQUIREMENTS])
        self.cache.mkdir(parents=True, exist_ok=True)
        shutil.move(packages, self._packages)

    def version(self):
        pins = dict(re.findall(r"^(\S+)==(\S+)", REQUIREMENTS.read_text(), re.MULTILINE))
        return f"PyPI {pins['django-oauth-toolkit']}, oauthlib {pins['oauthlib']}"

    def start(self):
        self.fetch()
        self.scratch.run("key", ["openssl", "genpkey", "-algorithm", "RSA", "-out", "oidc.pem"])
        self._port = free_port()
        self._base = f"http://127.0.0.1:{self._port}"
        self.issuer = self._base + "/o"
        self._secret = self.scratch.write("secret", "basic-secret\n")
        self.resume()
        return self

    def resume(self):
        self._starts += 1
        command = [sys.executable, "-B", HERE / "app.py", str(self._port), self.scratch.directory]
        environment = {"PYTHONPATH": str(self._packages)}
        self._process = self.scratch.start(f"django-{self._starts}", command, environment=environment)

        def probe():
            return answers(http_session(), self._base) or self._process.poll() is not None

        wait_for("django to answer", probe, seconds=60)
        check(self._process.poll() is None, "django did not start")

    def stop(self):
        self.scratch.end(self._process)

    def client(self, kind):
        endpoint = self._base + "/short/" if kind == "short" else self.issuer + "/device-authorization/"
        who = ("--client-id", "public")
        if kind == "life":
            who = ("--client-id", "basic", "--client-secret-file", self._secret)
        # Its metadata name every endpoint but this one.
        return Client(("--issuer", self.issuer), who, SCOPE, ("--device-authorization-endpoint", endpoint))

    def _submit(self, uri, user_code):
        person = Person()
        person.open(uri)
        person.submit(user_code=user_code)
        return person

    def _decide(self, prompt, action, status):
        person = self._submit(prompt["verification_uri"], prompt["user_code"])
        person.submit(action=action)
        check(f"Device {status}" in person.text(), f"after {action} the page says: {person.text()}")

    def approve(self, prompt):
        self._decide(prompt, "accept", "Authorized")

    def deny(self, prompt):
        self._decide(prompt, "deny", "Denied")

    def try_wrong_code(self, prompt):
        said = self._submit(prompt["verification_uri"], "BBBBBBBB").text()
        check("Incorrect user code" in said, f"after a wrong code the page says: {said}")
        return "Incorrect user code"

    def probe(self, scenario):
        if scenario == "discovery":
            return Probe(self._base + "/.well-known/oauth-authorization-server/o")
        return self._login_with_openid() if scenario == "id_token" else None

    def _login_with_openid(self):
        form = {"client_id": "public", "scope": SCOPE}
        codes = json.loads(ask(http_session(), self.issuer + "/device-authorization/", form)[2])
        self.approve(codes)
        poll = {"grant_type": DEVICE_GRANT, "client_id": "public", "device_code": codes["device_code"]}
        return Probe(self.issuer + "/token/", poll, before="after a login with the scope openid")
