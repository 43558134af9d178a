#!/usr/bin/env python3
"""What is installed, as those see it who install it: projects that build against it, and a bare Debian.

One case a run, as tests/install/CMakeLists.txt names them. Ends with 77 where a case can't run here.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What the consumers print.
EXPECTED = {"consumer": "insecure_endpoint", "core_consumer": "WDJB-MJHT", "c_consumer": "client_id=tv",
            "c_curl_consumer": "33 modules"}
SONAME = "libdeviceflow.so.0.1"


def run(*command, **options):
    """Runs a command and answers what it printed; its output is the test's where it fails."""
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def not_run(reason):
    print(f"NOT RUN: {reason}", flush=True)
    sys.exit(77)


def needs(*programs):
    for program in programs:
        if shutil.which(program) is None:
            not_run(f"{program} is not installed")


class Installed(unittest.TestCase):
    def install(self, build, name, components):
        """Installs parts of a build into a folder of this test, and answers that."""
        prefix = given.work / name
        shutil.rmtree(prefix, ignore_errors=True)
        for component in components:
            run("cmake", "--install", build, "--prefix", prefix, "--component", component)
        return prefix

    def consumers(self, prefix):
        """Builds the consumers with CMake and with make, and answers what their programs printed."""
        needs("make", "pkg-config")
        library_folder = next(prefix.rglob("pkgconfig")).parent
        environment = {**os.environ, "CMAKE_PREFIX_PATH": str(prefix), "LD_LIBRARY_PATH": str(library_folder),
                       "PKG_CONFIG_PATH": str(library_folder / "pkgconfig"), "CXX": str(given.compiler)}
        printed = {}
        for how in ("cmake", "make"):
            work = given.work / f"{prefix.name}_{how}"
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(HERE / "consumer", work)
            if how == "cmake":
                shutil.copytree(given.source / "sdk/examples", work / "examples")
                run("cmake", "-S", work, "-B", work, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", env=environment)
                run("cmake", "--build", work, env=environment)
            else:
                run("make", "-C", work, f"CXX={given.compiler}", env=environment)
            for program in EXPECTED:
                printed[how, program] = run(work / program, env=environment)
            self.linked = run("ldd", work / "consumer", env=environment)
        return printed

    def assert_consumers_ran(self, printed):
        for (how, program), text in printed.items():
            with self.subTest(how=how, program=program):
                self.assertIn(EXPECTED[program], text)


class Package(Installed):
    def test_the_packages_are_made(self):
        needs("dpkg-shlibdeps", "file", "cpack")
        run(given.source / "dev", "package")


class StaticConsumers(Installed):
    def test_find_package_and_pkg_config_and_plain_make(self):
        prefix = self.install(given.static_build, "static", ["development"])
        self.assert_consumers_ran(self.consumers(prefix))
        self.assertNotIn("libdeviceflow", self.linked)

    def test_each_public_header_is_installed(self):
        prefix = self.install(given.static_build, "headers", ["development"])
        there = {path.name for path in (prefix / "include/deviceflow").iterdir()}
        self.assertEqual(there, {path.name for path in (given.source / "sdk/include/deviceflow").iterdir()})
        self.assertTrue((prefix / "include/deviceflow.hpp").exists())

    def test_another_minor_version_is_no_match(self):
        prefix = self.install(given.static_build, "version", ["development"])
        project = given.work / "version_project"
        project.mkdir(exist_ok=True)
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(p LANGUAGES CXX)\nfind_package(deviceflow 0.2 REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, "0.2"):
            run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={prefix}")


class SharedConsumers(Installed):
    def test_find_package_and_pkg_config_and_plain_make(self):
        prefix = self.install(given.package_build, "shared", ["library", "development"])
        self.assert_consumers_ran(self.consumers(prefix))
        self.assertIn(SONAME, self.linked)


class SharedLibrary(Installed):
    def test_it_shows_what_its_headers_declare_and_nothing_of_its_libraries(self):
        library = given.package_build / "sdk" / SONAME
        shown = run("nm", "-DC", "--defined-only", library)
        self.assertIn(" T deviceflow::DeviceLogin::step(", shown)
        self.assertIn(" T deviceflow::Session::sign_in(", shown)
        for hidden in ("nlohmann", "parse_grant_answer", "CurlTransfer", "deviceflow::Client::"):
            self.assertNotIn(hidden, shown)
        own = [line for line in shown.splitlines() if re.search(r" T ", line) and "deviceflow::" not in line]
        self.assertEqual(own, [])

    def test_its_name_says_which_versions_fit(self):
        self.assertIn(SONAME, run("objdump", "-p", given.package_build / "sdk" / SONAME))


class DebianPackages(Installed):
    def test_what_they_hold_and_need(self):
        needs("dpkg-deb")
        packages = {path.name.split("_")[0]: path for path in given.package_build.glob("*.deb")}
        self.assertEqual(set(packages), {"libdeviceflow0.1", "libdeviceflow-dev", "deviceflow-tools", "deviceflow-window"})
        holds = {name: run("dpkg-deb", "-c", path) for name, path in packages.items()}
        depends = {name: run("dpkg-deb", "-f", path, "Depends") for name, path in packages.items()}
        self.assertIn(SONAME, holds["libdeviceflow0.1"])
        self.assertNotIn("/include/", holds["libdeviceflow0.1"])
        self.assertIn("/deviceflow/session.hpp", holds["libdeviceflow-dev"])
        self.assertRegex(holds["libdeviceflow-dev"], r"libdeviceflow\.so -> ")
        self.assertIn("libdeviceflow0.1", depends["libdeviceflow-dev"])
        for name in ("bin/deviceflow", "bin/deviceflow-sandbox", "man1/deviceflow.1", "completions/deviceflow"):
            self.assertIn(name, holds["deviceflow-tools"])
        self.assertIn("libdeviceflow0.1", depends["deviceflow-tools"])
        for name in ("bin/deviceflow-demo", "applications/deviceflow-demo.desktop", "scalable/apps/deviceflow-demo.svg",
                     "metainfo/org.deviceflow.demo.metainfo.xml"):
            self.assertIn(name, holds["deviceflow-window"])
        for name in ("libdeviceflow0.1", "deviceflow-tools", "libglfw3", "fonts-inter"):
            self.assertIn(name, depends["deviceflow-window"])
        self.assertIn("libcurl4", depends["libdeviceflow0.1"])
        for name, text in holds.items():
            self.assertIn(f"/doc/{name}/copyright", text)


class DesktopFiles(Installed):
    """What a desktop knows the window by."""
    FOLDER = "assets/desktop"

    def test_the_desktop_file_is_valid_and_its_icon_is_ours(self):
        needs("desktop-file-validate")
        path = given.source / self.FOLDER / "deviceflow-demo.desktop"
        self.assertEqual(run("desktop-file-validate", path), "")
        entry = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
        self.assertTrue((path.parent / f"{entry['Icon']}.svg").read_text().startswith("<?xml"))
        self.assertIn(f'kApplication = "{entry["StartupWMClass"]}"', (given.source / "demo/shell/window.cpp").read_text())

    def test_the_appstream_file_is_valid_and_names_the_desktop_file(self):
        needs("appstreamcli")
        path = given.source / self.FOLDER / "org.deviceflow.demo.metainfo.xml"
        run("appstreamcli", "validate", "--no-net", path)
        self.assertIn('<launchable type="desktop-id">deviceflow-demo.desktop</launchable>', path.read_text())
        self.assertIn("no support for screen readers", path.read_text())


class BareDebian(Installed):
    """One bare Debian for all of them: it takes a minute to make."""
    @classmethod
    def setUpClass(cls):
        needs("mmdebstrap", "chroot")
        if os.geteuid() != 0:
            not_run("only root can make a bare Debian to install into")
        release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
        folder = tempfile.TemporaryDirectory(prefix="deviceflow-bare-")
        cls.addClassCleanup(folder.cleanup)
        root = cls.root = Path(folder.name) / "root"
        made = subprocess.run(["mmdebstrap", "--mode=root", "--variant=apt", release["VERSION_CODENAME"], str(root)],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if made.returncode != 0:
            not_run("mmdebstrap could not make a bare Debian: " + made.stdout.strip().splitlines()[-1])
        for package in given.package_build.glob("*.deb"):
            shutil.copy(package, root / "tmp")
        cls.inside = ["chroot", root, "env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"]
        if Path("/etc/resolv.conf").exists():
            shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        cls.install_packages(*(f"/tmp/{package.name}" for package in given.package_build.glob("*.deb")))
        # Nothing may be removed below it while it is mounted: cleaned up before the folder.
        if subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], capture_output=True).returncode != 0:
            not_run("no /proc can be mounted for the programs in their bare Debian")
        cls.addClassCleanup(run, "umount", root / "proc")

    @classmethod
    def install_packages(cls, *packages):
        run(*cls.inside, "DEBIAN_FRONTEND=noninteractive", "sh", "-c",
            f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}")

    def test_the_installed_tool_logs_in(self):
        printed = run(*self.inside, "deviceflow", "login", "--auto", "approve", "--after", "0", "--qr", "none")
        self.assertIn("Signed in.", printed)
        self.assertIn("keycloak", run(*self.inside, "deviceflow", "providers"))

    def test_the_windows_desktop_file_starts_it(self):
        self.install_packages("xvfb", "xauth", "xdotool", "imagemagick", "libglib2.0-bin", "libgl1-mesa-dri", "procps")
        # As a desktop would: by the name of the file, with its Exec line. The window is found by the class that
        # its desktop file announces, and a second later it has drawn its first screen with the sandbox running.
        script = """
            gio launch /usr/share/applications/deviceflow-demo.desktop &
            window=$(timeout 60 xdotool search --sync --onlyvisible --class '^deviceflow-demo$' | head -1)
            test -n "$window" || exit 1
            window_pid=$(xdotool getwindowpid "$window")
            for wait in $(seq 30); do pgrep -P "$window_pid" > /dev/null && break; sleep 1; done
            pgrep -P "$window_pid" > /dev/null || exit 2  # the sandbox
            sleep 2
            import -window "$window" /tmp/window.png || exit 3
            echo "name: $(xdotool getwindowname "$window")"
            echo "colours: $(identify -format %k /tmp/window.png)"
            kill "$window_pid"  # by its number: the machine's other windows are seen from here as well"""
        printed = run(*self.inside, "xvfb-run", "-a", "-s", "-screen 0 1280x720x24", "sh", "-c", script)
        shutil.copy(self.root / "tmp/window.png", given.work / "bare_debian_window.png")
        self.assertIn("name: deviceflow", printed)
        self.assertGreater(int(re.search(r"colours: (\d+)", printed)[1]), 100, printed)


