"""Find a value whose letters and digits are encoded as well, by reading the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

_ROUNDS = 3  # an encoding in another one in a third one
# As percent-encoding, HTML, JavaScript, JSON, C and Python write any character.
_ESCAPE = re.compile(
    r"%(?P<a>[0-9a-f]{2})"
    r"|&\#x0{0,6}(?P<b>[0-9a-f]{2});?|&\#0{0,6}(?P<decimal>[0-9]{2,3});?"
    r"|&(?P<entity>amp|quot|apos|lt|gt);"
    r"|\\{1,15}(?:u\{?0{0,6}(?P<c>[0-9a-f]{2})\}?|x(?P<d>[0-9a-f]{2})"
    r"|(?P<octal>[01][0-7]{2})|(?P<raw>[^0-9A-Za-z\s]))",
    re.IGNORECASE,
)
_ENTITIES = {"amp": "&", "quot": '"', "apos": "'", "lt": "<", "gt": ">"}
# Of these a text that no encoder touched needlessly has none: %41, not %2F. By a sign
# that is in each: one pattern for all takes five times as long.
_NEEDLESS = {
    "%": re.compile(
        r"%(?:25)*+(?:2[dDeE]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])"
    ),
    "#": re.compile(r"&(?:amp;)*+\#"),
    "\\": re.compile(r"\\(?:[xX][0-9A-Fa-f]{2}|u\{?00|[01][0-7]{2})"),
}
# What has no width: a place where a long word may break, or that joins two.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# How it may be written, by the sign that begins it: one pattern for all takes forty
# times as long.
_UNSEEN_WRITTEN = {
    "&": r"&(?:shy|ZeroWidthSpace|zwn?j|NoBreak|\#173|\#820[3-5]|\#8288|\#65279"
    r"|\#x0{0,4}(?:ad|200[b-d]|2060|feff));",
    "\\": r"\\{1,15}u\{?(?:00ad|200[b-d]|2060|feff)\}?",
    "%": "%e2%8(?:0%8[b-d]|1%a0)",
}
_UNSEEN_BY_SIGN = {
    sign: re.compile(form, re.IGNORECASE) for sign, form in _UNSEEN_WRITTEN.items()
}
# What an editor, a mail or a page puts into a text that is too long, or that it marks.
_BREAK = re.compile(
    r"=?\r?\n[ \t]*+|=?(?:\\{1,15}r)?\\{1,15}n|</?[A-Za-z][^<>]{0,200}+>"
    rf"|&lt;/?[A-Za-z][^<>&]{{0,200}}+&gt;|[{_UNSEEN}]"
    rf"|(?i:{'|'.join(_UNSEEN_WRITTEN.values())})"
)
# Long enough to be searched fast, short enough to lie in the header of a JWT, so that
# all tokens of one issuer are ruled out by the same search.
_LONGEST_HIT = 32
_SIGNS = b" :,-\t\r\n="
_NEXT_LINE_OF_A_DUMP = r"[^\n]{0,40}?(?:\\n|\n)[0-9a-f]{4,16}+:?[ ]{1,3}+"


class Hidden(str):
    """A text that a traceback with local variables does not show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[redacted]"


class Finder(NamedTuple):
    """What finds a value in some encodings.

    Attributes:
        hits: A text without one of these has none of the encodings.
        mask_in: Gives a text back with all of them masked.
    """

    hits: frozenset[str]
    mask_in: Callable[[str], str]


def hit_of(text: str, untouched: str) -> Hidden:
    """Give a piece of *text* that no encoding changes; empty if there is none."""
    runs = re.findall(untouched, text, re.ASCII)
    return Hidden(max((run[:_LONGEST_HIT] for run in runs), key=len, default=""))


def holds_any(text: str, hits: Iterable[str]) -> bool:
    """Tell whether one of *hits* stands in *text*."""
    for hit in hits:  # noqa: SIM110  # any() takes half as long again
        if hit in text:
            return True
    return False


def may_be_broken(
    text: str, bare_text: str, values: Iterable[str], bare: Iterable[str]
) -> bool:
    """Tell whether one of *values* stands in *text* with marks or line ends in it.

    Args:
        text: The text.
        bare_text: The same by `without_signs`.
        values: What to look for.
        bare: The same by `without_signs`.
    """
    # One character is found ten times as fast as several.
    if (
        "<" in text
        or (";" in text and "&lt;" in text)
        or ("\\" in text and "\\n" in text)
        or _has_unseen(text)
    ):
        joined = _BREAK.sub("", text)
        return any(value in joined for value in values)
    # Far faster; what else it finds is looked at once more.
    return "\n" in text and holds_any(bare_text, bare)


