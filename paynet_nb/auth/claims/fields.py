"""The fields of a JSON Web Token: read, and said what each means.

Meanings follow RFC 7515 section 4.1 (header) and RFC 7519 section 4.1 (payload).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from paynet_nb.display import both_clocks

HEADER, PAYLOAD = "header", "payload"

# Those that a public key can check (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC
# 9864 section 2.2).
SIGNATURES = {
    **{f"RS{n}": f"RSA with SHA-{n}" for n in (256, 384, 512)},
    **{f"PS{n}": f"RSA-PSS with SHA-{n}" for n in (256, 384, 512)},
    **{f"ES{n}": f"ECDSA with SHA-{n}" for n in (256, 384, 512)},
    "EdDSA": "an Edwards curve",
    "Ed25519": "the Edwards curve Ed25519",
    "Ed448": "the Edwards curve Ed448",
}
TIMES = {"nbf": "not valid before", "exp": "ends", "iat": "issued"}

_MEANINGS = {
    HEADER: {
        "kid": "which of the issuer's keys signed it",
        "typ": "what kind of token it is",
        "cty": "what kind of content it carries",
        "crit": "extensions that a reader must understand",
        "jku": "where its keys are said to be; never trust it",
        "x5u": "where its certificate is said to be; never trust it",
        "jwk": "a key that the token brings along; never trust it",
        "x5c": "certificates that the token brings along; never trust them",
    },
    PAYLOAD: {
        "sub": "who it was given to; very likely the Client ID (assumption)",
        "scope": "what it allows",
        "iss": "who issued it",
        "aud": "which API it is for",
        "jti": "the token's own number, never used twice",
        "client_id": "the application that it was given to",
        "azp": "the application that it was given to",
    },
}
# Far more than any claim has, far less than Python's own limit.
_MAX_DEPTH = 100
# The years 1 to 9999.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799


def fields_of(data: bytes, repeated: list[str]) -> dict[str, Any] | None:
    """Read one part of a token, a JSON object in UTF-8; None: it is none.

    Args:
        data: The decoded part.
        repeated: Each name that stands twice in one object is added to it.
    """

    def last_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(name for name, _ in pairs)
        repeated.extend(name for name, count in counts.items() if count > 1)
        return dict(pairs)

    try:
        found = json.loads(data.decode(), object_pairs_hook=last_wins)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and not _too_deep(found) else None


def _too_deep(value: object) -> bool:
    """Tell whether *value* is nested so deeply that writing it could fail."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def meaning(part: str, name: str, value: object) -> str:
    """Say what the field *name* of *part* ("header" or "payload") means.

    A time is written in UTC and in Kuala Lumpur time.
    """
    if part == HEADER and name == "alg":
        how = SIGNATURES.get(str(value))
        return f"how it is signed: {how}" if how else "how it is signed"
    if part == PAYLOAD and name in TIMES:
        seconds = seconds_of(value)
        when = "not a time in seconds" if seconds is None else both_clocks(seconds)
        return f"{TIMES[name]} {when}"
    return _MEANINGS[part].get(name, "not a standard name; its issuer knows")


def seconds_of(value: object) -> float | None:
    """Read a NumericDate (RFC 7519 section 2) of the years 1 to 9999; None: no such."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # Compared before any conversion: False for NaN, and no integer is too large.
    return value if _FIRST_SECOND <= value <= _LAST_SECOND else None
