"""Debian's glewlwyd on loopback with SQLite: an authorization server with a real interval and a real slow_down."""

import http.cookiejar
import json
import pathlib
import re
import sqlite3
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from harness import Failure, NotRun, answers, ask, check, free_port, http_session, require, wait_for
from server import Client, Probe, Server

# The packaged schema, with an administrator admin/password in it. (The copy under /usr/share/doc is
# left out on machines that exclude documentation.)
SCHEMA = pathlib.Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
MODULES = "/usr/lib/glewlwyd"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPES = ["openid", "profile"]
USER, PASSWORD = "alice", "alice-password"
BASIC_SECRET = "basic-secret"
SHORT_LIFETIME = 4

CONFIG = """
port={port}
bind_address="127.0.0.1"
external_url="{base}"
login_url="login.html"
api_prefix="api"
static_files_path="/usr/share/glewlwyd/webapp/"
log_mode="file"
log_level="INFO"
log_file="{directory}/glewlwyd-server.out"
cookie_secure=0
cookie_same_site="empty"
session_expiration=3600
session_key="GLEWLWYD2_SESSION_ID"
admin_session_authentication="cookie"
login_api_enabled=true
max_post_size=16778240
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{modules}/user"
client_module_path="{modules}/client"
user_auth_scheme_module_path="{modules}/scheme"
plugin_module_path="{modules}/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{directory}/glewlwyd.db" }}
"""


