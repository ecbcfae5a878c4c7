"""Find a secret whose name and value are side by side: {"name": ..., "value": ...}."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import NamedTuple

from paynet_nb.wire.redaction.names import names_a_secret

FIXED = re.compile("null|none|true|false", re.IGNORECASE)
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_PIECE = re.compile(
    rf"(?P<string>{_STRING})(?P<colon>\s*+:)?+|(?P<open>[\[{{])|(?P<close>[\]}}])"
    r"|(?P<bare>[^\s\"{}\[\],:]++)",
    re.DOTALL,
)
LONGEST_NAME = 64  # characters; a sentence is none
# What the member with the name, and the one with the value, may be called: alone, or as
# the last word of `fieldName` and `fieldValue`.
_NAMES = re.compile(
    r"name|key|field|param(?:eter)?|header|property|attribute|label|id|k|n|type"
    r"|variable|setting|option|env|claim|.*[a-z0-9][_-]name|.*[a-z0-9][_-]key"
)
_VALUES = re.compile(
    r"values?|val|v|content|text|data|default|secret|.*[a-z0-9][_-]values?"
)
_WHOLE_VALUES = ("value", "values", "val")  # whatever is in these
_CAPITAL = re.compile("(?<=[a-z0-9])(?=[A-Z])")
_IDENTIFIER = re.compile(r'"[\w.-]++"')
_A_WORD = re.compile(r"[A-Za-z_. -]*+")


class _Open(NamedTuple):
    """An object or an array that is being read."""

    start: int
    is_object: bool
    named: list[str]  # a name of a secret, once there is one
    values: list[tuple[int, int]]
    member: list[str]  # the name before the next value; in an array, the string before


def mask_pairs(text: str, mask: Callable[[str], str]) -> str:
    """Mask the `value` of each object whose `name` is that of a secret.

    So too in a list that has name and value in turn: ["X-Api-Key", "..."].

    Args:
        text: JSON, or a text with JSON in it.
        mask: Gives what stands in the place of a value.
    """
    names_one = functools.cache(_names_a_secret)
    stack: list[_Open] = []
    found: list[tuple[int, int]] = []
    for piece in _PIECE.finditer(text):
        if piece["open"]:
            stack.append(_Open(piece.start(), piece["open"] == "{", [], [], [""]))
            continue
        if not stack:
            continue
        if piece["close"]:
            closed = stack.pop()
            if closed.named:
                found += closed.values
            if stack:
                _take_container(stack[-1], closed.start, piece.end())
        elif piece["colon"]:
            stack[-1].member[0] = piece["string"]
        else:
            _take(stack[-1], piece, found, names_one)
    return _masked(text, found, mask)


def _take_container(outer: _Open, start: int, end: int) -> None:
    if outer.is_object and _member(outer.member[0]) in _WHOLE_VALUES:
        outer.values.append((start, end))
    outer.member[0] = ""


def _take(
    inside: _Open,
    piece: re.Match[str],
    found: list[tuple[int, int]],
    names_one: Callable[[str], bool],
) -> None:
    written = piece[0]
    if not inside.is_object:
        before = inside.member[0]
        drawn = not _A_WORD.fullmatch(written.strip('"'))
        if drawn and _IDENTIFIER.fullmatch(before) and names_one(before):
            found.append(piece.span())
        inside.member[0] = written
        return
    member = _member(inside.member[0])
    inside.member[0] = ""
    if _NAMES.fullmatch(member) and names_one(written):
        inside.named.append(written)
    if _VALUES.fullmatch(member):
        inside.values.append(piece.span())


@functools.lru_cache(256)
def _member(written: str) -> str:
    return _CAPITAL.sub("_", _plain(written) or "").lower()


def _names_a_secret(written: str) -> bool:
    if len(written) > LONGEST_NAME:
        return False
    return names_a_secret(_plain(written) or "")


def _plain(written: str) -> str | None:
    try:
        value = json.loads(written, strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _masked(text: str, found: list[tuple[int, int]], mask: Callable[[str], str]) -> str:
    kept, pieces = 0, []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        written = text[start:end]
        if start < kept or FIXED.fullmatch(written) or written in ('""', "{}", "[]"):
            continue
        plain = _plain(written)
        shown = json.dumps(mask(written if plain is None else plain))
        if shown != written:
            pieces += [text[kept:start], shown]
            kept = end
    return "".join([*pieces, text[kept:]])
