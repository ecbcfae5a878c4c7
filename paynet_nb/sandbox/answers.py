"""The sandbox's answers: an envelope for each family of calls, and its refusals.

Shape and success codes of the merchant API (v1) are as observed in public clients'
logs, those of version 3 as in a public client's types. That a refusal of v1, v2 and
DuitNow Pay has the same shape, which HTTP status goes with which code, and the wording
of every description but the two "data.<field> - ..." forms are sandbox assumptions; how
sure each shape is, the contract says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from werkzeug.exceptions import HTTPException

from paynet_nb.paynet import AnswerCodes, find_operation, known_code, read_codes
from paynet_nb.sandbox.asked import NO_CODES, Asked
from paynet_nb.sandbox.verdicts import Refusal

REALM = "paynet-nb-sandbox"
PLATFORM = "RPPEMYKL"  # PayNet's own BIC

_COMPACT = json.JSONEncoder(separators=(",", ":"))
_HTTP_REFUSALS = {
    400: Refusal("API.002", "Invalid format", part="body"),
    404: Refusal("API.001", "no such URL at this gateway", status=404),
    405: Refusal("API.001", "this URL does not take this method", status=405),
    413: Refusal("API.003", "Invalid length", part="body", status=413),
    415: Refusal("API.002", "Invalid format", "Content-Type", "headers", 415),
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is answered to a call, which the contract describes.

    Attributes:
        body: A JSON value, or a text that is sent as plain text.
        status: The HTTP status.
        headers: What is sent beside the body's own.
        written: The body as JSON, where that is at hand; "": write it.
    """

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    written: str = ""


@dataclass(frozen=True, kw_only=True)
class Raw:
    """An answer as it goes out.

    Attributes:
        content: The body; what only can be iterated is one that never comes.
        status: The HTTP status.
        headers: All but those of length and time.
        codes: PayNet's, or OAuth's, in it.
    """

    content: bytes | Iterable[bytes]
    status: int = 200
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"Content-Type": "application/json"}
    )
    codes: AnswerCodes = NO_CODES

    def with_headers(self, more: Mapping[str, str]) -> Raw:
        """Give the same with more headers."""
        return replace(self, headers={**self.headers, **more})


def json_line(value: Any, status: int = 200) -> Raw:
    """Answer with JSON of ASCII letters on a line, as the merchant API does."""
    line = f"{compact(value)}\n"
    return Raw(content=line.encode(), status=status)


def compact(value: Any) -> str:
    """Write JSON without blanks, its letters in ASCII."""
    return _COMPACT.encode(value)


def answer_id(message_id: str) -> str:
    """Make the ID of the answer to a message: the platform's BIC and originator H."""
    return f"{message_id[:8]}{PLATFORM}{message_id[16:19]}H{message_id[20:]}"


def words_of(code: str) -> str:
    """Say in words what a code of the platform means."""
    known = known_code(code)
    return known.meaning if known else ""


def header(
    asked: Asked, reason: str, description: str = "", message_id: str | None = None
) -> dict[str, Any]:
    """Write v1's header; U000 and U002 are the reasons of what is accepted."""
    head: dict[str, Any] = {"messageId": answer_id(message_id)} if message_id else {}
    head["date"] = asked.local_time
    head["status"] = {
        "code": status_of(reason),
        "reason": reason,
        "description": description or words_of(reason),
    }
    return head


def status_of(reason: str) -> str:
    """Give the status that goes with a reason."""
    return {"U000": "ACSP", "U002": "ACTC"}.get(reason, "RJCT")


def minified(value: Any) -> str:
    """Write JSON without blanks, its Decimals as the numbers that they are."""
    if isinstance(value, dict):
        members = (f"{json.dumps(k)}:{minified(v)}" for k, v in value.items())
        return f"{{{','.join(members)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(minified, value))}]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def refused(asked: Asked, why: Refusal, family: str | None = None) -> Raw:
    """Refuse a request in the shape of its family, or of the one that is told."""
    shape = _SHAPES.get(asked.family if family is None else family, _v1)
    body = shape(asked, why)
    return replace(json_line(body, why.status), codes=read_codes(body))


