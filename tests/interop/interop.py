#!/usr/bin/env python3
"""The whole life of a login against whole authorization servers, and the page of the results.

Exit status: 0 nothing failed, 1 something failed, 77 none of the named servers could be run (a line "NOT RUN: reason"
says why). A server that is not available here, or a scenario that it provably does not offer, fails nothing.
"""

import argparse
import concurrent.futures
import functools
import itertools
import json
import pathlib
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parent / "ui"), str(HERE.parent / "support")]

from page import page, summary  # noqa: E402
from servers import SERVERS  # noqa: E402
from trial import Programs, try_server  # noqa: E402
from wso2.by_hand import Installation  # noqa: E402

DOC = HERE.parents[1] / "sdk/docs/interop.md"
NOT_RUN = 77
AT_ONCE = 2  # servers; most of the time the tool waits for its next poll
FILES = {
    "--cacert": "its certificate in PEM",
    "--client-secret-file": "the client's secret, if it has one",
    "--introspection-user-file": "user:password of an account that may introspect",
}


def arguments():
    parser = argparse.ArgumentParser(
        prog="./dev interop", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("servers", nargs="*", metavar="SERVER", help="one of: " + ", ".join(SERVERS))
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--write", action="store_true", help="with --all: write the page in the docs")
    wso2 = parser.add_argument_group("An installation of WSO2 Identity Server, with a person at its pages (server wso2)")
    wso2.add_argument("--base", metavar="URL", help="https://HOST:9443, with /t/TENANT where there is one")
    wso2.add_argument("--client-id", metavar="ID", help="of an application with the device grant")
    for name, what in FILES.items():
        wso2.add_argument(name, type=pathlib.Path, metavar="FILE", help=what)
    parser.add_argument("--tool", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--window", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--npm", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--work", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    unknown = [name for name in given.servers if name not in SERVERS]
    if unknown:
        parser.error(f"there is no server {unknown[0]}; there are: {', '.join(SERVERS)}")
    if bool(given.servers) == given.all:
        parser.error("name servers, or say --all")
    if bool(given.base) != bool(given.client_id) or (given.base and given.servers != ["wso2"]):
        parser.error("an installation takes: wso2 --base URL --client-id ID")
    if given.write and not given.all:
        parser.error("the page tells of all servers: --write needs --all")
    return given


def made_by(name, given):
    """What makes that server: its class, or for an installation the class with all that was given."""
    if not given.base:
        return SERVERS[name]
    files = {member: getattr(given, member) for member in ("cacert", "client_secret_file", "introspection_user_file")}
    whole = {member: file and file.resolve() for member, file in files.items()}
    return functools.partial(SERVERS[name], installation=Installation(given.base, given.client_id, **whole))


def report_of(name, given):
    programs = Programs(given.tool.resolve(), given.window and given.window.resolve(), given.npm.resolve())
    return try_server(name, made_by(name, given), programs, given.work.resolve() / name)


def reports_of(given):
    """One report a server, in order."""
    if given.base:  # here, where the person is: a process of a pool has no standard input
        yield report_of("wso2", given)
        return
    # Processes, not threads: each server has an alarm of its own.
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(report_of, given.servers or SERVERS, itertools.repeat(given))


def main():
    given = arguments()
    reports = []
    for report in reports_of(given):
        print(summary(report), flush=True)
        reports.append(report)
    given.work.mkdir(parents=True, exist_ok=True)
    (given.work / "reports.json").write_text(json.dumps(reports, indent=1))
    if given.all:
        target = DOC if given.write else given.work / "interop.md"
        target.write_text(page(reports))
        print(f"the page is in {target}")
    if any(report["failed"] for report in reports):
        return 1
    return NOT_RUN if given.servers and all(report["not_run"] for report in reports) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
