"""Is the QR code on a screenshot one that phones like: dark on light, with four light modules all around it?"""

import itertools
import subprocess
from collections import defaultdict

from harness import check

DARK_BELOW = 128
QUIET_MODULES = 4
# A font may leave a dark hairline between two lines of text; a missing row of modules is far more than that.
LIGHT_SHARE = 0.9


def _rows(picture):
    size = subprocess.run(["identify", "-format", "%w", picture], capture_output=True, check=True, timeout=30)
    gray = subprocess.run(["convert", picture, "-depth", "8", "gray:-"], capture_output=True, check=True, timeout=30)
    width = int(size.stdout)
    light = gray.stdout.translate(bytes(value >= DARK_BELOW for value in range(256)))
    return [light[start : start + width] for start in range(0, len(light), width)]


def _finder_rows(row):
    """Where a row of pixels crosses the heart of a finder pattern: 1 dark, 1 light, 3 dark, 1 light, 1 dark."""
    runs, x = [], 0
    for light, pixels in itertools.groupby(row):
        length = len(list(pixels))
        runs.append((light, x, length))
        x += length
    for five in zip(*(runs[skip:] for skip in range(5))):
        module = sum(length for _, _, length in five) / 7
        if five[0][0] == 0 and module >= 3:
            if all(abs(length - want * module) <= module / 2 for (_, _, length), want in zip(five, (1, 1, 3, 1, 1))):
                yield five[0][1], module


def _symbol(rows):
    """Left, top, right, bottom of the symbol in pixels, and the size of a module."""
    columns = defaultdict(list)
    for y, row in enumerate(rows):
        for x, module in _finder_rows(row):
            columns[x].append((y, module))
    # The left edge has two finder patterns above each other, so no other column has more hits.
    check(columns, "no dark QR code on light ground can be seen on the screenshot")
    left = max(columns, key=lambda x: len(columns[x]))
    # Three rows of modules cross a finder pattern's heart; large letters above it don't last that long.
    first, module = next((y, size) for y, size in columns[left]
                         if sum(y <= other < y + 3 * size for other, _ in columns[left]) >= 2 * size)
    top = first - 2 * module
    bottom = columns[left][-1][0] + 1 + 2 * module
    level = {x: [y for y, _ in hits if first <= y < first + 4 * module] for x, hits in columns.items() if x > left}
    right = max((x for x, hits in level.items() if len(hits) >= 2 * module), default=None)
    check(right is not None, "the QR code on the screenshot has no upper right finder pattern")
    return left, top, right + 7 * module, bottom, module


def check_qr_panel(picture):
    rows = _rows(picture)
    left, top, right, bottom, module = _symbol(rows)
    quiet = QUIET_MODULES * module
    sides = {
        "left": (left - quiet, top, left, bottom),
        "right": (right, top, right + quiet, bottom),
        "upper": (left - quiet, top - quiet, right + quiet, top),
        "lower": (left - quiet, bottom, right + quiet, bottom + quiet),
    }
    for side, area in sides.items():
        x0, y0, x1, y1 = (round(edge) for edge in area)
        check(x0 >= 0 and y0 >= 0 and y1 <= len(rows), f"the {side} quiet zone of the QR code leaves the screen")
        pixels = b"".join(row[x0:x1] for row in rows[y0:y1])
        share = sum(pixels) / len(pixels)
        check(share >= LIGHT_SHARE, f"the {side} quiet zone of the QR code is only {share:.0%} light")