def unauthorised(asked: Asked, problem: str | None, family: str | None = None) -> Raw:
    """Refuse a request for its token (RFC 6750 section 3); None: it has none."""
    family = asked.family if family is None else family
    challenge = f'Bearer realm="{REALM}"'
    if problem:
        challenge += f', error="invalid_token", error_description="{problem}"'
    text = problem or "Unauthorised request"
    if family == "reports":
        text = "Access to this resource is forbidden"
    status = 400 if family == "reports" else 401
    answer = refused(asked, Refusal("API.007", text, status=status), family)
    return answer.with_headers({"WWW-Authenticate": challenge})


def http_refusal(asked: Asked, error: HTTPException) -> Raw:
    """Put an error of HTTP's (no such URL, no JSON) into the family's shape."""
    status = error.code or 500
    malfunction = Refusal("U901", "the sandbox malfunctioned", status=status)
    why = _HTTP_REFUSALS.get(status, malfunction)
    called = find_operation(asked.request.method, asked.request.path)
    if called and status == 404:
        text = "PayNet has this call, this sandbox has not"
        if called.known:
            text = f"this call is at {called.base}{called.path}"
        why = why._replace(text=text)
    family = called.family if called else ""
    if "/v3/" in asked.request.path:
        family = "participant-v3"
        codes = {"body": "API.001", "": "API.009"}
        if why is not malfunction:
            why = why._replace(code=codes.get(why.part, why.code))
    allowed = {n: v for n, v in error.get_headers() if n == "Allow"}
    return refused(asked, why, family).with_headers(allowed)


def _told(why: Refusal, before: str = "") -> str:
    """Write a refusal as PayNet's texts are: "data.amount - Not Found"."""
    if why.part in {"body", "query", "path"}:
        place = ".".join(filter(None, (before, why.field)))
        return f"{place or why.part} - {why.text}"
    return f"{why.field} - {why.text}" if why.field else why.text


def _v1(asked: Asked, why: Refusal) -> dict[str, Any]:
    return {"header": header(asked, why.code, _told(why, "data"))}


def _v2(asked: Asked, why: Refusal) -> dict[str, Any]:
    told = {"code": "RJCT", "reason": why.code, "description": _told(why)}
    return {"data": {"createdDateTime": asked.local_time, **told}}


def _v3(asked: Asked, why: Refusal) -> dict[str, Any]:
    message_id = asked.headers.get("X-Business-Message-Id", "")
    missing = why.code == "API.005"
    place = {"errorLocation": why.field} if why.field else {}
    return {
        "appHeader": {
            "originalBusinessMessageId": message_id[:_LONGEST_ID],
            "rejectionDateTime": f"{asked.local_time}+08:00",
        },
        "resp": {
            "status": "RJCT",
            "reason": {
                "name": _NAMES_V3.get(why.code, "MESSAGE_VALIDATION_ERROR"),
                "code": why.code,
                "description": "Missing mandatory field" if missing else why.text,
                **place,
            },
        },
    }


_LONGEST_ID = 35
_NAMES_V3 = {
    "API.007": "SYSTEM_ERROR",
    "API.008": "SYSTEM_ERROR",
    "API.009": "RESOURCE_NOT_FOUND",
    "API.010": "RESOURCE_NOT_FOUND",
    "KMS.001": "SIGNATURE_ERROR",
    "U901": "SYSTEM_ERROR",
}


def _reports(_asked: Asked, why: Refusal) -> dict[str, Any]:
    if not why.field:
        return {"message": why.text}
    if why.part == "headers" and why.code == "API.005":
        # PayNet's page has this text for each header that it names.
        return {"message": f"{why.field.title()} is required"}
    of_value = "E0005" if why.field.endswith("date") else "E0004"
    code = "E0006" if why.code == "API.005" else of_value
    return {"message": f"{code} {_told(why)}"}


_SHAPES: Mapping[str, Callable[[Asked, Refusal], dict[str, Any]]] = {
    "token": lambda _, why: {
        "error": "invalid_request",
        "error_description": _told(why),
    },
    "participant-v2": _v2,
    "participant-v3": _v3,
    "duitnow-pay": lambda _, why: {"data": {}, "message": why.code},
    "reports": _reports,
}
