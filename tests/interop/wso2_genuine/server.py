"""WSO2's own classes of two releases, from Maven, on loopback. The paths and the JSON around them, and what surrounds them in
the product, are ours (java/). 5.11 keeps refresh tokens, 6.0 renews them, so that both settings are tried."""

import pathlib
import re
import shutil
import zipfile

from download import check_hashes, maven, need_java
from harness import require
from wso2.server import OnLoopback
from wso2_genuine.jars import COPY, jars, pom
from wso2_genuine.own import ALL

HERE = pathlib.Path(__file__).resolve().parent
OPENED = ("java.base/java.lang", "java.base/java.util", "java.base/java.lang.reflect")
DEVICE = "org.wso2.carbon.identity.oauth2.device.grant.DeviceFlowGrant"
GRANTS = {
    "urn:ietf:params:oauth:grant-type:device_code": {"Handler": DEVICE, "Validator": DEVICE + "Validator"},
    "refresh_token": {"Handler": "org.wso2.carbon.identity.oauth2.token.handlers.grant.RefreshGrantHandler"},
}


class Genuine(OnLoopback):
    own = ALL
    minutes = 6

    def __init__(self, scratch, npm):
        super().__init__(scratch, npm)
        self._jars = self.cache / f"wso2-{self.release}"
        self._home = self.scratch.path("home")
        self._classes = self.scratch.path("classes")

    def fetch(self):
        need_java(17)
        require("javac", "openssl")
        names = {f"{artifact}-{version}.jar" for _, artifact, version in jars(self.release)}
        if self._jars.exists() and names == {jar.name for jar in self._jars.iterdir()}:
            return
        fetched = self.scratch.path("jars")
        maven(self.scratch, self.cache, COPY, "-f", self.scratch.write("pom.xml", pom(self.release, fetched)))
        listed = HERE / f"jars-{self.release}.sha256"
        check_hashes(listed, {jar.name: jar.read_bytes() for jar in fetched.iterdir()})
        shutil.rmtree(self._jars, ignore_errors=True)
        self.cache.mkdir(parents=True, exist_ok=True)
        shutil.move(fetched, self._jars)

    def version(self):
        oauth = next(version for _, artifact, version in jars(self.release) if artifact.endswith(".oauth"))
        return f"its own classes, Maven {oauth}"

    def prepare(self):
        self._compile()
        self._lay_out()

    def _compile(self):
        sources = [file for folder in ("java", "stubs", f"release-{self.release}") for file in (HERE / folder).rglob("*.java")]
        command = ["javac", "-nowarn", "-d", self._classes, "-cp", f"{self._jars}/*", *sources]
        self.scratch.run("javac", command, seconds=180)
        shutil.copy(HERE / "tables.sql", self._classes)

    def command(self):
        opened = [word for package in OPENED for word in ("--add-opens", package + "=ALL-UNNAMED")]
        log = "org.apache.commons.logging"
        quiet = (f"-D{log}.Log={log}.impl.SimpleLog", f"-D{log}.simplelog.defaultlog=error")
        command = ["java", *opened, "-Xmx512m", "-XX:TieredStopAtLevel=1", *quiet]
        return [*command, "-cp", f"{self._classes}:{self._jars}/*", "Main", self._home, self.port]

    def _lay_out(self):
        """The folder of an installation: its key, and the configuration of WSO2's own tests with our grants."""
        settings, keys = self._home / "repository/conf", self._home / "repository/resources/security"
        for folder in (settings / "identity", keys, self._home / "tmp"):
            folder.mkdir(parents=True)
        with zipfile.ZipFile(next(self._jars.glob("*.identity.testutil-*.jar"))) as tests:
            (settings / "carbon.xml").write_bytes(tests.read("repository/conf/carbon.xml"))
            identity = tests.read("repository/conf/identity/identity.xml").decode("latin-1")
        grants = "".join(grant(name, **classes) for name, classes in GRANTS.items())
        identity = replaced(identity, "SupportedGrantTypes", grants)
        callback = '<OAuthCallbackHandler Class="org.wso2.carbon.identity.oauth.callback.DefaultCallbackHandler"/>'
        identity = replaced(identity, "OAuthCallbackHandlers", callback)
        (settings / "identity/identity.xml").write_text(identity, "latin-1")
        # Java reads PKCS #12 where it expects its own kind of key store.
        export = ["openssl", "pkcs12", "-export", "-in", self.identity.certificate, "-inkey", self.identity.key]
        export += ["-name", "wso2carbon", "-passout", "pass:wso2carbon", "-out", keys / "wso2carbon.jks"]
        self.scratch.run("pkcs12", export)


def replaced(text, element, content):
    return re.sub(f"(?s)<{element}>.*?</{element}>", f"<{element}>{content}</{element}>", text, count=1)


def grant(name, **classes):
    parts = [f"<GrantType{kind}ImplClass>{one}</GrantType{kind}ImplClass>" for kind, one in classes.items()]
    return f"<SupportedGrantType><GrantTypeName>{name}</GrantTypeName>{''.join(parts)}</SupportedGrantType>"


class Genuine511(Genuine):
    release = "5.11"
    provider = "wso2-5.11"
    life_client = "tv-kept"


class Genuine60(Genuine):
    release = "6.0"
    provider = "wso2-6"
