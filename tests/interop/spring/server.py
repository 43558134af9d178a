"""Spring Authorization Server from Maven, set up by the class in src. It keeps everything in memory."""

import dataclasses
import json
import pathlib
import re
import ssl
import urllib.request
import zipfile

from certificates import make_identity
from download import check_hashes, digest, maven, need_java
from harness import NotRun, answers, ask, check, free_port, http_session, require, wait_for
from person import Person
from relay import Relay
from server import Client, Probe, Server

HERE = pathlib.Path(__file__).resolve().parent
POM, SOURCE = HERE / "pom.xml", HERE / "src/main/java/interop/AuthorizationServer.java"
JAVA = 17
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "profile"
LIBRARY = "spring-security-oauth2-authorization-server"


class Spring(Server):
    title = "Spring Authorization Server"
    minutes = 6
    outage = "connections ended and refused by a relay before it (its device codes live in memory and end with it)"

    def __init__(self, scratch, npm):
        super().__init__(scratch, npm)
        self._package = self.cache / f"spring-{digest(POM, SOURCE)}.jar"
        self._relay = None

    def fetch(self):
        require("openssl")
        need_java(JAVA)
        if self._package.exists():
            return
        require("javac")
        built = self.scratch.path("target")
        try:
            maven(self.scratch, self.cache, "package", f"--file={POM}", f"-DbuildDirectory={built}")
        except NotRun:
            check("COMPILATION ERROR" not in self.scratch.path("mvn.out").read_text(), "the class does not compile")
            raise
        with zipfile.ZipFile(built / "interop.jar") as package:
            jars = [name for name in package.namelist() if name.endswith(".jar")]
            check_hashes(HERE / "jars.sha256", {pathlib.Path(name).name: package.read(name) for name in jars})
        (built / "interop.jar").rename(self._package)

    def version(self):
        names = "\n".join(zipfile.ZipFile(self._package).namelist())
        own, boot = (re.search(rf"/{name}-([0-9.]+)\.jar", names).group(1) for name in (LIBRARY, "spring-boot"))
        return f"Maven {own}, Spring Boot {boot}"

    def start(self):
        self.fetch()
        identity = make_identity(self.scratch, "localhost", ["subjectAltName=DNS:localhost"])
        self._certificate = identity.certificate
        self._secret = self.scratch.write("secret", "basic-secret\n")
        port = free_port()
        self._relay = Relay(port)
        self._host = f"localhost:{self._relay.port}"
        self._issuer = f"https://{self._host}"
        options = {
            "server.address": "127.0.0.1",
            "server.port": port,
            "server.ssl.certificate": f"file:{identity.certificate}",
            "server.ssl.certificate-private-key": f"file:{identity.key}",
        }
        command = ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar", self._package]
        process = self.scratch.start("spring", [*command, *(f"--{name}={value}" for name, value in options.items())])

        def probe():
            return answers(self._session(), self._issuer + "/login") or process.poll() is not None

        wait_for("Spring to answer", probe, seconds=120)
        check(process.poll() is None, f"Spring ended with {process.returncode}")
        return self

    def stop(self):
        self._relay.stop()

    def resume(self):
        self._relay.resume()

    def _https(self):
        return urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self._certificate))

    def _session(self):
        return http_session(self._https())

    def client(self, kind):
        where = ("--issuer", self._issuer, "--cacert", self._certificate)
        if kind == "life":
            # Spring lets only a client with a secret refresh, revoke and introspect.
            return Client(where, ("--client-id", "basic", "--client-secret-file", self._secret), SCOPE)
        return Client(where, ("--client-id", "short" if kind == "short" else "public"), SCOPE)

    def description(self):
        where = ("--provider", "spring", "--field", f"host={self._host}", "--cacert", self._certificate)
        return dataclasses.replace(self.client("login"), where=where)

    def _submit(self, prompt, user_code):
        person = Person(self._https())
        person.open(prompt["verification_uri"])
        person.submit(username="alice", password="alice-password")
        person.submit(user_code=user_code)
        return person

    def approve(self, prompt):
        person = self._submit(prompt, prompt["user_code"])
        person.submit(("scope", SCOPE))
        check(person.text() == "Signed in.", f"after the approval the page says: {person.text()}")

    def deny(self, prompt):
        self._submit(prompt, prompt["user_code"]).submit()

    def try_wrong_code(self, prompt):
        person = self._submit(prompt, "BBBB-BBBB")
        check(person.status == 400, f"after a wrong code the page says: {person.text()}")
        return f"a page with status {person.status}"

    def probe(self, scenario):
        if scenario == "id_token":
            form = {"client_id": "public", "scope": "openid profile"}
            return Probe(self._issuer + "/oauth2/device_authorization", form, session=self._session(), before="with the scope openid")
        if scenario == "userinfo":
            bearer = {"Authorization": "Bearer " + self._access_token()}
            before = "with the access token of a login, which cannot have the scope openid"
            return Probe(self._issuer + "/userinfo", headers=bearer, session=self._session(), before=before)
        return None

    def _access_token(self):
        def post(path, **form):
            return json.loads(ask(self._session(), self._issuer + path, {"client_id": "public", **form})[2])

        codes = post("/oauth2/device_authorization", scope=SCOPE)
        self.approve(codes)
        return post("/oauth2/token", grant_type=DEVICE_GRANT, device_code=codes["device_code"])["access_token"]
