"""An installation of WSO2 Identity Server that somebody has, whose pages a person uses."""

import base64
import dataclasses
import pathlib

from harness import Failure, NotRun
from wso2.server import Wso2


@dataclasses.dataclass(frozen=True)
class Installation:
    """Where it is, and what is registered there for this. The files are the tool's."""

    base: str  # https://host:9443, with /t/TENANT where there is one
    client_id: str
    cacert: pathlib.Path = None
    client_secret_file: pathlib.Path = None
    introspection_user_file: pathlib.Path = None


class Wso2ByHand(Wso2):
    title = "WSO2 Identity Server"
    at_once = 1  # a person does one thing after the other
    minutes = 60

    def __init__(self, scratch, npm, installation=None):
        super().__init__(scratch, npm)
        self._installation = installation

    def fetch(self):
        if self._installation is None:
            raise NotRun(
                "it is in no package registry; against an installation: "
                "./dev interop wso2 --base https://HOST:9443 --client-id ID --cacert FILE --introspection-user-file FILE"
            )
        self.base = self._installation.base.rstrip("/")
        self.certificate = self._installation.cacert
        self.denying_client = self._installation.client_id
        if self._installation.client_secret_file is not None:
            secret = self._installation.client_secret_file.read_text().strip()
            pair = f"{self._installation.client_id}:{secret}".encode()
            self.headers = {"Authorization": "Basic " + base64.b64encode(pair).decode()}

    def version(self):
        return "as installed at " + self.base

    def start(self):
        try:
            self.describe("", ())
        except (OSError, ValueError, KeyError) as error:
            raise Failure(f"no metadata at {self.base}: {error}. Check --base (with /t/TENANT if there is one) and --cacert") from None
        return self

    def stop(self):
        raise NotRun("nobody stops an installation for this")

    def client(self, kind):
        if kind == "short":
            return None
        given = self._installation
        secret = ("--client-secret-file", given.client_secret_file) if given.client_secret_file else ()
        asker = ("--introspection-user-file", given.introspection_user_file) if given.introspection_user_file else ()
        return self.describe(given.client_id, asker, secret)

    @staticmethod
    def _person(what):
        """Says what is to be done, and returns the line that ends it."""
        print(f"\nby hand: {what}", flush=True)
        try:
            return input()
        except EOFError:
            raise Failure("this needs a person at a terminal, and nobody is there") from None

    def approve(self, prompt):
        where = prompt["verification_uri_complete"] or prompt["verification_uri"]
        self._person(f"approve the code {prompt['user_code']}\n  Open {where}\n  sign in and allow it; then press Enter here.")

    def refuse(self, codes):
        page = codes["verification_uri_complete"]
        words = f"refuse the code {codes['user_code']}\n  Open {page}\n  sign in and press Cancel"
        return self._person(words + "; then type what the page says, and Enter.")

    def try_wrong_code(self, prompt):
        page = prompt["verification_uri"]
        words = f"mistype the code {prompt['user_code']}\n  Open {page}\n  and enter any other code"
        return self._person(words + "; then type what the page says, and Enter.")

    def scan(self, url):
        self._person(f"approve what the window shows\n  Scan it, or open {url}\n  sign in and allow it; then press Enter here.")
