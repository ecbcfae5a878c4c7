"""What a sandbox has been told: tables of JSON values, for all of its threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

# Rows of one table, and characters of a text in one that has no end in the contract:
# the oldest and the rest go, so that a long class stays in memory.
MOST, LONGEST = 20_000, 1_000
_AT_ONCE = MOST // 20  # or each look for the oldest would pass by all that went before

Table = dict[str, Any]


def forget_oldest(table: dict[Any, Any]) -> None:
    """Take the oldest of a table's rows, where there are more than `MOST`."""
    if len(table) > MOST:
        for key in [*islice(table, _AT_ONCE)]:
            del table[key]


class Ledger:
    """The payments, consents, messages... of a sandbox, by the name of their table."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        self._lock = threading.RLock()

    @contextmanager
    def table(self, name: str) -> Iterator[Table]:
        """Give a table to read and to change, to one thread at a time."""
        with self._lock:
            table = self._tables.setdefault(name, {})
            yield table
            forget_oldest(table)

    def count(self, name: str) -> int:
        """Count one more of something; the first is 1."""
        with self.table("counts") as counts:
            counts[name] = counts.get(name, 0) + 1
            number: int = counts[name]
            return number

    def snapshot(self) -> dict[str, Table]:
        """Copy all tables; JSON can hold the copy."""
        with self._lock:
            copy: dict[str, Table] = json.loads(json.dumps(self._tables))
            return copy

    def restore(self, tables: dict[str, Table]) -> None:
        """Take over a snapshot, in place of what is here; {}: begin anew."""
        with self._lock:
            self._tables = json.loads(json.dumps(tables))