class Reference(Installed):
    def test_doxygen_has_nothing_to_warn_of(self):
        needs("doxygen")
        settings = (given.source / "sdk/docs/Doxyfile").read_text()
        output = given.work / "reference"
        output.mkdir(exist_ok=True)
        printed = run("doxygen", "-", input=f"{settings}\nOUTPUT_DIRECTORY = {output}\n", cwd=given.source)
        self.assertEqual(printed.strip(), "")
        self.assertGreater(len(list((given.work / "reference/html").glob("classdeviceflow_*.html"))), 10)


class ManPage(Installed):
    def test_it_names_every_verb_and_option_and_no_other(self):
        page = (given.source / "demo/terminal/deviceflow.1").read_text().replace("\\-", "-")
        tool = given.static_build / "bin/deviceflow"
        verbs = re.findall(r"^  ([a-z]+) ", run(tool, "--help").split("Subcommands:")[1].split("\n\n")[0], re.M)
        self.assertGreater(len(verbs), 10)
        known = {"--help", "--version"}
        for verb in verbs:
            self.assertRegex(page, rf'(?m)^\.BI? "?{verb}\b|^\.BR {verb}\b', verb)
            known |= set(re.findall(r"^ +(?:-h,)?(--[a-z-]+)", run(tool, verb, "--help"), re.M))
        self.assertEqual(set(re.findall(r"--[a-z][a-z-]+", page)), known)

    def test_man_reads_it(self):
        needs("man")
        printed = run("man", "--warnings", "-l", given.source / "demo/terminal/deviceflow.1",
                      env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100", "LANG": "C.UTF-8"})
        self.assertIn("EXIT STATUS", printed)
        self.assertNotIn("warning:", printed)


class Completion(Installed):
    def offered(self, *words):
        script = given.source / "demo/terminal/deviceflow.bash"
        words = [str(given.static_build / "bin/deviceflow"), *words]
        quoted = " ".join(f"'{word}'" for word in words)
        return run("bash", "--norc", "-c",
                   f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _deviceflow {words[0]}; "
                   'printf "%s\\n" "${COMPREPLY[@]}"').split()

    def test_verbs_options_and_values(self):
        self.assertEqual(self.offered("lo"), ["login", "logout"])
        self.assertIn("sandbox", self.offered(""))
        self.assertEqual(self.offered("login", "--client-k"), ["--client-key"])
        self.assertEqual(self.offered("status", "--scen"), [])
        self.assertEqual(self.offered("login", "--provider", "keyc"), ["keycloak"])
        self.assertEqual(self.offered("login", "--auto", ""), ["approve", "deny"])
        self.assertEqual(self.offered("introspect", ""), [])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--static-build", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--compiler", required=True)
    given, rest = parser.parse_known_args()
    given.package_build = given.source / "build/package"
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
