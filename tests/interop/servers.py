"""The servers that `./dev interop` knows, in the order of the table."""

from authlib_flask.server import AuthlibFlask
from glewlwyd.server import Glewlwyd
from oidc_provider.server import OidcProvider

SERVERS = {
    "oidc_provider": OidcProvider,
    "glewlwyd": Glewlwyd,
    "authlib_flask": AuthlibFlask,
}
