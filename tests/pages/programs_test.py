#!/usr/bin/env python3
"""A page prints a program as its file has it."""
import unittest

from pages import print_programs

PROGRAMS = {"sdk/examples/a.cpp": "int main() {}\n"}


def page(block, above="<!-- sdk/examples/a.cpp -->\n"):
    return f"# Title\n\n{above}```cpp\n{block}```\n\nText.\n"


class Programs(unittest.TestCase):
    def test_the_text_of_the_file_replaces_what_the_page_has(self):
        for block in ("", "int main() { return 1; }\n", "int main() {}\n"):
            self.assertEqual(print_programs(page(block), PROGRAMS), (page("int main() {}\n"), ["sdk/examples/a.cpp"], []))

    def test_a_program_that_is_no_file_is_refused(self):
        self.assertEqual(print_programs(page("int f();\n", above=""), PROGRAMS),
                         (page("int f();\n", above=""), [], ["a block of cpp is no file of sdk/examples: int f();"]))
        indented = "    int main() {\n    }\n"
        self.assertEqual(print_programs(indented, PROGRAMS), (indented, [], ["a program stands in no block of code"]))

    def test_a_file_that_is_missing_is_named(self):
        self.assertEqual(print_programs(page("x\n"), {}), (page("x\n"), [], ["there is no sdk/examples/a.cpp"]))

    def test_what_a_terminal_shows_is_no_program(self):
        shown = "```\ncurl https://api.example.com/me\n```\n"
        self.assertEqual(print_programs(shown, PROGRAMS), (shown, [], []))


if __name__ == "__main__":
    unittest.main()
