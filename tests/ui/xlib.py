"""The little of Xlib that xdotool lacks."""

import contextlib
import ctypes

from harness import check, wait_for

CLIENT_MESSAGE = 33
SELECTION_NOTIFY = 31
WHITE = 0xFFFFFF


class _ClientMessage(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 24),  # XEvent is a union that is larger than this
    ]


@contextlib.contextmanager
def _open(display_name):
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XCreateGC.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(display_name.encode()))
    check(display.value, f"the display {display_name} can't be opened")
    try:
        yield x11, display
    finally:
        x11.XCloseDisplay(display)


def ask_to_close(display_name, window):
    """What a window manager sends when the frame's button is clicked; `xdotool windowclose` destroys the window."""
    with _open(display_name) as (x11, display):
        message = _ClientMessage(type=CLIENT_MESSAGE, send_event=1, window=window, format=32)
        message.message_type = x11.XInternAtom(display, b"WM_PROTOCOLS", 0)
        message.data[0] = x11.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
        x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))


def paint(display_name, window):
    """A white square in the window's upper left corner."""
    with _open(display_name) as (x11, display):
        context = ctypes.c_void_p(x11.XCreateGC(display, ctypes.c_ulong(window), ctypes.c_ulong(0), None))
        x11.XSetForeground(display, context, ctypes.c_ulong(WHITE))
        x11.XFillRectangle(display, ctypes.c_ulong(window), context, 0, 0, 40, 40)


def clipboard(display_name):
    """The text that a program offers there now."""
    with _open(display_name) as (x11, display):
        for name in ("XDefaultRootWindow", "XCreateSimpleWindow"):
            getattr(x11, name).restype = ctypes.c_ulong
        number = ctypes.c_ulong
        root = number(x11.XDefaultRootWindow(display))
        window = number(x11.XCreateSimpleWindow(display, root, 0, 0, 1, 1, 0, number(0), number(0)))
        selection, text, place = (number(x11.XInternAtom(display, name, 0)) for name in (b"CLIPBOARD", b"UTF8_STRING", b"TAKEN"))
        x11.XConvertSelection(display, selection, text, place, window, number(0))
        event = ctypes.create_string_buffer(24 * ctypes.sizeof(ctypes.c_long))
        wait_for("the owner of the clipboard", lambda: x11.XCheckTypedWindowEvent(display, window, SELECTION_NOTIFY, event), 5)
        kind, bits, items, rest, data = number(), ctypes.c_int(), number(), number(), ctypes.c_char_p()
        out = (ctypes.byref(kind), ctypes.byref(bits), ctypes.byref(items), ctypes.byref(rest), ctypes.byref(data))
        x11.XGetWindowProperty(display, window, place, ctypes.c_long(0), ctypes.c_long(1 << 16), 0, text, *out)
        check(data.value is not None and rest.value == 0, "the clipboard holds no text")
        return data.value.decode()
