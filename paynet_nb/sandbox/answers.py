"""The v1 envelope that PayNet's merchant APIs answer in, and the sandbox's refusals.

Shape and success codes are as observed in public clients' logs. That a refusal has
the same shape, which HTTP status goes with which code, and the wording of every
description but the two "data.<field> - ..." forms are sandbox assumptions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import HTTPException

from paynet_nb.display import KUALA_LUMPUR

REALM = "paynet-nb-sandbox"

_HTTP_REFUSALS = {
    400: ("API.002", "data - Invalid format"),
    404: ("API.001", "no such URL at this gateway"),
    405: ("API.001", "this URL does not take this method"),
    415: ("API.002", "Content-Type - Invalid format"),
}


def header(
    reason: str, description: str, message_id: str | None = None
) -> dict[str, Any]:
    """Write the envelope's header; U000 is the reason of what is accepted.

    The answer to a message has the switch's BIC and originator H in the message's id.
    """
    head: dict[str, Any] = {}
    if message_id:
        head["messageId"] = (
            f"{message_id[:8]}RPPEMYKL{message_id[16:19]}H{message_id[20:]}"
        )
    now = datetime.now(KUALA_LUMPUR).replace(tzinfo=None)
    head["date"] = now.isoformat(timespec="milliseconds")
    head["status"] = {
        "code": "ACSP" if reason == "U000" else "RJCT",
        "reason": reason,
        "description": description,
    }
    return head


def refusal(reason: str, description: str, *, status: int = 400) -> Response:
    """Refuse a request in the envelope."""
    response = jsonify(header=header(reason, description))
    response.status_code = status
    return response


def unauthorised(problem: str | None) -> Response:
    """Refuse a request for its token (RFC 6750 section 3); None: it has none."""
    challenge = f'Bearer realm="{REALM}"'
    if problem:
        challenge += f', error="invalid_token", error_description="{problem}"'
    response = refusal("API.007", problem or "Unauthorised request", status=401)
    response.headers["WWW-Authenticate"] = challenge
    return response


def http_refusal(error: HTTPException) -> Response:
    """Put an error that Flask found (no such URL, no JSON) into the envelope."""
    status = error.code or 500
    reason, text = _HTTP_REFUSALS.get(status, ("U901", "the sandbox malfunctioned"))
    response = refusal(reason, text, status=status)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response
