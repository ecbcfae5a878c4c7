"""Some hundred calls, packed: what a table shows, headers, and bodies, each apart."""

from __future__ import annotations

import marshal
import os
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from typing import Any

from paynet_nb.history.store.flat import Flat, headers_of_flat
from paynet_nb.paynet import AnswerCodes
from paynet_nb.wire import Call, header_values

# What stands in few values, or in numbers, is in the columns of `records`.
_REST = (
    *("request_headers", "headers", "request_body", "body"),
    *("request_body_cut", "body_cut", "cut_codes"),
)
_PACKED_ALONE = 16_384  # bytes
_LIGHT = 64  # bytes a row; to unpack texts heavier than this is worth their room
_LEFT_OUT = 1_024  # bytes; below this an object's own size would count

Bodies = tuple[bytes | None, bytes]  # what was sent, what came

# In the order of `_REST`.
Rests = tuple[Flat, Flat, bytes | None, bytes, int, int, AnswerCodes | None]

# Headers; bytes cut off both bodies; what was read before that.
_Others = tuple[Flat, Flat, int, int, tuple[str | None, ...] | None]
_Light = tuple[bytes | int | None, bytes | int | None]  # a body, or its place
_Piece = tuple[bytes, bool]  # the second tells whether zlib packed the first


class Texts:
    """The URLs and message IDs of some calls, packed."""

    def __init__(self, urls: list[str], ids: list[str | None]) -> None:
        self.keep_texts(urls, ids)

    def keep_texts(self, urls: list[str], ids: list[str | None]) -> None:
        """Keep what differs from row to row in a table."""
        self._texts = _packed(urls), _packed(ids)

    def texts(self) -> tuple[list[str], list[str | None]]:
        """Give the URLs and the message IDs."""
        urls, ids = self._texts
        return _unpacked(urls), _unpacked(ids)


class Rest:
    """Headers and bodies of some calls, packed apart: a search reads bodies only."""

    def __init__(
        self, others: list[_Others], bodies: list[_Light], large: list[_Piece]
    ) -> None:
        self._size = len(bodies)
        # Version 4 writes an object that comes again as a reference to the first.
        self._others = zlib.compress(marshal.dumps(others, 4), 1)
        self._bodies = zlib.compress(marshal.dumps(bodies, 4), 1)
        self._large = large

    def __len__(self) -> int:
        return self._size

    def bodies(self, rows: Iterable[int]) -> Iterator[Bodies]:
        """Give what was sent and what came, of some of the calls."""
        # Written above, by this process; it never comes from elsewhere.
        kept = marshal.loads(zlib.decompress(self._bodies))  # noqa: S302
        for sent, came in map(kept.__getitem__, rows):
            yield self._whole(sent), self._whole(came) or b""

    def others(self, rows: Iterable[int]) -> Iterator[_Others]:
        """Give headers, and what was cut of the bodies, of some of the calls."""
        kept = marshal.loads(zlib.decompress(self._others))  # noqa: S302  # as above
        return map(kept.__getitem__, rows)

    def _whole(self, light: bytes | int | None) -> bytes | None:
        if not isinstance(light, int):
            return light
        return _inflated(self._large[light])


