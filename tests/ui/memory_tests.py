"""What the memory of the window's process holds of a login, before and after a sign-out."""

import os
import pathlib
import re
import secrets
import subprocess
import time

from harness import NotRun, check, require
from scripted import CODE, Provider
from signing import Key
from window import Window

METADATA = "/.well-known/oauth-authorization-server"
PLAIN_PROGRAM = pathlib.Path(__file__).resolve().parent / "plain_libcurl.c"


class Memory:
    """Counts texts in the writable memory of a process: in live objects, and in what was freed."""

    def __init__(self, pid):
        self._pid = pid

    def _regions(self):
        for line in pathlib.Path(f"/proc/{self._pid}/maps").read_text().splitlines():
            place, access, *_ = line.split()
            # A device's memory, such as a graphics card's, can't be read.
            if access.startswith("rw") and "/dev/" not in line and "[v" not in line:
                begin, end = (int(side, 16) for side in place.split("-"))
                yield begin, end

    def count(self, texts):
        counts = dict.fromkeys(texts, 0)
        if os.geteuid() != 0:
            raise NotRun("only root reads the memory of a process that refuses debuggers")
        with open(f"/proc/{self._pid}/mem", "rb", buffering=0) as memory:
            for begin, end in self._regions():
                memory.seek(begin)
                found = b""
                while len(found) < end - begin:
                    part = memory.read(end - begin - len(found))
                    if not part:
                        break
                    found += part
                for name, text in texts.items():
                    counts[name] += found.count(text.encode())
        return counts


class Person:
    """A provider at which somebody signs in, and what must not stay of them."""

    def __init__(self, scratch):
        mark = secrets.token_hex(8)
        self.server = server = Provider()
        keys = scratch.path("keys")
        os.mkdir(keys)
        key = Key(str(keys), "ES256")
        now = int(time.time())
        claims = {"iss": server.issuer, "aud": "tv", "sub": f"sub-{mark}", "iat": now, "exp": now + 600}
        self.texts = {
            "access token": f"access-{mark}-" + secrets.token_hex(20),
            "refresh token": f"refresh-{mark}-" + secrets.token_hex(20),
            "ID token": key.sign(claims),
            "UserInfo": f"{mark}@example.com",
            "device code": f"device-{mark}-" + secrets.token_hex(20),
        }
        endpoints = {name + "_endpoint": f"{server.issuer}/{name}" for name in ("userinfo", "revocation")}
        server.answers.update({
            METADATA: (200, {**server.metadata(), **endpoints, "jwks_uri": server.issuer + "/jwks"}),
            "/jwks": (200, {"keys": [key.jwk]}),
            "/device_authorization": (200, {**CODE, "device_code": self.texts["device code"], "verification_uri": server.issuer + "/d"}),
            "/token": (200, {
                "access_token": self.texts["access token"],
                "refresh_token": self.texts["refresh token"],
                "id_token": self.texts["ID token"],
                "token_type": "Bearer",
                "expires_in": 3600,
                "scope": "openid email",
            }),
            "/userinfo": (200, {"sub": f"sub-{mark}", "name": "Ada", "email": self.texts["UserInfo"]}),
            "/revocation": (200, ""),
        })


def scan_window(scratch, program, reveal=False):
    """The counts while somebody is signed in, and after they have signed out."""
    person = Person(scratch)
    run = Window(scratch, program, ["--issuer", person.server.issuer, "--client-id", "tv", "--scope", "openid email", "--store", "none"])
    run.wait_screen("home")
    run.press("Return")
    run.wait_screen("signed_in", person="Ada")
    if reveal:
        run.press("Return")
        run.wait_screen("developer")
        run.reach("secrets")
        run.press("Return")
        run.look()
        run.reach("secrets")
        run.press("Return")
        run.look()
        run.press("Escape")
        run.wait_screen("signed_in")
    memory = Memory(run.pid)
    before = memory.count(person.texts)
    run.go("Right", "sign_out")
    run.press("Return")
    run.wait_screen("home")
    run.wait_event("logged_out")
    run.look()
    check(not open_connections(person.server), "a connection to the provider is open after the sign-out")
    limits = pathlib.Path(f"/proc/{run.pid}/limits").read_text()
    check(re.search(r"Max core file size +0 ", limits), "core dumps are not switched off")
    after = memory.count(person.texts)
    run.stop()
    return before, after


def scan_plain_program(scratch):
    """A program of libcurl's own examples' kind: what is left when it has cleaned up."""
    require("cc")
    person = Person(scratch)
    program = scratch.path("plain")
    subprocess.run(["cc", "-o", program, PLAIN_PROGRAM, "-lcurl"], check=True)
    with subprocess.Popen([program, person.server.issuer + "/token"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        check(process.stdout.readline() == b"done\n", "the plain program did not get its tokens")
        counts = Memory(process.pid).count(person.texts)
        process.stdin.close()
    return counts


def open_connections(server):
    """Of this machine to that server's port, over IPv4."""
    port = int(server.issuer.rsplit(":", 1)[1])
    lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [line for line in lines if line[2].endswith(f":{port:04X}") and line[3] == "01"]


def memory_after_sign_out(scratch, program, _npm):
    before, after = scan_window(scratch, program)
    for name in ("access token", "refresh token", "ID token", "UserInfo"):
        check(before[name] > 0, f"the scan finds no {name} while somebody is signed in: {before}")
    check(not any(after.values()), f"after the sign-out the window still holds {after}; before: {before}")


def memory_after_revealing(scratch, program, _npm):
    _, after = scan_window(scratch, program, reveal=True)
    check(not any(after.values()), f"after revealing and signing out the window still holds {after}")


TESTS = {test.__name__: test for test in (memory_after_sign_out, memory_after_revealing)}
