"""Throw-away keys and certificates, made by the openssl command."""

import dataclasses
import pathlib

from harness import require


@dataclasses.dataclass
class Identity:
    certificate: pathlib.Path
    key: pathlib.Path


def make_identity(scratch, name, extensions=(), issuer=None, algorithm="ec"):
    """A key, P-256 if nothing else is said, and its certificate in NAME.key and NAME.pem, signed by ISSUER or by itself."""
    require("openssl")
    identity = Identity(scratch.path(name + ".pem"), scratch.path(name + ".key"))
    # The system's own configuration would add extensions.
    settings = scratch.write("openssl.cnf", "[req]\ndistinguished_name = name\n[name]\n")
    command = ["openssl", "req", "-config", settings, "-x509", "-sha256", "-days", "2", "-subj", f"/CN={name}", "-nodes"]
    command += ["-newkey", algorithm, *(["-pkeyopt", "ec_paramgen_curve:P-256"] if algorithm == "ec" else [])]
    command += ["-keyout", identity.key, "-out", identity.certificate]
    for extension in extensions:
        command += ["-addext", extension]
    if issuer is not None:
        command += ["-CA", issuer.certificate, "-CAkey", issuer.key]
    scratch.run("openssl", command)
    return identity


def make_authority(scratch, name):
    return make_identity(scratch, name, ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"])


def make_leaf(scratch, name, alternative_names, usage, issuer):
    extensions = ["basicConstraints=critical,CA:FALSE", f"subjectAltName={alternative_names}", f"extendedKeyUsage={usage}"]
    return make_identity(scratch, name, extensions, issuer)
