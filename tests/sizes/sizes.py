#!/usr/bin/env python3
"""What the core and the C API take: code by component, heap, stack.

usage: sizes.py WORK            measures what this machine has compilers for, and fails over the budget
       sizes.py WORK --write    measures everything and writes sdk/docs/sizes.md

budget.tsv holds the limits: target, what, most bytes. Ends with 77 and says "NOT RUN: reason" for a target without
its compiler. The program that is measured logs in on canned bytes through the C API (tests/c_api/canned_login.c).
"""
import collections
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "sdk/docs/sizes.md"
SMALL = "-Os -DNDEBUG -ffunction-sections -fdata-sections"
Target = collections.namedtuple("Target", "name title prefix flags link run")
THUMB = "-mcpu=cortex-m4 -mthumb"
TARGETS = (
    Target("thumb2", "Cortex-M4 (Thumb-2), newlib-nano", "arm-none-eabi-", THUMB, f"{THUMB} --specs=nano.specs --specs=nosys.specs", None),
    Target("armhf", "ARM Linux, 32 bits", "arm-linux-gnueabihf-", "", "", ["qemu-arm"]),
    Target("x86_64", "x86-64 Linux", "", "", "", []),
)
COMPONENTS = (
    (r"libdeviceflow\.a\(src_c_api_", "C API"),
    (r"libdeviceflow\.a\(src_foundation_json", "JSON: the library's parser and our values"),
    (r"libdeviceflow\.a\(src_foundation_", "foundation"),
    (r"libdeviceflow\.a\(src_protocol_", "protocol"),
    (r"libstdc\+\+|libsupc", "libstdc++"),
    (r"libgcc", "libgcc"),
    (r"libm(_nano)?\.a|libc(_nano)?\.a|libnosys|libg", "libc and libm"),
    (r"firmware\.o|canned_login\.o", "the program itself"),
    (r"", "start-up"),
)
SECTIONS = (".text", ".rodata", ".data", ".init", ".fini", ".init_array", ".fini_array", ".eh_frame", ".ARM.exidx",
            ".ARM.extab", ".gcc_except_table", ".data.rel.ro", ".eh_frame_hdr", ".plt", ".got")


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def json_folder(work):
    """A folder that holds nlohmann/json and nothing else: a cross compiler must not see this machine's headers."""
    found = next((root / "nlohmann" for root in (Path("/usr/include"), Path("/usr/local/include"))
                  if (root / "nlohmann/json.hpp").exists()), None)
    if found is None:
        sys.exit("nlohmann/json was not found. On Debian: apt-get install nlohmann-json3-dev")
    folder = work / "json"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "nlohmann").exists():
        (folder / "nlohmann").symlink_to(found)
    return folder


def build(target, work):
    """The firmware's ELF with its map, and the program that measures."""
    folder = work / target.name
    archive = folder / "libdeviceflow.a"
    if archive.exists() and archive.stat().st_mtime < Path(__file__).stat().st_mtime:
        shutil.rmtree(folder)  # made with other flags, maybe
    folder.mkdir(parents=True, exist_ok=True)
    flags = f"{target.flags} {SMALL} -I{ROOT}/sdk/include".split()
    cxx, c = target.prefix + "g++", target.prefix + "gcc"
    core = " ".join(["-std=c++17 -fno-exceptions -fno-rtti -Wno-psabi", *flags, f"-I{ROOT}/sdk/src", f"-idirafter {json_folder(work)}"])
    run("make", "-s", "-j2", "-C", folder, "-f", ROOT / "tests/floors/plain_make/Makefile", "libdeviceflow.a",
        f"SDK={ROOT}/sdk", f"CXX={cxx}", f"AR={target.prefix}ar", f"CXXFLAGS={core}")
    run(c, "-std=c99", *flags, "-c", ROOT / "tests/c_api/canned_login.c", "-o", folder / "canned_login.o")
    run(c, "-std=c99", *flags, "-c", ROOT / "tests/sizes/firmware.c", "-o", folder / "firmware.o")
    link = [*target.link.split(), "-Wl,--gc-sections"]
    run(cxx, *link, f"-Wl,-Map={folder}/map", folder / "firmware.o", folder / "canned_login.o", archive, "-lm", "-o",
        folder / "firmware.elf")
    if target.run is not None:
        run(cxx, "-std=c++17", *flags, ROOT / "tests/sizes/measure.cpp", folder / "canned_login.o", archive, "-static",
            *link, "-lm", "-o", folder / "measure")
    return folder


def components(folder, size):
    """Bytes of code and constants by component, from the linker's map. Equal texts are merged afterwards."""
    text = (folder / "map").read_text()
    text = text[text.index("Linker script and memory map"):]
    text = re.sub(r"\n\s+(0x[0-9a-f]+\s+0x[0-9a-f]+ \S)", r" \1", text)
    found, section = collections.Counter(), None
    for line in text.splitlines():
        if match := re.match(r"(\.[\w.]+)\s", line):
            section = match[1]
        match = re.match(r" \S+\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$", line)
        if match and section in SECTIONS and int(match[1], 16):
            name = next(title for pattern, title in COMPONENTS if re.search(pattern, match[3]))
            found[name] += int(match[2], 16)
    found["merged texts, padding"] = size - sum(found.values())
    return found