class Steps:
    """Headers and bodies of a block of calls, packed some calls at a time.

    Bodies of up to 1 KB are packed together: they look alike. Larger ones stay as they
    are, each kept once, and very large ones are packed one by one; to pack all would
    take longer than a call may wait for its history.

    Attributes:
        rests: What is packed of the block, in its order.
    """

    def __init__(self) -> None:
        self.rests: list[Rest] = []
        self._large: list[_Piece] = []
        self._places: dict[bytes, int] = {}

    def __len__(self) -> int:
        return sum(map(len, self.rests))

    def add(self, calls: Sequence[Call]) -> None:
        """Pack the next calls; broken off, it is as before."""
        names: dict[tuple[str, ...], tuple[str, ...]] = {}

        def flat(headers: Mapping[str, str]) -> Flat:
            these = tuple(headers)
            # Of two that are equal one is kept.
            return names.setdefault(these, these), tuple(header_values(headers))

        others = [
            (
                flat(call.request_headers),
                flat(call.headers),
                call.request_body_cut,
                call.body_cut,
                call.cut_codes and tuple(call.cut_codes),
            )
            for call in calls
        ]
        light = self._light
        bodies = [(light(call.request_body), light(call.body)) for call in calls]
        rest = Rest(others, bodies, self._large)
        self.rests = [*self.rests, rest]

    def _light(self, body: bytes | None) -> bytes | int | None:
        """Give a small body itself, and of a large one its place."""
        if body is None or len(body) <= _LEFT_OUT:
            return body
        place = self._places.get(body)
        if place is None:
            place = len(self._large)
            is_large = len(body) > _PACKED_ALONE
            self._large.append((zlib.compress(body, 1) if is_large else body, is_large))
            self._places[body] = place
        return place


class PackedCalls(Texts):
    """What cannot be a number of some calls, packed in steps.

    Args:
        rests: Headers and bodies of all of them, in their order.
        urls: Their URLs.
        ids: Their message IDs.
    """

    def __init__(
        self, rests: Sequence[Rest], urls: list[str], ids: list[str | None]
    ) -> None:
        super().__init__(urls, ids)
        self._rests = rests
        self._starts = [0, *accumulate(map(len, rests))]

    def _places(self, rows: Iterable[int]) -> Iterator[tuple[Rest, list[int]]]:
        for step, group in groupby(rows, lambda row: bisect_right(self._starts, row)):
            start = self._starts[step - 1]
            yield self._rests[step - 1], [row - start for row in group]

    def bodies(self, rows: Iterable[int]) -> Iterator[Bodies]:
        """Give what was sent and what came, of some of the calls."""
        for rest, places in self._places(rows):
            yield from rest.bodies(places)

    def headers(self) -> Iterator[Flat]:
        """Give the headers of all, those of the request and of the answer in turn."""
        for rest in self._rests:
            for sent, came, *_ in rest.others(range(len(rest))):
                yield sent
                yield came

    def rests(self, rows: Iterable[int]) -> Iterator[Rests]:
        """Give headers, bodies, and what was cut of them, of some of the calls."""
        for rest, places in self._places(rows):
            both = zip(rest.others(places), rest.bodies(places), strict=True)
            for (sent, came, sent_cut, cut, codes), bodies in both:
                read = None if codes is None else AnswerCodes(*codes)
                yield sent, came, *bodies, sent_cut, cut, read

    def fields(self, rows: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Give the same by the names that a `Call` has for it."""
        for sent, came, *others in self.rests(rows):
            headers = headers_of_flat(sent), headers_of_flat(came)
            yield dict(zip(_REST, (*headers, *others), strict=True))


def _packed(column: list[Any]) -> _Piece:
    """Pack texts so that they are quickly there again: a table needs those of all rows.

    The letters that all begin with are kept once, and so is a text that comes again.
    """
    texts, rows = [*dict.fromkeys(column)], None
    if len(texts) < len(column):
        places = {text: place for place, text in enumerate(texts)}
        rows = array("H", map(places.__getitem__, column)).tobytes()
    start = ""
    if None not in texts:
        start = os.path.commonprefix(texts)  # noqa: RUF071  # of letters, not of folders
    ends = [text[len(start) :] for text in texts] if start else texts
    packed = marshal.dumps((start, ends, rows), 4)
    is_heavy = len(packed) > _LIGHT * len(column)
    return zlib.compress(packed, 1) if is_heavy else packed, is_heavy


def _unpacked(piece: _Piece) -> list[Any]:
    # Written above, by this process; it never comes from elsewhere.
    start, texts, rows = marshal.loads(_inflated(piece))  # noqa: S302
    if start:
        texts = [start + text for text in texts]
    return texts if rows is None else [*map(texts.__getitem__, array("H", rows))]


def _inflated(piece: _Piece) -> bytes:
    kept, is_packed = piece
    return zlib.decompress(kept) if is_packed else kept
