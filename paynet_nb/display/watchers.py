"""Tell displays of a change; what only shows a thing must not fail what it shows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from weakref import WeakMethod

_log = logging.getLogger("paynet_nb")


class Watchers:
    """Methods to call after a change, each for as long as its object lives.

    Args:
        shown: What they show, for the line in the log about one that broke off.
    """

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._methods: list[WeakMethod[Callable[[], object]]] = []

    def add(self, told: Callable[[], object]) -> None:
        """Call *told*, a method of an object, after each change from now on."""
        self._methods.append(WeakMethod(told))

    def tell(self) -> None:
        """Call all of them, in this thread."""
        for method in self._methods[:]:
            told = method()
            if told is None:
                self._methods.remove(method)
                continue
            try:
                told()
            except Exception as error:  # noqa: BLE001
                kind = type(error).__name__
                _log.warning("a display of the %s broke off: %s", self._shown, kind)
