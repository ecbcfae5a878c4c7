"""Send one request and make a `Call` of what came: here, and only here, redacted."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import requests
from requests.structures import CaseInsensitiveDict

from paynet_nb.errors import PaynetError, Stopped
from paynet_nb.wire.call import Call
from paynet_nb.wire.live_call import live
from paynet_nb.wire.no_answer import NoAnswer, ToldAlready, why_no_answer
from paynet_nb.wire.redaction.in_json import is_json
from paynet_nb.wire.redaction.redactor import REDACTED, Redactor, knowing_token
from paynet_nb.wire.shareable import MASK_IN_BYTES, apart_in_json, apart_in_url
from paynet_nb.wire.transport import (
    Timeout,
    Transport,
    bearer_of,
    masking,
    read_whole,
)

_LONGEST_RECORDING_S = 30.0


class Known(NamedTuple):
    """What is known of an exchange before it is recorded.

    Attributes:
        redactor: Knows what is secret in it.
        token: The fingerprint of the token in use; None: there is none.
        kept: What is kept in the place of the answer's body; None: the body.
        signature: The verdict on the answer's signature; "": there is none.
    """

    redactor: Redactor
    token: str | None = None
    kept: bytes | None = None
    signature: str = ""


class Sent(NamedTuple):
    """What sending came to.

    Attributes:
        call: The exchange as the caller gets it; its `kept` was recorded.
        response: The answer, whose body was read; None: there was none, or a hook
            raised on it.
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
    recorded: Callable[[Call], bool] = lambda _: False,
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
        recorded: Tells after an interrupt whether the exchange was taken already.
        read: Reads the answer's body; None: it cannot be.
        facts: Kind, environment, time, attempt and label of the `Call`.
    """
    exchange = _Exchange(request, knows, record, recorded, facts)
    interrupted = False
    try:
        exchange.send(transport, timeout, read)
        exchange.keep()
    except KeyboardInterrupt:
        interrupted = True
    if interrupted:
        # The server may have done what it was asked to: the history has to know. Where
        # the interrupt came from, frames held the answer as it came; raised anew, there
        # are none of them.
        _undisturbed(exchange.keep_once)
        raise Stopped
    return exchange.sent()


_INTERRUPTED = NoAnswer("interrupted before its answer was there", transient=False)


class _Exchange:
    """One request on its way to a record; it may be broken off at any moment."""

    def __init__(
        self,
        request: requests.PreparedRequest,
        knows: Callable[[requests.Response | None, bytes | None], Known],
        record: Callable[[Call], None],
        recorded: Callable[[Call], bool],
        facts: dict[str, Any],
    ) -> None:
        self._request = request
        self._knows = knows
        self._record = record
        self._recorded = recorded
        self._facts = facts
        self._started = time.perf_counter()
        self._elapsed_s: float | None = None
        self._body: bytes | None = None
        self._response: requests.Response | None = None
        self._no_answer: NoAnswer | None = _INTERRUPTED
        self._call: Call | None = None

    def send(
        self,
        transport: Transport,
        timeout: Timeout,
        read: Callable[[requests.Response], bytes | None],
    ) -> None:
        url, response, late = self._request.url or "", None, None
        try:
            response = self._answer(transport, timeout)
            body = read(response)
        except PaynetError:
            raise
        # Hooks may have left what raises anything, and a call is never lost.
        except Exception as error:  # noqa: BLE001
            answered = response is not None
            self._no_answer = why_no_answer(error, url, answered=answered)
            late = error.response if isinstance(error, ToldAlready) else None
        else:
            # One statement: an interrupt comes before it or behind it.
            self._response, self._body, self._no_answer = response, body, None
        if late is not None:
            with suppress(Exception):  # a hook may have read it, or closed it
                self._body = read(late)
            self._response = late
        self._elapsed_s = time.perf_counter() - self._started

    def _answer(self, transport: Transport, timeout: Timeout) -> requests.Response:
        before = masking.set(lambda: self._knows(None, None).redactor)
        try:
            return transport.send(self._request, timeout=timeout)
        finally:
            # Else the last exchange would be held until the next one.
            masking.reset(before)

    def keep(self) -> None:
        redactor, token, kept, signature = self._knows(self._response, self._body)
        elapsed_s = self._elapsed_s
        if elapsed_s is None:
            elapsed_s = time.perf_counter() - self._started
        self._call = capture(
            self._request,
            self._response,
            redactor,
            body=self._body or b"",
            kept=kept,
            error=self._no_answer.message if self._no_answer else None,
            elapsed_s=elapsed_s,
            token=token,
            signature=signature,
            **self._facts,
        )
        self._record(self._call.kept)

    def keep_once(self) -> None:
        """Record it, if an interrupt came before it was recorded."""
        if self._call is None or not self._recorded(self._call.kept):
            self.keep()

    def sent(self) -> Sent:
        assert self._call is not None  # noqa: S101  # for type checkers
        response = None if self._no_answer else self._response
        return Sent(self._call, response, self._no_answer)


def knowing_credential(redactor: Redactor, request: requests.PreparedRequest) -> Known:
    """Let *redactor* know the credential on a request; give a token's fingerprint, too.

    It may be typed in by hand, and then no auth knows it; so may a credential of
    another scheme, or of none. Its text has a name in this frame only: a traceback that
    prints the caller's locals must not show it.
    """
    bearer = bearer_of(request)
    if bearer:
        return Known(*knowing_token(redactor, bearer))
    value = request.headers.get("Authorization", "")
    text = value if isinstance(value, str) else value.decode("latin-1")
    for credential in text.split(maxsplit=1)[-1:]:
        redactor = redactor.knowing(credential, REDACTED)
    return Known(redactor)


def capture(
    request: requests.PreparedRequest,
    response: requests.Response | None,
    redactor: Redactor,
    *,
    body: bytes = b"",
    kept: bytes | None = None,
    error: str | None = None,
    **facts: Any,
) -> Call:
    """Make a call of one exchange: redacted, and beside it the answer that came.

    The answer to a token request is never given.

    Args:
        request: As it was sent.
        response: Its answer; None: there was none.
        redactor: Knows the secret and the tokens that are live.
        body: The answer's body.
        kept: What is kept in its place; None: the body itself.
        error: Why there was no answer.
        facts: The other fields of `Call`.
    """
    sent = request.body if isinstance(request.body, (bytes, str)) else None
    sent_type = str(request.headers.get("Content-Type", ""))
    answer: dict[str, Any] = {}
    url = apart_in_url(request.url or "")
    if response is not None:
        kind = response.headers.get("Content-Type", "")
        answer = {
            "status": response.status_code,
            "headers": response.headers,
            "body": body if kept is None else kept,
            "response_bytes": len(body),
        }
        if not redactor.rules_out(url, response.headers, body, kind):
            answer["headers"] = _headers(redactor, response.headers)
            if kept is None:
                answer["body"] = redactor.body(body, kind)
            url = redactor.url(url)
    else:
        url = redactor.url(url)
    call = Call(
        method=request.method or "",
        url=url,
        request_headers=redactor.sent_headers(request.headers),
        request_body=_sent_body(redactor, sent, sent_type),
        request_bytes=len(sent or b""),
        error=redactor.text(error) if error else None,
        **answer,
        **facts,
    )
    if response is None or call.kind == "token":
        return call
    if call.body is body and call.headers is response.headers:
        return call
    only_live = redactor.by_value
    headers = _headers(only_live, response.headers)
    data = only_live.body(body, response.headers.get("Content-Type", "")) or b""
    if data == call.body and headers == call.headers:
        return call
    return live(call, headers, data)


def _sent_body(redactor: Redactor, sent: bytes | str | None, kind: str) -> bytes | None:
    raw = sent.encode() if isinstance(sent, str) else sent
    if raw is None or not MASK_IN_BYTES.search(raw):
        return redactor.body(sent, kind)
    # Data that reads like a mask: a snippet would send the secret in its place.
    if is_json(raw.decode("utf-8", "surrogateescape")):
        return redactor.body(apart_in_json(raw), kind)
    return MASK_IN_BYTES.sub(REDACTED.encode(), redactor.body(raw, kind) or b"")


def _headers(
    redactor: Redactor, headers: Mapping[str, str | bytes]
) -> Mapping[str, str]:
    # Names compare without case (RFC 9110 section 5.1), in what was redacted, too.
    kept = redactor.headers(headers)
    if kept is headers:
        return kept
    shown: CaseInsensitiveDict[str] = CaseInsensitiveDict(kept)
    return shown


def _undisturbed(work: Callable[[], None]) -> None:
    """Do *work* once in a thread, where no interrupt comes, and wait for it."""
    begun, done = itertools.count(), threading.Event()

    def once() -> None:
        # A start that was interrupted may have been one all the same.
        if next(begun) == 0:
            try:
                work()
            finally:
                done.set()

    started = False
    until = time.monotonic() + _LONGEST_RECORDING_S
    while not done.is_set() and time.monotonic() < until:
        try:
            if not started:
                name = "paynet_nb-record"
                threading.Thread(target=once, name=name, daemon=True).start()
                started = True
            done.wait(_LONGEST_RECORDING_S)
        except KeyboardInterrupt:
            continue
