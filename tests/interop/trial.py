"""All scenarios against one server, from its start to its end, and the result of each."""

import concurrent.futures
import dataclasses
import datetime
import json
import pathlib
import re
import signal
import time
import urllib.parse

import scenarios
from harness import Failure, NotRun, Scratch, ask


@dataclasses.dataclass(frozen=True)
class Programs:
    tool: pathlib.Path
    window: pathlib.Path  # or None
    npm: pathlib.Path


class Overdue(Exception):
    """This server has had its time."""


def _stop(number, _frame):
    if number == signal.SIGALRM:
        raise Overdue("the scenarios were still running at their limit")
    raise KeyboardInterrupt


def try_server(name, make, programs, directory):
    """Runs the scenarios of this server; returns the report that page.py shows."""
    scratch = Scratch(directory)
    server = make(scratch, programs.npm)
    report = {
        "name": name,
        "title": server.title,
        "double": server.double,
        "version": "",
        "date": datetime.date.today().isoformat(),
        "not_run": "",
        "failed": "",
        "scenarios": {},
        "own": {},
    }
    begin = time.monotonic()
    try:
        server.fetch()
        report["version"] = server.version()
        for number in (signal.SIGALRM, signal.SIGTERM):
            signal.signal(number, _stop)
        signal.alarm(int(server.minutes * 60))
        server.start()
        _try_all(report, scratch, server, programs)
    except NotRun as missing:
        report["not_run"] = str(missing)
    except Exception as error:
        report["failed"] = f"{_words(error)}\n{scratch.tails()}"
    finally:
        signal.alarm(0)
        scratch.close()
    report["seconds"] = round(time.monotonic() - begin)
    return report


def _words(error):
    return f"{error}" if isinstance(error, (Failure, NotRun, Overdue)) else f"{type(error).__name__}: {error}"


def _try_all(report, scratch, server, programs):
    def bench():
        return scenarios.Bench(scratch, server, programs.tool, programs.window)

    # The probes come first, while nothing else is sent to the server.
    found = {}
    for name in scenarios.TITLES:
        lacking = not_offered(name, server)
        if lacking is not None:
            found[name] = lacking

    def try_group(group):
        shared = bench()
        return {one.__name__: _try_one(one, shared) for one in group if one.__name__ not in found}, shared

    quirks = set()
    if server.at_once == 1:
        done = [try_group(group) for group in scenarios.GROUPS]
    else:
        done = _side_by_side(try_group, scratch, server.at_once)
    for title, one in server.own.items():
        shared = bench()
        report["own"][title] = _try_one(one, shared)
        quirks |= shared.quirks()
    # Alone, and by the thread that lives longest: what a thread has started dies with it.
    done.append(try_group(scenarios.ALONE))
    for results, shared in done:
        found.update(results)
        quirks |= shared.quirks()
    alone = done[-1][1]
    if alone.outage is not None:
        report["outage"] = {"how": server.outage, "seconds": alone.outage, "polls": scenarios.schedule(alone)}
    report["quirks"] = sorted(quirks)
    report["scenarios"] = {name: found[name] for name in scenarios.TITLES}
    tried = {**report["scenarios"], **report["own"]}
    failed = [f"{name}: {one['remark']}" for name, one in tried.items() if one["outcome"] == "FAILED"]
    if failed:
        report["failed"] = "\n".join([*failed, f"the logs are in {scratch.directory}"])


def not_offered(name, server):
    """The result of a scenario that the server does not offer, with its response as evidence; None if it has to be run."""
    try:
        probe = server.probe(name)
        if probe is None:
            return None
        if name not in scenarios.PROOFS:
            raise Failure("every server has to offer this")
        status, _, text = ask(probe.session, probe.url, probe.form, probe.headers)
    except NotRun as missing:
        return {"outcome": "NOT RUN", "remark": _words(missing)}
    except Overdue:
        raise
    except Exception as error:
        return {"outcome": "FAILED", "remark": f"its probe: {_words(error)}"}
    body = _object(text)
    if not scenarios.PROOFS[name](status, body):
        return None
    method = "GET" if probe.form is None else "POST"
    evidence = {
        "before": probe.before,
        "request": f"{method} {urllib.parse.urlsplit(probe.url).path}",
        "status": status,
        "response": _short(body, text),
    }
    return {"outcome": "not offered", "remark": "", "evidence": evidence}


def _object(text):
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _short(body, text):
    """A response in a few words: its error, the names of its members (the values can be secrets), or the start of its text."""
    if "error" in body:
        described = body.get("error_description")
        return f"{body['error']}: {described}" if described else str(body["error"])
    if body:
        return "only " + ", ".join(sorted(body))
    title = re.search(r"<title>(.*?)</title>", text, flags=re.DOTALL)
    if title:
        text = title.group(1)
    plain = " ".join(re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL).split())
    return plain[:80] or "no body"


def _side_by_side(try_group, scratch, at_once):
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        try:
            return list(pool.map(try_group, scenarios.GROUPS))
        except (Overdue, KeyboardInterrupt):
            scratch.close()  # the waits end with the processes
            raise


def _try_one(scenario, bench):
    try:
        return {"outcome": "passed", "remark": scenario(bench) or ""}
    except NotRun as missing:
        return {"outcome": "NOT RUN", "remark": _words(missing)}
    except Overdue:
        raise
    except Exception as error:
        return {"outcome": "FAILED", "remark": _words(error)}
