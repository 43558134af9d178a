"""What an authorization server needs so that the scenarios can be run against it.

A folder `NAME/` with a module `server.py` holds one, and `servers.py` lists it. Everything a server writes goes into its
scratch directory (`harness.Scratch`), which also ends whatever it started; what it downloads goes into `self.cache`.
"""

import dataclasses
import json
import pathlib
import urllib.parse

from harness import Failure, http_session

PROVIDERS = pathlib.Path(__file__).resolve().parents[2] / "assets/providers"


@dataclasses.dataclass(frozen=True)
class Client:
    """Where the tool and the window sign in, and as which client."""

    where: tuple  # the tool's flags --issuer and --cacert, or single endpoints that all its verbs know
    who: tuple  # its flags --client-id and what proves that
    scope: str
    login: tuple = ()  # what the verb login and the window need beside that
    asker: tuple = ()  # credentials for introspection, if the client itself may not introspect


@dataclasses.dataclass(frozen=True)
class Probe:
    """A request whose response shows whether a server offers a scenario. The harness sends it."""

    url: str
    form: dict = None  # sent by POST; without a form the request is a GET
    headers: dict = None
    session: object = dataclasses.field(default_factory=http_session)
    before: str = ""  # what happened before the request, for the page


class Server:
    """One authorization server on loopback. The order is: fetch, start, anything, and perhaps stop and resume in between."""

    title = ""  # as the table calls it
    double = False  # True: written by us after somebody else's server
    own = {}  # what only this server is asked for: title -> a function like those in scenarios.py
    at_once = 3  # how many groups of scenarios can go on side by side
    minutes = 4  # how long all scenarios may take together
    outage = "ended, and started again on the same port"  # what stop() and resume() do to it, for the table

    def __init__(self, scratch, npm):
        """`npm` is build/downloads/npm, where package.json's packages are installed."""
        self.scratch = scratch
        self.npm = npm
        self.cache = npm.parent / "servers"

    def fetch(self):
        """Downloads into the cache what isn't there yet. NotRun where that can't be had."""

    def version(self):
        """What the server itself or its package says. Asked after fetch(), whether it runs or not."""
        raise NotImplementedError

    def start(self):
        """Sets it up, starts it on a free port and returns self when it answers. NotRun where the machine lacks something."""
        raise NotImplementedError

    def stop(self):
        """Takes it away, so that nobody gets an answer. A login that is pending has to be there again after resume()."""
        raise NotImplementedError

    def resume(self):
        """Brings it back on the same port; returns when it answers."""
        raise NotImplementedError

    def client(self, kind):
        """Client for one of these, which can be the same client where the server has no need of two:
        "login"  a device code that lives for a minute at least
        "short"  a device code that lives for some 4 to 10 seconds; None where there is none
        "life"   gets a refresh token and, where the server can, an ID token with the scopes openid and profile.
        """
        raise NotImplementedError

    def description(self):
        """The Client that reaches this server through its built-in description. None if there is none."""
        return None

    def described(self, name, issuer):
        """That Client for a server without TLS: through a copy of the description NAME, moved to this issuer."""
        described = json.loads((PROVIDERS / f"{name}.json").read_text())
        described.update(issuer=issuer, sandbox=True)
        del described["fields"]
        where = ("--provider", self.scratch.write(f"description-{name}.json", json.dumps(described)))
        return dataclasses.replace(self.client("login"), where=where)

    # What a person does. `prompt` is the tool's event of that name: user_code, verification_uri and
    # verification_uri_complete (which can be None). Each returns when the server has taken it, and is called from
    # several threads for several logins.

    def approve(self, prompt):
        raise NotImplementedError

    def deny(self, prompt):
        raise NotImplementedError

    def try_wrong_code(self, prompt):
        """Types a code that nobody was given; returns what the server says to that."""
        raise NotImplementedError

    def scan(self, url):
        """Opens the address that was read off the window, and approves."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
        codes = query.get("user_code") or query.get("code")
        if not codes:
            raise Failure(f"there is no code in {url}")
        self.approve({"user_code": codes[0], "verification_uri": url.split("?")[0], "verification_uri_complete": url})

    def probe(self, scenario):
        """None if the server offers the scenario (a name in scenarios.TITLES). Otherwise a Probe. The scenario counts as not
        offered only if the response is one that scenarios.PROOFS accepts; otherwise it is run like any other."""
        return None
