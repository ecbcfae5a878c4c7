"""`Records`: many calls in little memory, as the columns that a table needs."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, filterfalse, groupby, pairwise, repeat
from operator import attrgetter
from typing import Any, NamedTuple, overload

from paynet_nb.frames import Coded
from paynet_nb.history.store.flat import Flat, FlatCall
from paynet_nb.history.store.journal import JournalCalls
from paynet_nb.history.store.packing import Bodies, PackedCalls, Rests, Steps
from paynet_nb.history.store.rows import NUMBERS
from paynet_nb.wire import Call, collector_paused, header_values

_BLOCK = 512  # calls
# Packed a step at a time, so that no append waits for long: what one step takes.
_STEP = 64  # calls
_STEP_BYTES = 250_000  # of bodies
_READ_AT_ONCE = 1_024  # bytes; a larger body is read when its codes are asked for

# The same few values again and again: each is kept once, a row has its number.
_REPEATED = (
    *("kind", "environment", "method", "status", "attempt", "token", "error", "label"),
    "signature",
)
_CODES = ("code", "reason", "outcome")

TOLD = ("label", "status", "error", "signature", "token", *_CODES)

_Column = Sequence[Any] | Coded


class Piece(NamedTuple):
    """What a search looks at, of some calls that are kept together.

    Attributes:
        places: Where they are.
        urls: The URL of each.
        told: The values of `TOLD` of each.
        bodies: What was sent and what came; read when it is asked for.
    """

    places: range
    urls: Sequence[str]
    told: Sequence[tuple[Any, ...]]
    bodies: Iterator[Bodies]


class Records:
    """Calls in the order in which they came: the newest as they are, the others packed.

    What was packed is equal to what came, but another object. It is changed by one
    thread at a time; what `__iter__` gave may go on meanwhile. An interrupt (the stop
    button) may break `append` off at any moment, and all is as before or behind it.
    """

    def __init__(self) -> None:
        self._newest: list[Call] = []
        self._steps = Steps()  # of the first of the newest
        self._due = _STEP  # so many of the newest begin the next step
        self._waiting = 0  # bytes of bodies that are in no step, about
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
        self._waiting += len(call.body) + len(call.request_body or b"")
        if len(self._newest) >= self._due or self._waiting > _STEP_BYTES:
            with collector_paused():
                self._pack_step()
                if len(self._newest) >= _BLOCK:
                    self._pack()

    def add(self, calls: JournalCalls) -> None:
        """Add calls whose headers and bodies stay where they are."""
        if self._newest:
            self._pack()
        self._add(calls, calls.columns, calls.unread)

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

    def headers(self) -> Iterator[Flat]:
        """Give all headers, as names and values."""
        return self._headers(self._blocks, self._newest[:])

    def _headers(
        self, blocks: list[PackedCalls | JournalCalls], newest: list[Call]
    ) -> Iterator[Flat]:
        for block in blocks:
            yield from block.headers()
        for call in newest:
            for headers in (call.request_headers, call.headers):
                yield tuple(headers), header_values(headers)

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """Give what a search looks at, of the calls from *start* on up to *end*.

        PayNet's codes in large bodies are read now. Others may come meanwhile.
        """
        for block in [*self._unread]:
            self._read_large(block)
        return self._pieces(self._starts, self._newest[:], start, end)

    def _pieces(
        self, starts: list[int], newest: list[Call], start: int, end: int
    ) -> Iterator[Piece]:
        for block, (first, behind) in enumerate(pairwise(starts)):
            rows = range(max(start, first) - first, min(end, behind) - first)
            if rows:
                kept = self._blocks[block]
                places = range(first + rows.start, first + rows.stop)
                urls = kept.texts()[0][rows.start : rows.stop]
                told = [
                    *zip(*(self._cells(name, places) for name in TOLD), strict=True)
                ]
                yield Piece(places, urls, told, kept.bodies(rows))
        first = max(start, starts[-1])
        calls = newest[first - starts[-1] : max(end - starts[-1], 0)]
        if calls:
            yield Piece(
                range(first, first + len(calls)),
                [call.url for call in calls],
                [*map(attrgetter(*TOLD), calls)],
                ((call.request_body, call.body) for call in calls),
            )

    def flat(self, start: int) -> Iterator[FlatCall]:
        """Give the calls that are kept together, from the one at *start* on.

        PayNet's codes in large bodies are read now. Others may come meanwhile.
        """
        block = self._block_of(start)
        if block == len(self._blocks):
            return map(FlatCall.of, self._newest[start - self._starts[-1] :])
        if block in self._unread:
            self._read_large(block)
        kept, first, end = self._blocks[block], *self._starts[block : block + 2]
        places, rows = range(start, end), range(start - first, end - first)
        columns: list[Iterable[Any]] = [
            *(numbers[start:end] for numbers in self._numbers.values()),
            *([*self._cells(name, places)] for name in (*_REPEATED, *_CODES)),
            *(texts[rows.start :] for texts in kept.texts()),
        ]
        return self._flat(places, zip(*columns, strict=True), kept.rests(rows))

    def _flat(
        self,
        places: Iterable[int],
        cells: Iterable[tuple[Any, ...]],
        rests: Iterable[Rests | None],
    ) -> Iterator[FlatCall]:
        for place, of_row, rest in zip(places, cells, rests, strict=True):
            if rest is None:  # damaged
                yield FlatCall.of(self[place])
            else:
                yield FlatCall._make((*of_row, *rest))

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

    def _pack_step(self) -> None:
        calls = self._newest[len(self._steps) :]
        # Read now, a call keeps them: for a whole block it would take long.
        for name in ("outcome", "message_id"):  # one by one is a quarter faster
            for call in filterfalse(_is_large, calls):
                getattr(call, name)
        self._steps.add(calls)
        self._due, self._waiting = min(len(self._newest) + _STEP, _BLOCK), 0

    def _pack(self) -> None:
        if len(self._steps) < len(self._newest):
            self._pack_step()
        self._due = _STEP
        calls = self._newest[:]
        unread = [i for i, call in enumerate(calls) if _is_large(call)]
        small = _small(calls, {*unread})
        urls = [call.url for call in calls]
        block = PackedCalls(self._steps.rests, urls, _message_ids(calls, {*unread}))
        self._add(block, small, unread)

    def _add(
        self,
        block: PackedCalls | JournalCalls,
        small: Mapping[str, Sequence[Any]],
        unread: list[int],
    ) -> None:
        """Add a block, in which are all of the newest."""
        self._drop_half_block()
        for name, numbers in self._numbers.items():
            numbers.extend(small[name])
        for name, codes in self._coded.items():
            codes += self._codes(name, small[name])
        starts = [*self._starts, len(self._coded["kind"])]
        steps = Steps()
        unread_blocks = {**self._unread, len(self._blocks): unread}
        # One statement, without a call: an interrupt comes before it or behind it.
        self._blocks, self._starts, self._newest, self._steps, self._unread = (
            [*self._blocks, block],
            starts,
            [],
            steps,
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
        known = self._known([start + row for row in rows])
        for row, rest, fields in zip(rows, packed.fields(rows), known, strict=True):
            yield Call(url=urls[row], **fields, **rest)

    def _read(
        self, block: JournalCalls, start: int, rows: Iterable[int]
    ) -> Iterator[Call]:
        for row in rows:
            known = partial(next, self._known([start + row]))
            call = block.call(row, known)
            # A table tells of damage once somebody came upon it.
            if call.error != next(self._cells("error", [start + row])):
                self._damaged[start + row] = call.error
            yield call

    def _known(self, places: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Give the fields that are in the columns, of some calls."""
        columns: list[Iterator[Any]] = [
            map(column.__getitem__, places) for column in self._numbers.values()
        ]
        columns += [self._cells(name, places) for name in _REPEATED]
        names = (*self._numbers, *_REPEATED)
        for cells in zip(*columns, strict=True):
            yield dict(zip(names, cells, strict=True))

    def _cells(self, name: str, places: Sequence[int]) -> Iterator[Any]:
        codes = map(self._coded[name].__getitem__, places)
        return map(self._listed(name).__getitem__, codes)

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
