"""`Records`: many calls in little memory, as the columns that a table needs."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, groupby, pairwise, repeat
from operator import attrgetter
from typing import Any, overload

from paynet_nb.frames import Coded
from paynet_nb.history.store.journal import JournalCalls
from paynet_nb.history.store.packing import PackedCalls
from paynet_nb.history.store.rows import NUMBERS
from paynet_nb.wire import Call, collector_paused

_BLOCK = 512  # calls; packing them takes some milliseconds
_READ_AT_ONCE = 1_024  # bytes; a larger body is read when its codes are asked for

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
        self._blocks: list[PackedCalls | JournalCalls] = []
        self._starts = [0]  # of the blocks, and of the newest
        self._unread: dict[int, list[int]] = {}
        self._damaged: dict[int, str | None] = {}
        self._numbers = {name: array(code) for name, code in NUMBERS.items()}
        self._coded = {name: array("I") for name in (*_REPEATED, *_CODES)}
        self._values: dict[str, dict[Any, int]] = {name: {} for name in self._coded}
        self._lists: dict[str, list[Any]] = {name: [] for name in self._coded}

    def append(self, call: Call) -> None:
        """Add one call."""
        self._newest.append(call)
        if len(self._newest) >= _BLOCK:
            with collector_paused():
                self._pack()

    def add(self, calls: JournalCalls) -> None:
        """Add calls whose headers and bodies stay where they are."""
        if self._newest:
            self._pack()
        self._add(calls, calls.columns, calls.unread, [])

    @property
    def are_in_memory(self) -> bool:
        """Whether nothing of them is still to be read from a journal."""
        return not any(isinstance(block, JournalCalls) for block in self._blocks)

    def __len__(self) -> int:
        return self._starts[-1] + len(self._newest)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        if isinstance(index, slice):
            return list(self._at(range(len(self))[index]))
        (call,) = self._at([range(len(self))[index]])
        return call

    def _at(self, places: Iterable[int]) -> Iterator[Call]:
        for block, group in groupby(places, self._block_of):
            rows = [place - self._starts[block] for place in group]
            if block < len(self._blocks):
                yield from self._unpacked(block, rows)
            else:
                yield from map(self._newest.__getitem__, rows)

    def _block_of(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1

    def __iter__(self) -> Iterator[Call]:
        """Give the calls that are there now."""
        return self._calls(self._starts, self._newest[:])

    def _calls(self, starts: list[int], newest: list[Call]) -> Iterator[Call]:
        for block, (start, end) in enumerate(pairwise(starts)):
            yield from self._unpacked(block, range(end - start))
        yield from newest

    def columns(self, *names: str) -> dict[str, _Column]:
        """Give what a table needs, or only the columns of some *names*.

        That is url, message_id, code, reason, outcome and the small fields of `Call`.
        A column of few values is `Coded`. PayNet's codes in large bodies are read at
        the first time that one of them is asked for.
        """
        self._drop_half_block()
        wanted = {*names} or {"url", "message_id", *self._numbers, *self._coded}
        for block in list(self._unread) if wanted & {"message_id", *_CODES} else ():
            self._read_large(block)
        for place, error in [*self._damaged.items()]:
            (self._coded["error"][place],) = self._codes("error", [error])
        columns: dict[str, _Column] = {}
        newest = self._newest
        for name in wanted & self._numbers.keys():
            more = array(NUMBERS[name], map(attrgetter(name), newest))
            columns[name] = self._numbers[name] + more
        for name in wanted & self._coded.keys():
            codes = self._codes(name, [*map(attrgetter(name), newest)])
            columns[name] = Coded(self._coded[name] + codes, self._listed(name))
        for at, name in enumerate(("url", "message_id")):
            if name in wanted:
                packed = (block.texts()[at] for block in self._blocks)
                texts = map(attrgetter(name), newest)
                columns[name] = [*chain.from_iterable(packed), *texts]
        return columns

    def _pack(self) -> None:
        calls = self._newest[:]
        unread = [i for i, call in enumerate(calls) if _is_large(call)]
        small = _small(calls, {*unread})
        block = PackedCalls(calls, _message_ids(calls, {*unread}))
        self._add(block, small, unread, self._newest[len(calls) :])

    def _add(
        self,
        block: PackedCalls | JournalCalls,
        small: Mapping[str, Sequence[Any]],
        unread: list[int],
        newest: list[Call],
    ) -> None:
        self._drop_half_block()
        for name, numbers in self._numbers.items():
            numbers.extend(small[name])
        for name, codes in self._coded.items():
            codes += self._codes(name, small[name])
        starts = [*self._starts, len(self._coded["kind"])]
        unread_blocks = {**self._unread, len(self._blocks): unread}
        # One statement, without a call: an interrupt comes before it or behind it.
        self._blocks, self._starts, self._newest, self._unread = (
            [*self._blocks, block],
            starts,
            newest,
            unread_blocks if unread else self._unread,
        )

    def _drop_half_block(self) -> None:
        """Drop what a packing put into the columns that was interrupted."""
        for column in (*self._numbers.values(), *self._coded.values()):
            del column[self._starts[-1] :]

    def _read_large(self, block: int) -> None:
        """Read the codes in the large bodies of a block."""
        texts, start, unread = self._blocks[block], self._starts[block], self._unread
        urls, message_ids = texts.texts()
        for row, call in zip(
            unread[block], self._unpacked(block, unread[block]), strict=True
        ):
            message_ids[row] = call.message_id
            for name in _CODES:
                (code,) = self._codes(name, [getattr(call, name)])
                self._coded[name][start + row] = code
        texts.keep_texts(urls, message_ids)
        del unread[block]

    def _codes(self, name: str, cells: Sequence[Any]) -> array[int]:
        numbers = self._values[name]
        for cell in {*cells} - numbers.keys():
            numbers[cell] = len(numbers)
        return array("I", map(numbers.__getitem__, cells))

    def _unpacked(self, block: int, rows: Sequence[int]) -> Iterator[Call]:
        packed, start = self._blocks[block], self._starts[block]
        if isinstance(packed, JournalCalls):
            yield from self._read(packed, start, rows)
            return
        urls, _ = packed.texts()
        for row, rest in zip(rows, packed.rest(rows), strict=True):
            yield Call(url=urls[row], **self._known(start + row), **rest)

    def _read(
        self, block: JournalCalls, start: int, rows: Iterable[int]
    ) -> Iterator[Call]:
        for row in rows:
            call = block.call(row, partial(self._known, start + row))
            # A table tells of damage once somebody came upon it.
            if call.error != self._known(start + row)["error"]:
                self._damaged[start + row] = call.error
            yield call

    def _known(self, place: int) -> dict[str, Any]:
        """Give the fields of a call that are in the columns."""
        known = {name: numbers[place] for name, numbers in self._numbers.items()}
        for name in _REPEATED:
            known[name] = self._listed(name)[self._coded[name][place]]
        return known

    def _listed(self, name: str) -> list[Any]:
        values, listed = self._values[name], self._lists[name]
        if len(listed) != len(values):
            listed = self._lists[name] = list(values)
        return listed


def _is_large(call: Call) -> bool:
    # A message ID may be found in what was sent only.
    return max(len(call.body), len(call.request_body or b"")) > _READ_AT_ONCE


def _message_ids(calls: Sequence[Call], unread: Collection[int]) -> list[str | None]:
    return [None if i in unread else call.message_id for i, call in enumerate(calls)]


def _small(
    calls: Sequence[Call], unread: Collection[int] = ()
) -> dict[str, Sequence[Any]]:
    """Give the small fields of some calls by name; no codes of the *unread* ones."""
    names = (*NUMBERS, *_REPEATED)
    # One look at a call for all of its fields: its objects are not in the cache.
    of_call, of_codes = attrgetter(*names), attrgetter(*_CODES)
    none = (None,) * len(_CODES)
    rows = (
        (*of_call(call), *(none if i in unread else of_codes(call)))
        for i, call in enumerate(calls)
    )
    cells = zip(*rows, strict=True) if calls else repeat(())
    return dict(zip((*names, *_CODES), cells, strict=False))
