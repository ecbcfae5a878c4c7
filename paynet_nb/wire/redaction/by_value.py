"""Find a secret by its value, however a server or a library has encoded it."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote_plus, unquote

# A shorter text stands in ordinary words, which a search for it would blank.
SHORTEST = 4
# Long enough to be searched fast, short enough to lie in the header of a JWT, so that
# all tokens of one issuer are ruled out by the same search.
_LONGEST_HIT = 32
_ENTITIES = {'"': "quot", "&": "amp", "'": "apos", "<": "lt", ">": "gt"}
_BACKSLASH = r"(?:\\|%(?:25)*5c)"
# Run of base64 in either alphabet, also in JSON (\/) and in a URL (%2B).
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]|\\{1,7}/|%2[BbFf])++(?:=|%3[Dd])*+")


class Hidden(str):
    """A text that a traceback with local variables does not show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[hidden]"


class Finder(NamedTuple):
    """What finds a value, or many, in some encodings.

    Attributes:
        hits: A text without one of these has none of the encodings.
        mask_in: Gives a text back with all of them masked.
    """

    hits: tuple[str, ...]
    mask_in: Callable[[str], str]


def fingerprint(value: str) -> str:
    """Name a token by the first 8 hex digits of its SHA-256, showing none of it."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def find_all(masks: Mapping[str, str], shown: re.Pattern[str]) -> Finder:
    """Give what finds all values of *masks* in all encodings.

    Args:
        masks: What stands in the place of each value.
        shown: Finds the masks (one group), which are not looked into:
            "[client secret]" stays though "secret" be a value.
    """
    # The longest first: one secret may be part of another.
    found = [
        finder
        for value in sorted(masks, key=len, reverse=True)
        if len(value) >= SHORTEST
        for finder in _find(value, masks[value])
    ]

    def mask_in(text: str) -> str:
        for finder in found:
            if any(hit in text for hit in finder.hits):
                pieces = shown.split(text)
                pieces[::2] = map(finder.mask_in, pieces[::2])
                text = "".join(pieces)
        return text

    return Finder(tuple({hit for finder in found for hit in finder.hits}), mask_in)


def _find(value: str, mask: str) -> tuple[Finder, Finder]:
    """Give what finds *value* written out, and what finds it in base64.

    Written out: raw, percent-encoded, escaped for JSON or HTML, and one in another.
    """
    if re.fullmatch(r"[\w.-]+", value, re.ASCII):
        # No encoder touches these characters.
        def mask_written(text: str) -> str:
            return text.replace(value, mask)
    else:
        # Compiled when first needed, which for most values is never.
        pattern = functools.cache(lambda: re.compile(_any_encoding(value), re.DOTALL))

        def mask_written(text: str) -> str:
            return pattern().sub(lambda _: mask, text)

    # RFC 6749 section 2.3.1 has a secret percent-encoded before the base64 of Basic.
    cores = {core for text in {value, quote_plus(value)} for core in _cores(text)}

    def mask_base64(text: str) -> str:
        return _BASE64.sub(lambda run: mask if _holds(run[0], cores) else run[0], text)

    return (
        Finder((_hit(value, r"[\w.-]+"),), mask_written),
        Finder(tuple(_hit(core, "[A-Za-z0-9]+") for core in cores), mask_base64),
    )


def _hit(text: str, untouched: str) -> str:
    """Give a piece of *text* that no encoding changes; empty if there is none."""
    runs = re.findall(untouched, text, re.ASCII)
    return Hidden(max((run[:_LONGEST_HIT] for run in runs), key=len, default=""))


def _cores(text: str) -> Iterator[str]:
    """Give what base64 has of *text* wherever in the encoded bytes it starts."""
    raw = text.encode("utf-8", "surrogatepass")
    for before, shared in ((0, 0), (1, 2), (2, 3)):
        whole = (before + len(raw)) * 8 // 6
        encoded = base64.b64encode(bytes(before) + raw).decode()
        yield Hidden(encoded[shared:whole])


def _holds(run: str, cores: set[str]) -> bool:
    plain = unquote(run).replace("\\", "").replace("-", "+").replace("_", "/")
    return any(core in plain for core in cores)


def _any_encoding(value: str) -> str:
    return re.sub(r"\\+|.", _any_encoding_of, value, flags=re.DOTALL)


def _any_encoding_of(match: re.Match[str]) -> str:
    """Give a pattern for one character, or a run of backslashes, in any encoding."""
    char, count = match[0][0], len(match[0])
    # In hex: re keeps each pattern it compiles, and that store must not be readable.
    code = f"{ord(char):02x}"
    raw = rf"\x{code}" if ord(char) < 256 else char
    if char.isalnum() or char in "_-":
        return raw
    entity = rf"(?:\#|%(?:25)*23)(?:x0*{code}|0*{ord(char)})"
    if char in _ENTITIES:
        entity = f"(?:{entity}|{_ENTITIES[char]})"
    end = "(?:;|%(?:25)*3b)"
    coded = rf"%(?:25)*{code}|(?:&|%(?:25)*26|\\u0026)(?:amp{end})*{entity}{end}"
    if char == "\\":
        # Each JSON around it doubles them.
        runs = (f"(?i:(?>{raw}|{coded})){{{count * n}}}" for n in (8, 4, 2, 1))
        return f"(?:{'|'.join(runs)})"
    # Those that JSON adds stay where they begin the match: to try each backslash of a
    # long run as its beginning would take too long.
    added = f"{_BACKSLASH}{{0,15}}" if match.start() else ""
    plus = r"|\+|%(?:25)*2b" if char == " " else ""  # of a form, encoded once more
    return rf"(?i:{added}(?:{raw}|{coded}|{_BACKSLASH}u00{code}){plus})"
