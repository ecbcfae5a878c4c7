"""A token as people paste it: found in what surrounds it, and cleaned.

Nothing here raises, so that no traceback can hold the token: what cannot be used gives
a text that says why and quotes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from paynet_nb.credentials import Secret

# White space of every kind, a shell's line continuation, marks without width, and
# quotes: none of them can be part of a token (RFC 6750 section 2.1).
_NOISE = re.compile(
    "(?:\\\\\r?\n|[\\s\u00ad\u200b-\u200d\u2060\ufeff\"'`\u2018-\u201f])+"
)
# A colon is no part of a token either, so this cannot eat into one.
_PREFIX = re.compile(r"(?:.*?authorization[:=])?(?:bearer:?)?", re.IGNORECASE)
# RFC 7515 section 2 leaves it out; some tools write it nevertheless.
_PADDING = re.compile(r"=+(?=\.|$)")


class Pasted(NamedTuple):
    """A token's text, and what the answer that it came in said of it.

    Attributes:
        token: The cleaned text; whether it is a JWT is not checked.
        expires_in: The life in seconds that the answer stated; None: none.
        scope: The scope that the answer stated; None: none.
    """

    token: Secret
    expires_in: float | None = None
    scope: str | None = None


def pasted(given: object) -> Pasted | str:
    """Find the token in *given*; a text in place of it says why there is none.

    Args:
        given: An object with `access_token` (and perhaps `expires_in` and `scope`), the
            JSON object of a token answer, or any text that holds such an answer or one
            token, with `Authorization: Bearer`, quotes and line breaks around it.
    """
    if isinstance(given, str) and given.strip("\ufeff \t\r\n").startswith("{"):
        given = _answer(given)
    if isinstance(given, str):
        return Pasted(Secret(_cleaned(given)))
    if isinstance(given, Mapping):
        parts = [given.get(name) for name in ("access_token", "expires_in", "scope")]
    else:
        parts = [
            getattr(given, x, None) for x in ("access_token", "expires_in", "scope")
        ]
    token, expires_in, scope = parts
    if not isinstance(token, str):
        return "there is no access_token in it"
    return Pasted(
        Secret(_cleaned(token)),
        _number(expires_in),
        scope if isinstance(scope, str) else None,
    )


def _answer(text: str) -> Mapping[str, Any] | None:
    try:
        # Not strict: a terminal breaks long lines inside of the token.
        found = json.loads(text.strip("\ufeff"), strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, Mapping) else None


def _cleaned(text: str) -> str:
    bare = _PREFIX.sub("", _NOISE.sub("", text), count=1)
    return _PADDING.sub("", bare.rstrip(",;"))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
