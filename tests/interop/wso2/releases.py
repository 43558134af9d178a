"""In what the releases of WSO2 Identity Server differ for a device."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Release:
    numbers_as_text: bool  # "interval":"5"
    code_in_description: bool  # invalid_grant, and the real code in error_description
    lists_device_endpoint: bool  # in the metadata
    refusal_status: int  # of a client that is not known
    pending: str  # what authorization_pending is described with
    used: str  # the same, after the user code was submitted
    paces_approved: bool  # slow_down for a code that is approved, too
    expires_pending: bool  # whether a code that nobody has used is ever told to have expired
    unknown: str  # what invalid_request for an unknown device code is described with


_OLD = Release(
    numbers_as_text=True,
    code_in_description=True,
    lists_device_endpoint=False,
    refusal_status=400,
    pending="",
    used="",
    paces_approved=False,
    expires_pending=True,
    unknown="",
)
_MIDDLE = Release(
    numbers_as_text=False,
    code_in_description=False,
    lists_device_endpoint=True,
    refusal_status=401,
    pending="Precondition Required",
    used="Precondition Required",
    paces_approved=True,
    expires_pending=True,
    unknown="invalid_request",
)
_NEW = dataclasses.replace(
    _MIDDLE,
    pending="Precondition required",
    used="USED",
    paces_approved=False,
    expires_pending=False,
    unknown="The provided device code is not registered or is invalid.",
)
RELEASES = {"5.11": _OLD, "7.0": _MIDDLE, "7.1": _NEW}
