"""Small servers that behave as a test wants them to, and what can be told about processes."""

import http.server
import json
import pathlib
import socket
import ssl
import threading
import urllib.parse

PATIENCE = 20
CODE = {"device_code": "sentinel-device-code", "user_code": "WDJB-MJHT", "expires_in": 60, "interval": 1}
TOKENS = {
    "access_token": "sentinel-access-token",
    "token_type": "Bearer",
    "expires_in": 3600,
    "refresh_token": "sentinel-refresh-token",
    # A token in form, though nobody here has the keys to check it: {"alg":"RS256"} and {"sub":"sentinel"}.
    "id_token": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzZW50aW5lbCJ9.c2VudGluZWwtc2lnbmF0dXJl",
}
SENTINELS = [CODE["device_code"], *(TOKENS[name] for name in ("access_token", "refresh_token", "id_token"))]


class Provider:
    """An authorization server of a few lines. `answers` maps a path to (status, body) or (status, body, headers), or to
    a function that returns one. A body is bytes or text as it stands, or anything else as JSON. A header of None
    leaves it out. `certificate`: a PEM file with the key in it, for https."""

    def __init__(self, answers=None, port=0, certificate=None):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer()

            def do_POST(self):
                size = int(self.headers.get("Content-Length", 0))
                provider.bodies.append((self.path, self.rfile.read(size).decode()))
                self.answer()

            def answer(self):
                provider.paths.append(self.path)
                provider.headers.append((self.path, dict(self.headers)))
                status, body, *more = provider.answer(self.path)
                if not isinstance(body, bytes):
                    body = (body if isinstance(body, str) else json.dumps(body)).encode()
                headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(more[0] if more else {})}
                self.send_response(status)
                for name, value in headers.items():
                    if value is not None:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.paths = []
        self.headers = []
        self.bodies = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        # A client that turns away, or doesn't trust the certificate, is nothing to report.
        self._server.handle_error = lambda *_: None
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake belongs to the thread of the connection, so that a client that doesn't go through
            # with it holds nobody up.
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.issuer = f"{scheme}://127.0.0.1:{self._server.server_port}"
        self.answers = {
            "/.well-known/oauth-authorization-server": (200, self.metadata()),
            "/device_authorization": (200, {**CODE, "verification_uri": self.issuer + "/device"}),
            "/token": (200, TOKENS),
            **(answers or {}),
        }
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def metadata(self):
        return {
            "issuer": self.issuer,
            "device_authorization_endpoint": self.issuer + "/device_authorization",
            "token_endpoint": self.issuer + "/token",
            "introspection_endpoint": self.issuer + "/introspect",
            "grant_types_supported": ["urn:ietf:params:oauth:grant-type:device_code"],
        }

    def answer(self, path):
        found = self.answers.get(path, (404, {}))
        return found() if callable(found) else found

    def forms(self, path):
        """The forms posted to a path so far, in order, each as a dictionary."""
        return [dict(urllib.parse.parse_qsl(body, keep_blank_values=True)) for at, body in self.bodies if at == path]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Silent:
    """Takes connections and never says a word."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(PATIENCE)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def wait_for_request(self):
        connection, _ = self._socket.accept()
        connection.settimeout(PATIENCE)
        connection.recv(1)
        return connection

    def close(self):
        self._socket.close()


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def children_of(pid):
    """Whichever of its threads started them."""
    children = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        children += [int(word) for word in (task / "children").read_text().split()]
    return children


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
