"""Ask a token endpoint for an access token: the request, its retries, its deadline.

What this module does not do: it keeps no token and raises nothing. It answers with
values, so that no traceback passes through a frame that has seen the secret.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import NamedTuple

import requests
import urllib3

from paynet_nb.auth.claims import unverified_claims
from paynet_nb.auth.token import Token, token_from_answer
from paynet_nb.auth.token_answers import BadAnswer, http_date, judge_answer, kept_of
from paynet_nb.credentials import Credentials
from paynet_nb.errors import TokenError
from paynet_nb.wire import (
    Call,
    Known,
    Redactor,
    Timeout,
    Transport,
    knowing_token,
    packings,
    send,
    unpacked,
)

DEADLINE_S = 30.0  # asking, retries included, ends within this
# After the endpoint refused, so that a wrong secret in a loop blocks nobody's address.
COOL_DOWN_S = 5.0
_LONGEST_COOL_DOWN_S = 300.0  # however long Retry-After is
_ATTEMPTS = 4
FIRST_PAUSE_S = 0.5
# A token answer is about 1 KB; more is a page, a mistake or an attack.
_LARGEST_ANSWER = 1 << 20  # bytes
_CHUNK = 1 << 16

_log = logging.getLogger("paynet_nb")


class Asked(NamedTuple):
    """What asking came to.

    Attributes:
        outcome: The token, or why there is none.
        asked_at: When the last request was sent (seconds, monotonic).
        cool_down_s: For how many seconds asking again can only do harm.
    """

    outcome: Token | TokenError
    asked_at: float
    cool_down_s: float = 0.0


class TokenEndpoint:
    """The token endpoint of one environment, asked with one pair of credentials."""

    def __init__(
        self,
        credentials: Credentials,
        transport: Transport,
        *,
        timeout: Timeout,
        clock: Callable[[], float],
        pause: Callable[[float], None] | None,
        redactor: Callable[[], Redactor],
        record: Callable[[Call], None],
    ) -> None:
        self._credentials = credentials
        self._environment = credentials.environment
        self._transport = transport
        self._timeout = timeout
        self._clock = clock
        self._pause = pause
        self._record = record
        self._redactor = redactor

    def ask(self, *, retries: Callable[[], bool]) -> Asked:
        """Ask for a token, within `DEADLINE_S` whatever the server does.

        Args:
            retries: Tells after a transient failure whether to try again; there is no
                hurry where a valid token is still at hand.
        """
        # In a thread of its own: no time-out of a socket bounds the look-up of a name,
        # or an answer that trickles in byte by byte.
        future: Future[Asked] = Future()
        unwanted = threading.Event()
        started = time.monotonic()

        def work() -> None:
            try:
                asked = self._ask(started + DEADLINE_S, retries, unwanted)
            except BaseException as error:  # noqa: BLE001  # whoever waits must hear of it
                # By its kind only: its text and its frames may hold the secret.
                broken = f"asking {self._environment.token_url} for a token broke off "
                broken += f"on this side ({type(error).__name__})"
                asked = Asked(TokenError(broken), started)
            future.set_result(asked)

        try:
            # In here: the interrupt may come before the start has returned.
            threading.Thread(target=work, name="paynet_nb-token", daemon=True).start()
            return future.result(DEADLINE_S)
        except TimeoutError:
            late = f"{self._environment.token_url} gave no whole answer within "
            late += f"{DEADLINE_S:.0f} s; try again later"
        finally:
            unwanted.set()  # also where the wait was interrupted
        return Asked(TokenError(late), started)

    def _ask(
        self, deadline: float, retries: Callable[[], bool], unwanted: threading.Event
    ) -> Asked:
        for attempt in range(1, _ATTEMPTS + 1):
            asked_at = time.monotonic()
            outcome = self._exchange(attempt, deadline - asked_at)
            if isinstance(outcome, Token):
                return Asked(outcome, asked_at)
            verdict = outcome
            pause = FIRST_PAUSE_S * 2 ** (attempt - 1) * random.uniform(1, 1.5)  # noqa: S311  # jitter
            pause = max(pause, verdict.retry_after_s)
            in_time = time.monotonic() + pause < deadline
            helps = verdict.transient and in_time and retries()
            if attempt == _ATTEMPTS or not helps:
                break
            if attempt == 1:
                _log.warning("%s; trying again by itself", verdict.message)
            if self._pause:
                self._pause(pause)
            elif unwanted.wait(pause):
                break
        cool_down = max(
            min(verdict.retry_after_s, _LONGEST_COOL_DOWN_S),
            COOL_DOWN_S if verdict.refused else 0.0,
        )
        message = verdict.message
        if cool_down:
            message += f" (not asked again for {cool_down:.0f} s)"
        error = TokenError(message, status=verdict.status, error=verdict.error)
        return Asked(error, asked_at, cool_down)

    def _exchange(self, attempt: int, left_s: float) -> Token | BadAnswer:
        """Send the request once, judge the answer, record both."""
        asked_at = self._clock()
        verdict: Token | BadAnswer = BadAnswer("")

        def knows(response: requests.Response | None, body: bytes | None) -> Known:
            nonlocal verdict
            redactor = self._redactor()
            if response is not None:
                verdict = self._verdict_on(response, body, asked_at, redactor)
            if isinstance(verdict, Token):
                return Known(*knowing_token(redactor, verdict.access_token))
            if response is not None and response.ok:
                kept = kept_of(response.headers, body or b"")
                return Known(redactor, kept=kept)
            return Known(redactor)

        sent = send(
            self._request(),
            self._transport,
            timeout=_within(self._timeout, left_s),
            record=self._record,
            knows=knows,
            read=_read,
            kind="token",
            environment=self._environment.name,
            sent_at_s=asked_at,
            attempt=attempt,
        )
        if sent.no_answer:
            message, transient = sent.no_answer
            return BadAnswer(f"no token: {message}", transient=transient)
        return verdict

    def _request(self) -> requests.PreparedRequest:
        """Build the request of PayNet's API-keys page: a form of three fields."""
        # Prepared without the session, which would add an entry of .netrc.
        return requests.Request(
            "POST",
            self._environment.token_url,
            headers={
                # No second credential (RFC 6749 section 2.3).
                **self._transport.own_headers(),
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
                # What is not compressed cannot grow when it is unpacked.
                "Accept-Encoding": "identity",
            },
            data={
                "grant_type": "client_credentials",
                "client_id": self._credentials.client_id,
                "client_secret": self._credentials.client_secret.reveal(),
            },
        ).prepare()

    def _verdict_on(
        self,
        response: requests.Response,
        body: bytes | None,
        asked_at: float,
        redactor: Redactor,
    ) -> Token | BadAnswer:
        url, status = self._environment.token_url, response.status_code
        if body is None:
            return BadAnswer(
                f"{url} answered {status} with more than {_LARGEST_ANSWER:,} bytes or "
                "with what cannot be unpacked; check the token URL",
                status,
            )
        answer = judge_answer(
            self._environment, status, response.headers, body, redactor
        )
        if isinstance(answer, BadAnswer):
            return answer
        return token_from_answer(
            answer,
            unverified_claims(answer["access_token"]) or {},
            asked_at=asked_at,
            server_time=http_date(response.headers.get("Date")),
        )


def _within(timeout: Timeout, left_s: float) -> Timeout:
    """Shorten a time-out, so that whoever asks is done when nobody waits any more."""
    connect, read = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    left_s = max(left_s, 0.1)
    # An answer may take three times as long as a wait for its next bytes.
    return min(connect or left_s, left_s), min(read or left_s, left_s / 3)


def _read(response: requests.Response) -> bytes | None:
    """Read a body, holding 2 MB at most; None: too large, or not to be unpacked."""
    body = b""
    for chunk in response.raw.stream(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            break
    response.close()
    kinds = packings(response.headers.get("Content-Encoding", ""))
    if kinds is None:
        return None
    try:
        body = unpacked(body, kinds, _LARGEST_ANSWER)
    except urllib3.exceptions.DecodeError:
        return None
    return body if len(body) <= _LARGEST_ANSWER else None
