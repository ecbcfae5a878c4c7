"""Find what a server says in an answer, wherever and in whichever form it says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from paynet_nb.wire import REDACTED, charset_of, names_a_secret

_READ_OF_TEXT = 4_096  # bytes of an answer that is no JSON
# How names end under which servers put their words, without capitals and signs:
# errorMessage, error_description, faultstring, statusText.
_ENDS = (
    *("message", "messages", "msg", "description", "desc", "detail", "details"),
    *("title", "reason", "cause", "error", "errors", "faultstring", "text", "info"),
)
_DEEPEST = 6  # objects in each other; words stand above that
_SIGNS = re.compile("[^a-z]")
_MARKUP = re.compile(r"<[^<>]*>")
_OF_PAGES = re.compile(
    r"<(?:!doctype html|html|head|body|title|script|form|div|p|h\d|center)\b",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([\w.-]{1,40})\s{0,9}=\s{0,9}["']([^"'<>]+)["']""")
_DRAWN = re.compile(r"(?<!\S)(?=[^\s\d]*\d)(?=[^\sA-Za-z]*[A-Za-z])\S{16,}")
_A_WORD = re.compile(r"[A-Za-z]{1,20}")


def words_in_json(answer: object, *, in_place_of_token: bool) -> Iterator[str]:
    """Give the texts under names that promise words, those further out first.

    Args:
        answer: JSON's data.
        in_place_of_token: A token may stand anywhere in it: give sentences under such
            names only.
    """
    if not in_place_of_token:
        yield from _texts(answer, wanted=not isinstance(answer, dict), depth=0)
        return
    for text in _texts(answer, wanted=False, depth=0):
        if " " in text.strip() or _A_WORD.fullmatch(text.strip()):
            yield text


def without_drawn(text: str) -> str:
    """Mask what looks drawn by lot, as a token does."""
    return _DRAWN.sub(REDACTED, text)


def words_in_text(headers: Mapping[str, str], body: bytes) -> str | None:
    """Give the words of an answer that is no JSON, "" for none; None: it is a page."""
    charset = charset_of(headers.get("content-type", ""))
    text = body[:_READ_OF_TEXT].decode(charset, "replace").removeprefix("\ufeff")
    if _OF_PAGES.search(text):
        return None
    if not text.lstrip().startswith("<"):
        return text
    words = " ".join(_MARKUP.sub(" ", text).split())
    return words or ", ".join(
        value for name, value in _ATTRIBUTE.findall(text) if _promises_words(name)
    )


def words_in_challenge(headers: Mapping[str, str]) -> list[str]:
    """Give the code and the words of a challenge (RFC 6750 section 3)."""
    challenge = headers.get("www-authenticate", "")[:_READ_OF_TEXT]
    return [
        value
        for name, value in _ATTRIBUTE.findall(challenge)
        if name.lower() in ("error", "error_description")
    ]


def _texts(value: Any, *, wanted: bool, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if wanted:
            yield value
        return
    if depth > _DEEPEST or not isinstance(value, (dict, list)):
        return
    parts = (
        [(_promises_words(name), part) for name, part in value.items()]
        if isinstance(value, dict)
        else [(wanted, part) for part in value]
    )
    # {"errors": {"client_id": ["is unknown"]}}: of a text's neighbours none counts.
    of_fields = (
        wanted and isinstance(value, dict) and not any(said for said, _ in parts)
    )
    for said, part in parts:
        if isinstance(part, str) and (said or of_fields):
            yield part
    for said, part in parts:
        if not isinstance(part, str):
            yield from _texts(part, wanted=said or of_fields, depth=depth + 1)


def _promises_words(name: str) -> bool:
    return _SIGNS.sub("", name.lower()).endswith(_ENDS) and not names_a_secret(name)
