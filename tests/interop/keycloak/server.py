"""Keycloak in its development mode, from Maven Central, with the realm in realm.json."""

import pathlib
import shutil
import threading

from chromium import browse
from download import check_hashes, download, maven, need_java
from harness import answers, check, free_port, http_session, wait_for
from keycloak.own import ALL
from relay import Relay
from server import Client, Server

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "26.7.4"
PACKAGE = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
JAVA = 17
# What its own script bin/kc.sh gives to Java, and the compiler that starts fastest. The script itself would stand between
# us and the server.
JAVA_OPTIONS = (
    "-Xmx512m",
    "-XX:TieredStopAtLevel=1",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    *(f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in ("util", "util.concurrent", "security")),
)
ADMIN = {"KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": "admin-password"}
ADAPTED = 10  # its exit status when it has adapted itself to the command line and wants to be started again
SCOPE = "openid profile"


class Keycloak(Server):
    title = "Keycloak"
    own = ALL
    minutes = 8
    outage = "connections ended and refused by a relay before it (its device codes live in memory and end with it)"

    def __init__(self, scratch, npm):
        super().__init__(scratch, npm)
        self._package = self.cache / f"keycloak-{VERSION}"
        self._relay = None
        self._alice = threading.Lock()
        self.issuer = None

    def fetch(self):
        need_java(JAVA)
        if self._package.exists():
            return
        unpacked = self.scratch.path("unpacked")
        maven(self.scratch, self.cache, COPY, f"-Dartifact={PACKAGE}", f"-DoutputDirectory={unpacked}")
        archive = unpacked / f"keycloak-quarkus-dist-{VERSION}.zip"
        check_hashes(HERE / "archive.sha256", {archive.name: archive.read_bytes()})
        shutil.unpack_archive(archive, unpacked)
        archive.unlink()
        # Takes half a minute once; the result stays in the server's own folder.
        download(self.scratch, "adapt", self._command(unpacked / self._package.name, port=free_port()), (ADAPTED,))
        self.cache.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked / self._package.name, self._package)

    def version(self):
        return f"Maven {VERSION}"

    def _command(self, package, *options, port):
        command = ["java", *JAVA_OPTIONS, f"-Dkc.home.dir={self.scratch.directory}", *options]
        command += ["-cp", package / "lib/quarkus-run.jar"]
        command += ["io.quarkus.bootstrap.runner.QuarkusEntryPoint", "start-dev", "--db=dev-mem", "--import-realm"]
        return [*command, "--http-host=127.0.0.1", f"--http-port={port}"]

    def start(self):
        self.fetch()
        realms = self.scratch.path("data/import")
        realms.mkdir(parents=True)
        shutil.copy(HERE / "realm.json", realms)
        port = free_port()
        self._relay = Relay(port)
        # In every response, its own addresses are the relay's.
        base = f"http://127.0.0.1:{self._relay.port}"
        command = [*self._command(self._package, "-Dkc.config.built=true", port=port), f"--hostname={base}"]
        process = self.scratch.start("keycloak", command, environment=ADMIN)
        self.issuer = base + "/realms/deviceflow"

        def probe():
            return answers(http_session(), self.issuer) or process.poll() is not None

        wait_for("Keycloak to answer", probe, seconds=240)
        check(process.poll() is None, f"Keycloak ended with {process.returncode}")
        return self

    def stop(self):
        self._relay.stop()

    def resume(self):
        self._relay.resume()

    def client(self, kind):
        where = ("--issuer", self.issuer)
        if kind != "life":
            return Client(where, ("--client-id", "short" if kind == "short" else "public"), SCOPE)
        secret = self.scratch.write("secret", "confidential-secret\n")
        # A token is active only for those that it is meant for, and the client itself is none of them.
        rs_secret = self.scratch.write("rs-secret", "rs-secret\n")
        asker = ("--introspection-client-id", "rs", "--introspection-secret-file", rs_secret)
        return Client(where, ("--client-id", "confidential", "--client-secret-file", secret), SCOPE, asker=asker)

    def description(self):
        return self.described("keycloak", self.issuer)

    def _browse(self, *words):
        # Where one person consents twice at the same moment to the same client, the realm keeps both and answers with an
        # internal error ever after.
        with self._alice:
            return browse(self.scratch, self.npm, HERE / "browser.mjs", *words).strip()

    def approve(self, prompt):
        self._browse("approve", prompt["verification_uri"], prompt["user_code"])

    def deny(self, prompt):
        self._browse("deny", prompt["verification_uri"], prompt["user_code"])

    def try_wrong_code(self, prompt):
        return self._browse("refused", prompt["verification_uri"], "AAAA-AAAA")

    def scan(self, url):
        self._browse("approve", url)
