"""Send one request and make a `Call` of what came: here, and only here, redacted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict

from paynet_nb.wire.call import Call
from paynet_nb.wire.no_answer import NO_ANSWER, why_no_answer
from paynet_nb.wire.recorder import Ledger
from paynet_nb.wire.redaction.redactor import REDACTED, Redactor, knowing_token
from paynet_nb.wire.transport import Timeout, Transport, bearer_of, read_whole


def send(
    request: requests.PreparedRequest,
    transport: Transport,
    redactor: Redactor,
    ledger: Ledger,
    *,
    timeout: Timeout,
    **facts: Any,
) -> tuple[Call, requests.Response | None]:
    """Send *request* once and write the exchange to *ledger*, whatever came of it.

    Args:
        request: Ready to be sent.
        transport: The way out.
        redactor: Knows the secret and the tokens that are live.
        ledger: The history.
        timeout: Seconds to connect and to wait.
        facts: Environment, attempt and label of the `Call`.

    Returns:
        The call, and the answer, whose body was read; None: there was no answer.
    """
    sent_at_s, started = time.time(), time.perf_counter()
    body, problem, interrupted = b"", None, False
    try:
        response = transport.send(request, timeout=timeout)
        body = read_whole(response)
    except NO_ANSWER as error:
        response, problem = None, why_no_answer(error, request.url or "").message
    except KeyboardInterrupt:
        response, problem = None, "interrupted before its answer was there"
        interrupted = True
    elapsed_s = time.perf_counter() - started
    redactor, token = _knowing(redactor, request)
    call = capture(
        request,
        response,
        redactor,
        body=body,
        error=problem,
        kind="call",
        sent_at_s=sent_at_s,
        elapsed_s=elapsed_s,
        token=token,
        **facts,
    )
    ledger.append(call)
    if interrupted:
        # Anew: the frames of the first one hold the headers, the token in them.
        raise KeyboardInterrupt
    return call, response


def _knowing(
    redactor: Redactor, request: requests.PreparedRequest
) -> tuple[Redactor, str | None]:
    """Let *redactor* know the token on a request, and give the token's fingerprint.

    It may be typed in by hand, and then no auth knows it; so may a credential of
    another scheme, or of none. Its text has a name in this frame only: a traceback that
    prints the caller's locals must not show it.
    """
    bearer = bearer_of(request)
    if bearer:
        return knowing_token(redactor, bearer)
    value = request.headers.get("Authorization", "")
    text = value if isinstance(value, str) else value.decode("latin-1")
    for credential in text.split(maxsplit=1)[-1:]:
        redactor = redactor.knowing(credential, REDACTED)
    return redactor, None


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
