"""Debian's glewlwyd on loopback with SQLite: an authorization server with a real interval and a real slow_down."""

import http.cookiejar
import json
import pathlib
import socket
import sqlite3
import urllib.error
import urllib.parse
import urllib.request

from harness import Failure, NotRun, check, http_session, require, wait_for

# The packaged schema, with an administrator admin/password in it. (The copy under /usr/share/doc is
# left out on machines that exclude documentation.)
SCHEMA = pathlib.Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
MODULES = "/usr/lib/glewlwyd"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPES = ["openid", "profile"]
USER, PASSWORD = "alice", "alice-password"
BASIC_SECRET = "basic-secret"

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


class Glewlwyd:
    """One running server. `issuer` is what the tool is given."""

    def __init__(self, scratch, interval, lifetime):
        require("glewlwyd", "openssl")
        if not SCHEMA.exists():
            raise NotRun(f"{SCHEMA} is missing (glewlwyd-common)")
        self._scratch = scratch
        with sqlite3.connect(scratch.path("glewlwyd.db")) as database:
            database.executescript(SCHEMA.read_text())
        self._start()
        self.issuer = self._base + "/api/oidc"
        self._set_up(interval, lifetime)

    def _start(self):
        # The server can't choose a port itself; between finding a free one and its bind somebody else may take it.
        for attempt in range(3):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            self._base = f"http://127.0.0.1:{port}"
            config = self._scratch.write(
                "glewlwyd.conf",
                CONFIG.format(port=port, base=self._base, directory=self._scratch.directory, modules=MODULES),
            )
            process = self._scratch.start(f"glewlwyd-{attempt}", ["glewlwyd", f"--config-file={config}"])
            wait_for("glewlwyd to answer", lambda: self._answers() or process.poll() is not None)
            if process.poll() is None:
                return
        raise Failure("glewlwyd did not start")

    def _answers(self):
        try:
            with http_session().open(self._base + "/config", timeout=5):
                return True
        except OSError:
            return False

    def _set_up(self, interval, lifetime):
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
        admin.send("POST", "/api/mod/plugin/", self._plugin(interval, lifetime))
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

    def _plugin(self, interval, lifetime):
        self._scratch.run("rsa-private", ["openssl", "genpkey", "-algorithm", "RSA", "-out", "rsa.pem"])
        self._scratch.run("rsa-public", ["openssl", "pkey", "-in", "rsa.pem", "-pubout", "-out", "rsa.pub"])
        parameters = {
            "iss": self.issuer,
            "jwt-type": "rsa",
            "jwt-key-size": "256",
            "key": self._scratch.path("rsa.pem").read_text(),
            "cert": self._scratch.path("rsa.pub").read_text(),
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
            "device-authorization-interval": interval,
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
            "name": "oidc",
            "display_name": "OIDC",
            "order_rank": 0,
            "readonly": False,
            "enabled": True,
            "parameters": parameters,
        }

    def approve(self, client, user_code):
        """What the login page does for a person, by plain HTTP: sign in, consent, confirm the code."""
        person = Session(self._base)
        person.sign_in(USER, PASSWORD)
        page = "/api/oidc/device?" + urllib.parse.urlencode({"code": user_code})
        check("deviceCodeError" not in (person.send("GET", page) or ""), f"glewlwyd doesn't know the code {user_code}")
        person.send("PUT", f"/api/auth/grant/{client}", {"scope": " ".join(SCOPES)})
        end = person.send("GET", page + "&g_continue") or ""
        check("deviceComplete" in end, f"glewlwyd did not take the approval: {end}")

    def poll(self, client, device_code):
        """Polls as a stranger that got hold of the device code; returns the error code."""
        form = urllib.parse.urlencode({"grant_type": DEVICE_GRANT, "client_id": client, "device_code": device_code})
        try:
            with http_session().open(self.issuer + "/token", form.encode(), timeout=10):
                return None
        except urllib.error.HTTPError as answer:
            return json.load(answer)["error"]
