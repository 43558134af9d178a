"""The double of WSO2 Identity Server on a port of this computer.

usage: double.py RELEASE PORT CERTIFICATE KEY STATE [TENANT]

RELEASE is one of releases.py. Its certificate is self-signed and for localhost, as a fresh installation's is. STATE is a file
that keeps the logins for a later start.
"""

import http.server
import json
import pathlib
import ssl
import sys
import threading
import urllib.parse

from identity_server import Answer, IdentityServer
from releases import RELEASES


def routes(server, tenant):
    """(method, path) of everything there is."""
    paths = {
        ("POST", "/oauth2/device_authorize"): server.device_authorize,
        ("POST", "/oauth2/token"): server.token,
        ("POST", "/oauth2/introspect"): server.introspect,
        ("POST", "/oauth2/revoke"): server.revoke,
        ("GET", "/oauth2/userinfo"): server.userinfo,
        ("GET", "/oauth2/jwks"): server.jwks,
        ("GET", "/oauth2/token/.well-known/openid-configuration"): server.metadata,
        ("GET", "/authenticationendpoint/device.do"): server.page,
        ("POST", "/oauth2/device"): server.submit,
        ("POST", "/commonauth"): server.consent,
    }
    return {(method, tenant + path): call for (method, path), call in paths.items()}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    routes = {}
    keep = None  # called after each request
    lock = threading.Lock()

    def do_GET(self):
        self._answer({})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = urllib.parse.parse_qs(body)
        if any(len(values) > 1 for values in form.values()):
            return self._send(Answer(400, {"error": "invalid_request", "error_description": "Invalid request with repeated parameters."}))
        self._answer({name: values[0] for name, values in form.items()})

    def _answer(self, form):
        path = self.path.split("?")[0]
        call = self.routes.get((self.command, path))
        if call is None:
            known = any(path == one for _, one in self.routes)
            return self._send(Answer(405 if known else 404))
        with self.lock:
            answer = call(form, self.headers)
            self.keep()
        self._send(answer)

    def _send(self, answer):
        json_body = isinstance(answer.body, dict)
        body = (json.dumps(answer.body) if json_body else answer.body).encode()
        kind = "application/json" if json_body else "text/html"
        self.send_response(answer.status)
        for name, value in {"Content-Type": kind, "Content-Length": len(body), **answer.headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)


def main():
    release, port, certificate, key, file = sys.argv[1:6]
    tenant = "/t/" + sys.argv[6] if len(sys.argv) > 6 else ""
    state = pathlib.Path(file)
    before = json.loads(state.read_text()) if state.exists() else None
    server = IdentityServer(f"https://localhost:{port}{tenant}", RELEASES[release], key, before)
    Handler.routes = routes(server, tenant)
    Handler.keep = staticmethod(lambda: state.write_text(json.dumps(server.state)))
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    listener.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
    listener.serve_forever()


if __name__ == "__main__":
    main()
