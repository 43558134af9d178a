#!/usr/bin/env python3
"""The pages about providers and quirks, made from data, and the programs that pages print.

usage: pages.py           fails where a page is not up to date, or the data don't fit the library
       pages.py --write   writes sdk/docs/providers.md and sdk/docs/quirks.md, and the programs into their pages

assets/providers holds the providers, assets/quirks.json the quirks, tests/wire/samples.json the answers, sdk/examples the programs.
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROVIDERS = ROOT / "sdk/docs/providers.md"
QUIRKS = ROOT / "sdk/docs/quirks.md"
MADE = "Made by `tests/pages/pages.py --write`; a test fails when it is not up to date."
# A program of a page: a file of this folder, named in a comment above the block that holds its text.
EXAMPLES = "sdk/examples"
BLOCK = re.compile(r"(?:^<!-- (sdk/examples/\S+) -->\n)?^```(\w*)\n(.*?)^```\n", re.M | re.S)
PROGRAM_LANGUAGES = ("cpp", "c", "cmake", "json")
ASK = {"operator": "the server's operator", "maker": "the server's maker"}
# Providers whose facts are not proven well enough for a description: what is known, and what stands in the way.
NOT_PROVEN = [
    ("AWS IAM Identity Center", "bodies are JSON with names in camelCase, and a client has to be registered first",
     "requests in JSON can't be described"),
    ("Facebook", "errors are numbers in a nested object, the device code is called `code`", "facts from memory"),
    ("Trakt", "the state is told by the status alone, bodies are JSON", "requests in JSON can't be described"),
    ("Huawei Cloud Identity Center", "bodies are JSON", "requests in JSON can't be described"),
    ("GitLab, FusionAuth", "as in the RFC, as far as is known: give the issuer", "facts from memory"),
    ("Azure AD v1 (ADAL)", "`resource` for the scope, `code` for the device code, numbers as strings", "facts from memory"),
    ("Baidu", "`grant_type=device_token`, `code`, `verification_url`", "facts from memory"),
    ("Authlib 1.2 as a server's library", "takes id and secret of HTTP Basic as they are",
     "each server made with it has its own endpoints; `basic_encoding` is `raw` in a description of your own"),
    ("Authelia, Curity, Gluu, Janssen, PingOne, Oracle, OpenAM", "close to the RFC: give the issuer or the endpoints",
     "no answer was at hand"),
]


def load(path):
    return json.loads((ROOT / path).read_text())


def descriptions():
    folder = ROOT / "assets/providers"
    paths = sorted(folder.glob("*.json"), key=lambda path: path.stem)
    return [load(path) for path in paths if path.name != "schema.json"]


def cell(text):
    return text.replace("|", "\\|")


def fields_of(provider):
    names = [f"[{name}]" if field.get("optional") else name for name, field in provider.get("fields", {}).items()]
    return ", ".join(names) or "-"


def differences(provider):
    """What its profile changes, in words."""
    request, answer, out = provider.get("request", {}), provider.get("answer", {}), []
    for step, name in (("device_authorization", "first request"), ("token", "polls")):
        what = request.get(step, {})
        out += [f"{name}: `{key}={value}`" for key, value in what.get("add", {}).items()]
        out += [f"{name}: `{old}` is `{new}`" for old, new in what.get("rename", {}).items()]
        out += [f"{name}: no `{key}`" for key in what.get("remove", [])]
        out += [f"{name}: `{key}` again" for key in what.get("resend", [])]
        if what.get("client_id"):
            out.append(f"{name}: `client_id` in the body with HTTP Basic, too")
        if "grant_type" in what:
            out.append(f"{name}: `grant_type={what['grant_type']}`")
    if request.get("basic_encoding") == "raw":
        out.append("HTTP Basic not form-urlencoded")
    if "assertion_audience" in provider:
        out.append(f"assertions are for the {provider['assertion_audience'].replace('_', ' ')}")
    out += [f"`{theirs}` is `{ours}`" for theirs, ours in answer.get("members", {}).items()]
    out += [f"error in `{word['member']}`" + (f": \"{word['value']}\" is `{word['means']}`" if "value" in word else "")
            + (f" if `error` is `{word['error']}`" if "error" in word else "") for word in answer.get("errors", [])]
    out += [f"status {status} is `{code}`" for status, code in answer.get("statuses", {}).items()]
    out += [f"`{key}` is {answer[key]} where it is missing" for key in ("expires_in", "token_type") if key in answer]
    if "scope_separator" in answer:
        out.append(f"scopes separated by `{answer['scope_separator']}`")
    out += [f"a refresh refused with `{code}` ends the sign-in" for code in answer.get("ends_sign_in", [])]
    return "; ".join(out) or "-"


def sample_lines():
    samples = load("tests/wire/samples.json")
    profiled = [one for one in samples if "profile" in one]
    alone = sum("without_profile" not in one for one in samples)
    through_profile = sum("with_profile" not in one for one in profiled)
    out = ["## Answers of real servers", "",
           f"`tests/wire/samples.json` holds {len(samples)} answers, from source texts, documentation and real servers. The readers "
           f"understand {alone} of them as they come, and {through_profile} of the {len(profiled)} whose provider has a description "
           "through it. `WireSamples` in the unit tests replays them. The rest, and why:", "",
           "| provider | step | means | read as it comes | through the description | why |", "| --- | --- | --- | --- | --- | --- |"]
    for one in samples:
        if "without_profile" not in one:
            continue
        through = one.get("with_profile", one["means"]) if "profile" in one else "-"
        out.append(f"| {one['provider']} | {one['step']} | {one['means']} | {one['without_profile']} | {through} | "
                   f"{cell(one['why'])} |")
    return out


def providers_page():
    out = ["# Providers", "",
           "Any server that keeps to RFC 8628 works with its issuer URL. For these a description is built in: "
           "`deviceflow login --provider NAME --field NAME=VALUE`, or `builtin_provider()` in code. " + MADE, "",
           "| name | provider | fields | endpoints from | what its description changes | facts |",
           "| --- | --- | --- | --- | --- | --- |"]
    for one in descriptions():
        places = " and ".join(name for name, member in (("metadata", "issuer"), ("description", "endpoints")) if member in one)
        facts = f"{one['facts']['confidence']}: {one['facts']['source']} ({one['facts']['date']})"
        out.append(f"| `{one['name']}` | {one['title']} | {fields_of(one)} | {places} | {cell(differences(one))} | {facts} |")
    out += ["", "Fields in [brackets] can be left out. Facts are from the provider's source text or from its documentation; "
            "no login at a hosted one stands behind them.", "",
            "The one who names an endpoint wins: description, metadata, config file, option, in rising precedence. No metadata are fetched "
            "if every endpoint that is needed is named (a login: device authorization and token, with the scope `openid` also `jwks_uri`); "
            "the description counts for that if it names the issuer as well.", "", "## Good to know", ""]
    for one in descriptions():
        if one.get("notes"):
            out.append(f"**{one['title']}** (`{one['name']}`): " + " ".join(one["notes"]) + "\n")
    out += ["## A description of your own", "",
            "`--provider my-server.json` reads a file of the same kind; `parse_provider()` does it in code. "
            "[assets/providers/schema.json](../../assets/providers/schema.json) says what can stand in it, and "
            "`tests/unit/provider_test.cpp` signs in at a server that only a description knows.", ""]
    out += sample_lines()
    out += ["", "## Not proven", "", "| provider | what is known | why there is no description |", "| --- | --- | --- |"]
    out += [f"| {name} | {known} | {why} |" for name, known, why in NOT_PROVEN]
    return "\n".join(out) + "\n"


def quirks_page():
    out = ["# Quirks", "",
           "Servers deviate from the standards. deviceflow tolerates deviations that can't mean anything else, and reports them: "
           "each one stands in `LoginOutcome::quirks`, and as `quirks` in the terminal tool's events and in the "
           "window's Developer tab. This page lists them for the operator or maker of the server. " + MADE,
           "", "| quirk | what came | what the server should send | where | whom to ask |", "| --- | --- | --- | --- | --- |"]
    for one in load("assets/quirks.json"):
        out.append(f"| <a id=\"{one['name']}\"></a>`{one['name']}` | {one['came']} | {one['should']} | {one['section']} | "
                   f"{ASK.get(one['ask'], one['ask'])} |")
    out += ["", "Not tolerated, because it would hide a real fault: a token labelled as a web page, a response with both a token and "
            "an error that says something, a duplicated member. Only by a [provider's description](providers.md), because it could mean something else: "
            "a missing `expires_in`, a missing `token_type` at a sign-in, an error told by the status alone, commas between scopes, "
            "members under foreign names, a refusal that means pending."]
    return "\n".join(out) + "\n"


def print_programs(text, programs):
    """A page's text with each program as `programs` (path: text) has it, the paths it prints, and what is wrong with it."""
    printed, problems = [], []

    def block(found):
        path, language, body = found.groups()
        if path in programs:
            printed.append(path)
            body = programs[path]
        elif path:
            problems.append(f"there is no {path}")
        elif language in PROGRAM_LANGUAGES:
            problems.append(f"a block of {language} is no file of {EXAMPLES}: " + body.split("\n")[0])
        return f"<!-- {path} -->\n```{language}\n{body}```\n" if path else found[0]

    text = BLOCK.sub(block, text)
    if re.search(r"^.*\bint main\(", BLOCK.sub("", text), re.M):
        problems.append("a program stands in no block of code")
    return text, printed, problems


