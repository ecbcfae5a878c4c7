"""`OneThread`: where the calls of a batch share one thread, each a greenlet of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from greenlet import getcurrent, greenlet

from paynet_nb.wire import aside

if TYPE_CHECKING:
    from paynet_nb.wire import Transfers

_LOOK_S = 0.005  # between two looks for what is done aside


class OneThread:
    """Let calls wait for the network at once, in the thread that asks for it.

    What else may wait is done beside it: the token request in one thread, and what
    Python's client sends in a thread for each, so that nothing waits to be sent.

    Args:
        transfers: The requests that are under way.
        workers: How many calls are under way at most.
    """

    def __init__(self, transfers: Transfers, workers: int) -> None:
        self._transfers = transfers
        self._aside = 0
        self._done_aside: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._under_way: dict[Callable[[], Any], Future[Any]] = {}
        # One: all that wait aside wait for the same token.
        self._beside = ThreadPoolExecutor(1, "call_many")
        self._at_once = ThreadPoolExecutor(workers, "call_many")

    def begin(self, work: Callable[[], None]) -> None:
        """Begin *work* here; where it waits, this returns.

        Raises:
            RuntimeError: The program is about to end.
        """
        if not threading.main_thread().is_alive():
            raise RuntimeError("no call begins where the program ends")
        greenlet(self._do).switch(work)

    def go_on(self, seconds: float) -> None:
        """Let the calls go on; wait for something to come no longer than so."""
        if self._aside:
            seconds = min(seconds, _LOOK_S)
        if len(self._transfers):
            self._transfers.go_on(seconds)
            seconds = 0.0
        try:
            while True:
                self._done_aside.get(timeout=seconds)()
        except Empty:
            pass

    def end(self) -> None:
        """Wait until no call is under way any more."""
        while self._aside or len(self._transfers):
            self.go_on(1.0)
        self._beside.shutdown(wait=False)
        self._at_once.shutdown(wait=False)

    def _do(self, work: Callable[[], None]) -> None:
        aside.set(self._in_a_thread)
        # As in a thread of its own: it would be raised in the midst of all others.
        with suppress(BaseException):
            work()

    def _in_a_thread(self, work: Callable[[], Any], *, at_once: bool = False) -> Any:
        waiting = getcurrent()
        done = self._at_once.submit(work) if at_once else self._once_for_all(work)
        self._aside += 1
        done.add_done_callback(lambda _: self._done_aside.put(waiting.switch))
        waiting.parent.switch()
        self._aside -= 1
        return done.result()

    def _once_for_all(self, work: Callable[[], Any]) -> Future[Any]:
        """Begin it, or join it: where there is no token, each would ask anew."""
        done = self._under_way.get(work)
        if done is None or done.done():
            done = self._under_way[work] = self._beside.submit(work)
        return done
