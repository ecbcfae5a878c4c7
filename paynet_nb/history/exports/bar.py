"""How far an export is, where it takes so long that a person asks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from paynet_nb.display import progress_bar

T = TypeVar("T")

_PATIENCE_S = 2.0


def with_bar(
    items: Iterable[T], total: int, what: str, *, after_s: float = _PATIENCE_S
) -> Iterator[T]:
    """Give the items; once that takes long, a bar tells how far it is.

    In a notebook it is a widget, in a terminal a line; in a log there is none.

    Args:
        items: What is worked on, one after the other.
        total: How many there are.
        what: What is done, such as "writing calls.har".
        after_s: Seconds until the bar is there.
    """
    bar: Any = None
    begun = time.monotonic()
    try:
        for done, item in enumerate(items):
            if bar is not None:
                bar.update()
            elif time.monotonic() - begun >= after_s:
                # Not before: in a kernel it loads ipywidgets, and makes some.
                bar = progress_bar(total, desc=what, initial=done, leave=False)
            yield item
    finally:
        if bar is not None:
            bar.close()
