"""`Records`: many calls in little memory, as the columns that a table needs."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, repeat
from operator import attrgetter
from typing import Any, overload

from paynet_nb.frames import Coded
from paynet_nb.history.store.packing import PackedCalls
from paynet_nb.wire import Call, collector_paused

_BLOCK = 512  # calls; packing them takes some milliseconds
_READ_AT_ONCE = 1_024  # bytes; a larger body is read when its codes are asked for

_NUMBERS = {
    "sent_at_s": "d",
    "elapsed_s": "d",
    "request_bytes": "q",
    "response_bytes": "q",
}
# The same few values again and again: each is kept once, a row has its number.
_REPEATED = (
    *("kind", "environment", "method", "status", "attempt", "token", "error", "label"),
    "signature",
)
_CODES = ("code", "reason", "outcome")

_Column = Sequence[Any] | Coded


class Records:
    """Calls in the order in which they came: the newest as they are, the others packed.

    What was packed is equal to what came, but another object. It is changed by one
    thread at a time; what `__iter__` gave may go on meanwhile. An interrupt (the stop
    button) may break `append` off at any moment, and all is as before or behind it.
    """

    def __init__(self) -> None:
        self._newest: list[Call] = []
        self._blocks: list[PackedCalls] = []
        self._unread: dict[int, list[int]] = {}
        self._numbers = {name: array(code) for name, code in _NUMBERS.items()}
        self._coded = {name: array("I") for name in (*_REPEATED, *_CODES)}
        self._values: dict[str, dict[Any, int]] = {name: {} for name in self._coded}

    def append(self, call: Call) -> None:
        """Add one call."""
        self._newest.append(call)
        if len(self._newest) >= _BLOCK:
            with collector_paused():
                self._pack()

    def __len__(self) -> int:
        return len(self._blocks) * _BLOCK + len(self._newest)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        if isinstance(index, slice):
            return list(self._at(range(len(self))[index]))
        place = range(len(self))[index]
        block = self._block_of(place)
        row = place - block * _BLOCK
        if block == len(self._blocks):
            return self._newest[row]
        (call,) = self._unpacked(block, slice(row, row + 1))
        return call

    def _at(self, places: Iterable[int]) -> Iterator[Call]:
        for block, group in groupby(places, self._block_of):
            calls = self._newest
            if block < len(self._blocks):
                calls = [*self._unpacked(block, slice(None))]
            for place in group:
                yield calls[place - block * _BLOCK]

    def _block_of(self, place: int) -> int:
        return min(place // _BLOCK, len(self._blocks))

    def __iter__(self) -> Iterator[Call]:
        """Give the calls that are there now."""
        return self._calls(len(self._blocks), self._newest[:])

    def _calls(self, blocks: int, newest: list[Call]) -> Iterator[Call]:
        for block in range(blocks):
            yield from self._unpacked(block, slice(None))
        yield from newest

    def columns(self) -> dict[str, _Column]:
        """Give url, message_id, code, reason, outcome and the small fields of `Call`.

        A column of few values is `Coded`. PayNet's codes in large bodies are read at
        the first time.
        """
        self._drop_half_block()
        for block in list(self._unread):
            self._read_large(block)
        columns: dict[str, _Column] = {}
        newest = self._newest
        small = _small(newest)
        for name, numbers in self._numbers.items():
            columns[name] = numbers + array(numbers.typecode, small[name])
        for name, codes in self._coded.items():
            more = self._codes(name, small[name])
            columns[name] = Coded(codes + more, list(self._values[name]))
        urls: list[str] = []
        message_ids: list[str | None] = []
        for packed in self._blocks:
            more_urls, more_ids = packed.texts()
            urls += more_urls
            message_ids += more_ids
        columns["url"] = urls + [call.url for call in newest]
        columns["message_id"] = message_ids + [call.message_id for call in newest]
        return columns

    def _pack(self) -> None:
        self._drop_half_block()
        calls = self._newest[:_BLOCK]
        block = PackedCalls(calls)
        large = [i for i, call in enumerate(calls) if _is_large(call)]
        unread = {*large}
        block.keep_texts(
            [call.url for call in calls],
            [None if i in unread else x.message_id for i, x in enumerate(calls)],
        )
        small = _small(calls, unread)
        for name, numbers in self._numbers.items():
            numbers.extend(small[name])
        for name, codes in self._coded.items():
            codes += self._codes(name, small[name])
        unread_blocks = {**self._unread, len(self._blocks): large}
        # One statement, without a call: an interrupt comes before it or behind it.
        self._blocks, self._newest, self._unread = (
            [*self._blocks, block],
            self._newest[_BLOCK:],
            unread_blocks if large else self._unread,
        )

    def _drop_half_block(self) -> None:
        """Drop what a packing put into the columns that was interrupted."""
        packed = len(self._blocks) * _BLOCK
        for column in (*self._numbers.values(), *self._coded.values()):
            del column[packed:]

    def _read_large(self, block: int) -> None:
        """Read the codes in the large bodies of a block."""
        packed, calls = self._blocks[block], [*self._unpacked(block, slice(None))]
        urls, message_ids = packed.texts()
        for row in self._unread[block]:
            message_ids[row] = calls[row].message_id
            for name in _CODES:
                (code,) = self._codes(name, [getattr(calls[row], name)])
                self._coded[name][block * _BLOCK + row] = code
        packed.keep_texts(urls, message_ids)
        del self._unread[block]

    def _codes(self, name: str, cells: Sequence[Any]) -> array[int]:
        numbers = self._values[name]
        for cell in {*cells} - numbers.keys():
            numbers[cell] = len(numbers)
        return array("I", map(numbers.__getitem__, cells))

    def _unpacked(self, block: int, rows: slice) -> Iterator[Call]:
        packed, start = self._blocks[block], block * _BLOCK
        urls, _ = packed.texts()
        values = {name: list(self._values[name]) for name in _REPEATED}
        places = range(start, start + _BLOCK)[rows]
        for place, rest in zip(places, packed.rest(rows), strict=True):
            fields: dict[str, Any] = {"url": urls[place - start], **rest}
            for name, numbers in self._numbers.items():
                fields[name] = numbers[place]
            for name in _REPEATED:
                fields[name] = values[name][self._coded[name][place]]
            yield Call(**fields)


def _is_large(call: Call) -> bool:
    # A message ID may be found in what was sent only.
    return max(len(call.body), len(call.request_body or b"")) > _READ_AT_ONCE


def _small(
    calls: Sequence[Call], unread: Collection[int] = ()
) -> dict[str, Sequence[Any]]:
    """Give the small fields of some calls by name; no codes of the *unread* ones."""
    names = (*_NUMBERS, *_REPEATED)
    # One look at a call for all of its fields: its objects are not in the cache.
    of_call, of_codes = attrgetter(*names), attrgetter(*_CODES)
    none = (None,) * len(_CODES)
    rows = (
        (*of_call(call), *(none if i in unread else of_codes(call)))
        for i, call in enumerate(calls)
    )
    cells = zip(*rows, strict=True) if calls else repeat(())
    return dict(zip((*names, *_CODES), cells, strict=False))
