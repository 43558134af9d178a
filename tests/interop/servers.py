"""The servers that `./dev interop` knows, in the order of the table."""

from authlib_flask.server import AuthlibFlask
from dex.server import Dex
from django_oauth_toolkit.server import DjangoOAuthToolkit
from glewlwyd.server import Glewlwyd
from keycloak.server import Keycloak
from oidc_provider.server import OidcProvider
from spring.server import Spring
from wso2.by_hand import Wso2ByHand
from wso2.server import Double70, Double71
from wso2_genuine.server import Genuine60, Genuine511

SERVERS = {
    "oidc_provider": OidcProvider,
    "glewlwyd": Glewlwyd,
    "authlib_flask": AuthlibFlask,
    "keycloak": Keycloak,
    "dex": Dex,
    "spring": Spring,
    "django_oauth_toolkit": DjangoOAuthToolkit,
    "wso2_5_11": Genuine511,
    "wso2_6_0": Genuine60,
    "wso2_7_0": Double70,
    "wso2_7_1": Double71,
    "wso2": Wso2ByHand,
}
