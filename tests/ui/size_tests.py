"""The window in other sizes, and under the mouse."""

from display import read_qr
from harness import check, require
from sandbox_tests import on_code_screen
from scripted import CODE, Provider
from window import Window

ADDRESS = "https://login.example.com/device?code="
PAYLOADS = (40, 80, 150)


def address_of(length):
    return ADDRESS + "".join(chr(ord("a") + number % 26) for number in range(length - len(ADDRESS)))


def size_test(size):
    """A phone reads the QR code off the screen, byte for byte, however long the address is."""

    def test(scratch, program, _npm):
        require("zbarimg")
        server = Provider()
        answers = [
            (200, {**CODE, "verification_uri": "https://login.example.com/device", "verification_uri_complete": address_of(length)})
            for length in PAYLOADS
        ]
        server.answers["/device_authorization"] = lambda: answers.pop(0)
        server.answers["/token"] = (400, {"error": "authorization_pending"})
        run = Window(scratch, program, ["--issuer", server.issuer, "--client-id", "tv"], size=size)
        run.wait_screen("home")
        for number, length in enumerate(PAYLOADS, start=1):
            run.press("Return")
            run.wait_screen("code")
            wanted = address_of(length)
            check(len(wanted) == length, f"the address has {len(wanted)} bytes")
            seen = read_qr(run.wait_picture("code", number))
            check(seen == wanted, f"at {size} the QR code of {length} bytes says {seen!r}")
            run.choose("enlarge")
            seen = read_qr(run.wait_picture("code_large", number))
            check(seen == wanted, f"at {size} the large QR code of {length} bytes says {seen!r}")
            run.press("Escape", "Escape")
            run.wait_screen("home")
        run.stop()

    return test


def size_changes(scratch, program, _npm):
    """Another size keeps the screen, the codes and the focus."""
    require("zbarimg")
    run = on_code_screen(scratch, program)
    prompt = run.events("prompt")[0]
    run.tab_to("enlarge")
    run.resize(640, 480)
    run.press("Return")
    scanned = read_qr(run.wait_picture("code_large"))
    check(scanned == prompt["verification_uri_complete"], f"the QR code says {scanned!r}")
    run.resize(1000, 700)
    run.press("Escape")
    run.look()
    screens = [event["screen"] for event in run.events("screen")]
    check(screens[-1] == "code" and len(run.events("prompt")) == 1, f"screens: {screens}")
    run.choose("cancel")
    run.wait_screen("home")
    run.stop()


def size_mouse(scratch, program, _npm):
    """A click is the same as the focus and Enter."""
    run = Window(scratch, program, ["--loopback"])
    run.wait_screen("home", status="ready")
    login = run.outlined()
    run.press("Right")
    check(run.outlined() != login, "the focus has not moved")
    run.click(*login)
    run.wait_screen("connecting")
    run.stop()


TESTS = {
    "size_640x480": size_test("640x480"),
    "size_720p": size_test("1280x720"),
    "size_1080p": size_test("1920x1080"),
    "size_2160p": size_test("3840x2160"),
    "size_changes": size_changes,
    "size_mouse": size_mouse,
}
