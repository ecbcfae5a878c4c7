"""What proves who calls: the request's signature, as far as it is looked at.

Of `X-Signature`, JWS and JWT the form is looked at and not yet the signature itself. A
call that wants a token and brings no signature is let in with the token alone, so that
lessons can begin without a key: a sandbox assumption.
"""

from __future__ import annotations

from collections.abc import Mapping

from paynet_nb.paynet import Fault
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.verdicts import Refusal

_REPORTS_TEXTS = {
    "x-timestamp": "Timestamp is required",
    "x-signature": "Signature is required",
}
WINDOW_S = 300  # around the server's time; PayNet tells that there is one, not which


def refusal_of_signature(asked: Asked, now: float) -> Refusal | None:
    """Say why the signature of a request is refused; None: it is not.

    Args:
        asked: The request.
        now: The sandbox's time (Unix time).
    """
    found = {
        fault.location.removeprefix("signature."): fault
        for fault in asked.faults
        if fault.location.startswith("signature.")
    }
    headers = {name.lower(): value for name, value in asked.headers.items()}
    if asked.operation and asked.operation.scheme == "reports-hmac":
        return _of_reports(found, headers, now)
    malformed = [name for name, fault in found.items() if fault.got_kind != "nothing"]
    return Refusal("KMS.001", "Signature is invalid") if malformed else None


def _of_reports(
    found: Mapping[str, Fault], headers: Mapping[str, str], now: float
) -> Refusal | None:
    for name, text in _REPORTS_TEXTS.items():
        if not headers.get(name):
            return Refusal("", text)
    stamp = headers["x-timestamp"]
    if "x-timestamp" in found or abs(int(stamp) - now) > WINDOW_S:
        return Refusal("", "Timestamp not within valid range")
    return Refusal("", "Invalid signature") if "x-signature" in found else None
