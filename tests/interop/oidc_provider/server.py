"""npm's oidc-provider as a child process, and the person who decides, in Chromium or by bare requests."""

import http.cookiejar
import json
import pathlib
import re
import shutil
import ssl
import urllib.parse
import urllib.request

from certificates import make_leaf
from harness import NotRun, check, require, wait_for

HERE = pathlib.Path(__file__).resolve().parent


class OidcProvider:
    """One running server. `issuer` is what the tool is given, and where it speaks TLS, so is the authority's certificate.

    `options` are those of oidc_provider.mjs.
    """

    def __init__(self, scratch, npm, authority=None, **options):
        self._node = npm / "node_modules/.bin/node"
        needed = [self._node, npm / "node_modules/oidc-provider"]
        if not all(path.exists() for path in needed):
            raise NotRun("the npm packages are not installed (./dev test installs them where the registry is in reach)")
        self._scratch = scratch
        self._npm = npm
        self._authority = authority
        self._decisions = 0
        if authority is not None:
            shown = make_leaf(scratch, "server", "IP:127.0.0.1", "serverAuth", authority)
            options["tls"] = {"key": shown.key, "certificate": shown.certificate, "authority": authority.certificate}
        command = [self._node, HERE / "oidc_provider.mjs", npm, json.dumps(options, default=str)]
        server = scratch.start("oidc-provider", command)
        wait_for("oidc-provider to listen", lambda: self._said("issuer") or server.poll() is not None)
        check(server.poll() is None, "oidc-provider did not start")
        self.issuer = self._said("issuer")[0]

    def _said(self, name):
        whole_lines = self._scratch.path("oidc-provider.out").read_text().split("\n")[:-1]
        return [line[name] for line in map(json.loads, whole_lines) if name in line]

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
        require("chromium")
        if not (self._npm / "node_modules/playwright-core").exists():
            raise NotRun("npm's playwright-core is not installed")
        self._decisions += 1
        browser = shutil.which("chromium")
        command = [self._node, HERE / "browser.mjs", self._npm, browser, url, decision]
        self._scratch.run(f"browser-{self._decisions}", command, seconds=90)

    def approve(self, uri, user_code):
        """Signs in as alice and approves, with the requests that the pages at URI would send."""
        handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())]
        if self._authority is not None:
            trusted = ssl.create_default_context(cafile=self._authority.certificate)
            handlers.append(urllib.request.HTTPSHandler(context=trusted))
        browser = urllib.request.build_opener(*handlers)

        def send(url, **form):
            body = urllib.parse.urlencode(form).encode() if form else None
            with browser.open(url, body, timeout=20) as answer:
                return answer.geturl(), answer.read().decode()

        _, page = send(uri)
        xsrf = re.search(r'name="xsrf" value="([^"]+)"', page).group(1)
        sign_in, _ = send(uri, xsrf=xsrf, user_code=user_code, confirm="yes")
        consent, _ = send(sign_in, prompt="login", login="alice", password="any password")
        _, page = send(consent, prompt="consent")
        check("Sign-in Success" in page, f"the code was not approved: {page}")
