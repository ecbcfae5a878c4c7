"""A journal that another program has locked."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Any

import pytest


class Locked(sqlite3.Connection):
    """A file of which SQLite refuses some commands, while *words* are in force.

    Attributes:
        words: Commands that hold one of these are refused.
    """

    words: tuple[str, ...] = ()

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Answer as SQLite does once its patience is at an end."""
        if any(word in sql for word in Locked.words):
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return super().execute(sql, *values)


def lockable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the journals that are opened from now on be locked by `Locked.words`."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Locked))