def measure(target, work):
    folder = build(target, work)
    text, data, bss = map(int, run(target.prefix + "size", folder / "firmware.elf").splitlines()[1].split()[:3])
    result = {"code": text + data, "static_ram": data + bss}
    if target.run is not None:
        for line in run(*target.run, folder / "measure").splitlines():
            key, value = line.split()
            result[key] = int(value)
    return result, components(folder, text + data)


def missing(target):
    """What this target lacks on this machine, or None."""
    return next((program for program in (target.prefix + "g++", "make", *(target.run or [])) if not shutil.which(program)), None)


def over_budget(results):
    problems, used = [], set()
    for line in (Path(__file__).parent / "budget.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        target, what, most = line.split("\t")
        used.add((target, what))
        if target in results and results[target][0][what] > int(most):
            problems.append(f"{target}: {what} is {results[target][0][what]}, and the budget is {most}")
    if not used:
        problems.append("budget.tsv holds no budget")
    return problems


def number(value):
    return f"{value:,}"


ROWS = (
    ("code", "code and constants of the whole program"),
    ("static_ram", "static RAM"),
    ("heap_peak", "heap, peak of a login"),
    ("allocations", "allocations of a login"),
    ("poll_heap_peak", "heap, peak of one poll, above what the login keeps"),
    ("poll_allocations", "allocations of one poll"),
    ("pending_bytes", "heap that a login keeps while it waits"),
    ("stack", "stack, high-water mark"),
)


def page(results):
    targets = [target for target in TARGETS if target.name in results]
    out = [INTRO, "## Totals\n", "| bytes, or a number | " + " | ".join(t.title for t in targets) + " |", "| --- |" + " ---: |" * len(targets)]
    for key, title in ROWS:
        cells = [number(results[t.name][0][key]) if key in results[t.name][0] else "as on ARM Linux" for t in targets]
        out.append(f"| {title} | " + " | ".join(cells) + " |")
    out += ["\n## Code by component\n", "| bytes | " + " | ".join(t.title for t in targets) + " |", "| --- |" + " ---: |" * len(targets)]
    for name in [title for _, title in COMPONENTS] + ["merged texts, padding"]:
        out.append(f"| {name} | " + " | ".join(number(results[t.name][1][name]) for t in targets) + " |")
    versions = [run(t.prefix + "g++", "--version").splitlines()[0] for t in targets]
    out += ["\n" + OUTRO.rstrip(), "\nMeasured with " + "; ".join(versions) + "."]
    return "\n".join(out) + "\n"


INTRO = """# What the core and the C API take

Made by `./dev sizes`, which builds the program and measures it. The program logs in through the C API on canned bytes: a request for
codes, two polls that are pending, one that brings tokens (`tests/c_api/canned_login.c`). It names no provider. A test fails when
a number is over `tests/sizes/budget.tsv`.
"""

OUTRO = """## How it is measured

- Flags: `-Os -DNDEBUG -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti`, linked with `--gc-sections`; for the Cortex-M4 also
  `-mcpu=cortex-m4 -mthumb --specs=nano.specs --specs=nosys.specs`, so that everything a firmware needs beside its HTTP stack is in it. On
  Linux the C and C++ libraries are shared, so they are not counted.
- Components come from the linker's map, object by object. `json.cpp` holds the JSON library's parser and our values together.
- Heap is counted in `operator new`, the only way to memory that the C API has, without what malloc
  adds to each block.
- Stack is painted before the login and looked at after it.
- The Cortex-M4 program is linked, not run. Heap and stack of 32 bits are those of the ARM Linux program under qemu-arm: the same pointers, and
  the same instruction set.

## What stands in the way of less

- The JSON library makes the text of an error that nobody reads with `snprintf`, and keeps the message of each of its errors: half of
  libc's part, and a part of its own. (Its `strtod` is replaced: that was 11 KB.)
- Sentences for people are constants: every error says what to do.
- `-flto` takes a tenth off; then the map can't tell the components apart.
"""


def main():
    work = Path(sys.argv[1]).resolve()
    write = "--write" in sys.argv
    results, lacking = {}, []
    for target in TARGETS:
        lack = missing(target)
        if lack is None:
            results[target.name] = measure(target, work)
        else:
            lacking.append(f"{target.name} lacks {lack}")
    for name, (result, _) in results.items():
        print(name, " ".join(f"{key}={value}" for key, value in result.items()))
    problems = over_budget(results)
    for problem in problems:
        print(problem)
    if problems:
        return 1
    if lacking:
        print(f"NOT RUN: {', '.join(lacking)} (./dev sizes installs it)")
        return 1 if write else 77
    if write:
        DOC.write_text(page(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
