"""django-oauth-toolkit behind the path /o, as its documentation sets it up.

usage: app.py PORT FOLDER

FOLDER holds oidc.pem, the key of its ID tokens, and gets the database. The endpoint /short/ gives codes that live for 8 seconds.
"""

import pathlib
import sys

import django
from django.conf import settings

PORT, FOLDER = int(sys.argv[1]), pathlib.Path(sys.argv[2])
BASE = f"http://127.0.0.1:{PORT}/o"
DATABASE = FOLDER / "django.db"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

settings.configure(
    SECRET_KEY="for loopback only",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    LOGIN_URL="/sign-in/",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATABASE,
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
        }
    },
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": (FOLDER / "oidc.pem").read_text(),
        "OAUTH_DEVICE_VERIFICATION_URI": BASE + "/device/",
        "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": lambda code: f"{BASE}/device/?user_code={code}",
        "SCOPES": {"openid": "OpenID Connect", "profile": "Profile"},
        "DEVICE_FLOW_INTERVAL": 1,
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
        "ALWAYS_RELOAD_OAUTHLIB_CORE": True,  # otherwise a view takes over the server class of the one that it derives from
    },
)
django.setup()

from django.contrib.auth import login  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import run  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.shortcuts import redirect  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import get_application_model  # noqa: E402
from oauth2_provider.urls import metadata_urlpatterns  # noqa: E402
from oauth2_provider.views import DeviceAuthorizationView  # noqa: E402
from oauthlib.oauth2 import DeviceApplicationServer  # noqa: E402


class ShortServer(DeviceApplicationServer):
    expires_in = 8


class ShortView(DeviceAuthorizationView):
    server_class = ShortServer


def sign_in(request):
    """The only user is alice."""
    login(request, User.objects.get(username="alice"))
    return redirect(request.GET["next"])


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("", include((metadata_urlpatterns, "metadata"))),
    path("short/", ShortView.as_view()),
    path("sign-in/", sign_in),
]


def set_up():
    call_command("migrate", verbosity=0)
    User.objects.create_user("alice")
    for client_id, kind, secret in (("public", "public", ""), ("basic", "confidential", "basic-secret")):
        get_application_model().objects.create(
            client_id=client_id,
            client_type=kind,
            client_secret=secret,
            name=client_id,
            authorization_grant_type=DEVICE_GRANT,
            algorithm="RS256",
        )


if __name__ == "__main__":
    if not DATABASE.exists():
        set_up()
    run("127.0.0.1", PORT, get_wsgi_application(), threading=True)
