"""The command line of a set of tests: runs one of them.

Exit status: 0 passed, 1 failed, 77 not run (a line "NOT RUN: reason" says why).
The scratch directory keeps logs and screenshots; it is emptied when the test starts.
"""

import argparse
import pathlib
import signal

from harness import Failure, NotRun, Scratch


def _arguments(about, tests, program):
    parser = argparse.ArgumentParser(
        description=f"{about}\n\n{__doc__}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("test", choices=sorted(tests))
    parser.add_argument("--" + program, dest="program", required=True, type=pathlib.Path, help="the binary to be tested")
    parser.add_argument("--npm", required=True, type=pathlib.Path, help="where package.json's packages are installed")
    parser.add_argument("--work", required=True, type=pathlib.Path, help="scratch directory of this test")
    parser.add_argument("--limit", type=int, default=150, help="seconds for the whole test (default %(default)s)")
    return parser.parse_args()


def _stop(number, _frame):
    raise Failure(f"the test was still running at its limit, or was ended (signal {number})")


def main(about, tests, program):
    """Calls the test that the command line names, with its scratch directory, the PROGRAM, and npm's folder."""
    given = _arguments(about, tests, program)
    scratch = Scratch(given.work)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    signal.alarm(given.limit)
    try:
        tests[given.test](scratch, given.program.resolve(), given.npm.resolve())
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
