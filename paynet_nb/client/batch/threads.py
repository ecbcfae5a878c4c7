"""`Threads`: where a batch makes its calls, if no executor was given."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class Threads(Generic[T]):
    """Threads that work on what they are handed.

    An executor makes a `Future` for each job, with a lock of its own: here nobody looks
    at one, and a sixth of the processor time of a call would go there.

    Args:
        work: Works on one thing; it must not raise.
    """

    def __init__(self, work: Callable[[T], None]) -> None:
        self._work = work
        self._inbox: SimpleQueue[T | None] = SimpleQueue()
        self._begun = 0

    def hand(self, thing: T, *, under_way: int) -> None:
        """Have *thing* worked on now.

        Args:
            thing: What.
            under_way: How many are at work with it: so many threads there will be, or
                fewer where the machine allows no more.

        Raises:
            RuntimeError: The machine allows not even one; nothing was handed on.
        """
        if self._begun < under_way:
            try:
                threading.Thread(target=self._serve, name="call_many").start()
                self._begun += 1
            except RuntimeError:
                if not self._begun:
                    raise
        self._inbox.put(thing)

    def close(self) -> None:
        """Let each thread end when it is done; what was handed on is worked on."""
        for _ in range(self._begun):
            self._inbox.put(None)

    def _serve(self) -> None:
        while (thing := self._inbox.get()) is not None:
            self._work(thing)
            del thing  # else it would be held until the next one
