"""Make a `Call` of a request and its answer: here, and only here, it is redacted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from requests.structures import CaseInsensitiveDict

from paynet_nb.wire.call import Call
from paynet_nb.wire.redaction.redactor import Redactor

if TYPE_CHECKING:
    import requests


def capture(
    request: requests.PreparedRequest,
    response: requests.Response | None,
    redactor: Redactor,
    *,
    body: bytes = b"",
    error: str | None = None,
    **facts: Any,
) -> Call:
    """Record one exchange, redacted.

    Args:
        request: As it was sent.
        response: Its answer; None: there was none.
        redactor: Knows the secret and the tokens that are live.
        body: The answer's body.
        error: Why there was no answer.
        facts: The other fields of `Call`.
    """
    sent = request.body if isinstance(request.body, (bytes, str)) else None
    sent_type = str(request.headers.get("Content-Type", ""))
    answer: dict[str, Any] = {}
    if response is not None:
        kind = response.headers.get("Content-Type", "")
        answer = {
            "status": response.status_code,
            "headers": _headers(redactor, response.headers),
            "body": redactor.body(body, kind),
            "response_bytes": len(body),
        }
    return Call(
        method=request.method or "",
        url=redactor.url(request.url or ""),
        request_headers=redactor.sent_headers(request.headers),
        request_body=redactor.body(sent, sent_type),
        request_bytes=len(sent or b""),
        error=redactor.text(error) if error else None,
        **answer,
        **facts,
    )


def _headers(
    redactor: Redactor, headers: Mapping[str, str | bytes]
) -> Mapping[str, str]:
    # Names compare without case (RFC 9110 section 5.1), in what was redacted, too.
    kept = redactor.headers(headers)
    if kept is headers:
        return kept
    shown: CaseInsensitiveDict[str] = CaseInsensitiveDict(kept)
    return shown
