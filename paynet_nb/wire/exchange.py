"""Send one request and make a `Call` of what came: here, and only here, redacted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import requests
from requests.structures import CaseInsensitiveDict

from paynet_nb.wire.call import Call
from paynet_nb.wire.no_answer import NO_ANSWER, NoAnswer, why_no_answer
from paynet_nb.wire.redaction.redactor import REDACTED, Redactor, knowing_token
from paynet_nb.wire.transport import Timeout, Transport, bearer_of, read_whole

# A redactor that knows what is secret, and the fingerprint of the token in use.
Known = tuple[Redactor, str | None]


class Sent(NamedTuple):
    """What sending came to.

    Attributes:
        call: The exchange as it was recorded.
        response: The answer, whose body was read; None: there was none.
        no_answer: Why there was none; None: there was one.
    """

    call: Call
    response: requests.Response | None
    no_answer: NoAnswer | None


def send(
    request: requests.PreparedRequest,
    transport: Transport,
    *,
    timeout: Timeout,
    record: Callable[[Call], None],
    knows: Callable[[requests.Response | None, bytes | None], Known],
    read: Callable[[requests.Response], bytes | None] = read_whole,
    **facts: Any,
) -> Sent:
    """Send *request* once and record the exchange, whatever came of it.

    Args:
        request: Ready to be sent.
        transport: The way out.
        timeout: Seconds to connect and to wait.
        record: Takes the exchange.
        knows: Gives for the answer and its body what is secret in the exchange.
        read: Reads the answer's body; None: it cannot be.
        facts: Kind, environment, time, attempt and label of the `Call`.
    """
    started = time.perf_counter()
    body: bytes | None = None
    no_answer, interrupted = None, False
    try:
        response = transport.send(request, timeout=timeout)
        body = read(response)
    except NO_ANSWER as error:
        response, no_answer = None, why_no_answer(error, request.url or "")
    except KeyboardInterrupt:
        response, interrupted = None, True
        no_answer = NoAnswer("interrupted before its answer was there", transient=False)
    elapsed_s = time.perf_counter() - started
    redactor, token = knows(response, body)
    call = capture(
        request,
        response,
        redactor,
        body=body or b"",
        error=no_answer.message if no_answer else None,
        elapsed_s=elapsed_s,
        token=token,
        **facts,
    )
    record(call)
    if interrupted:
        # Anew: the frames of the first one hold the headers, the token in them.
        raise KeyboardInterrupt
    return Sent(call, response, no_answer)


def knowing_credential(redactor: Redactor, request: requests.PreparedRequest) -> Known:
    """Let *redactor* know the credential on a request; give a token's fingerprint, too.

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
