"""The responses of a double of WSO2 Identity Server 7.x, without the HTTP around them.

It is written after the server's sources, with pages and storage of our own. Every method takes the form and the headers of a
request, and returns an Answer.
"""

import base64
import dataclasses
import json
import random
import subprocess
import time
import uuid

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
LETTERS = "BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz23456789"  # case counts
ADMIN = "Basic " + base64.b64encode(b"admin:admin").decode()
INTERVAL_MS = 1000
LIFETIME_MS = {"short": 4_000}  # the real server has one for all clients
TOKEN_SECONDS = 3600
CLIENTS = ("tv", "short", "tv-kept", "tv-renewed")  # public ones
RENEWED = ("tv-renewed",)  # those whose refresh tokens are new each time, which is a setting of the application


@dataclasses.dataclass
class Answer:
    status: int
    body: object = ""  # a dict is sent as JSON
    headers: dict = dataclasses.field(default_factory=dict)


def now_ms():
    return int(time.time() * 1000)


def refusal(status, error, description):
    return Answer(status, {"error_description": description, "error": error})


class IdentityServer:
    """`origin` with the tenant's path, if there is one; `state` is what has to outlive a restart."""

    def __init__(self, origin, release, key, state):
        self.origin = origin
        self.release = release
        self._key = key
        self.state = state or {"codes": {}, "tokens": []}

    @staticmethod
    def _openssl(*arguments, stdin=b""):
        return subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, check=True, timeout=20).stdout

    # ---- What is there --------------------------------------------------------------------------

    def metadata(self, _form, _headers):
        oauth = self.origin + "/oauth2"
        about = {
            "issuer": oauth + "/token",  # not the origin
            "device_authorization_endpoint": oauth + "/device_authorize",
            "token_endpoint": oauth + "/token",
            "introspection_endpoint": oauth + "/introspect",
            "revocation_endpoint": oauth + "/revoke",
            "userinfo_endpoint": oauth + "/userinfo",
            "jwks_uri": oauth + "/jwks",
            "grant_types_supported": ["refresh_token", DEVICE_GRANT],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return Answer(200, about)

    def jwks(self, _form, _headers):
        modulus = self._openssl("rsa", "-in", self._key, "-noout", "-modulus").decode().strip().split("=")[1]
        key = {"kty": "RSA", "e": "AQAB", "use": "sig", "kid": "wso2carbon", "alg": "RS256"}
        return Answer(200, {"keys": [{**key, "n": _base64url(bytes.fromhex(modulus))}]})

    # ---- The device -----------------------------------------------------------------------------

    def device_authorize(self, form, _headers):
        client = form.get("client_id")
        if client not in CLIENTS:
            refused = refusal(401, *(self.release.unknown_client if client else self.release.no_client))
            refused.headers["WWW-Authenticate"] = "Basic realm=localhost"
            return refused
        device_code, user_code = str(uuid.uuid4()), "".join(random.choices(LETTERS, k=6))
        now = now_ms()
        lifetime = LIFETIME_MS.get(form["client_id"], 120_000)
        self.state["codes"][device_code] = {
            "client_id": form["client_id"],
            "scope": form.get("scope", ""),
            "user_code": user_code,
            "status": "PENDING",
            "expires_at": now + lifetime,
            "last_poll": now,  # so a first poll can come too early
        }
        page = self.origin + "/authenticationendpoint/device.do"
        return Answer(
            200,
            {
                "user_code": user_code,
                "device_code": device_code,
                "interval": INTERVAL_MS // 1000,
                "verification_uri_complete": f"{page}?user_code={user_code}",
                "verification_uri": page,
                "expires_in": lifetime // 1000,
            },
        )

    @staticmethod
    def _refuse_client(form):
        """None if the client is registered. At the token and the revocation endpoint all releases say the same."""
        client = form.get("client_id")
        text = f"A valid OAuth client could not be found for client_id: {client}"
        return None if client in CLIENTS else refusal(401, "invalid_client", text)

    def token(self, form, _headers):
        refused = self._refuse_client(form)
        if refused:
            return refused
        if form.get("grant_type") == "refresh_token":
            return self._refresh(form)
        code = self.state["codes"].get(form.get("device_code"))
        if code is None or code["client_id"] != form["client_id"]:
            return refusal(400, "invalid_request", self.release.unknown_code)
        return self._poll(code)

    def _poll(self, code):
        now = now_ms()
        too_fast = now - code["last_poll"] <= INTERVAL_MS
        code["last_poll"] = now  # after a poll that came too early as well
        approved = code["status"] == "AUTHORIZED"
        if too_fast and (self.release.paces_approved or not approved):
            return refusal(400, "slow_down", "Forbidden")
        late = now > code["expires_at"]
        if code["status"] == "EXPIRED" or (late and (self.release.expires_pending or approved)):
            return refusal(400, "expired_token", "Forbidden")
        if not approved:
            used = code["status"] == "USED"
            return refusal(400, "authorization_pending", self.release.used if used else "Precondition required")
        code["status"] = "EXPIRED"
        return self._tokens(code["client_id"], code["scope"], code["person"])

    # ---- The person -----------------------------------------------------------------------------

    def page(self, form, _headers):
        return Answer(200, f"<form method=post action={self.origin}/oauth2/device><input name=user_code></form>")

    def submit(self, form, _headers):
        """The user code; it is good for one submission, whether or not the user signs in then."""
        for device_code, code in self.state["codes"].items():
            if code["user_code"] == form.get("user_code") and code["status"] == "PENDING":
                if now_ms() > code["expires_at"]:
                    code["status"] = "EXPIRED"
                    break
                code["status"] = "USED"
                return self._lead_to(f"/authenticationendpoint/login.do?sessionDataKey={device_code}")
        return self._lead_to("/authenticationendpoint/device.do?error=invalidUserCode")

    def consent(self, form, _headers):
        code = self.state["codes"][form["sessionDataKey"]]
        if form["consent"] != "approve":
            return self._lead_to("/authenticationendpoint/oauth2_error.do?oauthErrorCode=access_denied")
        code.update(status="AUTHORIZED", person=form["username"])
        return self._lead_to(f"/authenticationendpoint/device_success.do?app_name={code['client_id']}")

    def _lead_to(self, path):
        return Answer(302, headers={"Location": self.origin + path})

    # ---- Tokens ---------------------------------------------------------------------------------

    def _active(self, **wanted):
        for token in self.state["tokens"]:
            if all(token[name] == value for name, value in wanted.items()):
                if not token["revoked"] and token["iat"] + TOKEN_SECONDS > time.time():
                    return token
        return None

    def _tokens(self, client_id, scope, person, refresh_token=None):
        """A token for the same client, person and scope that still lives is handed out again."""
        who = {"client_id": client_id, "scope": scope, "person": person}
        token = self._active(**who) if refresh_token is None else None
        if token is None:
            token = {**who, "access": str(uuid.uuid4()), "refresh": refresh_token or str(uuid.uuid4())}
            token.update(iat=int(time.time()), revoked=False)
            self.state["tokens"].append(token)
        answer = {"access_token": token["access"], "refresh_token": token["refresh"], "token_type": "Bearer", "scope": scope}
        answer["expires_in"] = int(token["iat"] + TOKEN_SECONDS - time.time())
        if "openid" in scope.split():
            answer["id_token"] = self._id_token(client_id, person)
        return Answer(200, answer)

    def _id_token(self, client_id, person):
        now = int(time.time())
        claims = {"iss": self.origin + "/oauth2/token", "sub": person, "aud": [client_id], "azp": client_id, "iat": now}
        claims["exp"] = now + TOKEN_SECONDS
        parts = [{"alg": "RS256", "kid": "wso2carbon"}, claims]
        text = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
        return text + "." + _base64url(self._openssl("dgst", "-sha256", "-sign", self._key, stdin=text.encode()))

    def _refresh(self, form):
        token = self._active(refresh=form.get("refresh_token"), client_id=form["client_id"])
        if token is None:
            return refusal(400, "invalid_grant", "Persisted access token data not found")
        token["revoked"] = True
        kept = str(uuid.uuid4()) if form["client_id"] in RENEWED else token["refresh"]
        return self._tokens(token["client_id"], token["scope"], token["person"], kept)

    def userinfo(self, _form, headers):
        token = self._active(access=headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None:
            return refusal(401, "invalid_token", "Access token validation failed")
        return Answer(200, {"sub": token["person"]})

    def introspect(self, form, headers):
        if headers.get("Authorization") != ADMIN:  # a user of the server, no client
            error = {"code": 401, "message": "Unauthorized", "description": "", "traceId": str(uuid.uuid4())}
            return Answer(401, error)
        if not form.get("token"):
            return Answer(400, {"error": "Invalid input"})
        token = self._active(access=form["token"])
        if token is None:
            return Answer(200, {"active": False})
        times = {"exp": token["iat"] + TOKEN_SECONDS, "iat": token["iat"], "nbf": token["iat"]}
        about = {"aut": "APPLICATION_USER", "token_type": "Bearer", "client_id": token["client_id"], "scope": token["scope"]}
        return Answer(200, {"active": True, **about, **times, "username": token["person"] + "@carbon.super"})

    def revoke(self, form, _headers):
        refused = self._refuse_client(form)
        if refused:
            return refused
        headers = {"Content-Type": "application/json"}
        for token in self.state["tokens"]:
            if form.get("token") in (token["access"], token["refresh"]) and token["client_id"] == form["client_id"]:
                token["revoked"] = True
                headers |= {"RevokedAccessToken": token["access"], "RevokedRefreshToken": token["refresh"]}
        return Answer(200, "", headers)


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
