#!/usr/bin/env python3
"""What the product must not have, and what its documents promise: read off the sources.

usage: surface_test.py
"""
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = [path for folder in ("sdk", "demo") for path in sorted((ROOT / folder).rglob("*"))
           if path.suffix in (".cpp", ".hpp") or path.name == "CMakeLists.txt"]


def places(pattern):
    """Where a pattern stands in the product's sources, comments left out."""
    found = []
    for path in PRODUCT:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(pattern, re.sub(r"//.*$|^\s*#(?!include).*$", "", line)):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    return found


class Surface(unittest.TestCase):
    def test_the_sources_are_there(self):
        self.assertGreater(len(PRODUCT), 150)
        self.assertTrue(places(r"curl_easy_perform|curl_multi_perform"))

    def test_two_grants_and_neither_by_password_nor_implicit(self):  # S-2.4-1
        asked_for = set()
        for path in (ROOT / "sdk/src").rglob("*.cpp"):
            asked_for |= set(re.findall(r'form\.add\("grant_type", "([^"]+)"\)', path.read_text()))
        self.assertEqual(asked_for, {"refresh_token", "urn:ietf:params:oauth:grant-type:device_code"})
        self.assertEqual(places(r'"response_type"'), [])

    def test_nothing_turns_verification_off(self):  # L-x-1
        # The one look at a certificate that is not trusted hangs up before a byte is sent.
        switches = places(r"(?i)VERIFY(PEER|HOST|STATUS)|SSL_VERIFY_NONE|insecure_skip")
        look = "demo/common/certificate.cpp"
        self.assertEqual({place.split(":")[0] for place in switches}, {look})
        self.assertIn("return CURL_PREREQFUNC_ABORT;", (ROOT / look).read_text())
        # Not by the environment either: what is read there names a secret, a folder, a display or a look.
        read = set()
        for path in PRODUCT:
            read |= set(re.findall(r'getenv\("([^"]+)"\)', path.read_text()))
        self.assertFalse([name for name in read if re.search("TLS|SSL|VERIFY|INSECURE|CERT", name)], read)

    def test_no_page_is_shown_inside_the_app_and_a_browser_opens_in_one_place(self):  # E-8.12-1, C-PS-1
        self.assertEqual(places(r"(?i)webkitgtk|webkit2|webview|web_view|qtwebengine|\bcef_"), [])
        self.assertEqual({place.split(":")[0] for place in places(r"xdg-open")}, {"demo/common/browser.cpp"})
        self.assertEqual(places(r"\bsystem\(|\bpopen\("), [])
        # The programs that are ever started: the sandbox, and a browser if the user asks for it.
        self.assertEqual({place.split(":")[0] for place in places(r"\bexec[lv]\w*\(|\bposix_spawnp?\(")},
                         {"demo/common/spawn.cpp"})
        self.assertEqual({place.split(":")[0] for place in places(r"= spawn\(")},
                         {"demo/common/sandbox_child.cpp", "demo/common/browser.cpp"})

    def test_the_code_gets_into_no_title_clipboard_or_notification(self):  # C-PX-1
        self.assertEqual(places(r"(?i)xclip|wl-copy|libnotify|notify_notification|notify-send|SetWindowTitle|\\x1b\](?!8;)[0-9]|\\033\][0-9]"), [])
        # Nothing is copied by itself, and what a person copies leaves the code out (model_copy_test.cpp).
        self.assertEqual([place.split(":")[0] for place in places(r"(?i)SetClipboard")], ["demo/shell/window.cpp"])
        self.assertEqual(len(places(r"window_->copy\(")), 1)
        app = (ROOT / "demo/shell/app.cpp").read_text()
        self.assertEqual(re.findall(r"case Command::Kind::(\w+): copy\(", app), ["copy_curl", "copy_body", "copy_link"])
        window = (ROOT / "demo/shell/window.cpp").read_text()
        self.assertEqual(re.findall(r"glfwCreateWindow\(\w+, \w+, ([^,]+),", window), ['"deviceflow"'])

    def test_every_switch_that_the_page_on_security_names_is_there(self):  # C-BP-1
        page = (ROOT / "sdk/docs/security.md").read_text()
        lines = page.split("## Risks and switches", 1)[1].splitlines()
        rows = [line.split("|") for line in lines if line.startswith("| ") and "---" not in line][1:]
        self.assertGreater(len(rows), 10)
        sources = "\n".join(path.read_text() for path in PRODUCT)
        for row in rows:
            risk, answer, *_, switches = (cell.strip() for cell in row[1:-1])
            self.assertTrue(risk and answer and switches, row)
            for switch in re.findall(r"`([^`]+)`", switches):
                self.assertTrue(switch.split("::")[-1] in sources, f"{switch} is nowhere, but named for: {risk}")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=0))
