#!/usr/bin/env python3
"""The terminal tool against single authorization servers: what only they have."""

import sys

import glewlwyd.json_tests
import oidc_provider.life_tests
import oidc_provider.terminal_tests
import wso2.by_hand_tests
import wso2.page_tests
from runner import main

MODULES = (glewlwyd.json_tests, oidc_provider.life_tests, oidc_provider.terminal_tests, wso2.by_hand_tests, wso2.page_tests)

if __name__ == "__main__":
    sys.exit(main(__doc__, {name: test for module in MODULES for name, test in module.TESTS.items()}, "tool"))
