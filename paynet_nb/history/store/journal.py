"""`Journal`: calls in an SQLite file, each there before its `write` returns."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from paynet_nb.errors import ConfigurationError
from paynet_nb.history.store import schema
from paynet_nb.history.store.rows import FIELDS, call_of, damaged_call, row_of
from paynet_nb.wire import Call, PerProcess

_PATIENCE_S = 30.0  # for another process that writes at this moment

_NAMES = ", ".join(FIELDS)
_WRITE = f"INSERT INTO calls ({_NAMES}) VALUES ({', '.join('?' * len(FIELDS))})"  # noqa: S608  # names from the code
_READ = f"SELECT id, {_NAMES} FROM calls WHERE id > ? ORDER BY id"  # noqa: S608
_READ_ONE = f"SELECT {_NAMES} FROM calls WHERE id = ?"  # noqa: S608
# Behind a damaged page rows are looked for one by one, and a damaged number may be any.
_MOST_LOOKED_FOR = 100_000


class Journal:
    """An SQLite file of calls, as they were redacted; other processes may write to it.

    What was written survives the end of this process, however it ends (write-ahead log;
    a power failure may take the last calls). One thread at a time may use it.

    Args:
        path: The file; it is made if it is not there, readable by its owner only.

    Raises:
        ConfigurationError: The file is no journal, or of a newer version.
        OSError, sqlite3.Error: It cannot be made, or not be written to.
    """

    def __init__(self, path: Path) -> None:
        self._in_use_by: int | None = None  # the process that reads or writes now
        # Whole: a notebook may change its folder later.
        self.path = path.resolve()
        # By process: a fork must neither use nor close its parent's connection
        # (sqlite.org/howtocorrupt.html, section 2.6). It does not refer to this object:
        # the file is closed as soon as nobody has that.
        self._connections = PerProcess(partial(_connect, self.path))
        schema.create(self.path)
        schema.check(self.path)
        self._file = self.path.stat()
        if not os.access(self.path, os.W_OK):
            raise PermissionError(13, "it may not be written to", str(self.path))
        schema.close_to_others(self.path)
        self._connections.get()

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

    def read(self, *, after: int) -> Iterator[tuple[int, Call]]:
        """Give the calls of all processes behind number *after*, with their numbers.

        Of damaged rows see `call_of`; the others are read all the same.

        Raises:
            sqlite3.Error: It cannot be read.
        """
        with self._used() as connection:
            try:
                for number, *row in connection.execute(_READ, (after,)):
                    yield number, call_of(number, row)
                    after = number
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # a damaged page
                yield from _one_by_one(connection, after)

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
        connection = self._connections.get()
        self._in_use_by = os.getpid()
        try:
            yield connection
        finally:
            self._in_use_by = None

    def __del__(self) -> None:
        if "_connections" in vars(self):  # else it was never made
            self.close()


def _connect(path: Path) -> sqlite3.Connection:
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
        # A text of which one letter is damaged would end the reading of all rows.
        connection.text_factory = bytes
        schema.prepare(connection, path)
    except (sqlite3.Error, ConfigurationError):
        connection.close()
        raise
    return connection


def _one_by_one(
    connection: sqlite3.Connection, after: int
) -> Iterator[tuple[int, Call]]:
    (last,) = connection.execute("SELECT max(id) FROM calls").fetchone()
    for number in range(after + 1, min(last or 0, after + _MOST_LOOKED_FOR) + 1):
        try:
            row = connection.execute(_READ_ONE, (number,)).fetchone()
        except sqlite3.DatabaseError:
            yield number, damaged_call(number)
        else:
            if row:
                yield number, call_of(number, row)
