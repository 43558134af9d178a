"""How the releases 7.0 and 7.1 of WSO2 Identity Server differ for a device."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Release:
    no_client: tuple  # error and description of a device authorization request without client_id
    unknown_client: tuple  # the same for a client_id that is not registered
    used: str  # the description of authorization_pending after the user code was submitted
    paces_approved: bool  # whether an approved code can get slow_down
    expires_pending: bool  # whether a code that was not approved can get expired_token
    unknown_code: str  # the description of invalid_request for an unknown device code


RELEASES = {
    "7.0": Release(
        no_client=("invalid_request", "Missing parameters: client_id"),
        unknown_client=("invalid_client", "Client Authentication failed"),
        used="Precondition required",
        paces_approved=True,
        expires_pending=True,
        unknown_code="invalid_request",
    ),
    "7.1": Release(
        no_client=("invalid_request", "Client ID not found in the request."),
        unknown_client=("invalid_request", "Client credentials are invalid."),
        used="USED",
        paces_approved=False,
        expires_pending=False,
        unknown_code="The provided device code is not registered or is invalid.",
    ),
}
