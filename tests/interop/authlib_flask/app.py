"""An authorization server on Debian's python3-authlib and python3-flask.

usage: app.py PORT FILE

Endpoints, grants and what they answer are authlib's (its RFC 8628, 7009 and 7662); storage, in the SQLite database FILE, and
the page for the user code are ours. The endpoint /short/device_authorization gives codes that live for 4 seconds.
"""

import json
import os
import sqlite3
import sys
import time

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http, on loopback

from authlib.integrations.flask_oauth2 import AuthorizationServer  # noqa: E402
from authlib.oauth2 import rfc6749, rfc7009, rfc7662, rfc8628  # noqa: E402
from flask import Flask, jsonify, request  # noqa: E402

PORT, FILE = int(sys.argv[1]), sys.argv[2]
BASE = f"http://127.0.0.1:{PORT}"
SCOPES = ["openid", "profile", "offline_access"]
ANY_METHOD = ["none", "client_secret_basic", "client_secret_post"]


def sql(statement, *values):
    """Every statement has a transaction of its own."""
    with sqlite3.connect(FILE, timeout=10) as database:
        database.row_factory = sqlite3.Row
        return database.execute(statement, values).fetchall()


class Client(rfc6749.ClientMixin):
    def __init__(self, client_id, method, secret=""):
        self._id, self._method, self._secret = client_id, method, secret

    def get_client_id(self):
        return self._id

    def get_allowed_scope(self, scope):
        return " ".join(one for one in (scope or "").split() if one in SCOPES)

    def check_client_secret(self, secret):
        return secret == self._secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self._method

    def check_grant_type(self, grant_type):
        return grant_type in (DeviceGrant.GRANT_TYPE, "refresh_token")


CLIENTS = {"public": Client("public", "none"), "basic": Client("basic", "client_secret_basic", "basic-secret")}


class Token(rfc6749.TokenMixin):
    """One row: an access token and the refresh token that came with it."""

    def __init__(self, row):
        self._row = row
        self.answer = json.loads(row["answer"])
        self.client_id, self.person = row["client_id"], row["person"]

    def check_client(self, client):
        return client.get_client_id() == self.client_id

    def get_scope(self):
        return self.answer["scope"]

    def get_expires_in(self):
        return self.answer["expires_in"]

    def expires_at(self):
        return self._row["given_at"] + self.get_expires_in()

    def is_expired(self):
        return self.expires_at() < time.time()

    def is_revoked(self):
        return bool(self._row["revoked"])

    def revoke(self):
        sql("update tokens set revoked = 1 where access = ?", self._row["access"])


def find_token(text):
    rows = sql("select * from tokens where access = ? or refresh = ?", text, text)
    return Token(rows[0]) if rows else None


def save_token(answer, asked):
    values = answer["access_token"], answer["refresh_token"], json.dumps(answer)
    values += asked.client.get_client_id(), asked.user, int(time.time())
    sql("insert into tokens values (?, ?, ?, ?, ?, ?, 0)", *values)


class DeviceEndpoint(rfc8628.DeviceAuthorizationEndpoint):
    EXPIRES_IN = 120
    INTERVAL = 1

    def get_verification_uri(self):
        return BASE + "/device"

    def save_device_credential(self, client_id, scope, data):
        # authlib names only a client that stands in the form, not one that came by HTTP Basic.
        client_id = client_id or request.authorization.username
        kept = {**data, "client_id": client_id, "scope": scope, "expires_at": time.time() + self.EXPIRES_IN}
        sql("insert into codes values (?, ?, ?, null, 0, 0)", data["device_code"], data["user_code"], json.dumps(kept))


class ShortDeviceEndpoint(DeviceEndpoint):
    ENDPOINT_NAME = "short_device_authorization"
    EXPIRES_IN = 4


