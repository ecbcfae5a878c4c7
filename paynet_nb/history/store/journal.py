"""`Journal`: calls in an SQLite file, each there before its `write` returns."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from requests.structures import CaseInsensitiveDict

from paynet_nb.errors import ConfigurationError
from paynet_nb.history.store import schema
from paynet_nb.wire import Call, PerProcess

_PATIENCE_S = 30.0  # for another process that writes at this moment

_FIELDS = (
    *("sent_at_s", "kind", "environment", "method", "url", "request_headers"),
    *("request_body", "status", "headers", "body", "elapsed_s", "request_bytes"),
    *("response_bytes", "attempt", "token", "error", "label"),
    *("request_body_cut", "body_cut"),
)
_HEADERS = ("request_headers", "headers")
_TEXTS = ("kind", "environment", "method", "url", "token", "error", "label")

_WRITE = (
    f"INSERT INTO calls ({', '.join(_FIELDS)}) "  # noqa: S608  # names from above
    f"VALUES ({', '.join('?' * len(_FIELDS))})"
)
_READ = f"SELECT id, {', '.join(_FIELDS)} FROM calls WHERE id > ? ORDER BY id"  # noqa: S608


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
        # By process: a fork must neither use nor close its parent's connection
        # (sqlite.org/howtocorrupt.html, section 2.6).
        self._connections = PerProcess(self._connect)
        # Whole: a notebook may change its folder later.
        self.path = path.resolve()
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
        row = [getattr(call, name) for name in _FIELDS]
        for name in _HEADERS:
            row[_FIELDS.index(name)] = json.dumps([*getattr(call, name).items()])
        connection = self._connections.get()
        try:
            number = connection.execute(_WRITE, row).lastrowid
        except UnicodeEncodeError:
            # Half of a surrogate pair: SQLite takes it as bytes.
            for name in _TEXTS:
                row[_FIELDS.index(name)] = _bytes(getattr(call, name))
            number = connection.execute(_WRITE, row).lastrowid
        return number or 0

    def read(self, *, after: int) -> Iterator[tuple[int, Call]]:
        """Give the calls of all processes behind number *after*, with their numbers.

        Raises:
            sqlite3.Error: It cannot be read.
        """
        for number, *row in self._connections.get().execute(_READ, (after,)):
            yield number, _call(dict(zip(_FIELDS, row, strict=True)))

    def close(self) -> None:
        """Close the file."""
        connection = self._connections.drop()
        if connection:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",  # never made anew where it was removed
            uri=True,
            timeout=_PATIENCE_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            # In the log of WAL mode, what one process wrote is there when it is killed.
            connection.execute("PRAGMA synchronous = NORMAL")
            schema.prepare(connection, self.path)
        except (sqlite3.Error, ConfigurationError):
            connection.close()
            raise
        return connection

    def __del__(self) -> None:
        self.close()


def _call(row: dict[str, Any]) -> Call:
    for name in _TEXTS:
        if isinstance(row[name], bytes):
            row[name] = row[name].decode("utf-8", "surrogatepass")
    for name in _HEADERS:
        row[name] = CaseInsensitiveDict(json.loads(row[name]))
    return Call(**row)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogatepass")
