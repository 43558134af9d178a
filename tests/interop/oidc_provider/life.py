"""The life of one stored login at oidc-provider, verb by verb, from its tokens to their end."""

import shutil

from harness import Tool, check
from trace_secrets import check_kept, secrets_of

SCOPE = "openid profile offline_access"


def as_resource_server(scratch):
    """The flags for introspection by somebody else than the client."""
    secret = scratch.write("rs-secret", "rs-secret\n")
    return ["--introspection-client-id", "rs", "--introspection-secret-file", secret]


class Life:
    """`flags` say who the client is, `login_flags` are for its login alone; `asker` says who introspects, where that is not
    the client itself; `rotates`: the server gives a new refresh token each time."""

    def __init__(self, scratch, tool, server, client_id, flags=(), *, login_flags=(), asker=(), token_type="Bearer", rotates=True):
        self._scratch = scratch
        self._tool = tool
        self._server = server
        self._client_id = client_id
        self._login_flags = login_flags
        self._asker = asker
        self._token_type = token_type
        self._rotates = rotates
        self._runs = []
        self._trace = scratch.path(client_id + "-trace.jsonl")
        self._redacted = scratch.path(client_id + "-redacted.jsonl")
        # All logins of a test share one store: none may touch another's.
        self._store = scratch.path("store")
        self._where = ["--issuer", server.issuer, "--client-id", client_id, *flags]
        self._login = None
        self.claims = {}

    @property
    def token(self):
        """The newest access token, by the server's own record."""
        return self._server.tokens("access_token", self._client_id)[-1]

    @property
    def trace(self):
        """Every exchange so far but the second refresh's, with the secrets."""
        return self._trace

    def _start(self, verb, *more, stdin=None, redacted=False, store=None):
        self._runs.append(f"{self._client_id}-{len(self._runs)}-{verb}")
        trace = ["--trace", self._redacted] if redacted else ["--trace", self._trace, "--trace-secrets"]
        command = [verb, *more, *self._where, "--store", store or self._store, *trace]
        return Tool(self._scratch, self._runs[-1], self._tool, command, stdin)

    def _events(self, verb, *more, code=0, **how):
        """What one whole run says, as (event name, event)."""
        run = self._start(verb, *more, **how)
        run.wait_exit(code)
        return [(event["event"], event) for event in run.events()]

    def _event(self, verb, *more, name=None, **how):
        """The one event of one whole run."""
        events = self._events(verb, *more, **how)
        name = name or verb
        check([one for one, _ in events] == [name], f"{self._runs[-1]} says {events}, not one '{name}'")
        return events[0][1]

    def begin(self):
        """Starts the login and approves it; its tokens come with the first poll, some seconds later."""
        self._login = self._start("login", "--scope", SCOPE, *self._login_flags)
        prompt = self._login.wait_event("prompt")
        self._server.approve(prompt)

    def check_login(self):
        tokens = self._login.wait_event("tokens")
        self._login.wait_exit(0)
        check(tokens["token_type"] == self._token_type, f"token type {tokens['token_type']}, not {self._token_type}")
        check(tokens["has_refresh_token"] and set(tokens["scope"].split()) == set(SCOPE.split()), f"tokens: {tokens}")
        self.claims = tokens["id_token_claims"]
        check(
            self.claims is not None
            and self.claims["iss"] == self._server.issuer
            and self.claims["aud"] == self._client_id
            and self.claims["sub"] == "alice",
            f"verified claims: {self.claims}",
        )

    def check_status(self):
        status = self._event("status")
        check(
            status["logged_in"]
            and status["has_refresh_token"]
            and status["client_id"] == self._client_id
            and status["subject"] == self.claims["sub"]
            and 0 < status["expires_in"] <= 600,
            f"status: {status}",
        )

    def refresh(self, **how):
        before = self._server.tokens("refresh_token", self._client_id)
        tokens = self._event("refresh", name="tokens", **how)
        after = self._server.tokens("refresh_token", self._client_id)
        new = len(after) - len(before)
        check(len(after) == len(set(after)) and new == self._rotates, f"the server gave {new} new refresh tokens")
        check(tokens["has_refresh_token"] and tokens["token_type"] == self._token_type, f"refreshed tokens: {tokens}")
        person = (tokens["id_token_claims"] or {}).get("sub")
        check(person == self.claims["sub"], f"the ID token of the refresh is about {person}")

    def refresh_together(self):
        """Several programs at once: each goes on with a living login, although the server takes a refresh token only once
        and revokes everything where one comes again."""
        runs = [self._start("refresh") for _ in range(4)]
        for run in runs:
            run.wait_exit(0)
            check(len(run.events("tokens")) == 1, f"one of several refreshes says {run.events()}")

    def check_userinfo(self):
        person = self._event("userinfo")
        check(person["sub"] == self.claims["sub"] and person["name"] == "User alice", f"UserInfo: {person}")

    def introspect(self):
        """What the server says about the access token in the store."""
        answer = self._event("introspect", *self._asker, name="introspection")
        check(
            answer["active"] is True
            and answer["client_id"] == self._client_id
            and answer["sub"] == self.claims["sub"]
            and answer["token_type"] == self._token_type,
            f"introspection: {answer}",
        )
        return answer

    def end(self, verb):
        """Revokes both tokens by `revoke` or `logout`."""
        check(self._server.revocations(self._client_id) == 0, "the server has revoked the login already")
        events = self._events(verb)
        done = [(event["what"], event["done"]) for name, event in events if name == "revoked"]
        check(done == [("refresh_token", True), ("access_token", True)], f"{verb} says {events}")
        check(verb == "revoke" or events[-1][0] == "logged_out", f"{verb} says {events}")
        check(self._server.revocations(self._client_id) == 1, "the server has not revoked the login")
        answer = self._event("introspect", "-", *self._asker, name="introspection", code=1, stdin=self.token + "\n")
        check(answer["active"] is False, f"the revoked token is active: {answer}")

    def end_elsewhere(self):
        """Somebody else revokes the login; the next one to use it learns of that."""
        copy = self._scratch.path(self._client_id + "-copied-store")
        shutil.copytree(self._store, copy)
        self._events("revoke", store=copy)
        check(self._server.revocations(self._client_id) == 1, "the server has not revoked the login")
        self.check_status()  # which asks nobody
        error = self._event("userinfo", name="error", code=5)
        check(error["code"] == "invalid_grant", f"userinfo with a login that is revoked: {error}")

    def check_nothing_left(self):
        status = self._event("status", code=1)
        check(status["logged_in"] is False and not status["has_refresh_token"], f"status: {status}")
        for verb in ("refresh", "userinfo", "revoke"):
            error = self._event(verb, name="error", code=1)
            check(error["code"] == "not_stored", f"{verb} without a login: {error}")
        self._event("logout", name="logged_out")

    def check_secrets_kept(self):
        """No run's output has a secret of this login in it, nor has the trace that was to be without."""
        secrets = secrets_of(self._trace, least=8)
        outputs = [self._scratch.path(run + end) for run in self._runs for end in (".out", ".err")]
        check_kept(secrets, [*outputs, self._redacted])

    def go_on(self, end="revoke"):
        """All that follows begin(); the end comes by `revoke`, by `logout`, or from elsewhere."""
        self.check_login()
        self.check_status()
        self.refresh()
        self.refresh(redacted=True)
        self.refresh_together()
        self.check_userinfo()
        answer = self.introspect()
        if end == "elsewhere":
            self.end_elsewhere()
        else:
            self.end(end)
        self.check_nothing_left()
        self.check_secrets_kept()
        return answer
