"""Key pairs of a test server, and tokens signed with them by the openssl command."""

import base64
import json
import os
import subprocess

_CURVES = {"ES256": ("P-256", 32), "ES384": ("P-384", 48), "ES512": ("P-521", 66)}
_SHORT_FORM = 0x80  # DER: a length below this is its own byte


def _openssl(*arguments, stdin=b""):
    return subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, check=True, timeout=20).stdout


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A new key pair for one algorithm: RS*, PS*, ES* or EdDSA. `jwk` is its public half."""

    def __init__(self, folder, algorithm="RS256", kid="k1"):
        self.algorithm, self.kid = algorithm, kid
        self._pem = os.path.join(folder, f"{kid}-{len(os.listdir(folder))}.pem")
        if algorithm == "EdDSA":
            _openssl("genpkey", "-algorithm", "ed25519", "-out", self._pem)
            members = {"kty": "OKP", "crv": "Ed25519", "x": base64url(self._public()[-32:])}
        elif algorithm in _CURVES:
            curve, size = _CURVES[algorithm]
            _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve, "-out", self._pem)
            point = self._public()[-2 * size :]
            members = {"kty": "EC", "crv": curve, "x": base64url(point[:size]), "y": base64url(point[size:])}
        else:
            _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self._pem)
            modulus = _openssl("rsa", "-in", self._pem, "-noout", "-modulus").decode().strip().split("=")[1]
            members = {"kty": "RSA", "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}
        self.jwk = {**members, "kid": kid, "use": "sig"}

    def sign(self, claims, **header):
        """A signed JWT. Header members replace the usual ones; None leaves one out."""
        members = {"alg": self.algorithm, "kid": self.kid, **header}
        members = {name: value for name, value in members.items() if value is not None}
        text = base64url(json.dumps(members).encode()) + "." + base64url(json.dumps(claims).encode())
        return text + "." + base64url(self._signature(text.encode()))

    def _public(self):
        return _openssl("pkey", "-in", self._pem, "-pubout", "-outform", "DER")

    def _signature(self, data):
        if self.algorithm == "EdDSA":
            path = self._pem + ".data"  # Ed25519 signs a file, not a stream
            with open(path, "wb") as file:
                file.write(data)
            return _openssl("pkeyutl", "-sign", "-inkey", self._pem, "-rawin", "-in", path)
        options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"] if self.algorithm.startswith("PS") else []
        signature = _openssl("dgst", "-sha" + self.algorithm[-3:], "-sign", self._pem, *options, stdin=data)
        return _fixed_size(signature, _CURVES[self.algorithm][1]) if self.algorithm in _CURVES else signature


def _fixed_size(der, size):
    """An ECDSA signature as JWS wants it (RFC 7518 section 3.4): r and s, each of the curve's size."""
    at = 2 if der[1] < _SHORT_FORM else 3
    numbers = []
    for _ in range(2):
        length = der[at + 1]
        numbers.append(der[at + 2 : at + 2 + length].lstrip(b"\0").rjust(size, b"\0"))
        at += 2 + length
    return b"".join(numbers)
