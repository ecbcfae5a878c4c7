"""What a request shows of its signature, from a request, an answer or a `Call`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from paynet_nb.errors import SigningError
from paynet_nb.wire import Call

_CHECK = "X-Sandbox-Signature-Check"  # a sandbox tells by it what it found wrong
_LONGEST = 1_000  # characters
_MASKED = re.compile(r"\[(?:token|jwt) #[0-9a-f]{8}\]|\[redacted\]|\[client secret\]")


@dataclass(frozen=True, repr=False, kw_only=True)
class Evidence:
    """One request as it was sent.

    Attributes:
        method: The HTTP method.
        url: The whole URL.
        headers: Names compare without case.
        body: The bytes; b"": none.
        at_s: The server's time, else ours, when it was there (Unix time, seconds).
        timed: Whether the time is the server's.
        masked: Whether the signature was redacted when the call was recorded.
        body_whole: Whether the body is as it was sent: not cut, nothing in it masked.
        told: What a sandbox told of its check: cause, told, must_be, was; {}: nothing.
    """

    method: str
    url: str
    headers: CaseInsensitiveDict[str]
    body: bytes
    at_s: float
    timed: bool
    masked: bool
    body_whole: bool = True
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path of the URL."""
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        """The query; of a name that stands twice the last."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    def header(self, name: str) -> str:
        """Give a header; "": it is not there."""
        return self.headers.get(name, "")


def evidence_of(call: Any, at: float | None) -> Evidence:
    """Read what is known of a request.

    Args:
        call: A `Call`, an answer of requests, or its request.
        at: When it was there (Unix time, seconds); None: as the answer says, or now.

    Raises:
        SigningError: It is nothing of these.
    """
    # A `Call` that is still live may carry its request as it was sent.
    sealed = getattr(call, "as_sent", None)
    request = sealed() if callable(sealed) else getattr(call, "request", call)
    answer = getattr(call, "headers", {}) if request is not call else {}
    if isinstance(call, Call):
        answer = call.headers
        at = call.sent_at_s if at is None and "Date" not in answer else at
    if isinstance(request, Call):
        fields: Any = (request.request_headers, request.request_body)
    elif isinstance(request, requests.PreparedRequest):
        fields = (request.headers, request.body)
    else:
        raise SigningError(
            "explain_signature wants a call, an answer of requests or its request "
            f"(response.request), not {type(call).__name__}"
        )
    headers = CaseInsensitiveDict(
        (name, value.decode("latin-1") if isinstance(value, bytes) else str(value))
        for name, value in fields[0].items()
    )
    body = fields[1] if isinstance(fields[1], (bytes, str)) else b""
    body = body.encode() if isinstance(body, str) else body
    server_s = _date(answer.get("Date", ""))
    now = server_s if server_s is not None else time.time()
    signed = headers.get("Authorization", "") + headers.get("X-Signature", "")
    return Evidence(
        method=request.method or "",
        url=request.url or "",
        headers=headers,
        body=body,
        at_s=now if at is None else at,
        timed=server_s is not None or at is not None,
        masked=bool(_MASKED.search(signed)),
        body_whole=not (
            isinstance(request, Call)
            and (request.request_body_cut or _MASKED.search(body.decode("latin-1")))
        ),
        told=_told(answer.get(_CHECK, "")),
    )


def _told(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): str(value)[:_LONGEST] for name, value in found.items()}


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
