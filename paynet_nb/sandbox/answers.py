"""The v1 envelope that PayNet's merchant APIs answer in, and the sandbox's refusals.

Shape and success codes are as observed in public clients' logs. That a refusal has
the same shape, which HTTP status goes with which code, and the wording of every
description but the two "data.<field> - ..." forms are sandbox assumptions; how sure the
shapes of the other families are, the contract says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException

from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.paynet import find_operation

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
    head["date"] = _now()
    head["status"] = {
        "code": "ACSP" if reason == "U000" else "RJCT",
        "reason": reason,
        "description": description,
    }
    return head


def _now() -> str:
    now = datetime.now(KUALA_LUMPUR).replace(tzinfo=None)
    return now.isoformat(timespec="milliseconds")


def refusal(reason: str, description: str, *, status: int = 400) -> Response:
    """Refuse a request in the envelope."""
    response = jsonify(_v1(reason, description))
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
    """Put an error that Flask found (no such URL, no JSON) into the family's shape."""
    status = error.code or 500
    reason, text = _HTTP_REFUSALS.get(status, ("U901", "the sandbox malfunctioned"))
    called = find_operation(request.method, request.path)
    if called and status == 404:
        text = "PayNet has this call, this sandbox has not"
    family = called.family if called else ""
    if "/v3/" in request.path:
        family = "participant-v3"
        reason = "API.009" if reason == "API.001" else reason
    shape = _SHAPES.get(family, _v1)
    response = jsonify(shape(reason, text))
    response.status_code = status
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _v1(reason: str, description: str) -> dict[str, Any]:
    return {"header": header(reason, description)}


def _v2(reason: str, description: str) -> dict[str, Any]:
    told = {"code": "RJCT", "reason": reason, "description": description}
    return {"data": {"createdDateTime": _now(), **told}}


def _v3(reason: str, description: str) -> dict[str, Any]:
    message_id = request.headers.get("X-Business-Message-Id", "")
    return {
        "appHeader": {
            "originalBusinessMessageId": message_id[:_LONGEST_ID],
            "rejectionDateTime": f"{_now()}+08:00",
        },
        "resp": {
            "status": "RJCT",
            "reason": {
                "name": _NAMES_V3.get(reason, "MESSAGE_VALIDATION_ERROR"),
                "code": reason,
                "description": description,
            },
        },
    }


_LONGEST_ID = 35
_NAMES_V3 = {"API.009": "RESOURCE_NOT_FOUND", "U901": "SYSTEM_ERROR"}
_SHAPES: Mapping[str, Callable[[str, str], dict[str, Any]]] = {
    "token": lambda _, text: {"error": "invalid_request", "error_description": text},
    "participant-v2": _v2,
    "participant-v3": _v3,
    "duitnow-pay": lambda reason, _: {"data": {}, "message": reason},
    "reports": lambda _, text: {"message": text},
}
