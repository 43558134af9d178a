#!/usr/bin/env python3
"""Holds the floors of sdk/docs/architecture.md.

usage: floors_test.py SOURCE_DIR CORE_ARCHIVE

Reads the #include lines and fails on one that points up, on a third-party header in a public header or
outside its own files, and on a symbol in the core archive that does I/O, waits, or reads a clock.
"""
import re
import subprocess
import sys
from pathlib import Path

PUBLIC_FLOORS = {
    1: "clock error http limits secret",
    2: "auth device_login exchange messages operation provider stored_login",
    3: "platform qr_code store",
    4: "config runner session testing deviceflow deviceflow_curl",
}
FOLDER_FLOORS = {"foundation": 1, "protocol": 2, "adapters": 3, "client": 4, "c_api": 4, "c_curl": 4}
# Outside things, and the few files of the SDK that may see each.
OUTSIDE = {"nlohmann/": ["sdk/src/foundation/json.cpp"], "curl/": ["sdk/src/adapters/curl_failure.hpp"],
           "openssl/": [f"sdk/src/adapters/{name}" for name in ("crypto_library.cpp", "crypto_library.hpp", "openssl_jose.cpp",
                                                                 "record_cipher.cpp")],
           "qrencode": ["sdk/src/adapters/qr_code.cpp"]}
SYSTEM = {"dirent.h", "dlfcn.h", "fcntl.h", "poll.h", "unistd.h", "sys/eventfd.h", "sys/file.h", "sys/random.h", "sys/stat.h",
          "sys/timerfd.h", "sys/types.h"}
FORBIDDEN = re.compile(
    r"^(socket|connect|bind|listen|accept|send|recv|sendto|recvfrom|getaddrinfo|open|openat|fopen|read|write"
    r"|close|poll|select|epoll_.*|clock_gettime|gettimeofday|time|localtime.*|gmtime.*|nanosleep|usleep|sleep"
    r"|pthread_create|pthread_cond_.*|getenv|secure_getenv|rand|random|getrandom|curl_.*|syslog|printf|puts"
    r"|__cxa_throw|.*steady_clock3now.*|.*system_clock3now.*|.*basic_[io]?fstream.*|.*St6thread.*)(@.*)?$")

root = Path(sys.argv[1])
problems = []


def header_floor(name):
    for floor, names in PUBLIC_FLOORS.items():
        if name in names.split():
            return floor
    problems.append(f"sdk/include/deviceflow/{name}.hpp stands on no floor: add it to this test")
    return 0


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1) == "<", match.group(2)


def floor_of_include(target):
    """The floor an include leads to, or None for the standard library and outside things."""
    if target == "deviceflow.hpp":  # includes all of them
        return 4
    if target.startswith("deviceflow/"):
        return header_floor(Path(target).stem)
    folder = target.split("/")[0]
    return FOLDER_FLOORS.get(folder)


def check_sdk(path, floor, public):
    where = path.relative_to(root)
    for number, angle, target in includes(path):
        to = floor_of_include(target)
        if to is not None:
            if to > floor:
                problems.append(f"{where}:{number} points up: floor {floor} includes {target} of floor {to}")
            if public and not target.startswith("deviceflow"):
                problems.append(f"{where}:{number} a public header includes the internal {target}")
            continue
        outside = next((p for p in OUTSIDE if target.startswith(p)), None)
        if outside:
            if str(where) not in OUTSIDE[outside]:
                problems.append(f"{where}:{number} only {' and '.join(OUTSIDE[outside])} may include {target}")
        elif target in SYSTEM:
            if floor != 3 or public:
                problems.append(f"{where}:{number} only an adapter may include {target}")
        elif path.suffix == ".h" and target in ("stddef.h", "stdint.h"):
            continue  # C has no other names for them
        elif not angle or "/" in target or target.endswith((".h", ".hpp")):
            problems.append(f"{where}:{number} includes {target}, which is neither ours nor the standard library's")


for header in sorted((root / "sdk/include/deviceflow").glob("*")):
    check_sdk(header, header_floor(header.stem), public=True)
