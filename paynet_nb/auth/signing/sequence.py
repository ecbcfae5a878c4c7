"""Numbers that no two messages of a day share: counted in a file or by the clock."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.errors import ConfigurationError
from paynet_nb.wire import PerProcess

LARGEST = 99_999_999  # 8 digits
_WAIT_S = 30.0  # for another process that counts in the same file
_DAYS_KEPT = 7
_SET_BACK_MS = 1_000  # a clock that goes back by more was set


def from_file(path: str | os.PathLike[str], day: str, party: str) -> int:
    """Give the number after the last one of *party* on *day* (YYYYMMDD), from 1.

    The file is a SQLite database, whose locks are those of the operating system.

    Raises:
        ConfigurationError: The file cannot be used, or the day's numbers are used up.
    """
    problem, number = "", 0
    try:
        with closing(
            sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
        ) as file:
            # IMMEDIATE: the lock is held from before the number is read.
            file.execute("BEGIN IMMEDIATE")
            file.execute(
                "CREATE TABLE IF NOT EXISTS message_numbers "
                "(day TEXT, party TEXT, last INTEGER, PRIMARY KEY (day, party))"
            )
            last = file.execute(
                "SELECT last FROM message_numbers WHERE day = ? AND party = ?",
                (day, party),
            ).fetchone()
            number = last[0] + 1 if last else 1
            if number <= LARGEST:
                file.execute(
                    "INSERT OR REPLACE INTO message_numbers VALUES (?, ?, ?)",
                    (day, party, number),
                )
            old = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
            old -= timedelta(days=_DAYS_KEPT)
            file.execute(
                "DELETE FROM message_numbers WHERE day < ?", (f"{old:%Y%m%d}",)
            )
            file.execute("COMMIT")
    except (sqlite3.Error, OSError, ValueError) as error:
        problem = str(error)
    if problem:
        raise ConfigurationError(
            f"the file that counts messages cannot be used ({problem}); name another "
            "by state="
        )
    if number > LARGEST:
        raise ConfigurationError(f"{party} has used up its numbers of {day}")
    return number


class _Clocked:
    """The last millisecond of each day that this process took a number of."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last: dict[str, int] = {}

    def next(self, clock: Callable[[], float]) -> tuple[str, int]:
        """Give a day and a millisecond of it that was not given; wait for the next."""
        with self.lock:
            while True:
                day, now_ms = _in_malaysia(clock())
                last_ms = self.last.get(day, -1)
                if now_ms <= last_ms - _SET_BACK_MS:
                    now_ms = last_ms + 1
                if now_ms > last_ms:
                    break
                time.sleep(0.0005)
            self.last[day] = now_ms
            return day, now_ms


# The one state of this room: without it two threads would take the same millisecond.
CLOCKED = PerProcess(_Clocked)


def from_time(clock: Callable[[], float]) -> tuple[str, int]:
    """Give a day in Malaysia (YYYYMMDD) and a number: the millisecond of that day."""
    return CLOCKED.get().next(clock)


def _in_malaysia(now_s: float) -> tuple[str, int]:
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(now_s * 1_000))
    local = now.astimezone(KUALA_LUMPUR)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return f"{local:%Y%m%d}", (local - midnight) // timedelta(milliseconds=1)
