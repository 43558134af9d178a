#!/usr/bin/env python3
"""The sandbox's page on a local network, in a network namespace of its own.

The namespace has two networks beside loopback; the default route leads over the second one. The
page, and nothing else, may be reachable at that one's address, and nothing may listen anywhere
else. Ends with 77 and "NOT RUN: reason" where such a namespace can't be made.
"""

import argparse
import html.parser
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

NOT_RUN = 77
INSIDE = "DEVICEFLOW_LAN_TEST_INSIDE"
OTHER_ADDRESS = "10.77.1.1"
LAN_ADDRESS = "10.77.2.1"
GATEWAY = "10.77.2.254"
SCENARIO = {"expires_in": 60, "interval": 1}
TIMEOUT = 20


class NotRun(Exception):
    pass


def check(condition, what):
    if not condition:
        raise AssertionError(what)
    print(f"ok: {what}", flush=True)


def enter_namespace():
    """Starts this script again inside a fresh network namespace; returns its exit code."""
    for tool in ("unshare", "ip"):
        if shutil.which(tool) is None:
            raise NotRun(f"{tool} is not installed")
    command = ["unshare", "--net"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    probe = subprocess.run(command + ["true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        raise NotRun(f"no network namespace: {probe.stderr.strip()}")
    inside = dict(os.environ, **{INSIDE: "1"})
    again = [sys.executable, os.path.abspath(__file__), *sys.argv[1:]]
    return subprocess.run(command + again, env=inside, check=False).returncode


def ip(*arguments):
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotRun(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


def build_networks():
    ip("link", "set", "lo", "up")
    for name, address in (("home", OTHER_ADDRESS), ("lan", LAN_ADDRESS)):
        ip("link", "add", name, "type", "veth", "peer", "name", name + "-far")
        ip("address", "add", address + "/24", "dev", name)
        ip("link", "set", name, "up")
        ip("link", "set", name + "-far", "up")
    ip("route", "add", "default", "via", GATEWAY, "dev", "lan")


class FormReader(html.parser.HTMLParser):
    """Collects the fields of a page's form as a browser would send them."""

    def __init__(self):
        super().__init__()
        self.action = None
        self.fields = {}

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form" and attributes.get("method", "get").lower() == "post":
            self.action = attributes.get("action") or ""
        if tag != "input" or "name" not in attributes:
            return
        if attributes.get("type") == "radio" and "checked" not in attributes:
            return
        self.fields[attributes["name"]] = attributes.get("value", "")


def ask(method, url, form=None, cookie=None):
    """Status, headers and text of one request, over a connection of its own."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    headers = {"Accept": "application/json, text/html"}
    body = None
    if form is not None:
        body = urllib.parse.urlencode(form)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if cookie:
        headers["Cookie"] = cookie
    target = parts.path + ("?" + parts.query if parts.query else "")
    try:
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def approve_as_a_person(complete_uri):
    """Opens the page, and sends its form with the approving button, as a browser would."""
    status, headers, page = ask("GET", complete_uri)
    check(status == 200, "the page opens at the address of the local network")
    cookie = (headers.get("Set-Cookie") or "").split(";")[0]
    reader = FormReader()
    reader.feed(page)
    check(reader.action is not None and cookie, "the page has a form, and a cookie to go with it")
    target = urllib.parse.urljoin(complete_uri, reader.action)
    form = dict(reader.fields, decision="approve")
    status, _, _ = ask("POST", target, form)
    check(status == 403, "a decision without the page's cookie does not count")
    status, _, _ = ask("POST", target, form, cookie)
    check(status == 200, "the decision is taken")


def listening_addresses():
    """The local addresses of all listening TCP sockets in this namespace."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table):
            continue
        with open(table, encoding="ascii") as lines:
            for line in list(lines)[1:]:
                words = line.split()
                if words[3] == "0A":
                    found.add(words[1].split(":")[0])
    return found


def as_in_table(address):
    return "".join(f"{int(part):02X}" for part in reversed(address.split(".")))


def check_listeners(*addresses):
    expected = {as_in_table(address) for address in addresses}
    check(listening_addresses() == expected, f"listens on {', '.join(addresses)} and nowhere else")


def first_event(process, name):
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == name:
            return event
        print(f"event: {line.strip()}", flush=True)
    raise AssertionError(f"no {name} event; exit code {process.wait(TIMEOUT)}")


def end(process):
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def refused(url):
    try:
        ask("GET", url)
    except ConnectionRefusedError:
        return True
    return False


def sandbox_on_the_lan(sandbox, scenario, lan_options, lan_address, other_address):
    command = [sandbox, "--lan", "--json", "--scenario", scenario, *lan_options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            event = first_event(process, "listening")
            port = urllib.parse.urlsplit(event["issuer"]).port
            lan = f"http://{lan_address}:{port}"
            check(event["issuer"] == f"http://127.0.0.1:{port}", "the issuer is this machine")
            check(event["verification_uri"] == lan + "/device",
                  f"the verification URI carries {lan_address}")
            check_listeners("127.0.0.1", lan_address)
            check(refused(f"http://{other_address}:{port}/device"), "the other network is refused")
            _, _, text = ask("GET", event["issuer"] + "/.well-known/oauth-authorization-server")
            for member, value in json.loads(text).items():
                if member == "issuer" or member.endswith("_endpoint"):
                    check(value.startswith(event["issuer"]), f"{member} is on 127.0.0.1")
            for path in ("/token", "/device_authorization", "/introspect", "/revoke", "/userinfo",
                         "/.well-known/oauth-authorization-server", "/sandbox/violations",
                         "/sandbox/approve", "/sandbox/next_poll"):
                for method in ("GET", "POST"):
                    form = {"client_id": "demo-tv"} if method == "POST" else None
                    check(ask(method, lan + path, form)[0] == 404, f"no {method} {path} from there")
            _, _, text = ask("POST", event["issuer"] + "/device_authorization",
                             {"client_id": "demo-tv"})
            codes = json.loads(text)
            check(codes["verification_uri"] == lan + "/device", "codes carry that URI too")
            approve_as_a_person(codes["verification_uri_complete"])
        finally:
            end(process)
        check(process.returncode == 0, "the sandbox ends in order")


def login_over_the_lan(tool, scenario, folder):
    command = [tool, "login", "--lan", "--json", "--scenario", scenario]
    home = dict(os.environ, HOME=folder, XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=home) as process:
        try:
            prompt = first_event(process, "prompt")
            uri = urllib.parse.urlsplit(prompt["verification_uri"])
            check(uri.hostname == LAN_ADDRESS, "the tool's prompt carries the LAN address")
            check_listeners("127.0.0.1", LAN_ADDRESS)
            approve_as_a_person(prompt["verification_uri_complete"])
            check(first_event(process, "tokens")["token_type"] == "Bearer", "the tokens come")
            check(process.wait(TIMEOUT) == 0, "the tool ends with 0")
        finally:
            end(process)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sandbox", required=True, help="the deviceflow-sandbox executable")
    parser.add_argument("--tool", help="the deviceflow executable")
    arguments = parser.parse_args()
    if INSIDE not in os.environ:
        return enter_namespace()
    build_networks()
    with tempfile.TemporaryDirectory() as folder:
        scenario = os.path.join(folder, "lan.json")
        with open(scenario, "w", encoding="utf-8") as file:
            json.dump(SCENARIO, file)
        sandbox_on_the_lan(arguments.sandbox, scenario, [], LAN_ADDRESS, OTHER_ADDRESS)
        sandbox_on_the_lan(arguments.sandbox, scenario, ["--lan-address", OTHER_ADDRESS],
                           OTHER_ADDRESS, LAN_ADDRESS)
        if arguments.tool:
            login_over_the_lan(arguments.tool, scenario, folder)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotRun as reason:
        print(f"NOT RUN: {reason}")
        sys.exit(NOT_RUN)