def pages_with_programs():
    """[page, its text with the programs in it], and what is wrong."""
    programs = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / EXAMPLES).iterdir()}
    pages, unprinted, problems = [], set(programs), []
    for path in [ROOT / "README.md", *(page for folder in ("sdk", "demo", "assets") for page in (ROOT / folder).rglob("*.md"))]:
        if path in (PROVIDERS, QUIRKS):
            continue
        text, printed, wrong = print_programs(path.read_text(), programs)
        unprinted -= set(printed)
        problems += [f"{path.relative_to(ROOT)}: {what}" for what in wrong]
        pages.append((path, text))
    return pages, problems + [f"no page prints {path}" for path in sorted(unprinted)]


def check_names():
    """The quirks and providers that the library knows are those of the data."""
    source = (ROOT / "sdk/src/foundation/quirk.cpp").read_text()
    problems = []
    if re.findall(r'return "(\w+)";', source)[:-1] != [one["name"] for one in load("assets/quirks.json")]:
        problems.append("assets/quirks.json and sdk/src/foundation/quirk.cpp have other names, or in another order")
    listed = re.search(r"set\(providers\s+([^)]*)\)", (ROOT / "sdk/CMakeLists.txt").read_text())[1].split()
    if listed != [one["name"] for one in descriptions()]:
        problems.append("sdk/CMakeLists.txt lists other providers than assets/providers holds, or in another order")
    return problems


def main():
    pages, problems = pages_with_programs()
    problems += check_names()
    for path, text in [(PROVIDERS, providers_page()), (QUIRKS, quirks_page()), *pages]:
        if "--write" in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            problems.append(f"{path.relative_to(ROOT)} is not up to date: run tests/pages/pages.py --write")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
