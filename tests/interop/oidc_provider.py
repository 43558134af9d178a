"""npm's oidc-provider as a child process, and the person who decides in Chromium."""

import json
import pathlib
import shutil

from harness import NotRun, check, require, wait_for

HERE = pathlib.Path(__file__).resolve().parent


class OidcProvider:
    """One running server. `issuer` is what the tool is given."""

    def __init__(self, scratch, npm, code_seconds=300):
        require("chromium")
        self._node = npm / "node_modules/.bin/node"
        needed = [self._node, npm / "node_modules/oidc-provider", npm / "node_modules/playwright-core"]
        if not all(path.exists() for path in needed):
            raise NotRun("the npm packages are not installed (./dev test installs them where the registry is in reach)")
        self._scratch = scratch
        self._npm = npm
        self._decisions = 0
        server = scratch.start("oidc-provider", [self._node, HERE / "oidc_provider.mjs", npm, code_seconds])
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

    def decide(self, url, decision):
        """Opens URL in the browser, signs in, and approves or denies."""
        self._decisions += 1
        browser = shutil.which("chromium")
        command = [self._node, HERE / "browser.mjs", self._npm, browser, url, decision]
        self._scratch.run(f"browser-{self._decisions}", command, seconds=90)
