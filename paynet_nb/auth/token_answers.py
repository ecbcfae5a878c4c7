"""Judge what a token endpoint answered: a token answer, or what is wrong with it.

The error form of PayNet's token endpoint is published nowhere; RFC 6749 section 5.2 is
the assumption here, and PayNet's own error bodies and web pages are understood too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from paynet_nb.auth.server_words import (
    without_drawn,
    words_in_challenge,
    words_in_json,
    words_in_text,
)
from paynet_nb.display import shortened, visible
from paynet_nb.paynet import Environment, meaning, read_codes
from paynet_nb.wire import Redactor, parse_json

_TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})
_SHOWN_TEXT = 200  # characters of a server's own words
_BEARER = frozenset({"bearer", "bearertoken"})
_SIGNS = re.compile(r"[\s_-]")
_NOTHING_SAID = " with JSON"
_PAGE = " with a web page"
_ABOUT_KEYS = re.compile("client|credential|secret|password", re.IGNORECASE)
_ABSENT = frozenset({"null", "none", "nil", "undefined"})
_A_NAME = re.compile("[A-Za-z][A-Za-z_.-]{0,39}")
_CHECK_KEYS = (
    "each environment has a pair of its own: compare Client ID and Client Secret with "
    "the Developer Portal's page for this one"
)
_SANDBOX_KEYS = "a sandbox has keys of its own: box.credentials"
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


def judge_answer(
    environment: Environment,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    redactor: Redactor,
) -> dict[str, Any] | BadAnswer:
    """Give a usable token answer as its JSON object, anything else as a `BadAnswer`."""
    answer = _parse(body, headers)
    if isinstance(answer, dict):
        answer = {
            name: value
            for name, value in answer.items()
            if name not in ("access_token", "token_type") or not _is_absent(value)
        }
    if 200 <= status < 300 and isinstance(answer, dict) and "access_token" in answer:
        problem = _problem(answer, redactor)
        if problem is None:
            return answer
        _, said = _server_words(answer, status, headers, body, redactor)
        what = f"answered {status}, but its {problem}"
        what += "" if said == _NOTHING_SAID else f";{said}"
        advice = "check the token URL, or tell the server's owner"
        return BadAnswer(f"{environment.token_url} {what}; {advice}", status)
    error, said = _server_words(answer, status, headers, body, redactor)
    if 200 <= status < 300 and said == _NOTHING_SAID:
        said += " that has no access_token"
    retry_after_s = _retry_after(headers)
    if retry_after_s:
        said += f"; the server asks to wait {retry_after_s:.0f} s"
    return BadAnswer(
        f"{environment.token_url} answered {status}{said}; "
        f"{_advice(status, error, said, environment)}",
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


def _parse(body: bytes, headers: Mapping[str, str]) -> object:
    """Parse JSON; a body that is none gives Ellipsis, which no JSON text gives."""
    try:
        return parse_json(body, headers.get("content-type", ""))
    except ValueError:
        return ...


def _is_absent(value: object) -> bool:
    """Tell whether a field holds nothing (RFC 8259 has no one way to say so)."""
    return value is None or (
        isinstance(value, str) and value.strip().lower() in _ABSENT
    )


def _problem(answer: Mapping[str, Any], redactor: Redactor) -> str | None:
    """Say what makes a token answer unusable (RFC 6749 section 5.1); None: nothing."""
    token = answer.get("access_token")
    kind = answer.get("token_type") or "bearer"
    if not isinstance(token, str) or not token.strip():
        return "access_token is empty or no text"
    if not re.fullmatch(r"[!-~]+", token.strip()):
        return "access_token holds a character that no header can carry"
    if not isinstance(kind, str):
        return "token_type is no text"
    if _SIGNS.sub("", kind).lower() not in _BEARER:
        kind = shortened(visible(redactor.text(kind)), _SHOWN_TEXT)
        return f"token_type is {kind!r}, and only bearer tokens can be used"
    return None


def kept_of(headers: Mapping[str, str], body: bytes) -> bytes:
    """Say what came in the place of a token: all that may be kept of a 2xx without one.

    In a form that was not understood the token may stand anywhere.
    """
    kind = headers.get("content-type", "no type").partition(";")[0]
    answer = _parse(body, headers)
    fields = ""
    if isinstance(answer, dict):
        # A name with digits, or a long one, may be the token.
        told = (name if _A_NAME.fullmatch(name) else "another" for name in answer)
        names = ", ".join([*dict.fromkeys(told)][:20])
        fields = f", with the fields {names}" if names else ", without a field"
    text = f"[left out: {visible(kind)}, {len(body):,} bytes{fields}]"
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")


def _server_words(
    answer: object,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    redactor: Redactor,
) -> tuple[str | None, str]:
    """Give the OAuth error code and what the answer says, short and redacted."""
    has_token = 200 <= status < 300
    error, words = None, [*words_in_json(answer, in_place_of_token=has_token)]
    if isinstance(answer, dict):
        error, words = _codes_and_words(answer, words, redactor)
    if has_token:
        words = [*map(without_drawn, words)]
    said = ", ".join(_shown([*words, *words_in_challenge(headers)], redactor))
    if said and answer is not ...:
        return error, f" {shortened(said, _SHOWN_TEXT)}"
    if answer is not ...:
        kind = (
            _NOTHING_SAID
            if isinstance(answer, dict)
            else " with JSON that is no object"
        )
        return error, kind
    if "location" in headers:
        place = visible(redactor.url(headers["location"]))
        return None, f", a redirect to {shortened(place, _SHOWN_TEXT)}, not followed"
    text = words_in_text(headers, body)
    if text is None:
        return None, _PAGE
    # Of a 2xx it may be the token itself.
    challenged = has_token or not text.strip()
    words = words_in_challenge(headers) if challenged else [text]
    said = shortened(", ".join(_shown(words, redactor)), _SHOWN_TEXT)
    return None, f" without JSON: {said}" if said else " without JSON"


def _codes_and_words(
    answer: dict[str, Any], words: list[str], redactor: Redactor
) -> tuple[str | None, list[str]]:
    """Give the OAuth error code, and all that an object says, codes first."""
    error = answer.get("error")
    if isinstance(error, dict):  # as Azure's and Google's have it
        error = error.get("code")
    error = redactor.text(error)[:80] if isinstance(error, str) else None
    found = read_codes(answer)
    known = " ".join(filter(None, (found.code, found.reason)))
    first = [error or "", known, meaning(found.reason or found.code)]
    token = answer.get("access_token")
    if isinstance(token, str) and " " in token.strip():
        words = [*words, token]  # a sentence in its place
    return error, [*first, found.description or "", *words]


def _shown(words: Iterable[str], redactor: Redactor) -> list[str]:
    shown = (
        visible(" ".join(redactor.text(word).split())) for word in words if word.strip()
    )
    return [*dict.fromkeys(shown)]


def _advice(status: int, error: str | None, said: str, environment: Environment) -> str:
    check_keys = _SANDBOX_KEYS if environment.stage == "sandbox" else _CHECK_KEYS
    if error in _WHAT_TO_DO:
        advice = _WHAT_TO_DO[error]
        return check_keys if advice is _CHECK_KEYS else advice
    if status in _TRANSIENT_STATUSES or status >= 500:
        return "try again later"
    if 300 <= status < 400:
        return "check the token URL; a secret is never sent on to another address"
    if said == _PAGE and status != 404:
        return (
            "a company's proxy or a sign-in page may be in the way; "
            "check the token URL and the proxy"
        )
    if status in (401, 403) or _ABOUT_KEYS.search(said):
        return check_keys
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
