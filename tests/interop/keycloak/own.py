"""What the clients of realm.json demand or allow beyond what every server is asked for."""

from harness import check
from server import Client

REFUSED = 5


def _login(bench, log, client_id, *more, **who):
    """A login as that client of the realm, and where it has begun, its prompt."""
    flags = [flag for name, value in who.items() for flag in ("--" + name.replace("_", "-"), value)]
    asked = bench.server.client("login")
    client = Client(asked.where, ("--client-id", client_id, *flags), asked.scope, asked.asker)
    return client, bench.start(log, "login", client, "--scope", client.scope, *more)


def _signed_in(bench, run, token_type):
    bench.server.approve(run.wait_event("prompt"))
    tokens = run.wait_event("tokens")
    run.wait_exit(0)
    check(tokens["token_type"] == token_type, f"token_type is {tokens['token_type']}")


def _refusal(run):
    run.wait_exit(REFUSED)
    error = run.events("error")[0]
    return f"{error['stage']}: {error['code']}, \"{error['description']}\""


def _secret(bench, text):
    return bench.scratch.write(text, text + "\n")


def pkce(bench):
    """It shows no code to who sends no challenge, and gives no token to who has no verifier."""
    _, without = _login(bench, "pkce-without", "pkce")
    said = _refusal(without)
    _, run = _login(bench, "pkce", "pkce", "--pkce")
    _signed_in(bench, run, "Bearer")
    return f"without --pkce: {said}"


def dpop(bench):
    """Tokens bound to a key, used and refreshed; and the response to a client without a key."""
    client, run = _login(bench, "dpop", "dpop", "--dpop")
    _signed_in(bench, run, "DPoP")
    for verb, event in (("userinfo", "userinfo"), ("refresh", "tokens"), ("userinfo", "userinfo")):
        again = bench.start("dpop", verb, client)
        again.wait_exit(0)
        check([one["event"] for one in again.events()] == [event], f"{verb} says {again.events()}")
    _, without = _login(bench, "dpop-without", "dpop")
    bench.server.approve(without.wait_event("prompt"))
    return f"without --dpop: {_refusal(without)}"


def secrets(bench):
    """A secret by HTTP Basic and in the form, and a wrong one."""
    secret = _secret(bench, "confidential-secret")
    for method in ("basic", "post"):
        _, run = _login(bench, "secret-" + method, "confidential", client_secret_file=secret, client_auth=method)
        _signed_in(bench, run, "Bearer")
    _, wrong = _login(bench, "secret-wrong", "confidential", client_secret_file=_secret(bench, "wrong-secret"))
    return f"with a wrong secret: {_refusal(wrong)}"


def introspect_by_client(bench):
    """A token is for the audience that the realm gives it; to everybody else it is as good as none."""
    secret = _secret(bench, "confidential-secret")
    client, run = _login(bench, "own-token", "confidential", client_secret_file=secret)
    _signed_in(bench, run, "Bearer")
    asked = bench.start("own-token", "introspect", client)
    asked.wait_exit(1)
    answer = asked.events("introspection")[0]
    check(answer["active"] is False, f"introspect says {answer}")
    return "active: false, since the client is not in the token's aud; an audience mapper in the realm would put it there"


def no_device(bench):
    _, run = _login(bench, "no-device", "no-device")
    return _refusal(run)


ALL = {
    "PKCE demanded (S256)": pkce,
    "DPoP demanded": dpop,
    "client secret by Basic and in the form": secrets,
    "introspect by a client that is not in aud": introspect_by_client,
    "a client without the device grant": no_device,
}
