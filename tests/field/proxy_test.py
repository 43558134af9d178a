#!/usr/bin/env python3
"""Proxies that refuse or are not there, and a port without TLS: the sentence names what is at fault, and no password."""

import http.server
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from scripted import unused_port
from tool import ToolTest, run_tests

WHERE = ["--issuer", "https://idp.example.test", "--client-id", "tv"]


class Proxy:
    """Responds to every CONNECT with one status."""

    def __init__(self, status):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_CONNECT(self):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Proxies(ToolTest):
    def proxy(self, status):
        proxy = Proxy(status)
        self.addCleanup(proxy.close)
        return proxy.place

    def cases(self):
        yield "proxy_auth", self.proxy(407)
        yield "proxy_refused", self.proxy(403)
        yield "proxy_failed", self.proxy(502)
        yield "proxy_unreachable", f"127.0.0.1:{unused_port()}"

    def test_login_and_doctor_name_the_proxy_and_never_its_password(self):
        for reason, place in self.cases():
            address = f"http://anna:hunter2@{place}"
            events, done = self.run_json("login", *WHERE, "--store", "none", code=6, https_proxy=address)
            error = events[-1]
            self.assertEqual((error["code"], error["reason"]), ("network", reason))
            details = {"host": "idp.example.test", "port": "443", "proxy": place, "setting": "https_proxy"}
            self.assertEqual(error["details"], details)
            self.assertIn(f"The proxy {place}", error["message"])
            self.assertNotIn("hunter2", done.stdout + done.stderr)
            for verb in ("login", "doctor"):
                done = self.run_tool(verb, *WHERE, https_proxy=address)
                text = " ".join((done.stdout + done.stderr).split())
                self.assertIn(f"The proxy {place}", text)
                self.assertNotIn("hunter2", text)
                self.assertIn("https_proxy" if reason in ("proxy_auth", "proxy_unreachable") else "operator of the proxy", text)

    def test_the_option_and_the_config_file_name_a_proxy(self):
        named, other = self.proxy(403), f"http://127.0.0.1:{unused_port()}"
        config = self.write("tv.json", {"issuer": WHERE[1], "client_id": "tv", "proxy": "http://" + named})
        for arguments in ([*WHERE, "--proxy", "http://" + named], ["--config", config]):
            for verb in ("login", "discover"):
                events, _ = self.run_json(verb, *arguments, code=6, https_proxy=other)
                self.assertEqual((events[-1]["reason"], events[-1]["details"]["setting"]), ("proxy_refused", "proxy"))
        events, _ = self.run_json("discover", "--config", config, "--proxy", other, code=6)
        self.assertEqual(events[-1]["reason"], "proxy_unreachable")

    def test_this_machine_is_reached_without_the_proxy(self):
        server = self.provider()
        self.run_json("discover", "--issuer", server.issuer, "--proxy", f"http://127.0.0.1:{unused_port()}", code=0)

    def test_a_proxy_with_a_password_is_a_usage_error_that_does_not_show_it(self):
        done = self.run_tool("login", *WHERE, "--proxy", "http://anna:hunter2@127.0.0.1:3128", code=2)
        self.assertIn("https_proxy", done.stdout + done.stderr)
        self.assertNotIn("hunter2", done.stdout + done.stderr)
        self.run_tool("login", *WHERE, "--proxy", "proxy.example.test", code=2)

    def test_a_file_that_cannot_be_used_is_a_detail_of_the_error(self):
        missing = self.folder + "/missing.pem"
        events, _ = self.run_json("login", *WHERE, "--cacert", missing, code=2)
        self.assertEqual(events[-1]["details"], {"file": missing})

    def test_a_port_without_tls_is_called_that(self):
        place = self.provider().issuer.replace("http://", "https://")
        for verb in ("login", "doctor"):
            done = self.run_tool(verb, "--issuer", place, "--client-id", "tv")
            text = " ".join((done.stdout + done.stderr).split())
            self.assertIn("does not speak TLS on port " + place.rsplit(":", 1)[1], text)
            self.assertIn("write http:// in the address", text)
            self.assertNotIn("wrong version number", text)


if __name__ == "__main__":
    run_tests(__doc__)
