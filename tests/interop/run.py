#!/usr/bin/env python3
"""Runs one interop test: the terminal tool against an authorization server that nobody of this project wrote.

Exit status: 0 passed, 1 failed, 77 not run (a line "NOT RUN: reason" says why).
The scratch directory keeps logs and screenshots; it is emptied when the test starts.
"""

import argparse
import pathlib
import signal
import sys

import glewlwyd_tests
import oidc_provider_tests
from harness import Failure, NotRun, Scratch

TESTS = {**oidc_provider_tests.TESTS, **glewlwyd_tests.TESTS}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("test", choices=sorted(TESTS))
    parser.add_argument("--tool", required=True, type=pathlib.Path, help="the terminal tool's binary")
    parser.add_argument("--npm", required=True, type=pathlib.Path, help="where package.json's packages are installed")
    parser.add_argument("--work", required=True, type=pathlib.Path, help="scratch directory of this test")
    parser.add_argument("--limit", type=int, default=150, help="seconds for the whole test (default %(default)s)")
    return parser.parse_args()


def stop(number, _frame):
    raise Failure(f"the test was still running at its limit, or was ended (signal {number})")


def main():
    given = arguments()
    scratch = Scratch(given.work)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.alarm(given.limit)
    try:
        TESTS[given.test](scratch, given.tool.resolve(), given.npm.resolve())
    except NotRun as missing:
        print(f"NOT RUN: {missing}")
        return 77
    except Exception as error:
        kind = "" if isinstance(error, Failure) else f"{type(error).__name__}: "
        print(f"FAILED: {kind}{error}\n{scratch.tails()}\nscratch directory: {scratch.directory}")
        return 1
    finally:
        signal.alarm(0)
        scratch.close()
    print("passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
