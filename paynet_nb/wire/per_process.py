"""A value for each process: what a fork must not share with its parent."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value that each process makes for itself when it first asks.

    A fork has its parent's connections, locks and requests under way, too, but not the
    threads that would release or end them.

    Args:
        make: Makes the value of a process.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._by_process: dict[int, T] = {}

    def get(self) -> T:
        """Give this process's value, made now if there is none."""
        found = self._by_process.get(os.getpid())
        # Of two threads that made one, both take the first.
        if found is None:
            found = self._by_process.setdefault(os.getpid(), self._make())
        return found

    def keep(self, value: T) -> None:
        """Take *value* for this process."""
        self._by_process[os.getpid()] = value

    @property
    def held(self) -> T | None:
        """This process's value; None: there is none."""
        return self._by_process.get(os.getpid())

    def drop(self) -> T | None:
        """Let go of this process's value, and give it."""
        return self._by_process.pop(os.getpid(), None)
