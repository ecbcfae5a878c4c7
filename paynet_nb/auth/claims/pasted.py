"""A token as people paste it: found in what surrounds it, and cleaned.

Nothing here raises, so that no traceback can hold the token: what cannot be used gives
a text that says why and quotes nothing.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from paynet_nb.credentials import Secret

# White space of every kind, a shell's line continuation, marks without width, and
# quotes: none of them can be part of a token (RFC 6750 section 2.1).
_NOISE = re.compile(
    "(?:\\\\\r?\n|[\\s\u00ad\u200b-\u200d\u2060\ufeff\"'`\u2018-\u201f])+"
)
# Three parts of base64url and no more: there is nothing to clean.
_COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
# So it is in a log, a program, a cookie or another answer: its head is a JSON object.
_JWT = re.compile(r"(?<![\w.-])e[wy][\w-]++\.[\w-]++\.[\w-]*+(?![\w.-])", re.ASCII)
# A colon is no part of a token either, so this cannot eat into one.
_PREFIX = re.compile(r"(?:.*?authorization[:=])?(?:bearer[:+]?)?", re.IGNORECASE)
# In a command or in a request, where more follows: to the quote, else to a space.
_HEADER = re.compile(
    r"""(?P<quote>['"])\s*authorization\s*:\s*bearer\s+(?P<quoted>[^'"]*+)(?P=quote)"""
    r"""|(?:^|[\s$])authorization\s*:\s*bearer\s+(?P<bare>[^\s'"]++)[ \t]*+$"""
    r"""|--oauth2-bearer[\s=]+['"]?(?P<option>[^\s'"]++)""",
    re.IGNORECASE | re.MULTILINE,
)
_CONTINUED = re.compile(r"[\\^`]\r?\n")
_COMMAND = re.compile(r"\s*+(?:[$>#%]\s)?\s*+curl(?:\.exe)?\s", re.IGNORECASE)
_HEADER_LINES = re.compile(r"^[A-Za-z][\w-]*+[ \t]*+:[ \t]", re.MULTILINE)
# A form, a query or a fragment (RFC 6749 sections 4.2.2 and 5.1).
_FIELD = re.compile(r"(?:^|[?#&\s\"'])access_token=[^&\s]")
_WRAPPED = re.compile(r"""b?['"]\s*+\{""")
_LONGEST_LITERAL = 100_000  # characters; Python's parser needs a hundred bytes for each
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
            JSON object of a token answer, or any text that holds such an answer (JSON,
            a form, a URL's fragment, a Python dict) or one token, with `Authorization:
            Bearer`, quotes and line breaks around it, or in a cURL line. Else the one
            JWT that stands in it.
    """
    text = ""
    if isinstance(given, (bytes, bytearray)):
        given = given.decode("utf-8", "replace")
    if isinstance(given, str):
        if _COMPACT.fullmatch(given):
            return Pasted(Secret(given))
        text = given
        found = _answer(given.strip("\ufeff \t\r\n"))
        if found is None:
            return _of_text(given)
        given = found
    if isinstance(given, Mapping) and "access_token" not in given:
        if kind := _kind_of_json(given):
            return kind
        if only := _only_jwt(text or json.dumps(given, default=str)):
            return Pasted(Secret(only))
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


def _of_text(text: str) -> Pasted | str:
    bare = _cleaned(_bearer(text))
    if not _JWT.fullmatch(bare):
        only = _only_jwt(unquote(text) if "%" in text else text)
        if only == "":
            return "there are several tokens in it; give one of them"
        bare = only or bare
    return Pasted(Secret(bare))


def _only_jwt(text: str) -> str | None:
    """Find the one JWT in a text about other things; "": there are several."""
    found = {*_JWT.findall(text)}
    if len(found) > 1:
        return ""
    return found.pop() if found else None


def _answer(text: str) -> Mapping[str, Any] | None:
    """Read a token answer; None: it is none."""
    if _WRAPPED.match(text):  # a JSON text in a string of Python or of JSON
        inner = literal(text)
        inner = inner.decode("utf-8", "replace") if isinstance(inner, bytes) else inner
        text = inner.strip() if isinstance(inner, str) else text
    if text.startswith("{"):
        try:
            # Not strict: a terminal breaks long lines inside of the token.
            found = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            found = literal(text)
        return found if isinstance(found, Mapping) else {}
    if _FIELD.search(text) and not _COMMAND.match(text):
        start = text.index("access_token=")
        start = max(text.rfind(mark, 0, start) for mark in "?#\"' \n\t") + 1
        return dict(parse_qsl(text[start:].split()[0].strip("'\"")))
    return None


def literal(text: str) -> object:
    """Read a dict or a text as Python prints it; None: it is none, or very long."""
    if len(text) > _LONGEST_LITERAL:
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _kind_of_json(found: Mapping[str, Any]) -> str | None:
    """Name the JSON forms of RFC 7515 and RFC 7516; None: it is neither."""
    if "payload" in found and ("signature" in found or "signatures" in found):
        return (
            "it is a signature in JSON form (JWS, RFC 7515 section 7.2); give it as "
            "protected.payload.signature"
        )
    if "ciphertext" in found:
        return (
            "it is encrypted (JWE in JSON form, RFC 7516 section 7.2): only the API "
            "that it is for can read it"
        )
    return None


def _bearer(text: str) -> str:
    """Give the token of a cURL line or of a request's headers, else all of *text*."""
    if "%" in text:  # no part of a token (RFC 6750 section 2.1)
        text = unquote(text)
    if _COMMAND.match(text) or len(_HEADER_LINES.findall(text)) > 1:
        joined = _CONTINUED.sub(" ", text)
        if header := _HEADER.search(joined):
            return header["quoted"] or header["bare"] or header["option"] or ""
    return text


def _cleaned(text: str) -> str:
    if _COMPACT.fullmatch(text):
        return text
    bare = _PREFIX.sub("", _NOISE.sub("", text), count=1)
    return _PADDING.sub("", bare.rstrip(",;"))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
