"""dex with its local passwords and SQLite, built from the Go module proxy."""

import json
import pathlib
import shutil

from chromium import browse
from dex.own import ALL, DEVICE_GRANT
from download import download
from harness import answers, ask, check, free_port, http_session, require, wait_for
from server import Client, Probe, Server

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "2.45.1"
# Its releases carry a major version that its module path lacks, so Go knows this one only by its time and commit.
MODULE = "github.com/dexidp/dex"
MODULE_VERSION = "v0.0.0-20260303133905-11d2eeb52b42"
SCOPE = "openid profile offline_access"
CLIENTS = ("public", "life")
PASSWORD_HASH = "$2b$12$8GTSjhgIb7y60oNsn..Fdum2aLLD5jlrXQtnN1tBZPnf0htTc.6Mq"  # bcrypt of "alice-password"


class Dex(Server):
    title = "dex"
    own = ALL
    minutes = 6

    def __init__(self, scratch, npm):
        super().__init__(scratch, npm)
        self._package = self.cache / f"dex-{VERSION}"
        self._starts = 0
        self._process = None

    def fetch(self):
        if self._package.exists():
            return
        require("go", "gcc")
        build = self.scratch.path("build")
        build.mkdir()

        def go(log, *words):
            download(self.scratch, log, ["env", "-C", build, "CGO_ENABLED=1", "go", *words])
            return self.scratch.path(log + ".out").read_text().strip()

        go("go-init", "mod", "init", "interop")
        go("go-get", "get", f"{MODULE}/cmd/dex@{MODULE_VERSION}")
        go("go-build", "build", "-ldflags=-s -w", "-o", "package/dex", f"{MODULE}/cmd/dex")
        pages = pathlib.Path(go("go-list", "list", "-m", "-f", "{{.Dir}}", MODULE)) / "web"
        shutil.copytree(pages, build / "package/web", copy_function=shutil.copyfile)
        self.cache.mkdir(parents=True, exist_ok=True)
        shutil.move(build / "package", self._package)

    def version(self):
        return f"Go module {VERSION}"

    def start(self):
        self.fetch()
        # How long a code lives is a matter of the whole server, so there is a second one for the short ones.
        self._issuer, self._config = self._configure("dex", "300s")
        self._short_issuer, short_config = self._configure("dex-short", "8s")
        self._run("dex-short", self._short_issuer, short_config)
        self.resume()
        return self

    def _configure(self, name, lifetime):
        address = f"127.0.0.1:{free_port()}"
        issuer = f"http://{address}/dex"
        config = {
            "issuer": issuer,
            "storage": {"type": "sqlite3", "config": {"file": str(self.scratch.path(name + ".db"))}},
            "web": {"http": address},
            "frontend": {"dir": str(self._package / "web")},
            "expiry": {"deviceRequests": lifetime},
            "enablePasswordDB": True,
            "staticPasswords": [{"email": "alice@example.test", "username": "alice", "userID": "1", "hash": PASSWORD_HASH}],
            "staticClients": [
                *({"id": name, "name": "TV", "public": True, "redirectURIs": ["/device/callback"]} for name in CLIENTS),
                {"id": "rs", "name": "Photo service", "secret": "rs-secret"},
            ],
        }
        return issuer, self.scratch.write(name + ".json", json.dumps(config))

    def _run(self, log, issuer, config):
        process = self.scratch.start(log, [self._package / "dex", "serve", config])

        def probe():
            return answers(http_session(), issuer + "/keys") or process.poll() is not None

        wait_for("dex to answer", probe)
        check(process.poll() is None, "dex did not start")
        return process

    def stop(self):
        self.scratch.end(self._process)

    def resume(self):
        self._starts += 1
        self._process = self._run(f"dex-{self._starts}", self._issuer, self._config)

    def client(self, kind):
        issuer = self._short_issuer if kind == "short" else self._issuer
        secret = self.scratch.write("rs-secret", "rs-secret\n")
        asker = ("--introspection-client-id", "rs", "--introspection-secret-file", secret)
        # A person's next login at a client ends the refresh token of the one before.
        client_id = "life" if kind == "life" else "public"
        return Client(("--issuer", issuer), ("--client-id", client_id), SCOPE, asker=asker)

    def description(self):
        return self.described("dex", self._issuer)

    def _browse(self, *words):
        return browse(self.scratch, self.npm, HERE / "browser.mjs", *words).strip()

    def approve(self, prompt):
        self._approve(prompt["verification_uri"], prompt["user_code"])

    def scan(self, url):
        self._approve(url)

    def _approve(self, *words):
        said = self._browse("approve", *words)
        check(said.startswith("Login Successful"), f"dex did not take the approval: {said}")

    def try_wrong_code(self, prompt):
        return self._browse("refused", prompt["verification_uri"], "BBBB-BBBB")

    def probe(self, scenario):
        if scenario == "deny":
            return self._refuse()
        if scenario not in ("revoke", "introspect_revoked"):
            return None
        _, _, metadata = ask(http_session(), self._issuer + "/.well-known/openid-configuration")
        check("revocation_endpoint" not in json.loads(metadata), "its metadata have a revocation endpoint")
        form = {"token": "any", "client_id": "public"}
        return Probe(self._issuer + "/revoke", form, before="(its metadata name no revocation endpoint)")

    def _refuse(self):
        _, _, text = ask(http_session(), self._issuer + "/device/code", {"client_id": "public", "scope": SCOPE})
        codes = json.loads(text)
        page = self._browse("deny", codes["verification_uri"], codes["user_code"])
        poll = {"grant_type": DEVICE_GRANT, "client_id": "public", "device_code": codes["device_code"]}
        return Probe(self._issuer + "/token", poll, before=f'after "Cancel", for which its page says "{page}"')
