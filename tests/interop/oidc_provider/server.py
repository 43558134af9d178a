"""npm's oidc-provider as a child process, and the person who decides, in Chromium or by bare requests."""

import http.cookiejar
import json
import pathlib
import re
import ssl
import urllib.parse
import urllib.request

from certificates import make_leaf
from chromium import browse
from harness import Failure, NotRun, check, wait_for
from server import Client, Server

HERE = pathlib.Path(__file__).resolve().parent


class OidcProvider(Server):
    """`issuer` is what the tool is given, and where it speaks TLS, so is the authority's certificate.

    `options` are those of provider.mjs.
    """

    title = "oidc-provider"

    def __init__(self, scratch, npm, authority=None, **options):
        super().__init__(scratch, npm)
        self._node = npm / "node_modules/.bin/node"
        self._authority = authority
        self._options = {"state": scratch.path("oidc-provider.state"), **options}
        self._logs = []
        self._process = None
        self.issuer = None

    def fetch(self):
        needed = [self._node, self.npm / "node_modules/oidc-provider"]
        if not all(path.exists() for path in needed):
            raise NotRun("the npm packages are not installed (./dev test installs them where the registry is in reach)")

    def version(self):
        about = json.loads((self.npm / "node_modules/oidc-provider/package.json").read_text())
        return f"npm {about['version']}"

    def start(self):
        self.fetch()
        if self._authority is not None:
            shown = make_leaf(self.scratch, "server", "IP:127.0.0.1", "serverAuth", self._authority)
            files = {"key": shown.key, "certificate": shown.certificate, "authority": self._authority.certificate}
            self._options["tls"] = files
        self._asker_secret = self.scratch.write("rs-secret", "rs-secret\n")
        self.resume()
        return self

    def resume(self):
        log = f"oidc-provider-{len(self._logs)}"
        command = [self._node, HERE / "provider.mjs", self.npm, json.dumps(self._options, default=str)]
        self._process = self.scratch.start(log, command)
        self._logs.append(log)
        starts = len(self._logs)

        def probe():
            return len(self._said("issuer")) == starts or self._process.poll() is not None

        wait_for("oidc-provider to listen", probe)
        check(self._process.poll() is None, "oidc-provider did not start")
        self.issuer = self._said("issuer")[-1]

    def stop(self):
        self.scratch.end(self._process)

    def client(self, kind):
        client_id = "short" if kind == "short" else "public"
        scope = "openid profile offline_access" if kind == "life" else "openid profile"
        asker = ("--introspection-client-id", "rs", "--introspection-secret-file", self._asker_secret)
        return Client(("--issuer", self.issuer), ("--client-id", client_id), scope, asker=asker)

    def description(self):
        return self.described("oidc-provider", self.issuer)

    def _said(self, name):
        lines = []
        for log in self._logs:
            lines += self.scratch.path(log + ".out").read_text().split("\n")[:-1]  # whole lines
        return [line[name] for line in map(json.loads, lines) if name in line]

    def issued(self, count):
        """The server's own record of the COUNTth device code."""
        wait_for(f"device code number {count}", lambda: len(self._said("issued")) >= count)
        return self._said("issued")[count - 1]

    def tokens(self, kind, client_id):
        """The server's own record of that client's tokens, the newest last."""
        return [said["token"] for said in self._said(kind) if said["client_id"] == client_id]

    def revocations(self, client_id):
        return self._said("revoked").count(client_id)

    def decide(self, url, decision):
        """Opens URL in the browser, signs in, and approves or denies."""
        browse(self.scratch, self.npm, HERE / "browser.mjs", url, decision)

    def scan(self, url):
        self.decide(url, "approve")

    def approve(self, prompt):
        """Signs in as alice and approves, with the requests that the pages would send."""
        visit = Visit(prompt["verification_uri"], self._authority)
        sign_in, _ = visit.enter(prompt["user_code"], confirm="yes")
        consent, _ = visit.send(sign_in, prompt="login", login="alice", password="any password")
        _, page = visit.send(consent, prompt="consent")
        check("Sign-in Success" in page, f"the code was not approved: {page}")

    def deny(self, prompt):
        visit = Visit(prompt["verification_uri"], self._authority)
        _, page = visit.enter(prompt["user_code"], confirm="yes", abort="yes")
        check("request was interrupted" in page, f"the code was not denied: {page}")

    def try_wrong_code(self, prompt):
        _, page = Visit(prompt["verification_uri"], self._authority).enter("BBBB-BBBB")
        said = re.search(r'class="red">([^<]+)', page)
        if not said:
            raise Failure(f"the wrong code was not refused: {page}")
        return said.group(1)


class Visit:
    """One person's session at the page for user codes, by bare requests."""

    def __init__(self, uri, authority):
        handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())]
        if authority is not None:
            trusted = ssl.create_default_context(cafile=authority.certificate)
            handlers.append(urllib.request.HTTPSHandler(context=trusted))
        self._browser = urllib.request.build_opener(*handlers)
        self._uri = uri

    def send(self, url, **form):
        """Where that leads to, and the page there."""
        body = urllib.parse.urlencode(form).encode() if form else None
        with self._browser.open(url, body, timeout=20) as answer:
            return answer.geturl(), answer.read().decode()

    def enter(self, user_code, **form):
        _, page = self.send(self._uri)
        xsrf = re.search(r'name="xsrf" value="([^"]+)"', page).group(1)
        return self.send(self._uri, xsrf=xsrf, user_code=user_code, **form)
