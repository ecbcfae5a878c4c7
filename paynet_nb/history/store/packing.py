"""Some hundred calls as two packed pieces: what a table shows, and all the rest."""

from __future__ import annotations

import marshal
import os
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from requests.structures import CaseInsensitiveDict

from paynet_nb.wire import Call, header_values

# What stands in few values, or in numbers, is in the columns of `records`.
_REST = ("request_headers", "headers", "request_body", "body")
_CUTS = ("request_body_cut", "body_cut")
_PACKED_ALONE = 16_384  # bytes
_LIGHT = 64  # bytes a row; to unpack texts heavier than this is worth their room
_LEFT_OUT = 1_024  # bytes; below this an object's own size would count

_Piece = tuple[bytes, bool]  # the second tells whether zlib packed the first
_Flat = tuple[tuple[str, ...], tuple[str, ...]]  # names and values of headers


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


class PackedCalls(Texts):
    """What cannot be a number of some calls, packed.

    Bodies of up to 1 KB are packed together: they look alike. Larger ones stay as they
    are, each kept once, and very large ones are packed one by one; to pack all would
    take longer than a call may wait for its history.
    """

    def __init__(self, calls: Sequence[Call], ids: list[str | None]) -> None:
        super().__init__([call.url for call in calls], ids)
        shared: dict[Any, Any] = {}
        same = shared.setdefault  # of two that are equal one is kept

        def flat(headers: Mapping[str, str]) -> _Flat:
            names = tuple(headers)
            return same(names, names), tuple(header_values(headers))

        self._large: list[_Piece] = []
        rows = [
            (
                flat(call.request_headers),
                flat(call.headers),
                self._light(call.request_body, same),
                self._light(call.body, same),
                call.request_body_cut,
                call.body_cut,
            )
            for call in calls
        ]
        # Version 4 writes an object that comes again as a reference to the first.
        self._rest = zlib.compress(marshal.dumps(rows, 4), 1)

    def _light(
        self, body: bytes | None, same: Callable[[Any, Any], Any]
    ) -> bytes | int | None:
        """Give a small body itself, and of a large one its place."""
        if body is None or len(body) <= _LEFT_OUT:
            return body
        place = same((body,), len(self._large))
        if place == len(self._large):
            is_large = len(body) > _PACKED_ALONE
            self._large.append((zlib.compress(body, 1) if is_large else body, is_large))
        return place  # type: ignore[no-any-return]

    def rest(self, rows: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Give the other fields of some of the calls."""
        # Written above, by this process; it never comes from elsewhere.
        kept = marshal.loads(zlib.decompress(self._rest))  # noqa: S302
        picked = map(kept.__getitem__, rows)
        for request_headers, headers, request_body, body, *cuts in picked:
            fields = (
                _headers(request_headers),
                _headers(headers),
                self._whole(request_body),
                self._whole(body),
                *cuts,
            )
            yield dict(zip((*_REST, *_CUTS), fields, strict=True))

    def _whole(self, light: bytes | int | None) -> bytes | None:
        if not isinstance(light, int):
            return light
        return _inflated(self._large[light])


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


def _headers(flat: _Flat) -> Mapping[str, str]:
    headers: CaseInsensitiveDict[str] = CaseInsensitiveDict(zip(*flat, strict=True))
    return headers
