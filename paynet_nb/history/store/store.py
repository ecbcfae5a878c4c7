"""`Store`: where a history keeps its calls: in memory and, given a path, in a file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import warnings
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, overload

from paynet_nb import frames
from paynet_nb.display import count
from paynet_nb.errors import ConfigurationError
from paynet_nb.history.as_path import as_path
from paynet_nb.history.store.flat import Flat, FlatCall
from paynet_nb.history.store.journal import Journal, JournalCalls
from paynet_nb.history.store.records import Piece, Records
from paynet_nb.history.store.schema import is_locked
from paynet_nb.wire import Call, PerProcess

__all__ = ["Store"]

_LATEST = 100  # calls; more do not come between an interrupt and the question
_PATIENCE_AT_END_S = 5.0
_KEY = attrgetter("sent_at_s", "method", "url", "attempt")
_FAILURES = (OSError, sqlite3.Error)


class Store:
    """Keep calls, in the order of the journal where there is one.

    With a journal, the calls that other processes wrote to it are seen, too. Where it
    fails, there is one warning, and calls go on in memory; where another program has
    locked it, they are written when that lets go. Threads may share it. A copy
    or a pickle is in memory only: a file is opened by those who name it.

    Args:
        path: The journal's file; None: in memory only.
        max_body_bytes: Bodies are cut behind so many bytes; None: they are kept whole.

    Raises:
        ConfigurationError: The file is no journal, or of a newer version, or has a name
            that no file can have; or *max_body_bytes* is no size.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None, max_body_bytes: int | None
    ) -> None:
        if not (max_body_bytes is None or _is_size(max_body_bytes)):
            raise ConfigurationError(
                f"max_body_bytes is {max_body_bytes!r}; give a whole number from 0 on, "
                "or None"
            )
        self._max_body_bytes = max_body_bytes
        self._records = Records()
        # For the one that came last: the number in the journal before it, its own, and
        # how many records there were.
        self._step = (0, 0, 0)
        self._journal: Journal | None = None
        # Where the calls begin that wait for another program to unlock the journal; in
        # a fork they are its parent's to write.
        self._waits_from: PerProcess[int] = PerProcess(int)
        self._at_end: weakref.finalize[..., Store] | None = None
        # At a fork, another thread may hold the parent's for ever.
        self._locks = PerProcess(threading.RLock)
        if path is not None:
            self._journal = self._open(as_path(path))

    def append(self, call: Call) -> None:
        """Keep a call; with a journal it is in the file before this returns."""
        if self._max_body_bytes is not None:
            call = _capped(call, self._max_body_bytes)
        with self._lock:
            self._deliver()
            if self._journal is None or self._waits_from.held is not None:
                self._records.append(call)
                return
            try:
                number = self._journal.write(call)
            except _FAILURES as error:
                problem = error
            else:
                # Where others wrote in between, the next look takes all in order.
                if number <= self._last + 1:
                    self._keep(number, call)
                return
            if is_locked(problem):
                del problem  # its frame holds this object, which would never go
                self._wait(call)
                return
            with contextlib.suppress(*_FAILURES):
                self._catch_up()
            self._records.append(call)
            self._give_up(problem)

    def holds(self, call: Call) -> bool:
        """Tell whether *call* is among the latest, as it came or cut."""
        latest = self[-_LATEST:]
        return any(_KEY(one) == _KEY(call) for one in latest)

    def __len__(self) -> int:
        with self._seen() as records:
            return len(records)

    def __iter__(self) -> Iterator[Call]:
        """Give the calls that are there now."""
        with self._seen() as records:
            return iter(records)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        with self._seen() as records:
            return records[index]

    def headers(self) -> Iterator[Flat]:
        """Give all headers, as names and values."""
        with self._seen() as records:
            return records.headers()

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """Give what a search looks at, of the calls from *start* on up to *end*."""
        with self._lock:
            return self._records.pieces(start, end)

    def flat(self, start: int = 0) -> Iterator[FlatCall]:
        """Give the calls that are there now, and PayNet's codes, without making any."""
        with self._seen() as records:
            end = len(records)
        return self._flat(start, end)

    def _flat(self, done: int, end: int) -> Iterator[FlatCall]:
        while done < end:
            with self._lock:
                some = self._records.flat(done)
            for call in islice(some, end - done):
                done += 1
                yield call

    def columns(self, *names: str) -> dict[str, Sequence[Any] | frames.Coded]:
        """Give the columns of a table of all calls; see `Records.columns`."""
        with self._seen() as records:
            return records.columns(*names)

    @contextlib.contextmanager
    def _seen(self) -> Iterator[Records]:
        """Give the records, with what other processes wrote; nobody changes them."""
        with self._lock:
            self._deliver()
            try:
                self._catch_up()
            except _FAILURES as error:
                if is_locked(error):
                    self._wait()
                else:
                    self._give_up(error)
            yield self._records

    def _wait(self, *calls: Call) -> None:
        """Write nothing until the program that has locked the journal lets go."""
        start = len(self._records)
        self._step = self._last, self._last, start
        self._waits_from.keep(start)
        for call in calls:
            self._records.append(call)
        if self._journal:
            told = os.getpid(), self._journal, self._records, start
            self._at_end = weakref.finalize(self, _write_at_end, *told)
            _warn_of_lock(self._journal.path)

    def _deliver(self) -> None:
        """Write what waits, in its order, unless the journal is locked still."""
        if self._journal is None or (start := self._waits_from.held) is None:
            return
        end = len(self._records)
        try:
            with self._journal.alone(0.0):
                others = [*self._journal.read(after=self._last)]
                last = _write(self._journal, self._records, start, end)
        except _FAILURES as error:
            if not is_locked(error):
                self._give_up(error)
            return
        for one in others:
            self._keep(*one)
        if last:
            self._step = last, last, len(self._records)
        self._wait_no_more()

    def _wait_no_more(self) -> None:
        self._waits_from.drop()
        if self._at_end:
            self._at_end.detach()

    def _catch_up(self) -> None:
        if self._journal and self._waits_from.held is None:
            for number, found in self._journal.read(after=self._last):
                self._keep(number, found)

    def _keep(self, number: int, found: Call | JournalCalls) -> None:
        self._step = self._last, number, len(self._records)
        if isinstance(found, JournalCalls):
            self._records.add(found)
        else:
            self._records.append(found)

    @property
    def _last(self) -> int:
        """The number in the journal of the last of the records.

        Asked of the records themselves: an interrupt may have come before the last one
        was among them.
        """
        before, number, size = self._step
        return number if len(self._records) > size else before

    def _open(self, path: Path) -> Journal | None:
        if not _may_be_named(path):
            raise ConfigurationError(
                f"no file can be named {str(path)!r}; name another one"
            )
        if not path.parent.is_dir():
            raise ConfigurationError(f"there is no folder {path.parent}; make it first")
        try:
            return Journal(path)
        except _FAILURES as error:
            _warn(path, error)
        return None

    def _give_up(self, problem: Exception) -> None:
        if self._journal:
            path = self._journal.path
            self._wait_no_more()
            # Else it stays open for those of its calls that nobody has read yet.
            if self._records.are_in_memory:
                self._journal.close()
            self._journal = None
            _warn(path, problem)

    @property
    def _lock(self) -> threading.RLock:
        return self._locks.get()

    def __getstate__(self) -> dict[str, Any]:
        return {"calls": list(self), "max_body_bytes": self._max_body_bytes}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(None, state["max_body_bytes"])  # type: ignore[misc]  # as made anew
        for call in state["calls"]:
            self.append(call)


