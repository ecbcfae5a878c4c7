"""`Switch`: which scenario is in force, and for how many more requests."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ContextDecorator, contextmanager
from dataclasses import dataclass
from typing import Any

from paynet_nb.sandbox.scenarios import NORMAL, Scenario


@dataclass(eq=False)
class _Entry:
    scenario: Scenario
    left: float = math.inf


class Switch:
    """The scenario in force, for all threads of one sandbox."""

    def __init__(self, first: Scenario) -> None:
        self._stack = [_Entry(first)]
        self._lock = threading.Lock()

    @property
    def first(self) -> Scenario:
        """What is in force where no block says otherwise."""
        return self._stack[0].scenario

    def put(self, scenario: Scenario) -> None:
        """Put *scenario* in force from now on, below what blocks have put there."""
        with self._lock:
            self._stack[0] = _Entry(scenario)

    def take(self, where: str) -> Scenario:
        """Give what holds for a request that has arrived *where* ("token" or "api")."""
        with self._lock:
            entry = self._stack[-1]
            if where not in entry.scenario.where or entry.left < 1:
                return NORMAL
            entry.left -= 1
            return entry.scenario

    @contextmanager
    def use(self, scenario: Scenario, times: int | None) -> Iterator[None]:
        """Put *scenario* in force until the block ends, or for *times* requests."""
        entry = _Entry(scenario, math.inf if times is None else times)
        with self._lock:
            self._stack.append(entry)
        try:
            yield
        finally:
            with self._lock:
                # By identity: blocks of two threads may end in any order.
                self._stack = [known for known in self._stack if known is not entry]


class Block(ContextDecorator):
    """A scenario for a `with` block; alone in a cell it says that it does nothing."""

    def __init__(
        self, name: str, begin: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._name, self._begin = name, begin
        self._open: list[AbstractContextManager[None]] = []

    def __enter__(self) -> None:
        begun = self._begin()
        begun.__enter__()
        self._open.append(begun)

    def __exit__(self, *about: Any) -> None:
        self._open.pop().__exit__(*about)

    def __repr__(self) -> str:
        if self._open:
            return f"<scenario {self._name!r}, in force>"
        return (
            f"<scenario {self._name!r}, not in force: "
            f"with box.scenario({self._name!r}): and the calls below that line>"
        )
