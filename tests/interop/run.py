#!/usr/bin/env python3
"""The terminal tool against authorization servers that nobody of this project wrote."""

import sys

import glewlwyd_tests
import oidc_life_tests
import oidc_provider_tests
from runner import main

if __name__ == "__main__":
    sys.exit(main(__doc__, {**oidc_provider_tests.TESTS, **oidc_life_tests.TESTS, **glewlwyd_tests.TESTS}, "tool"))
