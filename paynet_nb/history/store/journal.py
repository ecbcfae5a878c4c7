"""`Journal`: calls in an SQLite file, each there before its `write` returns.

What stands in a table is read of many rows at once; headers and bodies are read when
somebody looks at a call.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from operator import lt
from pathlib import Path
from typing import Any, TypeVar

from paynet_nb.errors import ConfigurationError
from paynet_nb.history.store import schema
from paynet_nb.history.store.flat import Flat
from paynet_nb.history.store.packing import Bodies, Rests, Texts
from paynet_nb.history.store.rows import (
    DAMAGE,
    FIELDS,
    READ_CODES,
    REST,
    SMALL,
    call_of,
    columns_of,
    damaged_call,
    flat_of,
    rests_of,
    row_of,
)
from paynet_nb.wire import Call, PerProcess

V = TypeVar("V")

_PATIENCE_S = 30.0  # for another process that writes at this moment

_ALL = (*FIELDS, *READ_CODES)
_WRITE = f"INSERT INTO calls ({', '.join(_ALL)}) VALUES ({', '.join('?' * len(_ALL))})"  # noqa: S608  # names from the code
_BODIES = "SELECT id, request_body, body FROM calls WHERE id BETWEEN ? AND ?"
_HEADERS = "SELECT request_headers, headers FROM calls WHERE id BETWEEN ? AND ?"
_LONG = ", ".join((*REST, *READ_CODES))
_REST = f"SELECT id, {_LONG} FROM calls WHERE id BETWEEN ? AND ?"  # noqa: S608
_SMALL = f"SELECT id, is_read, {', '.join(SMALL)} FROM calls"  # noqa: S608
_READ = f"{_SMALL} WHERE id > ? ORDER BY id LIMIT ?"
_READ_SMALL = f"{_SMALL} WHERE id = ?"
_READ_ONE = f"SELECT {', '.join(_ALL)} FROM calls WHERE id = ?"  # noqa: S608
_AT_ONCE = 512  # rows without headers and bodies
_BODIES_AT_ONCE = 16  # they may be large
_FEW = 64  # rows; so many are kept as calls, not in a block of their own
# Behind a damaged page rows are looked for one by one, and a damaged number may be any.
_MOST_LOOKED_FOR = 100_000


class Journal:
    """An SQLite file of calls, as they were redacted; other processes may write to it.

    What was written survives the end of this process, however it ends (write-ahead log;
    a power failure may take the last calls). Threads may share it.

    Args:
        path: The file; it is made if it is not there, readable by its owner only.

    Raises:
        ConfigurationError: The file is no journal, of a newer version, or so damaged
            that no call in it can be found.
        OSError, sqlite3.Error: It cannot be made, or not be written to.
    """

    def __init__(self, path: Path) -> None:
        self._in_use_by: int | None = None  # the process that reads or writes now
        # Whole: a notebook may change its folder later.
        self.path = path.resolve()
        self._locks = PerProcess(threading.RLock)
        schema.create(self.path)
        schema.check(self.path)
        self._file = self.path.stat()
        # By process: a fork must neither use nor close its parent's connection
        # (sqlite.org/howtocorrupt.html, section 2.6). It does not refer to this object:
        # the file is closed as soon as nobody has that.
        self._connections = PerProcess(partial(_connect, self.path, self._file))
        if not os.access(self.path, os.W_OK):
            raise PermissionError(13, "it may not be written to", str(self.path))
        schema.close_to_others(self.path)
        with schema.told_of_damage(self.path):
            self._connections.get()
            self._rows(_READ_ONE, 0)

    def write(self, call: Call) -> int:
        """Write one call, and give its number in the file.

        Raises:
            OSError, sqlite3.Error: It is not written.
        """
        # SQLite would go on in a file that has no name and ends with this process.
        if not os.path.samestat(self.path.stat(), self._file):
            raise FileNotFoundError(2, "another file has its name", str(self.path))
        with self._used() as connection:
            number = connection.execute(_WRITE, row_of(call)).lastrowid
        return number or 0

    @contextlib.contextmanager
    def alone(self, patience_s: float) -> Iterator[None]:
        """Write much at once, or nothing; nobody else writes meanwhile.

        Raises:
            OSError, sqlite3.Error: Another one writes for longer than *patience_s*.
        """
        with self._used() as connection:
            ((before,),) = connection.execute("PRAGMA busy_timeout").fetchall()
            connection.execute(f"PRAGMA busy_timeout = {patience_s * 1000:.0f}")
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute(f"PRAGMA busy_timeout = {before}")

    def read(self, *, after: int) -> Iterator[tuple[int, Call | JournalCalls]]:
        """Give the calls of all processes behind number *after*, some or one at a time.

        With each comes the number of the last. Of damaged rows see `call_of`; the
        others are read all the same.

        Raises:
            OSError, sqlite3.Error: It cannot be read.
        """
        for rows in self._pieces(after):
            found = self._in_blocks(rows)
            if after and len(rows) < _FEW:
                found = ((number, self.call(number)) for number, *_ in rows)
            yield from found
            after = rows[-1][0]

    def _pieces(self, after: int) -> Iterator[list[tuple[Any, ...]]]:
        """Read rows without headers and bodies, many at a time."""
        try:
            while rows := self._rows(_READ, after, _AT_ONCE):
                if not _is_in_order([after, *(number for number, *_ in rows)]):
                    break
                yield rows
                after = rows[-1][0]
            else:
                return
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # a damaged page
            pass
        one_by_one = self._one_by_one(after)
        while rows := [*islice(one_by_one, _AT_ONCE)]:
            yield rows

    def _one_by_one(self, after: int) -> Iterator[tuple[Any, ...]]:
        ((last,),) = self._rows("SELECT max(id) FROM calls")
        for number in range(after + 1, min(last or 0, after + _MOST_LOOKED_FOR) + 1):
            try:
                yield from self._rows(_READ_SMALL, number)
            except sqlite3.DatabaseError:
                yield (number, *(None,) * (len(SMALL) + 1))  # no cell can be read

    def _in_blocks(
        self, rows: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Call | JournalCalls]]:
        """Make one block of all rows, or of those between the damaged ones."""
        try:
            yield rows[-1][0], JournalCalls(self, rows)
        except (ValueError, TypeError, OverflowError, OSError):
            if len(rows) == 1:
                yield rows[0][0], self.call(rows[0][0])
                return
            half = len(rows) // 2
            yield from self._in_blocks(rows[:half])
            yield from self._in_blocks(rows[half:])

    def call(self, number: int) -> Call:
        """Read one call whole; of one that is damaged, what is left.

        Raises:
            OSError, sqlite3.OperationalError: It cannot be read now.
        """
        try:
            rows = self._rows(_READ_ONE, number)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            rows = []
        return call_of(number, rows[0]) if rows else damaged_call(number)

    def headers(self, first: int, last: int) -> Iterator[Flat]:
        """Read the headers of the calls with some numbers, but for damaged ones."""
        try:
            rows = self._rows(_HEADERS, first, last)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            if first < last:
                middle = (first + last) // 2
                yield from self.headers(first, middle)
                yield from self.headers(middle + 1, last)
            return
        for cell in chain.from_iterable(rows):
            with contextlib.suppress(ValueError, TypeError, RecursionError):
                yield flat_of(cell)

    def bodies(self, first: int, last: int) -> dict[int, Bodies]:
        """Read what was sent and what came, of the calls with some numbers.

        Of a call that is damaged nothing is there.

        Raises:
            ConfigurationError: Another program has locked it.
        """
        return {
            number: (sent, came)
            for number, sent, came in self._readable(_BODIES, first, last)
            if isinstance(came, bytes) and isinstance(sent, bytes | None)
        }

    def rests(self, first: int, last: int) -> dict[int, Rests]:
        """Read what `Rests` has of the calls with some numbers; as `bodies`."""
        found = {}
        for number, *cells in self._readable(_REST, first, last):
            with contextlib.suppress(*DAMAGE):
                found[number] = rests_of(cells)
        return found

    def _readable(self, query: str, first: int, last: int) -> list[tuple[Any, ...]]:
        """Read the rows with some numbers, but for those on a damaged page."""
        try:
            return self._rows(query, first, last)
        except (OSError, sqlite3.Error) as error:
            if schema.is_locked(error):
                # To leave it out would look as if nothing were in it.
                raise ConfigurationError(
                    f"{self.path} cannot be read: another program has locked it for "
                    f"{_PATIENCE_S:.0f} s; close that program and try again"
                ) from error
            # Where all of it cannot be read now, nothing helps.
            is_all = isinstance(error, (OSError, sqlite3.OperationalError))
            if is_all or first == last:
                return []
            middle = (first + last) // 2
            found = self._readable(query, first, middle)
            return found + self._readable(query, middle + 1, last)

    def _rows(self, query: str, *values: int) -> list[tuple[Any, ...]]:
        with self._used() as connection:
            return connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        connection = self._connections.drop()
        if connection:
            connection.close()

    @contextlib.contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        if self._in_use_by not in (None, os.getpid()):
            # SQLite's own notes of who has locked the file were copied as they were
            # then, and nobody here will ever change them.
            raise OSError("this process was forked while another thread used it")
        with self._locks.get():
            connection = self._connections.get()
            before, self._in_use_by = self._in_use_by, os.getpid()
            try:
                yield connection
            finally:
                self._in_use_by = before

    def __del__(self) -> None:
        if "_connections" in vars(self):  # else it was never made
            self.close()


class JournalCalls(Texts):
    """Some calls in a journal: what a table needs of them, and the way to all the rest.

    Args:
        journal: Where they are.
        rows: Number, whether its codes are there, and the cells of `SMALL`, of each.

    Raises:
        ValueError, TypeError, OverflowError, OSError: A cell is damaged.

    Attributes:
        columns: What it was made of, for the one who adds it to others.
        unread: The rows whose codes are not there.
    """

    def __init__(self, journal: Journal, rows: Sequence[tuple[Any, ...]]) -> None:
        self._journal = journal
        self._numbers = array("q", [number for number, *_ in rows])
        self.unread = [i for i, (_, is_read, *_) in enumerate(rows) if is_read != 1]
        self.columns = columns_of([row[2:] for row in rows])
        super().__init__(self.columns.pop("url"), self.columns.pop("message_id"))

    def __len__(self) -> int:
        return len(self._numbers)

    def headers(self) -> Iterator[Flat]:
        """Give the headers of all, those of the request and of the answer in turn."""
        return self._journal.headers(self._numbers[0], self._numbers[-1])

    def bodies(self, rows: Sequence[int]) -> Iterator[Bodies]:
        """Give what was sent and what came, of some of the calls."""
        for bodies in self._each(rows, self._journal.bodies):
            yield bodies or (None, b"")

    def rests(self, rows: Sequence[int]) -> Iterator[Rests | None]:
        """Give what `Rests` has of some of the calls; of a damaged one None."""
        return self._each(rows, self._journal.rests)

    def _each(
        self, rows: Sequence[int], read: Callable[[int, int], dict[int, V]]
    ) -> Iterator[V | None]:
        numbers = (self._numbers[row] for row in rows)
        while some := [*islice(numbers, _BODIES_AT_ONCE)]:
            yield from map(read(some[0], some[-1]).get, some)

    def call(self, row: int, known: Callable[[], Mapping[str, Any]]) -> Call:
        """Read a call; where that fails, it is made of what is *known* of it."""
        number = self._numbers[row]
        try:
            return self._journal.call(number)
        except (OSError, sqlite3.Error):
            return damaged_call(number, {"url": self.texts()[0][row], **known()})


def _is_in_order(numbers: Sequence[int]) -> bool:
    return all(map(lt, numbers, numbers[1:]))


def _connect(path: Path, file: os.stat_result) -> sqlite3.Connection:
    # In a fork another file may have its name by now, with calls of its own.
    if not os.path.samestat(path.stat(), file):
        raise FileNotFoundError(2, "another file has its name", str(path))
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",  # never made anew where it was removed
        uri=True,
        timeout=_PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        # In the log of WAL mode, what one process wrote is there when it is killed.
        connection.execute("PRAGMA synchronous = NORMAL")
        # Pages of the log that an append copies into the file: of SQLite's own 1,000,
        # every so often one would wait for 30 ms.
        connection.execute("PRAGMA wal_autocheckpoint = 250")
        # A text of which one letter is damaged would end the reading of all rows.
        connection.text_factory = bytes
        schema.prepare(connection, path)
    except (sqlite3.Error, ConfigurationError):
        connection.close()
        raise
    return connection
