"""What is odd about a JSON Web Token.

A finding is a remark for the reader, never a failure: PayNet's own published sample has
three of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from paynet_nb.auth.claims.fields import SIGNATURES, TIMES, seconds_of
from paynet_nb.display import both_clocks, duration, shortened
from paynet_nb.paynet import Environment, origin_of

Severity = Literal["info", "warning", "error"]
GRAVEST_FIRST: tuple[Severity, ...] = ("error", "warning", "info")

SEVERITIES: dict[str, Severity] = {
    "alg_none": "error",
    "alg_shared_secret": "info",
    "alg_unknown": "warning",
    "critical_extension": "error",
    "expired": "error",
    "issued_in_future": "warning",
    "issuer_not_url": "warning",
    "issuer_other_host": "info",
    "kid_not_text": "warning",
    "lifetime_differs": "warning",
    "name_repeated": "warning",
    "no_audience": "info",
    "no_expiry": "warning",
    "no_issuer": "info",
    "no_key_fits": "error",
    "no_lifetime": "error",
    "no_signature": "error",
    "not_yet_valid": "error",
    "scope_differs": "warning",
    "signature_der": "error",
    "signature_wrong": "error",
    "time_is_text": "warning",
    "time_not_a_number": "warning",
    "time_out_of_range": "warning",
    "times_in_milliseconds": "warning",
}

_SHARED_SECRET = ("HS256", "HS384", "HS512")
# As seconds far beyond the year 9999, as milliseconds the years 2001 to 5138.
_FIRST_MILLISECOND, _LAST_MILLISECOND = 10**12, 10**14


class Finding(NamedTuple):
    """One remark on a token.

    Attributes:
        code: A fixed word to test for, such as "expired"; all are in `SEVERITIES`.
        severity: "info": worth knowing; "warning": may cause trouble; "error": an API
            should refuse the token.
        message: One sentence for a person; it may quote the token's claims.
    """

    code: str
    severity: Severity
    message: str


_Remarks = Iterator[tuple[str, str]]


def remarks_on(
    header: Mapping[str, Any],
    claims: Mapping[str, Any],
    *,
    signed: bool,
    repeated: Iterable[str],
    now: float,
    environment: Environment | None,
    expires_in: float | None,
    scope: str | None,
) -> list[Finding]:
    """List what is odd about a token, its signature apart.

    Args:
        header: The token's header.
        claims: The token's payload.
        signed: Whether its third part holds anything.
        repeated: Names that stand twice in one object of it.
        now: The time to judge by (Unix time, seconds).
        environment: Where the token is said to come from; None: not known.
        expires_in: The life that the token answer stated, in seconds; None: none.
        scope: The scope that the token answer stated; None: none.
    """
    remarks = [
        *(("name_repeated", _twice(name)) for name in repeated),
        *_of_header(header, signed=signed),
        *_of_times(claims, now),
        *_of_life(claims, expires_in),
        *_of_issuer(claims, environment),
        *_of_purpose(claims, scope),
    ]
    return [finding(code, message) for code, message in remarks]


def finding(code: str, message: str) -> Finding:
    """Make a finding with the severity of its code."""
    return Finding(code, SEVERITIES[code], message)


def _twice(name: str) -> str:
    return f"{_short(name)} stands twice: readers may differ; the last one is shown"


def _of_header(header: Mapping[str, Any], *, signed: bool) -> _Remarks:
    alg = header.get("alg")
    if not isinstance(alg, str):
        yield "alg_unknown", "the header does not say how it is signed (alg)"
    elif alg.lower() == "none":
        yield "alg_none", "it is not signed: anyone could have written it"
    elif alg in _SHARED_SECRET:
        yield (
            "alg_shared_secret",
            f"{alg} is made with a secret of the issuer's; no public key can check it",
        )
    elif alg not in SIGNATURES:
        yield "alg_unknown", f"alg {_short(alg)} is no signature method known here"
    if not signed and str(alg).lower() != "none":
        yield "no_signature", "its signature is missing: anyone could have written it"
    if not isinstance(header.get("kid", ""), str):
        yield "kid_not_text", "kid is not a text (RFC 7515 section 4.1.4)"
    if "crit" in header:
        yield (
            "critical_extension",
            "the header demands an extension that is not understood here (crit)",
        )


def _of_times(claims: Mapping[str, Any], now: float) -> _Remarks:
    for name in TIMES:
        if name in claims:
            yield from _of_time(name, claims[name])
    exp, nbf, iat = (seconds_of(claims.get(name)) for name in ("exp", "nbf", "iat"))
    if "exp" not in claims:
        yield "no_expiry", "there is no exp: it does not say when it ends"
    if exp is not None and exp <= now:
        ago = duration(now - exp)
        yield "expired", f"it ended {both_clocks(exp)}, {ago} ago; ask for a new one"
    if nbf is not None and nbf > now:
        yield (
            "not_yet_valid",
            f"it is valid from {both_clocks(nbf)}, in {duration(nbf - now)}; "
            "is the clock of this machine right?",
        )
    elif iat is not None and iat > now:
        yield (
            "issued_in_future",
            f"it was issued {duration(iat - now)} from now: one of the clocks is wrong",
        )


def _of_time(name: str, value: object) -> _Remarks:
    if isinstance(value, str):
        yield (
            "time_is_text",
            f"{name} is a text; a time is a number (RFC 7519 section 2)",
        )
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        yield "time_not_a_number", f"{name} is not a number (RFC 7519 section 2)"
    elif _FIRST_MILLISECOND <= value < _LAST_MILLISECOND:
        when = both_clocks(value / 1000)
        yield "times_in_milliseconds", f"{name} seems to count milliseconds: {when}"
    elif seconds_of(value) is None:
        yield "time_out_of_range", f"{name} is no time of the years 1 to 9999"


def _of_life(claims: Mapping[str, Any], expires_in: float | None) -> _Remarks:
    exp, nbf, iat = (seconds_of(claims.get(name)) for name in ("exp", "nbf", "iat"))
    start = nbf if iat is None else iat
    if exp is None or start is None:
        return
    if exp <= start:
        yield "no_lifetime", "it ends before it starts"
    # The answer is written a moment after the token: a second is no difference.
    if expires_in is not None and abs(exp - start - expires_in) > 1:
        yield (
            "lifetime_differs",
            f"the answer said expires_in {expires_in:g} s, the token lives "
            f"{exp - start:g} s; go by the shorter",
        )


def _of_issuer(claims: Mapping[str, Any], environment: Environment | None) -> _Remarks:
    if "iss" not in claims:
        yield "no_issuer", "there is no iss: it does not say who issued it"
        return
    issuer = claims["iss"]
    host = _host(issuer)
    if host is None:
        yield (
            "issuer_not_url",
            f"the issuer {_short(issuer)} is not a URL; compare it as text only",
        )
    elif environment and host != (asked := origin_of(environment.token_url).host):
        yield (
            "issuer_other_host",
            f"{_short(host)} issued it; tokens of {environment.name!r} are asked for "
            f"at {asked}",
        )


def _of_purpose(claims: Mapping[str, Any], scope: str | None) -> _Remarks:
    if "aud" not in claims:
        yield "no_audience", "there is no aud: it does not say which API it is for"
    # The order of the words has no meaning (RFC 6749 section 3.3).
    if scope is not None and "scope" in claims:
        stated = claims["scope"]
        words = stated.split() if isinstance(stated, str) else stated
        if not isinstance(words, list) or set(scope.split()) != set(map(str, words)):
            yield (
                "scope_differs",
                f"the answer said scope {_short(scope)}, the token {_short(stated)}",
            )


def _host(issuer: object) -> str | None:
    """Find the host of an http(s) URL; None: it is no such URL."""
    try:
        parts = urlsplit(issuer if isinstance(issuer, str) else "")
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("https", "http") else None


def _short(value: object) -> str:
    """Quote a claim in one line; what is no text by its type only."""
    text = value if isinstance(value, str) else f"({type(value).__name__})"
    return shortened(" ".join(text.split()), 100)
