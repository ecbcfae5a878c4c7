"""`Batch`: send the requests of a scheduler at once; nothing that was done is lost."""

from __future__ import annotations

import threading
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import NamedTuple

from paynet_nb.client.batch.progress import Bar, Stop
from paynet_nb.client.batch.scheduler import PlannedCall, Scheduler
from paynet_nb.client.caller import Caller
from paynet_nb.display import count
from paynet_nb.errors import CallError, PaynetError, RefusedError, TokenError
from paynet_nb.paynet import Outcome
from paynet_nb.wire import Call

_NO_MORE = "the executor takes no more calls"
_TICK_S = 0.1  # as often as a bar is drawn anew


class RowAnswer(NamedTuple):
    """What a table needs of a call; a whole `Call` for each row would fill the memory.

    Attributes:
        method: The HTTP method.
        url: As in the history.
        outcome: As `Call.outcome`.
        status: The HTTP status; None: there was no answer.
        code: PayNet's.
        reason: PayNet's.
        elapsed_s: As `Call.elapsed_s`.
        content_type: The answer's.
        body: The answer's.
    """

    method: str
    url: str
    outcome: Outcome
    status: int | None
    code: str | None
    reason: str | None
    elapsed_s: float
    content_type: str
    body: bytes

    @classmethod
    def of(cls, call: Call) -> RowAnswer:
        """Take from a call what a table needs."""
        return cls(
            call.method,
            call.url,
            call.outcome,
            call.status,
            call.code,
            call.reason,
            call.elapsed_s,
            call.headers.get("Content-Type", ""),
            call.body,
        )


class RowOutcome(NamedTuple):
    """What came of one row.

    Attributes:
        sent: Whether anything may have been done by the server.
        answer: What came; None: there is no record of the call.
        error: Why there is no answer; None: there is one.
        ends_all: Why the others would fare no better; "": they may.
    """

    sent: bool
    answer: RowAnswer | None = None
    error: str | None = None
    ends_all: str = ""