check_sdk(root / "sdk/include/deviceflow.hpp", 4, public=True)
for source in sorted((root / "sdk/src").rglob("*.[ch]pp")):
    check_sdk(source, FOLDER_FLOORS[source.relative_to(root / "sdk/src").parts[0]], public=False)

for source in sorted((root / "demo/sandbox").rglob("*.[ch]pp")):
    for number, _, target in includes(source):
        to = floor_of_include(target)
        if target.startswith("deviceflow") and to > 2:
            problems.append(f"{source.relative_to(root)}:{number} the sandbox may use floors 1 and 2 only: {target}")
# The demo's own floors: which folder may include which.
DEMO = {"sandbox": "common sandbox", "common": "common", "terminal": "common terminal", "model": "common model",
        "views": "common model views", "shell": "common model views shell"}
# Who may use the JSON library itself: for documents without secrets.
JSON_LIBRARY = ["sandbox"]
for folder, allowed in DEMO.items():
    for source in sorted((root / "demo" / folder).rglob("*.[ch]pp")):
        for number, angle, target in includes(source):
            to = target.split("/")[0]
            if not angle and "/" in target and to in DEMO and to not in allowed.split():
                problems.append(f"{source.relative_to(root)}:{number} {folder} may include {allowed}, not {target}")
            if target.startswith("nlohmann/") and folder not in JSON_LIBRARY:
                problems.append(f"{source.relative_to(root)}:{number} only {' and '.join(JSON_LIBRARY)} may include {target}")
            if target == "nlohmann/json.hpp" and source.suffix == ".hpp":
                problems.append(f"{source.relative_to(root)}:{number} a header includes nlohmann/json_fwd.hpp, not {target}")

# The firmware sample is C: the C API, its own files, mbedTLS, libqrencode and what POSIX and C have.
SAMPLE = {"arpa/inet.h", "errno.h", "fcntl.h", "netinet/in.h", "netinet/tcp.h", "poll.h", "qrencode.h", "stdbool.h", "stddef.h",
          "stdint.h", "stdio.h", "string.h", "sys/socket.h", "sys/stat.h", "time.h", "unistd.h"}
firmware = root / "demo/firmware"
for source in sorted(path for path in firmware.rglob("*") if path.suffix not in (".txt", ".md") and path.name != "Makefile"):
    if source.suffix not in (".c", ".h"):
        problems.append(f"{source.relative_to(root)} is not C")
        continue
    for number, angle, target in includes(source):
        own = not angle and (firmware / target).exists()
        if not own and target not in SAMPLE and target != "deviceflow/deviceflow.h" and not target.startswith("mbedtls/"):
            problems.append(f"{source.relative_to(root)}:{number} the firmware sample may not include {target}")

# sources.mk names every file of its folders.
text = re.sub(r"#.*", "", (root / "sdk/sources.mk").read_text())
listed = re.findall(r"src/\S+", text)
there = [str(path.relative_to(root / "sdk")) for folder in ("foundation", "protocol", "c_api")
         for path in (root / "sdk/src" / folder).glob("*.cpp")]
for name in sorted(set(listed) ^ set(there)):
    problems.append(f"sdk/{name} is {'only in' if name in listed else 'missing in'} sdk/sources.mk")
if len(listed) != len(set(listed)):
    problems.append("sdk/sources.mk names a file twice")

symbols = subprocess.run(["nm", "--undefined-only", "--format=just-symbols", sys.argv[2]],
                         check=True, capture_output=True, text=True).stdout.split()
if len(symbols) < 20:
    problems.append(f"only {len(symbols)} undefined symbols found in {sys.argv[2]}: is it the core archive?")
for symbol in sorted(set(symbols)):
    if FORBIDDEN.match(symbol):
        problems.append(f"the core archive needs {symbol}: floors 1 and 2 do no I/O, read no clock, throw nothing")

for problem in sorted(set(problems)):
    print(problem)
sys.exit(1 if problems else 0)
