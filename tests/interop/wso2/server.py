"""WSO2 Identity Server: what all ways to run it have in common, and the doubles of 7.x, which are not the real server."""

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
    """`base` is the URL before /oauth2, including the tenant's path."""

    base = None
    certificate = None  # PEM file
    headers = {}  # the client's credentials, if it has any

    def session(self):
        trusted = ssl.create_default_context(cafile=self.certificate)
        return http_session(urllib.request.HTTPSHandler(context=trusted))

    def _metadata(self):
        return json.loads(ask(self.session(), self.base + "/oauth2/token/.well-known/openid-configuration")[2])

    def _trusted(self):
        return ("--cacert", self.certificate) if self.certificate else ()

    def describe(self, client_id, asker, secret=()):
        """The Client of that name."""
        if not self._lists_device_endpoint():  # then it is 5.11, whose responses to polls nothing but its description explains
            return self.by_description("wso2-5.11", client_id, asker, secret)
        where = ("--issuer", self._metadata()["issuer"], *self._trusted())
        return Client(where, ("--client-id", client_id, *secret), SCOPE, asker=asker)

    def by_description(self, name, client_id, asker, secret=()):
        """The same through a built-in description."""
        place = urllib.parse.urlsplit(self.base)
        tenant = ("--field", "tenant=" + place.path.removeprefix("/t/")) if place.path else ()
        where = ("--provider", name, "--field", "host=" + place.netloc, *tenant, *self._trusted())
        return Client(where, ("--client-id", client_id, *secret), SCOPE, asker=asker)

    def _lists_device_endpoint(self):
        return "device_authorization_endpoint" in self._metadata()

    def refuse(self, codes):
        """Lets a user refuse this login; returns where that leads to."""
        raise NotImplementedError

    def deny(self, prompt):
        self.refuse(prompt)

    def probe(self, scenario):
        if scenario == "discovery":
            return Probe(self.base + "/oauth2/token/.well-known/openid-configuration", session=self.session())
        return self._refused_login() if scenario == "deny" else None

    def post(self, path, form):
        return json.loads(ask(self.session(), self.base + path, form, self.headers)[2])

    def _refused_login(self):
        who = {"client_id": self.denying_client}
        codes = self.post("/oauth2/device_authorize", {**who, "scope": SCOPE})
        led_to = self.refuse(codes)
        time.sleep(int(codes["interval"]) + 0.2)  # it wants more than the interval
        poll = {**who, "grant_type": DEVICE_GRANT, "device_code": codes["device_code"]}
        before = f"after a refusal, which leads to {led_to}"
        return Probe(self.base + "/oauth2/token", poll, self.headers, self.session(), before)


class OnLoopback(Wso2):
    """One that is started here, with the clients tv, short and the one that `life_client` names."""

    release = ""
    provider = ""  # its built-in description
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

    def start(self):
        extensions = ["subjectAltName=DNS:localhost"]
        self.identity = make_identity(self.scratch, "localhost", extensions, algorithm="rsa:2048")
        self.certificate = self.identity.certificate
        self.port = free_port()
        self.base = f"https://localhost:{self.port}" + (f"/t/{self.tenant}" if self.tenant else "")
        self.asker = ("--introspection-user-file", self.scratch.write("admin", "admin:admin\n"))
        self.prepare()
        self.resume()
        return self

    def prepare(self):
        """What its first start needs."""

    def command(self):
        """What starts it, in the foreground; it keeps its logins for a later start."""
        raise NotImplementedError

    def resume(self):
        self._starts += 1
        self._process = self.scratch.start(f"wso2-{self._starts}", self.command())

        def probe():
            return answers(self.session(), self.base + "/oauth2/jwks") or self._process.poll() is not None

        wait_for(f"{self.title} to answer", probe, seconds=120)
        check(self._process.poll() is None, f"{self.title} did not start")

    def stop(self):
        self.scratch.end(self._process)

    def client(self, kind):
        return self.describe({"short": "short", "life": self.life_client}.get(kind, "tv"), self.asker)

    def description(self):
        return self.by_description(self.provider, "tv", self.asker)

    def submit(self, user_code):
        """Where the page for the user code leads to."""
        _, headers, _ = ask(self.session(), self.base + "/oauth2/device", {"user_code": user_code})
        return headers["Location"]

    def _decide(self, user_code, consent, user):
        key = urllib.parse.parse_qs(urllib.parse.urlsplit(self.submit(user_code)).query).get("sessionDataKey")
        check(key, f"the server does not know the code {user_code}")
        form = {"sessionDataKey": key[0], "username": user, "password": "password", "consent": consent}
        return ask(self.session(), self.base + "/commonauth", form)[1]["Location"].rsplit("/", 1)[-1]

    def approve(self, prompt, user="alice"):
        led_to = self._decide(prompt["user_code"], "approve", user)
        check(led_to.startswith("device_success.do"), f"the approval led to {led_to}")

    def refuse(self, codes):
        return self._decide(codes["user_code"], "deny", "alice")

    def try_wrong_code(self, prompt):
        other_case = prompt["user_code"].swapcase()
        location = self.submit(other_case if other_case != prompt["user_code"] else "BBBBBB")
        check("error=" in location, f"a wrong code led to {location}")
        return "led to " + location.rsplit("/", 1)[-1]


class Double(OnLoopback):
    double = True
    provider = "wso2-7"

    def fetch(self):
        require("openssl")

    def version(self):
        return f"double of {self.release}" + (f", tenant {self.tenant}" if self.tenant else "")

    def command(self):
        files = (self.identity.certificate, self.identity.key, self.scratch.path("wso2.state"))
        return [sys.executable, "-B", DOUBLE, self.release, self.port, *files, *([self.tenant] if self.tenant else [])]


class Double70(Double):
    release = "7.0"
    tenant = "example.com"


class Double71(Double):
    release = "7.1"