class Batch:
    """The run of one batch.

    Attributes:
        outcomes: What came, by the position of the row; the others were not sent.

    Args:
        caller: Makes the calls, in many threads.
        scheduler: The requests.
        replay_unsafe: Of each call.
    """

    def __init__(
        self, caller: Caller, scheduler: Scheduler, *, replay_unsafe: bool
    ) -> None:
        self.outcomes: dict[int, RowOutcome] = {}
        self._caller = caller
        self._replay_unsafe = replay_unsafe
        # The one kind of queue that a signal handler may write to.
        self._woken: SimpleQueue[None] = SimpleQueue()
        # Held by those who read or change what stands below it.
        self._lock = threading.Lock()
        self._timetable = scheduler
        self._workers, self._stop = 0, Stop()
        self._under_way: set[int] = set()
        self._started: set[int] = set()
        self._ended, self._left = "", False

    def wake(self) -> None:
        """Let `run` look at the stop button now."""
        self._woken.put(None)

    def run(self, pool: ThreadPoolExecutor, workers: int, bar: Bar, stop: Stop) -> str:
        """Send what may be sent until all is done or nothing more is to be.

        Args:
            pool: Where the calls are made.
            workers: How many are under way at most.
            bar: Shows how far it is.
            stop: Tells whether to end.

        Returns:
            Why it ended early; "": it did not.
        """
        self._workers, self._stop = workers, stop
        try:
            self._run(pool, bar)
        finally:
            with self._lock:
                # Nobody sends more, nor notes here what comes later.
                self._left = True
                left = self._under_way & self._started
        for position in left:
            self.outcomes[position] = RowOutcome(
                sent=True,
                error="left before its answer was there; client.history will have it",
            )
        return self._ended

    def _run(self, pool: ThreadPoolExecutor, bar: Bar) -> None:
        shown = 0
        while True:
            self._begin(pool)
            with self._lock:
                under_way, over = len(self._under_way), len(self.outcomes)
                waits = bool(self._timetable) and not self._ended
                wait_s = self._timetable.wait_s()
            bar.step(over - shown)
            shown = over
            if self._stop.count > 1 or not (under_way or waits):
                return
            timeout = _TICK_S
            if self._ended:
                coming = count(under_way, "answer")
                bar.say(f"{coming} to come; stop again to leave them")
            elif waits and under_way < self._workers:
                timeout = min(timeout, max(wait_s, 0.0))
                bar.count_down(wait_s)
            with suppress(Empty):
                self._woken.get(timeout=timeout)

    def _begin(self, pool: ThreadPoolExecutor) -> None:
        """Let as many threads begin as there are calls that may go out now."""
        while request := self._next():
            try:
                job = pool.submit(self._work, request)
                job.add_done_callback(partial(self._dropped, request))
            except RuntimeError:
                # A pool that cannot start one more thread has queued it before:
                # another thread may have begun it.
                with self._lock:
                    self._ended = _NO_MORE
                    self._under_way &= self._started
                return

    def _next(self) -> PlannedCall | None:
        with self._lock:
            return self._take()

    def _take(self) -> PlannedCall | None:
        """Take the next call that may go out now, for holders of the lock."""
        if self._stop.count:
            self._ended = self._ended or "stopped by you"
        if self._ended or self._left or len(self._under_way) >= self._workers:
            return None
        request = self._timetable.take()
        if request:
            self._under_way.add(request.position)
        return request

    def _dropped(self, request: PlannedCall, job: Future[None]) -> None:
        """Note a job that the pool threw out of its queue: it never began."""
        if job.cancelled() or isinstance(job.exception(), BrokenExecutor):
            outcome = RowOutcome(sent=False, error="not sent", ends_all=_NO_MORE)
            self._over(request, outcome)

    def _work(self, request: PlannedCall) -> None:
        """Make a call, and behind it each next one that may go out at once.

        To come back to `run` for each would take as long as the call itself.
        """
        following: PlannedCall | None = request
        while following:
            request = following
            # Stays where what is raised is not even an Exception.
            outcome = RowOutcome(
                sent=True, error="the call broke off; it may have been sent"
            )
            goes_on = False
            try:
                # From here on it is either sent or, once all is to end, never.
                with self._lock:
                    begins = not (self._ended or self._left)
                    if begins:
                        self._started.add(request.position)
                if begins:
                    outcome = self._call(request)
                else:
                    outcome = RowOutcome(sent=False, error="not sent")
                goes_on = True
            finally:
                following = self._over(request, outcome, goes_on=goes_on)

    def _over(
        self, request: PlannedCall, outcome: RowOutcome, *, goes_on: bool = False
    ) -> PlannedCall | None:
        """Note what came of a call, and take the next one if this thread goes on."""
        with self._lock:
            if self._left:
                return None
            self.outcomes[request.position] = outcome
            self._under_way.discard(request.position)
            self._timetable.answered(request)
            self._ended = self._ended or outcome.ends_all
            following = self._take() if goes_on else None
            is_full = len(self._under_way) >= self._workers
        if not (following and is_full):
            self.wake()
        return following

    def _call(self, request: PlannedCall) -> RowOutcome:
        try:
            call = self._caller.call(
                **request.fields, replay_unsafe=self._replay_unsafe
            )
        except CallError as error:
            answer = RowAnswer.of(error.call) if error.call else None
            return RowOutcome(sent=True, answer=answer, error=_reason(error))
        except TokenError as error:
            # What was sent had a 401 for its answer: it was not done.
            return RowOutcome(
                sent=False, error=f"not sent: {error}", ends_all=str(error)
            )
        except RefusedError as error:
            # By the executor, which is broken or shut down: the rows were checked.
            return RowOutcome(
                sent=False, error=f"not sent: {error}", ends_all=str(error)
            )
        except PaynetError as error:
            return RowOutcome(sent=False, error=f"not sent: {error}")
        # An auth or an adapter of the caller's may raise anything, and quote anything.
        except Exception as error:  # noqa: BLE001
            return RowOutcome(
                sent=True,
                error=f"{type(error).__name__} in the auth or the session; it may have "
                "been sent",
            )
        return RowOutcome(sent=True, answer=RowAnswer.of(call))


def _reason(error: CallError) -> str:
    return (error.call and error.call.error) or str(error)