def _is_size(given: object) -> bool:
    return isinstance(given, int) and given >= 0


def _may_be_named(path: Path) -> bool:
    """Tell whether a file can have that name: there is no NUL in any."""
    try:
        path.stat()
    except OSError:
        pass
    except ValueError:
        return False
    return True


def _write(journal: Journal, records: Records, start: int, end: int) -> int:
    """Write some of the calls, and give the number of the last; 0: there are none."""
    number = 0
    for place in range(start, end, _LATEST):
        for call in records[place : min(place + _LATEST, end)]:
            number = journal.write(call)
    return number


def _write_at_end(process: int, journal: Journal, records: Records, start: int) -> None:
    """Write what waits still when the kernel ends, or the history is thrown away."""
    if process != os.getpid() or start == len(records):
        return
    try:
        with journal.alone(_PATIENCE_AT_END_S):
            _write(journal, records, start, len(records))
    except _FAILURES as error:
        left = count(len(records) - start, "call")
        warnings.warn(f"{left} not written to {journal.path} ({error})", stacklevel=2)


def _warn_of_lock(path: Path) -> None:
    warnings.warn(
        f"{path} is locked by another program; calls are kept in memory and written to "
        "it in their order once that program lets go; history.save() puts them into a "
        "file elsewhere",
        stacklevel=4,
    )


def _warn(path: Path, problem: Exception) -> None:
    warnings.warn(
        f"{path} cannot be written to ({problem}); calls are kept in memory only from "
        "here on, history.save() puts them into a file elsewhere",
        stacklevel=4,
    )


def _capped(call: Call, most: int) -> Call:
    body, cut = _cut(call.body, most)
    sent, sent_cut = _cut(call.request_body or b"", most)
    if not (cut or sent_cut):
        return call
    return replace(
        call,
        body=body,
        body_cut=call.body_cut + cut,
        request_body=None if call.request_body is None else sent,
        request_body_cut=call.request_body_cut + sent_cut,
        cut_codes=call.codes._replace(message_id=call.message_id),
    )


def _cut(body: bytes, most: int) -> tuple[bytes, int]:
    if len(body) <= most:
        return body, 0
    end = most
    # Not inside of a character of UTF-8, which has up to three such bytes.
    while end > max(0, most - 3) and body[end] & 0xC0 == 0x80:
        end -= 1
    return body[:end], len(body) - end
