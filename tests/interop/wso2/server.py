"""WSO2 Identity Server: what its doubles and an installation have in common, and the doubles, which are not the real thing."""

import json
import pathlib
import ssl
import sys
import time
import urllib.parse
import urllib.request

from certificates import make_identity
from harness import answers, ask, check, free_port, http_session, require, wait_for
from server import Client, Probe, Server

DOUBLE = pathlib.Path(__file__).resolve().parent / "double.py"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "openid profile"


class Wso2(Server):
    """What a double and a real one have in common. `base` is the URL before /oauth2, the tenant's path included."""

    base = None
    certificate = None  # PEM file
    headers = {}  # what the client proves itself with, where it does

    def session(self):
        trusted = ssl.create_default_context(cafile=self.certificate)
        return http_session(urllib.request.HTTPSHandler(context=trusted))

    def _metadata(self):
        return json.loads(ask(self.session(), self.base + "/oauth2/token/.well-known/openid-configuration")[2])

    def describe(self, client_id, asker, secret=()):
        """The Client of that name."""
        where = ("--issuer", self._metadata()["issuer"], *(("--cacert", self.certificate) if self.certificate else ()))
        endpoint = ("--device-authorization-endpoint", self.base + "/oauth2/device_authorize")
        login = () if self._lists_device_endpoint() else endpoint
        return Client(where, ("--client-id", client_id, *secret), SCOPE, login, asker)

    def _lists_device_endpoint(self):
        return "device_authorization_endpoint" in self._metadata()

    def refuse(self, codes):
        """Lets a person refuse the login with these codes; returns where that leads to."""
        raise NotImplementedError

    def deny(self, prompt):
        self.refuse(prompt)

    def probe(self, scenario):
        if scenario == "discovery":
            return Probe(self.base + "/oauth2/token/.well-known/openid-configuration", session=self.session())
        return self._refused_login() if scenario == "deny" else None

    def _post(self, path, form):
        return json.loads(ask(self.session(), self.base + path, form, self.headers)[2])

    def _refused_login(self):
        who = {"client_id": self.denying_client}
        codes = self._post("/oauth2/device_authorize", {**who, "scope": SCOPE})
        led_to = self.refuse(codes)
        time.sleep(int(codes["interval"]) + 0.2)  # it wants more than the interval
        poll = {**who, "grant_type": DEVICE_GRANT, "device_code": codes["device_code"]}
        before = f"after a refusal, which leads to {led_to}"
        return Probe(self.base + "/oauth2/token", poll, self.headers, self.session(), before)


class Double(Wso2):
    double = True
    release = ""
    tenant = ""
    denying_client = "tv"
    life_client = "tv-renewed"

    def __init__(self, scratch, npm):
        super().__init__(scratch, npm)
        self._starts = 0
        self._process = None

    @property
    def title(self):
        return f"WSO2 Identity Server {self.release}"

    def fetch(self):
        require("openssl")

    def version(self):
        return f"double of {self.release}" + (f", tenant {self.tenant}" if self.tenant else "")

    def start(self):
        extensions = ["subjectAltName=DNS:localhost"]
        self._identity = make_identity(self.scratch, "localhost", extensions, algorithm="rsa:2048")
        self.certificate = self._identity.certificate
        self._port = free_port()
        self.base = f"https://localhost:{self._port}" + (f"/t/{self.tenant}" if self.tenant else "")
        self._admin = self.scratch.write("admin", "admin:admin\n")
        self.resume()
        return self

    def resume(self):
        self._starts += 1
        command = [sys.executable, "-B", DOUBLE, self.release, str(self._port), self._identity.certificate, self._identity.key]
        command += [self.scratch.path("wso2.state"), *([self.tenant] if self.tenant else [])]
        self._process = self.scratch.start(f"wso2-{self._starts}", command)

        def probe():
            return answers(self.session(), self.base + "/oauth2/jwks") or self._process.poll() is not None

        wait_for("the double of WSO2 to answer", probe)
        check(self._process.poll() is None, "the double of WSO2 did not start")

    def stop(self):
        self.scratch.end(self._process)

    def client(self, kind):
        client_id = {"short": "short", "life": self.life_client}.get(kind, "tv")
        return self.describe(client_id, ("--introspection-user-file", self._admin))

    def _submit(self, user_code):
        """Where the page for the user code leads to."""
        _, headers, _ = ask(self.session(), self.base + "/oauth2/device", {"user_code": user_code})
        return headers["Location"]

    def _decide(self, user_code, consent):
        key = urllib.parse.parse_qs(urllib.parse.urlsplit(self._submit(user_code)).query).get("sessionDataKey")
        check(key, f"the double doesn't know the code {user_code}")
        form = {"sessionDataKey": key[0], "username": "alice", "password": "alice-password", "consent": consent}
        return ask(self.session(), self.base + "/commonauth", form)[1]["Location"].rsplit("/", 1)[-1]

    def approve(self, prompt):
        led_to = self._decide(prompt["user_code"], "approve")
        check(led_to.startswith("device_success.do"), f"the approval led to {led_to}")

    def refuse(self, codes):
        return self._decide(codes["user_code"], "deny")

    def try_wrong_code(self, prompt):
        other_case = prompt["user_code"].swapcase()
        location = self._submit(other_case if other_case != prompt["user_code"] else "BBBBBB")
        check("error=" in location, f"a wrong code led to {location}")
        return "led to " + location.rsplit("/", 1)[-1]


class Double511(Double):
    release = "5.11"
    life_client = "tv-kept"


class Double70(Double):
    release = "7.0"
    tenant = "example.com"


class Double71(Double):
    release = "7.1"
