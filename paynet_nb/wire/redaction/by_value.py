"""Find a secret by its value, however a server or a library has encoded it."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote_plus, unquote

from paynet_nb.wire.redaction.by_reading import (
    Finder,
    Hidden,
    find_in_hex,
    mask_read,
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
# Long enough to be searched fast, short enough to lie in the header of a JWT, so that
# all tokens of one issuer are ruled out by the same search.
_LONGEST_HIT = 32
_ENTITIES = {'"': "quot", "&": "amp", "'": "apos", "<": "lt", ">": "gt"}
_BACKSLASH = r"(?:\\|%(?:25)*5c)"
_LINE_END = (
    r"(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n|(?:%0[Dd])?%0[Aa]|(?:&\#13;)?&\#10;|<br ?/?>)"
)
_LINE_ENDS = re.compile(_LINE_END)
# Run of base64 in either alphabet, also in JSON (\/), in a URL (%2B), and in the lines
# of 60 to 76 characters of MIME and PEM.
_RUN = r"(?:[A-Za-z0-9+/_-]|\\{1,7}/|%2[BbFf])"
_BASE64 = re.compile(
    rf"{_RUN}++(?:(?<=[A-Za-z0-9+/_-]{{40}}){_LINE_END}{_RUN}++)*+(?:=|%3[Dd])*+"
)


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
    written = [finder for value in values for finder in _find(value, masks[value])]
    in_hex = [find_in_hex(value, masks[value]) for value in values]
    hits = {hit for finder in written for hit in finder.hits}
    hex_hits = {hit for finder in in_hex for hit in finder.hits}

    def may_find(text: str) -> bool:
        return bool(values) and (
            _holds_any(text, hits)
            or _holds_any(without_signs(text), hex_hits)
            or may_be_escaped(text)
        )

    def mask_in(text: str) -> str:
        if not may_find(text):
            return text
        for finder in written:
            if _holds_any(text, finder.hits):
                text = outside(text, finder.mask_in)
        for finder in in_hex:
            if _holds_any(without_signs(text), finder.hits):
                text = outside(text, finder.mask_in)
        return outside(text, mask_escaped) if may_be_escaped(text) else text

    def mask_escaped(text: str) -> str:
        for value in values:
            text = mask_read(text, value, masks[value])
        return text

    def outside(text: str, mask: Callable[[str], str]) -> str:
        pieces = shown.split(text)
        pieces[::2] = map(mask, pieces[::2])
        return "".join(pieces)

    return Search(may_find, mask_in)


def _holds_any(text: str, hits: Iterable[str]) -> bool:
    for hit in hits:  # noqa: SIM110  # any() takes half as long again
        if hit in text:
            return True
    return False


def _find(value: str, mask: str) -> tuple[Finder, Finder]:
    """Give what finds *value* written out and in base64.

    Written out: raw, percent-encoded, escaped for JSON or HTML, and one in another.
    """
    if re.fullmatch(r"[\w.-]+", value, re.ASCII):
        # No encoder touches these characters.
        def mask_written(text: str) -> str:
            return text.replace(value, mask)
    else:
        # Compiled when first needed, which for most values is never.
        pattern = functools.cache(lambda: re.compile(any_encoding(value), re.DOTALL))

        def mask_written(text: str) -> str:
            return pattern().sub(lambda _: mask, text)

    # RFC 6749 section 2.3.1 has a secret percent-encoded before the base64 of Basic.
    cores = {core for text in {value, quote_plus(value)} for core in _cores(text)}

    def mask_base64(text: str) -> str:
        return _BASE64.sub(lambda run: mask if _holds(run[0], cores) else run[0], text)

    return (
        Finder(frozenset({_hit(value, r"[\w.-]+")}), mask_written),
        Finder(frozenset(hit for core in cores for hit in _halves(core)), mask_base64),
    )


def _halves(core: str) -> Iterator[str]:
    # The end of a line stands in one of them only.
    middle = len(core) // 2
    for half in (core[:middle], core[middle:]):
        yield _hit(half, "[A-Za-z0-9]+")


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
    plain = (
        unquote(_LINE_ENDS.sub("", run))
        .replace("\\", "")
        .replace("-", "+")
        .replace("_", "/")
    )
    return any(core in plain for core in cores)


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
