"""Find a secret by its value, however a server or a library has encoded it."""

from __future__ import annotations

import functools
import hashlib
import re
import string
from collections.abc import Callable, Mapping
from html.entities import html5
from typing import NamedTuple

from paynet_nb.wire.redaction.by_base64 import InBase64, finders_for
from paynet_nb.wire.redaction.by_reading import (
    Finder,
    Hidden,
    find_in_hex,
    hit_of,
    holds_any,
    mask_broken,
    mask_read,
    may_be_broken,
    may_be_escaped,
    without_signs,
)

# A shorter value, a word or an amount stands in ordinary data, which a search for it
# would change: it is masked as a whole value, or by place and name.
_SHORTEST = 5
_ORDINARY = re.compile(
    r"[a-z]{1,9}|[A-Z]{1,9}|[A-Z][a-z]{1,8}|[0-9]{1,7}|(?=[0-9]*[.,:/+-])[0-9.,:/+-]{1,11}"
    r"|(?i:client[ _-]?secret|(?:pass(?:word)?|secret|test|demo|admin)[ _-]?[0-9]{1,4})"
)
# A longer one is a token: in letters of one case it serves nobody.
_LONGEST_IN_ONE_CASE = 128  # characters
# &quot; as most write it, and &sol; &plus; of those that write all signs by name.
_ENTITIES = {
    char: [name[:-1] for name, its in html5.items() if its == char and name[-1] == ";"]
    for char in string.punctuation
}
_BACKSLASH = r"(?:\\|%(?:25)*5c)"


def fingerprint(value: str) -> str:
    """Name a token by the first 8 hex digits of its SHA-256, showing none of it."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def is_ordinary(value: str) -> bool:
    """Tell whether a value is so short or common that it stands in other data, too."""
    return len(value) < _SHORTEST or bool(_ORDINARY.fullmatch(value))


class Search(NamedTuple):
    """What finds many values in many encodings.

    Attributes:
        may_find: Tells fast whether a text may hold one of them.
        mask_in: Gives a text back with all of them masked.
    """

    may_find: Callable[[str], bool]
    mask_in: Callable[[str], str]


def find_all(masks: Mapping[str, str], shown: re.Pattern[str]) -> Search:
    """Give what finds all values of *masks* in all encodings.

    Args:
        masks: What stands in the place of each value.
        shown: Finds the masks (one group), which are not looked into:
            "[client secret]" stays though "secret" be a value.
    """
    # The longest first: one secret may be part of another.
    values = [
        value
        for value in sorted(masks, key=len, reverse=True)
        if not is_ordinary(value)
    ]
    written = [_written(value, masks[value]) for value in values]
    encoded = [InBase64(value, masks[value]) for value in values]
    in_hex = [find_in_hex(value, masks[value]) for value in values]
    bare = [Hidden(without_signs(value)) for value in values]
    hits = {hit for finder in written for hit in finder.hits}
    hex_hits = {hit for finder in in_hex for hit in finder.hits}

    def may_find(text: str) -> bool:
        return bool(values) and (
            holds_any(text, hits)
            or any(finders_for(encoded, text))
            or may_be_escaped(text)
            or holds_any(bare_text := without_signs(text), hex_hits)
            or may_be_broken(text, bare_text, values, bare)
        )

    def mask_in(text: str) -> str:
        if not may_find(text):
            return text
        for finder in written:
            if holds_any(text, finder.hits):
                text = outside(text, finder.mask_in)
        for finder in [*finders_for(encoded, text)]:
            text = outside(text, finder.mask_in)
        for finder in in_hex:
            if holds_any(without_signs(text), finder.hits):
                text = outside(text, finder.mask_in)
        broken = may_be_broken(text, without_signs(text), values, bare)
        readers = [mask_broken] if broken else []
        readers += [mask_read] if may_be_escaped(text) else []
        for read in readers:
            for value in values:
                mask = functools.partial(read, value=value, mask=masks[value])
                text = outside(text, mask)
        return text

    def outside(text: str, mask: Callable[[str], str]) -> str:
        pieces = shown.split(text)
        pieces[::2] = map(mask, pieces[::2])
        return "".join(pieces)

    return Search(may_find, mask_in)


def _written(value: str, mask: str) -> Finder:
    """Give what finds *value* written out.

    Raw, percent-encoded, escaped for JSON or HTML, and one in another; and in letters
    of one case, as firewalls quote what they compared, and as hex may come back.
    """
    forms = [Hidden(value), *_in_one_case(value)]
    if re.fullmatch(r"[\w.-]+", value, re.ASCII):
        # No encoder touches these characters.
        def mask_written(text: str) -> str:
            for form in forms:
                text = text.replace(form, mask)
            return text
    else:
        # Compiled when first needed, which for most values is never.
        pattern = functools.cache(
            lambda: re.compile("|".join(map(any_encoding, forms)), re.DOTALL)
        )

        def mask_written(text: str) -> str:
            return pattern().sub(lambda _: mask, text)

    return Finder(frozenset(hit_of(form, r"[\w.-]+") for form in forms), mask_written)


def _in_one_case(value: str) -> list[Hidden]:
    if len(value) > _LONGEST_IN_ONE_CASE:
        return []
    forms = {value.lower(), value.upper()} - {value}
    return [Hidden(form) for form in sorted(forms) if not is_ordinary(form)]


def any_encoding(value: str) -> str:
    """Give a pattern for *value* of which each character may be in any encoding."""
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
    if _ENTITIES.get(char):
        entity = f"(?:{entity}|{'|'.join(_ENTITIES[char])})"
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