def _has_unseen(text: str) -> bool:
    if not text.isascii() and any(sign in text for sign in _UNSEEN):
        return True
    return _begins_any(text, _UNSEEN_BY_SIGN)


def mask_broken(text: str, value: str, mask: str) -> str:
    """Mask *value* with the marks or line ends that stand in it."""
    places, pieces, length, end = _Places([0], [0]), [], 0, 0
    for found in _BREAK.finditer(text):
        pieces.append(text[end : found.start()])
        length += len(pieces[-1])
        end = found.end()
        places.read.append(length)
        places.before.append(end)
    plain = "".join([*pieces, text[end:]])
    shown, kept, at = [], 0, plain.find(value)
    while at >= 0:
        shown += [text[kept : places.of(at)], mask]
        kept = places.of(at + len(value) - 1) + 1
        at = plain.find(value, at + len(value))
    return "".join([*shown, text[kept:]])


def may_be_escaped(text: str) -> bool:
    """Tell fast whether letters or digits of *text* may be encoded."""
    return _begins_any(text, _NEEDLESS)


def _begins_any(text: str, by_sign: Mapping[str, re.Pattern[str]]) -> bool:
    for sign, pattern in by_sign.items():
        if sign in text and pattern.search(text):
            return True
    return False


def mask_read(text: str, value: str, mask: str) -> str:
    """Mask *value* where it stands once the text was read, up to three times."""
    places: list[_Places] = []
    plain = text
    for _ in range(_ROUNDS):
        read, place = _read(plain)
        if read == plain:
            break
        places.append(place)
        plain = read
        if value in plain:
            return _masked(text, plain, value, mask, places)
    return text


class _Places(NamedTuple):
    """Where the characters of a text that was read stood before."""

    read: list[int]
    before: list[int]

    def of(self, index: int) -> int:
        last = bisect_right(self.read, index) - 1
        return self.before[last] + index - self.read[last]


def _read(text: str) -> tuple[str, _Places]:
    pieces, length, end = [], 0, 0
    places = _Places([0], [0])
    for found in _ESCAPE.finditer(text):
        literal = text[end : found.start()]
        pieces += [literal, _character(found)]
        length += len(literal)
        places.read.extend((length, length + 1))
        places.before.extend((found.start(), found.end()))
        length, end = length + 1, found.end()
    return "".join([*pieces, text[end:]]), places


def _character(found: re.Match[str]) -> str:
    kind = found.lastgroup or ""
    written = found[kind]
    if kind == "entity":
        return _ENTITIES[written.lower()]
    if kind == "raw":
        return written
    return chr(int(written, {"decimal": 10, "octal": 8}.get(kind, 16)))


def _masked(text: str, plain: str, value: str, mask: str, places: list[_Places]) -> str:
    pieces, end, at = [], 0, plain.find(value)
    while at >= 0:
        start, stop = at, at + len(value)
        for place in reversed(places):
            start, stop = place.of(start), place.of(stop)
        pieces += [text[end:start], mask]
        end = stop
        at = plain.find(value, at + len(value))
    return "".join([*pieces, text[end:]])


def find_in_hex(value: str, mask: str) -> Finder:
    """Give what finds *value* in hex: in one piece, with signs between, as a dump.

    A dump has so many bytes a line, between an address and the same as text. The hits
    are those of `without_signs`.
    """
    pairs = [f"{byte:02x}" for byte in value.encode("utf-8", "surrogatepass")]
    # A line may end in one of them.
    runs = {"".join(pairs[:4]), "".join(pairs[4:8] if pairs[7:] else pairs[-4:])}
    hits = {Hidden(form) for run in runs for form in (run, run.upper())}

    # One way only to go on from each pair: else a text of many lines takes for ever.
    pattern = pairs[0] + "".join(
        rf"(?>[ :,-]{{0,2}}+(?={pair})|{_NEXT_LINE_OF_A_DUMP}){pair}"
        for pair in pairs[1:]
    )
    pattern = rf"(?P<bytes>{pattern})(?P<rest>[^\n]{{0,80}})"

    def mask_hex(text: str) -> str:
        return re.sub(pattern, masked, text, flags=re.IGNORECASE)

    def masked(found: re.Match[str]) -> str:
        # Behind the bytes of a dump stands the same as text.
        dump = "\n" in found["bytes"] or "\\n" in found["bytes"]
        return mask if dump else mask + found["rest"]

    return Finder(frozenset(hits), mask_hex)


def without_signs(text: str) -> str:
    """Give ASCII's part of *text* without what stands where a value is broken.

    That is between the bytes of a dump, or at the end of a line.
    """
    return text.encode("ascii", "ignore").translate(None, _SIGNS).decode("ascii")
