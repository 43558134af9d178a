"""What stops the window from opening is said in one sentence that helps, with exit code 2."""

import shutil

from display import Display
from harness import check, wait_for
from window import Window

USAGE = 2


def refused(scratch, log, program, arguments, words, display="", **environment):
    """Runs the window to its end; it has to refuse, in one line with all of WORDS in it."""
    process = scratch.start(log, [program, *arguments], environment={"DISPLAY": display, "WAYLAND_DISPLAY": "", **environment})
    wait_for(f"{log} to end", lambda: process.poll() is not None)
    said = scratch.path(log + ".err").read_text()
    check(process.returncode == USAGE, f"{log} ended with {process.returncode}, not {USAGE}: {said}")
    check(scratch.path(log + ".out").read_text() == "", f"{log}: something is on standard output")
    check(said.startswith("deviceflow-demo: ") and said.endswith(".\n"), f"{log}: no sentence on standard error: {said}")
    check(said.count("\n") == 1, f"{log}: more than one line on standard error: {said}")
    for word in words:
        check(word in said, f"{log}: '{word}' is missing in: {said}")


def startup_arguments(scratch, program, _npm):
    broken = scratch.write("broken.json", '{"issuer": ')
    misspelt = scratch.write("misspelt.json", '{"isuer": "https://login.invalid"}')
    file = scratch.write("file", "")
    provider = ["--issuer", "https://login.invalid", "--client-id", "tv"]
    for number, (arguments, words) in enumerate((
        (["--nonsense"], ["--nonsense", "--help"]),
        (["nonsense"], ["not known", "--help"]),
        (["--client-secret", "hush-hush"], ["--client-secret-file"]),
        (["--config", broken], ["broken.json", "JSON"]),
        (["--config", misspelt], ["misspelt.json", "isuer"]),
        (["--config", "/nowhere.json"], ["/nowhere.json"]),
        (["--event-log", "/nowhere/log"], ["event log", "/nowhere/log", "No such file or directory"]),
        (["--screenshots", file / "folder"], ["screenshots", "Not a directory"]),
        (["--trace", "/nowhere/trace"], ["/nowhere/trace"]),
        (["--loopback", "--lan"], ["--loopback", "--lan"]),
        (["--loopback", *provider], ["--loopback", "sandbox"]),
        (["--scenario", "deny", *provider], ["sandbox"]),
        (["--issuer", "https://login.invalid"], ["--client-id"]),
        (["--size", "1x1"], ["--size"]),
        (["--after", "2"], ["--after", "--auto"]),
        (["--auto", "perhaps"], ["--auto", "approve", "deny"]),
    )):
        refused(scratch, f"arguments-{number}", program, arguments, words)


def startup_display(scratch, program, _npm):
    refused(scratch, "no-display", program, [], ["display", "./dev login"])
    refused(scratch, "wrong-display", program, [], ["display", "./dev login"], display="127.0.0.1:65000")
    without = Display(scratch, "640x480x24", ["-extension", "GLX"])
    refused(scratch, "no-glx", program, [], ["OpenGL 3.3", "libgl1-mesa-dri", "./dev login"], display=without.name)
    # A driver that can do less than is needed.
    display = Display(scratch, "640x480x24", log="xvfb-old")
    refused(scratch, "old-opengl", program, [], ["OpenGL 3.3"], display=display.name, MESA_GL_VERSION_OVERRIDE="2.1")


def startup_fonts(scratch, program, _npm):
    none = scratch.write("no-fonts.conf", '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig/>\n')
    refused(scratch, "no-fonts", program, [], ["font", "fonts-dejavu-core", "./dev setup"], FONTCONFIG_FILE=str(none))


def startup_no_sandbox(scratch, program, _npm):
    """Without the sandbox beside it the window opens, says what is missing, and goes on once it is there."""
    alone = scratch.path("deviceflow-demo")
    shutil.copy(program, alone)
    run = Window(scratch, alone, ["--loopback"])
    run.wait_screen("misconfigured")
    said = run.look()
    run.press("Return")  # Try again
    run.wait_screen("connecting")
    run.wait_screen("misconfigured")
    check(run.look() == said, "the second try does not say the same")
    run.press("Right", "Return")  # Back
    run.wait_screen("home")
    shutil.copy(program.with_name("deviceflow-sandbox"), scratch.path("deviceflow-sandbox"))
    run.press("Return")
    run.wait_screen("code")
    run.stop()


TESTS = {test.__name__: test for test in (startup_arguments, startup_display, startup_fonts, startup_no_sandbox)}
