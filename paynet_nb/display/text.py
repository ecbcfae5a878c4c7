"""Text that is fit to be printed: times in words, and no character acts unseen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

# A fixed offset: Malaysia has had UTC+8 and no summer time since 1982, and Windows has
# no time-zone database for zoneinfo to read.
KUALA_LUMPUR = timezone(timedelta(hours=8), "MYT")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Control characters steer a terminal, bidirectional marks reorder what is read (Unicode
# UAX 9), and a lone surrogate cannot be saved in a notebook, which is UTF-8.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_HALF = re.compile("[\ud800-\udfff]")
_LONG = 1_000  # characters: from here on a text is no cell of a table
_NO_TIME = "not a time between the years 1 and 9999"
_UNITS = (("y", 31_557_600), ("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def both_clocks(epoch: float) -> str:
    """Write a Unix time (seconds) as UTC and as Kuala Lumpur time, to the second.

    A number outside the years 1 to 9999 gives a text that says so.
    """
    clocks = _clocks(epoch)
    if clocks is None:
        return _NO_TIME
    utc, local = clocks
    day = "" if local.date() == utc.date() else f"{local.date()} "
    return f"{utc.date()} {utc:%H:%M:%S} UTC, {day}{local:%H:%M:%S} Kuala Lumpur"


def moment(epoch: float, *, year: bool = True) -> str:
    """Write a Unix time for a person: "Sun 29 Nov 2026 12:03 Kuala Lumpur ...".

    To the minute, with "(04:03 UTC)" behind it. A number outside the years 1 to 9999
    gives a text that says so.
    """
    clocks = _clocks(epoch)
    if clocks is None:
        return _NO_TIME
    utc, local = clocks
    day = "" if local.date() == utc.date() else f"{utc.day} {utc:%b} "
    written = f"{local:%a} {local.day} {local:%b}{f' {local.year}' * year}"
    return f"{written} {local:%H:%M} Kuala Lumpur ({day}{utc:%H:%M} UTC)"


def _clocks(epoch: float) -> tuple[datetime, datetime] | None:
    """Give a Unix time in UTC and in Kuala Lumpur; None: of no year 1 to 9999."""
    try:
        utc = _EPOCH + timedelta(seconds=epoch)
        return utc, utc.astimezone(KUALA_LUMPUR)
    except (OverflowError, ValueError):
        return None


def count(number: int, noun: str) -> str:
    """Write a number of things: "1 claim", "7 claims"."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def duration(seconds: float) -> str:
    """Write a length of time in its two largest units: "23 h 59 min"."""
    left = int(abs(seconds))
    parts: list[str] = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
    return " ".join(filter(None, parts[:2])) or "0 s"


def visible(value: object) -> str:
    """Write *value* as text in which no character acts unseen: ESC becomes its code."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], str(value))


def whole(text: str) -> str:
    """Give *text* with U+FFFD for each half of a character (a lone surrogate).

    A text may be cut in the middle of a character beyond 16 bits. No UTF-8 holds a half
    (RFC 3629 section 3), so no file, database or column of pandas need.
    """
    return text if text.isascii() else _HALF.sub("\N{REPLACEMENT CHARACTER}", text)


def shortened(text: str, most: int) -> str:
    """Cut *text* behind *most* characters, with a mark that says so."""
    left = len(text) - most
    if left <= 0:
        return text
    if most < _LONG:
        return f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
    # Of a body it matters how much is missing.
    return f"{text[:most]} [{left:,} more characters]"


def path_of(url: str) -> str:
    """Give the path of a URL, in which no character acts unseen."""
    # A "#" in what was called is no fragment: it was sent.
    return visible(urlsplit(url, allow_fragments=False).path or "/")


def plain(title: str, rows: Mapping[str, object]) -> str:
    """Write a card as plain text: the title, then aligned lines of name and value."""
    width = max(map(len, rows), default=0)
    lines = (visible(f"  {name:<{width}}  {value}") for name, value in rows.items())
    # A line break inside a value could make up a line that nobody wrote.
    return "\n".join([visible(title), *(line.replace("\n", "\\n") for line in lines)])
