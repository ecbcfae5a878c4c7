"""What a person sees and presses while a batch runs: the bar, and the stop button."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from paynet_nb.display import progress_bar


class Bar:
    """How far a batch is; in a notebook a widget, in a terminal a line on stderr.

    Args:
        total: The number of calls.
        shown: Show it at all.
    """

    def __init__(self, total: int, *, shown: bool) -> None:
        self._bar: Any = progress_bar(total, shown=shown, unit="call")
        self._said = ""

    def step(self) -> None:
        """One call more is over."""
        self._bar.update()

    def say(self, text: str) -> None:
        """Show a remark beside the bar."""
        if text != self._said:
            self._said = text
            self._bar.set_postfix_str(text)

    def count_down(self, seconds: float) -> None:
        """Tell how long nothing is sent, and that this is on purpose."""
        shown = 1 < seconds < math.inf
        self.say(f"next call in {math.ceil(seconds)} s" if shown else "")

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()


class Stop:
    """How often the stop button was pressed.

    Attributes:
        count: 0: go on; 1: send no more; 2: wait for no more answers.
    """

    def __init__(self) -> None:
        self.count = 0


@contextmanager
def stop_button(woken: Callable[[], object]) -> Iterator[Stop]:
    """Take Ctrl-C and the stop button as a request to stop, not as an exception.

    An exception could come between a call and its record. Where signals go elsewhere
    (another thread than the main one), nothing is taken.

    Args:
        woken: Is called at each press; may interrupt anything.
    """
    stop = Stop()

    def pressed(_signal: int, _frame: FrameType | None) -> None:
        stop.count += 1
        woken()

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, pressed)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
