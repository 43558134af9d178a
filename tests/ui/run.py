#!/usr/bin/env python3
"""The window, driven by keys and clicks on a display without a screen."""

import pathlib
import sys

TESTS_FOLDER = pathlib.Path(__file__).resolve().parent.parent
sys.path[1:1] = [str(TESTS_FOLDER / "interop"), str(TESTS_FOLDER / "support")]

import exchange_tests
import input_tests
import keyboard_tests
import provider_tests
import sandbox_tests
import settings_tests
import size_tests
import startup_tests
import trouble_tests
from runner import main

MODULES = (exchange_tests, input_tests, keyboard_tests, provider_tests, sandbox_tests, settings_tests, size_tests, startup_tests, trouble_tests)

if __name__ == "__main__":
    sys.exit(main(__doc__, {name: test for module in MODULES for name, test in module.TESTS.items()}, "window"))
