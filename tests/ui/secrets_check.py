"""Did the window keep to itself what a trace with the secrets in it knows?"""

from harness import check
from trace_secrets import check_kept, secrets_of


def check_secrets_kept(scratch, trace, least):
    """None of the trace's secrets, at LEAST so many, is in a log or an event of the window."""
    logs = [scratch.path(name) for name in ("window.out", "window.err", "window-events.out")]
    check_kept(secrets_of(trace, least), logs)
    check(scratch.path("window-events.out").stat().st_mode & 0o777 == 0o600, "others can read the event log")
