"""Exchanges as lines of JSON, each part encoded by one call of C and none made anew.

`json.dumps` of each exchange as a dictionary would give the same and take most of the
time in which 100,000 are written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import NamedTuple

from paynet_nb.display import whole
from paynet_nb.history.store.flat import Flat, FlatCall
from paynet_nb.wire import charset_of, cut_mark

_REPLACED = "\N{REPLACEMENT CHARACTER}"
_FEW = 1_024
_BUFFER = 1_000_000  # bytes


def encoded(text: str) -> str:
    """Write a text as JSON in ASCII, with U+FFFD for half of a character."""
    return encode_basestring_ascii(text if text.isascii() else whole(text))


def or_null(text: str | None) -> str:
    """Write a text, or that there is none."""
    return "null" if text is None else encoded(text)


def number(value: float) -> str:
    """Write a number."""
    is_plain = type(value) is float and math.isfinite(value)
    return repr(value) if is_plain else json.dumps(value)


def members(*names: str) -> Callable[..., str]:
    """Give what writes these members of an object; values that come again, once.

    For texts and whole numbers, of which there are few.
    """
    form = ", ".join(f'"{name}": %s' for name in names)

    @lru_cache(maxsize=_FEW, typed=True)
    def written(*values: str | int | None) -> str:
        told = (
            encoded(value) if isinstance(value, str) else json.dumps(value)
            for value in values
        )
        return form % (*told,)

    return written


class Headers(NamedTuple):
    """What the names of some headers tell; names compare without case.

    Attributes:
        places: Of the names in lower case, where their values are.
        as_object: JSON of all of them, with %s for each value.
        as_pairs: The same, as a list of objects with "name" and "value".
    """

    places: dict[str, int]
    as_object: str
    as_pairs: str

    def get(self, flat: Flat, name: str, default: str) -> str:
        """Give the value of a header, as `Mapping.get`."""
        place = self.places.get(name)
        return default if place is None else flat[1][place]

    def values(self, flat: Flat) -> tuple[str, ...]:
        """Give the values, encoded for one of the two forms."""
        values = flat[1]
        if len(values) > len(self.places):  # a name twice, in other capitals
            values = [values[place] for place in self.places.values()]
        if not "".join(values).isascii():
            values = [*map(whole, values)]
        return (*map(encode_basestring_ascii, values),)


@lru_cache(maxsize=256)  # most exchanges have the same names
def headers_named(names: tuple[str, ...]) -> Headers:
    """Look at the names of headers."""
    places = {name.lower(): place for place, name in enumerate(names)}
    kept = tuple(names[place] for place in places.values())
    return Headers(places, _object_of(kept), _pairs_of(kept))


def _object_of(names: Iterable[str]) -> str:
    members = (f"{encoded(name).replace('%', '%%')}: %s" for name in names)
    return f"{{{', '.join(members)}}}"


def _pairs_of(names: Iterable[str]) -> str:
    members = (encoded(name).replace("%", "%%") for name in names)
    pairs = (f'{{"name": {name}, "value": %s}}' for name in members)
    return f"[{', '.join(pairs)}]"


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines to a file, each as it is."""
    # The default of 8 KB would ask the system 20,000 times.
    with path.open("w", encoding="utf-8", newline="", buffering=_BUFFER) as file:
        file.writelines(lines)


def text_sent(call: FlatCall) -> str | None:
    """Give the body sent, as `Call.request_text`."""
    if call.request_body is None:
        return None
    return call.request_body.decode("utf-8", "replace") + cut_mark(
        call.request_body_cut
    )


def text_of(call: FlatCall, content_type: str) -> str | None:
    """Give the answer's body, as `Call.text`; None: it is no text."""
    body = call.body.decode(charset_of(content_type), "replace")
    text = body + cut_mark(call.body_cut)
    return None if "\0" in text or _REPLACED in text else text
