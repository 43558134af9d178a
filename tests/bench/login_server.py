"""The server that every program of the benchmark logs in to: one scripted login after the other over HTTPS.

Run by itself it listens on a free port of this machine, says so in one JSON line, and answers every line on
its standard input with one on its standard output: what happened since the last one.
"""

import json
import socket
import ssl
import subprocess
import sys
import threading
import time

PENDING_POLLS = 5
INTERVAL = 1
DEVICE_CODE = "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS"


def now_ns():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def answer(status, members):
    body = json.dumps(members).encode()
    head = (f"HTTP/1.1 {status}", "Content-Type: application/json", "Cache-Control: no-store",
            f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(head).encode() + body


def codes(port):
    page = f"https://127.0.0.1:{port}/device"
    return answer("200 OK", {
        "device_code": DEVICE_CODE, "user_code": "WDJB-MJHT", "verification_uri": page,
        "verification_uri_complete": page + "?user_code=WDJB-MJHT", "expires_in": 600, "interval": INTERVAL})


PENDING = answer("400 Bad Request", {"error": "authorization_pending"})
TOKENS = answer("200 OK", {
    "access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 3600,
    "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA"})


class Server:
    def __init__(self, certificate, key):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.connections = 0
        self.requests = []
        self.reported_handshakes = 0

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.connections += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as stream:
                while self.exchange(stream):
                    pass
        except OSError:  # also every ssl.SSLError: the peer is gone, or does not trust us
            pass

    def exchange(self, stream):
        request = b""
        while not complete(request):
            piece = stream.recv(65536)
            if not piece:
                return False
            request += piece
        arrived = now_ns()
        path = request.split(b" ", 2)[1].decode()
        with self.lock:
            polls = sum(1 for earlier in self.requests if earlier["path"] == "/token")
            if path == "/token":
                stream.sendall(TOKENS if polls >= PENDING_POLLS else PENDING)
            else:
                stream.sendall(codes(self.port))
            self.requests.append({"path": path, "text": request.decode("latin-1"), "arrived_ns": arrived,
                                  "answered_ns": now_ns()})
        return True

    def report(self):
        with self.lock:
            statistics = self.context.session_stats()
            full = statistics["accept_good"] - statistics["hits"]
            out = {"connections": self.connections, "handshakes": full - self.reported_handshakes,
                   "requests": self.requests}
            self.connections, self.requests, self.reported_handshakes = 0, [], full
        return out


def complete(request):
    head, end, body = request.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return True


def make_certificates(folder):
    """An authority in ca.pem and its certificate for 127.0.0.1 in server.pem and server.key."""
    def openssl(*arguments):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("-subj", "/CN=deviceflow benchmark CA", "-keyout", "ca.key", "-out", "ca.pem",
            "-addext", "keyUsage=critical,keyCertSign")
    openssl("-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.pem",
            "-CA", "ca.pem", "-CAkey", "ca.key",
            "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=IP:127.0.0.1")


def main():
    server = Server(sys.argv[1], sys.argv[2])
    threading.Thread(target=server.serve, daemon=True).start()
    print(json.dumps({"port": server.port}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(server.report()), flush=True)


if __name__ == "__main__":
    main()
