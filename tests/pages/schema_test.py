#!/usr/bin/env python3
"""Every built-in description fits assets/providers/schema.json, and one with a mistake does not."""
import copy
import json
import sys
from pathlib import Path

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("NOT RUN: python3-jsonschema is not installed")
    sys.exit(77)

FOLDER = Path(__file__).resolve().parents[2] / "assets/providers"
schema = json.loads((FOLDER / "schema.json").read_text())
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
problems = []


def mistakes(good):
    """The description with one mistake each."""
    for place, value in (
        (("isuer",), "https://id.example.com"),
        (("title",), 5),
        (("sandbox",), "yes"),
        (("client_auth",), "tls"),
        (("assertion_audience",), "token endpoint"),
        (("request",), {"device_authorization": {"client_id": True}}),
        (("answer",), {"errors": [{"member": "message", "error": "invalid_grant"}]}),
        (("fields",), {"host": {"title": "host"}}),
        (("request",), {"token": {"resend": ["nonce"]}}),
        (("request",), {"device_authorization": {"grant_type": "device"}}),
        (("answer",), {"expires_in": 0}),
        (("answer",), {"statuses": {"500": "access_denied"}}),
        (("answer",), {"errors": [{"member": "message", "value": "x"}]}),
        (("answer",), {"scope_separator": ", "}),
        (("answer",), {"ends_sign_in": "bad_refresh_token"}),
        (("facts",), {"confidence": "memory"}),
        (("endpoints",), {"token": "https://id.example.com"}),
    ):
        bad = copy.deepcopy(good)
        bad[place[0]] = value
        yield f"{place[0]}: {json.dumps(value)}", bad
    yield "no issuer", {key: value for key, value in good.items() if key != "issuer"}


for path in sorted(FOLDER.glob("*.json")):
    if path.name == "schema.json":
        continue
    description = json.loads(path.read_text())
    problems += [f"{path.name}: {error.json_path}: {error.message}" for error in validator.iter_errors(description)]
    if description["name"] != path.stem:
        problems.append(f"{path.name} is called {description['name']}")
    if set(description["facts"]) != {"date", "source", "confidence"}:
        problems.append(f"{path.name} does not say where its facts come from")
keycloak = json.loads((FOLDER / "keycloak.json").read_text())
problems += [f"the schema lets this through: {what}" for what, bad in mistakes(keycloak) if validator.is_valid(bad)]
print("\n".join(problems))
sys.exit(1 if problems else 0)
