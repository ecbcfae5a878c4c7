"""Judge what a token endpoint answered: a token answer, or what is wrong with it.

The error form of PayNet's token endpoint is published nowhere; RFC 6749 section 5.2 is
the assumption here, and PayNet's own error bodies and web pages are understood too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from paynet_nb.display import shortened, visible
from paynet_nb.paynet import Environment, meaning, read_outcome
from paynet_nb.wire import Redactor

_TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})
_SHOWN_TEXT = 200  # characters of a server's own words
_NOTHING_SAID = " with JSON"
_CHECK_KEYS = (
    "check Client ID and Client Secret in the Developer Portal, "
    "each environment has its own"
)
_WHAT_TO_DO = {
    "invalid_client": _CHECK_KEYS,
    "invalid_grant": _CHECK_KEYS,
    "unauthorized_client": "this application may not use client credentials; "
    "production keys work only after their approval",
    "unsupported_grant_type": "check the token URL, it knows no client credentials",
    "invalid_scope": "ask PayNet which scope the application has",
    "invalid_request": "check the token URL, it wants other fields than PayNet's",
}


class BadAnswer(NamedTuple):
    """Why an answer, or its absence, is no token.

    Attributes:
        message: What came and what to do, in one line without a secret.
        status: The HTTP status; None: there was no answer.
        error: The OAuth error code; None: the answer has none.
        transient: The same request may well succeed a little later.
        refused: It was turned down for good: asked again at once, it only does harm.
        retry_after_s: Seconds that the server asks to wait (RFC 9110 section 10.2.3).
    """

    message: str
    status: int | None = None
    error: str | None = None
    transient: bool = False
    refused: bool = False
    retry_after_s: float = 0.0


def judge(
    environment: Environment,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    redactor: Redactor,
) -> dict[str, Any] | BadAnswer:
    """Give a usable token answer as its JSON object, anything else as a `BadAnswer`."""
    answer = _parse(body)
    if 200 <= status < 300 and isinstance(answer, dict) and "access_token" in answer:
        problem = _problem(answer, redactor)
        if problem is None:
            return answer
        what = f"answered {status}, but its {problem}"
        advice = "check the token URL, or tell the server's owner"
        return BadAnswer(f"{environment.token_url} {what}; {advice}", status)
    error, said = _server_words(answer, headers, redactor)
    if 200 <= status < 300 and said == _NOTHING_SAID:
        said += " that has no access_token"
    retry_after_s = _retry_after(headers)
    if retry_after_s:
        said += f"; the server asks to wait {retry_after_s:.0f} s"
    return BadAnswer(
        f"{environment.token_url} answered {status}{said}; "
        f"{_advice(status, error, answer, environment)}",
        status,
        error,
        transient=status in _TRANSIENT_STATUSES and error not in _WHAT_TO_DO,
        refused=400 <= status < 500 or error in _WHAT_TO_DO,
        retry_after_s=retry_after_s,
    )


def http_date(text: str | None) -> float | None:
    """Read a header's date (RFC 9110 section 5.6.7) as Unix time; None: it is none."""
    # Of two the last: some web servers put their own before the application's.
    last = ", ".join((text or "").split(", ")[-2:])
    try:
        when = parsedate_to_datetime(last)
        # A zone of "-0000" gives a time without one: the header is in UTC by its rule.
        return when.replace(tzinfo=when.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _parse(body: bytes) -> object:
    """Parse JSON; a body that is none gives Ellipsis, which no JSON text gives."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return ...


def _problem(answer: Mapping[str, Any], redactor: Redactor) -> str | None:
    """Say what makes a token answer unusable (RFC 6749 section 5.1); None: nothing."""
    token, kind = answer.get("access_token"), answer.get("token_type", "bearer")
    if not isinstance(token, str) or not token.strip():
        return "access_token is empty or no text"
    if not re.fullmatch(r"[!-~]+", token.strip()):
        return "access_token holds a character that no header can carry"
    if not isinstance(kind, str):
        return "token_type is no text"
    if kind.lower() != "bearer":
        kind = shortened(visible(redactor.text(kind)), _SHOWN_TEXT)
        return f"token_type is {kind!r}, and only bearer tokens can be used"
    return None


def _server_words(
    answer: object, headers: Mapping[str, str], redactor: Redactor
) -> tuple[str | None, str]:
    """Give the OAuth error code and what the answer says, short and redacted."""
    if isinstance(answer, dict):
        error = answer.get("error")
        error = redactor.text(error)[:80] if isinstance(error, str) else None
        found = read_outcome(answer)
        codes_found = " ".join(filter(None, (found.code, found.reason)))
        words = [redactor.text(codes_found), meaning(found.reason or found.code)]
        words.append(redactor.text(found.description or ""))
        said = ", ".join(visible(" ".join(word.split())) for word in words if word)
        return error, f" {shortened(said, _SHOWN_TEXT)}" if said else _NOTHING_SAID
    if answer is not ...:
        return None, " with JSON that is no object"
    if "location" in headers:
        place = shortened(visible(redactor.url(headers["location"])), _SHOWN_TEXT)
        return None, f", a redirect to {place}, not followed"
    if "html" in headers.get("content-type", "").lower():
        return None, " with a web page"
    return None, " without JSON"


def _advice(
    status: int, error: str | None, answer: object, environment: Environment
) -> str:
    if error in _WHAT_TO_DO:
        return _WHAT_TO_DO[error]
    if status in _TRANSIENT_STATUSES or status >= 500:
        return "try again later"
    if 300 <= status < 400:
        return "check the token URL; a secret is never sent on to another address"
    if answer is ... and status != 404:
        return (
            "a company's proxy or a sign-in page may be in the way; "
            "check the token URL and the proxy"
        )
    if status in (401, 403):
        return _CHECK_KEYS
    return f"check the token URL of {environment.name!r}"


def _retry_after(headers: Mapping[str, str]) -> float:
    said = headers.get("retry-after", "0")
    until, now = http_date(said), http_date(headers.get("date"))
    if until is not None and now is not None:
        # Both by the server's clock: this machine's may be minutes off.
        return max(until - now, 0.0)
    try:
        return float(Retry().parse_retry_after(said))
    except (InvalidHeader, ValueError, OverflowError):  # also a date that is none
        return 0.0