class DeviceGrant(rfc8628.DeviceCodeGrant):
    def query_device_credential(self, device_code):
        rows = sql("select kept from codes where device_code = ?", device_code)
        return rfc8628.DeviceCredentialDict(json.loads(rows[0]["kept"])) if rows else None

    def query_user_grant(self, user_code):
        row = sql("select person, approved from codes where user_code = ?", user_code)[0]
        return None if row["person"] is None else (row["person"], bool(row["approved"]))

    def should_slow_down(self, credential):
        code, now = credential["device_code"], time.time()
        last = sql("select polled_at from codes where device_code = ?", code)[0]["polled_at"]
        sql("update codes set polled_at = ? where device_code = ?", now, code)
        return now - last < credential["interval"]

    def create_token_response(self):
        sql("delete from codes where device_code = ?", self.request.credential["device_code"])  # it is used up
        return super().create_token_response()


class RefreshGrant(rfc6749.RefreshTokenGrant):
    INCLUDE_NEW_REFRESH_TOKEN = True
    TOKEN_ENDPOINT_AUTH_METHODS = ANY_METHOD

    def authenticate_refresh_token(self, refresh_token):
        token = find_token(refresh_token)
        return token if token and not token.is_revoked() else None

    def authenticate_user(self, token):
        return token.person

    def revoke_old_credential(self, token):
        token.revoke()


class Revocation(rfc7009.RevocationEndpoint):
    CLIENT_AUTH_METHODS = ANY_METHOD

    def query_token(self, text, hint):
        return find_token(text)

    def revoke_token(self, token, asked):
        token.revoke()


class Introspection(rfc7662.IntrospectionEndpoint):
    def query_token(self, text, hint):
        return find_token(text)

    def check_permission(self, token, client, asked):
        return token.check_client(client)

    def introspect_token(self, token):
        about = {"client_id": token.client_id, "sub": token.person, "scope": token.get_scope()}
        return {**about, "exp": token.expires_at(), "token_type": "Bearer"}


app = Flask(__name__)
app.config.update(OAUTH2_REFRESH_TOKEN_GENERATOR=True, OAUTH2_SCOPES_SUPPORTED=SCOPES)
server = AuthorizationServer(app, CLIENTS.get, save_token)
server.register_grant(DeviceGrant)
server.register_grant(RefreshGrant)
PATHS = {
    "/device_authorization": DeviceEndpoint,
    "/short/device_authorization": ShortDeviceEndpoint,
    "/introspect": Introspection,
    "/revoke": Revocation,
}
for path, endpoint in PATHS.items():
    server.register_endpoint(endpoint)
    respond = lambda name=endpoint.ENDPOINT_NAME: server.create_endpoint_response(name)  # noqa: E731
    app.add_url_rule(path, path, respond, methods=["POST"])
app.add_url_rule("/token", "/token", server.create_token_response, methods=["POST"])


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    return jsonify(
        issuer=BASE,
        device_authorization_endpoint=BASE + "/device_authorization",
        token_endpoint=BASE + "/token",
        introspection_endpoint=BASE + "/introspect",
        revocation_endpoint=BASE + "/revoke",
        grant_types_supported=[DeviceGrant.GRANT_TYPE, "refresh_token"],
        token_endpoint_auth_methods_supported=ANY_METHOD,
        scopes_supported=SCOPES,
    )


@app.route("/device", methods=["GET", "POST"])
def device():
    """The page for the user code; its only user is alice."""
    if request.method == "GET":
        return '<form method="post"><input name="user_code"><button name="decision" value="approve">Approve</button></form>'
    approved = request.form["decision"] == "approve"
    known = sql("select 1 from codes where user_code = ?", request.form["user_code"])
    sql("update codes set person = 'alice', approved = ? where user_code = ?", approved, request.form["user_code"])
    return ("Approved." if approved else "Denied.") if known else ("There is no such code.", 404)


if __name__ == "__main__":
    sql("create table if not exists codes (device_code, user_code, kept, person, approved, polled_at)")
    sql("create table if not exists tokens (access, refresh, answer, client_id, person, given_at, revoked)")
    app.run("127.0.0.1", PORT, threaded=True)
