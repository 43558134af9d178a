"""All kinds of clients at oidc-provider, each with the whole life of its login."""

import base64
import hashlib
import json
import ssl

from certificates import make_authority, make_identity, make_leaf
from harness import Tool, check, wait_for
from oidc_provider.life import Life, as_resource_server
from oidc_provider.server import OidcProvider


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def check_refused(scratch, tool, server, client_id, flags):
    """Whoever can't prove to be that client gets no codes."""
    where = ["--issuer", server.issuer, "--client-id", client_id, "--store", "none", *flags]
    login = Tool(scratch, client_id + "-refused", tool, ["login", *where])
    login.wait_exit(5)
    errors = [(error["stage"], error["code"]) for error in login.events("error")]
    check(errors == [("device_authorization", "invalid_client")], f"a stranger's login: {errors}")


def oidc_provider_life(scratch, tool, npm):
    server = OidcProvider(scratch, npm).start()
    secrets = {name: ["--client-secret-file", scratch.write(name + "-secret", name + "-secret\n")] for name in ("basic", "post")}
    lives = [
        (Life(scratch, tool, server, "public", asker=as_resource_server(scratch)), "revoke"),
        (Life(scratch, tool, server, "unrotated", asker=as_resource_server(scratch), rotates=False), "revoke"),
        (Life(scratch, tool, server, "basic", secrets["basic"]), "logout"),
        (Life(scratch, tool, server, "post", [*secrets["post"], "--client-auth", "post"], login_flags=["--pkce"]), "elsewhere"),
    ]
    for life, _ in lives:
        life.begin()
    for life, end in lives:
        life.go_on(end)
    check_refused(scratch, tool, server, "basic", secrets["post"])


def oidc_provider_private_key_jwt(scratch, tool, npm):
    identity = make_identity(scratch, "assertion")
    server = OidcProvider(scratch, npm, assertion_certificate=identity.certificate).start()
    flags = ["--client-auth", "private_key_jwt", "--client-key"]
    life = Life(scratch, tool, server, "assertion", [*flags, identity.key])
    life.begin()
    life.go_on()
    check_refused(scratch, tool, server, "assertion", [*flags, make_identity(scratch, "stranger").key])


def oidc_provider_mtls(scratch, tool, npm):
    authority = make_authority(scratch, "authority")
    issued = make_leaf(scratch, "issued", "DNS:device.test", "clientAuth", authority)
    self_signed = make_identity(scratch, "self-signed")
    server = OidcProvider(scratch, npm, authority, self_signed=self_signed.certificate).start()

    def flags(identity):
        return ["--cacert", authority.certificate, "--client-cert", identity.certificate, "--client-key", identity.key]

    # The server takes assertions too, but whoever shows a certificate means that. It serves a public client as well.
    public = [*flags(issued), "--client-auth", "none"]
    lives = [
        (Life(scratch, tool, server, "tls-authority", flags(issued)), issued),
        (Life(scratch, tool, server, "tls-self-signed", [*flags(self_signed), "--client-auth", "tls"]), self_signed),
        (Life(scratch, tool, server, "tls-public", public, asker=as_resource_server(scratch)), issued),
    ]
    for life, _ in lives:
        life.begin()
    for life, identity in lives:
        answer = life.go_on()
        certificate = ssl.PEM_cert_to_DER_cert(identity.certificate.read_text())
        bound = {"x5t#S256": base64url(hashlib.sha256(certificate).digest())}
        check(answer["cnf"] == bound, f"the token is bound to {answer['cnf']}, not to {bound}")
    check_refused(scratch, tool, server, "tls-self-signed", flags(issued))


def proofs_in(trace):
    """Header and claims of every DPoP proof that was sent."""
    for line in trace.read_text().splitlines():
        headers = json.loads(line).get("request", {}).get("headers", {})
        if "DPoP" in headers:
            parts = headers["DPoP"].split(".")[:2]
            yield tuple(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts)


def thumbprint(key):
    """RFC 7638."""
    members = {name: key[name] for name in ("crv", "kty", "x", "y")}
    return base64url(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def oidc_provider_dpop(scratch, tool, npm):
    server = OidcProvider(scratch, npm).start()
    # Once the login is stored, nobody has to say again that it is bound to a key.
    asker = as_resource_server(scratch)
    life = Life(scratch, tool, server, "dpop", login_flags=["--dpop"], asker=asker, token_type="DPoP")
    life.begin()
    answer = life.go_on()
    proofs = list(proofs_in(life.trace))
    keys = {thumbprint(header["jwk"]) for header, _ in proofs}
    check(keys == {answer["cnf"]["jkt"]}, f"the proofs are of {keys}, the token is bound to {answer['cnf']}")
    check(len({claims["jti"] for _, claims in proofs}) == len(proofs), "a proof was sent twice")
    check(any("nonce" not in claims for _, claims in proofs), "no nonce was demanded")
    check(any("ath" in claims and "nonce" in claims for _, claims in proofs), "no proof for the resource request")


def oidc_provider_signed_introspection(scratch, tool, npm):
    server = OidcProvider(scratch, npm).start()
    life = Life(scratch, tool, server, "public")
    life.begin()
    life.check_login()

    def ask(name, *audience):
        program = [tool.with_name("signed_introspection"), server.issuer, "rs", "rs-secret", *audience]
        asked = scratch.start(name, program, stdin=life.token + "\n")
        wait_for("the answer", lambda: asked.poll() is not None)
        return asked.returncode, scratch.path(name + ".out").read_text()

    code, answer = ask("asked")
    check(code == 0, f"the signed answer was not taken: {answer}")
    said = json.loads(answer)
    check(said["active"] is True and said["client_id"] == "public" and said["sub"] == "alice", f"the signed answer says {said}")
    code, answer = ask("asked-for-another", "another-resource-server")
    check(code == 1 and answer.startswith("aud: "), f"an answer for somebody else: {code} {answer}")


ALL = (
    oidc_provider_life,
    oidc_provider_private_key_jwt,
    oidc_provider_mtls,
    oidc_provider_dpop,
    oidc_provider_signed_introspection,
)
TESTS = {test.__name__: test for test in ALL}