class Session:
    """One cookie jar at the server."""

    def __init__(self, base):
        self._base = base
        self._opener = http_session(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def send(self, method, path, body=None):
        """Sends JSON; returns the Location of a redirect, or None."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self._opener.open(request, timeout=10):
                return None
        except urllib.error.HTTPError as answer:
            if answer.code in (302, 303):
                return answer.headers["Location"]
            raise Failure(f"glewlwyd: {method} {path}: {answer.code} {answer.read()[:300]}") from None

    def sign_in(self, user, password):
        self.send("POST", "/api/auth/", {"username": user, "password": password})


def said_of(location):
    """What glewlwyd tells its login page to show."""
    return re.sub(r"callback_url=[^&]*", "", location.rsplit("/", 1)[-1]).strip("&")


class Glewlwyd(Server):
    """`issuer` is what the tool is given; `interval` and `lifetime` of its device codes are in seconds."""

    title = "glewlwyd"
    at_once = 1  # with SQLite, it answers 500 where it stores the tokens of two logins at the same time

    def __init__(self, scratch, npm, interval=1, lifetime=120):
        super().__init__(scratch, npm)
        self._interval = interval
        self._lifetime = lifetime
        self._starts = 0
        self._process = None

    def fetch(self):
        require("glewlwyd", "openssl")
        if not SCHEMA.exists():
            raise NotRun(f"{SCHEMA} is missing (glewlwyd-common)")

    def version(self):
        said = subprocess.run(["glewlwyd", "--version"], capture_output=True, text=True, timeout=10)
        return "Debian " + re.search(r"[0-9]+(?:\.[0-9]+)+", said.stdout + said.stderr).group()

    def start(self):
        self.fetch()
        with sqlite3.connect(self.scratch.path("glewlwyd.db")) as database:
            database.executescript(SCHEMA.read_text())
        for _ in range(3):
            # The server can't choose a port itself.
            self._configure(free_port())
            if self._run():
                break
        check(self._process.poll() is None, "glewlwyd did not start")
        self.issuer = self._base + "/api/oidc"
        self._set_up()
        self.scratch.write("secret", BASIC_SECRET + "\n")
        return self

    def _configure(self, port):
        self._base = f"http://127.0.0.1:{port}"
        text = CONFIG.format(port=port, base=self._base, directory=self.scratch.directory, modules=MODULES)
        self._config = self.scratch.write("glewlwyd.conf", text)

    def _run(self):
        self._starts += 1
        command = ["glewlwyd", f"--config-file={self._config}"]
        self._process = self.scratch.start(f"glewlwyd-{self._starts}", command)

        def probe():
            return answers(http_session(), self._base + "/config") or self._process.poll() is not None

        wait_for("glewlwyd to answer", probe)
        return self._process.poll() is None

    def stop(self):
        self.scratch.end(self._process)

    def resume(self):
        check(self._run(), "glewlwyd did not start again")

    def client(self, kind):
        if kind == "life":
            # Only a client with a secret may revoke and introspect here.
            who = ("--client-id", "basic", "--client-secret-file", self.scratch.path("secret"))
            return Client(("--issuer", self.issuer), who, " ".join(SCOPES))
        issuer = self.issuer + "-short" if kind == "short" else self.issuer
        return Client(("--issuer", issuer), ("--client-id", "public"), " ".join(SCOPES))

    def description(self):
        return self.described("glewlwyd", self.issuer)

    def _set_up(self):
        admin = Session(self._base)
        admin.sign_in("admin", "password")
        admin.send(
            "POST",
            "/api/scope/",
            {"name": "profile", "display_name": "profile", "password_required": False, "scheme": {}},
        )
        admin.send(
            "POST",
            "/api/user/",
            {
                "username": USER,
                "name": "Alice",
                "password": PASSWORD,
                "enabled": True,
                "scope": ["g_profile", *SCOPES],
            },
        )
        self.scratch.run("rsa-private", ["openssl", "genpkey", "-algorithm", "RSA", "-out", "rsa.pem"])
        self.scratch.run("rsa-public", ["openssl", "pkey", "-in", "rsa.pem", "-pubout", "-out", "rsa.pub"])
        admin.send("POST", "/api/mod/plugin/", self._plugin("oidc", self._lifetime))
        admin.send("POST", "/api/mod/plugin/", self._plugin("oidc-short", SHORT_LIFETIME))
        client = {
            "enabled": True,
            "authorization_type": ["device_authorization", "refresh_token"],
            "redirect_uri": [],
            "scope": SCOPES,
        }
        admin.send(
            "POST",
            "/api/client/",
            {
                **client,
                "client_id": "public",
                "name": "TV",
                "confidential": False,
                "token_endpoint_auth_method": ["none"],
            },
        )
        admin.send(
            "POST",
            "/api/client/",
            {
                **client,
                "client_id": "basic",
                "name": "TV with a secret",
                "confidential": True,
                "client_secret": BASIC_SECRET,
                "token_endpoint_auth_method": ["client_secret_basic"],
            },
        )

    def _plugin(self, name, lifetime):
        parameters = {
            "iss": f"{self._base}/api/{name}",
            "jwt-type": "rsa",
            "jwt-key-size": "256",
            "key": self.scratch.path("rsa.pem").read_text(),
            "cert": self.scratch.path("rsa.pub").read_text(),
            "access-token-duration": 3600,
            "refresh-token-duration": 86400,
            "code-duration": 600,
            "refresh-token-rolling": True,
            "refresh-token-one-use": "always",
            "allow-non-oidc": True,
            "auth-type-code-enabled": False,
            "auth-type-token-enabled": False,
            "auth-type-id-token-enabled": True,
            "auth-type-none-enabled": False,
            "auth-type-password-enabled": False,
            "auth-type-client-enabled": False,
            "auth-type-device-enabled": True,
            "auth-type-refresh-enabled": True,
            "device-authorization-expiration": lifetime,
            "device-authorization-interval": self._interval,
            "introspection-revocation-allowed": True,
            "introspection-revocation-allow-target-client": True,
            "introspection-revocation-auth-scope": [],
            "resource-allowed": False,
            "subject-type": "public",
            "address-claim": {"type": "no"},
            "name-claim": "on-demand",
            "name-claim-scope": ["profile"],
            "email-claim": "no",
            "claims": [],
            "scope": [],
            "jwks-show": True,
            "request-parameter-allow": True,
            "client-cert-source": "no",
            "session-management-allowed": False,
        }
        return {
            "module": "oidc",
            "name": name,
            "display_name": name,
            "order_rank": 0,
            "readonly": False,
            "enabled": True,
            "parameters": parameters,
        }

    def approve(self, prompt):
        """What the login page does for a person, by plain HTTP: sign in, consent, confirm the code."""
        person, page, consent = self._visit(prompt)
        check(consent is not None, f"glewlwyd doesn't know the code {prompt['user_code']}")
        person.send("PUT", f"/api/auth/grant/{consent['client_id'][0]}", {"scope": consent["scope"][0]})
        end = person.send("GET", page + "&g_continue") or ""
        check("deviceComplete" in end, f"glewlwyd did not take the approval: {end}")

    def _visit(self, prompt):
        """A person who has signed in, the page for the code, and what it asks for; None where it is no code."""
        person = Session(self._base)
        person.sign_in(USER, PASSWORD)
        path = urllib.parse.urlsplit(prompt["verification_uri"]).path
        page = path + "?" + urllib.parse.urlencode({"code": prompt["user_code"]})
        leads_to = person.send("GET", page) or ""
        asks = urllib.parse.parse_qs(urllib.parse.urlsplit(leads_to).query)
        return person, page, None if "deviceCodeError" in leads_to else asks

    def try_wrong_code(self, prompt):
        person, page, consent = self._visit({**prompt, "user_code": "0000-0000"})
        check(consent is None, "glewlwyd took a code that it never gave")
        return "led to " + said_of(person.send("GET", page))

    def probe(self, scenario):
        if scenario != "deny":
            return None
        form = {"client_id": "public", "scope": " ".join(SCOPES)}
        codes = json.loads(ask(http_session(), self.issuer + "/device_authorization", form)[2])
        # The login page has a button to continue; a user who does not want that can only leave.
        person, page, _ = self._visit(codes)
        before = f"after the user left the page {said_of(person.send('GET', page))}, which has no button to refuse"
        poll = {"grant_type": DEVICE_GRANT, "client_id": "public", "device_code": codes["device_code"]}
        return Probe(self.issuer + "/token", poll, before=before)

    def poll(self, client, device_code):
        """Polls as a stranger that got hold of the device code; returns the error code."""
        form = urllib.parse.urlencode({"grant_type": DEVICE_GRANT, "client_id": client, "device_code": device_code})
        try:
            with http_session().open(self.issuer + "/token", form.encode(), timeout=10):
                return None
        except urllib.error.HTTPError as answer:
            return json.load(answer)["error"]
