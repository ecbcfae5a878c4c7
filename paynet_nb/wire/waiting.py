"""`aside`: where to wait for another server, so that the wait holds up nobody."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

# Takes what may wait, and gives what that gives: as a rule here and now. Where one
# thread makes many calls, it is done in another: in turn, or `at_once`.
aside: ContextVar[Callable[..., Any]] = ContextVar(
    "aside", default=lambda work, **_: work()
)
