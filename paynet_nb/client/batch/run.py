"""`Batch`: send the requests of a scheduler at once; nothing that was done is lost."""

from __future__ import annotations

import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from paynet_nb.client.batch.progress import Bar, Stop
from paynet_nb.client.batch.scheduler import PlannedCall, Scheduler
from paynet_nb.client.caller import Caller
from paynet_nb.display import count
from paynet_nb.errors import CallError, PaynetError, RefusedError, TokenError
from paynet_nb.paynet import Outcome
from paynet_nb.wire import Call

if TYPE_CHECKING:
    from paynet_nb.client.batch.one_thread import OneThread

_NO_MORE = "the executor takes no more calls"
_TICK_S = 1.0  # a countdown goes by the second
LOOK_S = 0.05  # a press of the stop button is seen within this


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


NOT_SENT = RowOutcome(sent=False, error="not sent")


class _EndedError(Exception):
    """All was to end before a row was sent."""


Arrived: TypeAlias = tuple[PlannedCall, RowOutcome]


class Batch:
    """The run of one batch.

    Attributes:
        outcomes: What came, by the position of the row; the others were not sent.

    Args:
        caller: Makes the calls, many at once.
        scheduler: The requests.
        replay_unsafe: Of each call.
    """

    def __init__(
        self, caller: Caller, scheduler: Scheduler, *, replay_unsafe: bool
    ) -> None:
        self.outcomes: dict[int, RowOutcome] = {}
        self._caller = caller
        self._timetable = scheduler
        self._replay_unsafe = replay_unsafe
        # The one kind of queue that a signal handler may write to.
        self._arrived: SimpleQueue[Arrived | None] = SimpleQueue()
        self._ended = ""
        self._starting = threading.Lock()
        self._started: set[int] = set()

    def wake(self) -> None:
        """Let `run` look at the stop button now."""
        self._arrived.put(None)

    def run(
        self, pool: Executor | OneThread, workers: int, bar: Bar, stop: Stop
    ) -> str:
        """Send what may be sent until all is done or nothing more is to be.

        Args:
            pool: Where the calls are made: threads, or this one.
            workers: How many are under way at most.
            bar: Shows how far it is.
            stop: Tells whether to end.

        Returns:
            Why it ended early; "": it did not.
        """
        under_way: set[int] = set()
        while True:
            if stop.count:
                self._ended = self._ended or "stopped by you"
            while not self._ended and len(under_way) < workers:
                request = self._timetable.take()
                if request is None:
                    break
                under_way.add(request.position)
                try:
                    self._begin(pool, request)
                except RuntimeError:
                    # A pool that cannot start one more thread has queued it before:
                    # another thread may have begun it.
                    with self._starting:
                        self._ended = _NO_MORE
                        under_way &= self._started
                    break
            waits = bool(self._timetable) and not self._ended
            if stop.count > 1 or not (under_way or waits):
                break
            timeout = _TICK_S
            if self._ended:
                coming = count(len(under_way), "answer")
                bar.say(f"{coming} to come; stop again to leave them")
            elif waits and len(under_way) < workers:
                timeout = min(timeout, max(self._timetable.wait_s(), 0.0))
                bar.count_down(self._timetable.wait_s())
            arrived = self._next(pool, timeout)
            if arrived is not None:
                request, outcome = arrived
                under_way.discard(request.position)
                self.outcomes[request.position] = outcome
                self._timetable.answered(request)
                self._ended = self._ended or outcome.ends_all
                bar.step()
        with self._starting:
            left = under_way & self._started
        for position in left:
            self.outcomes[position] = RowOutcome(
                sent=True,
                error="left before its answer was there; client.history will have it",
            )
        return self._ended

    def _begin(self, pool: Executor | OneThread, request: PlannedCall) -> None:
        work = partial(self._work, request)
        if isinstance(pool, Executor):
            job = pool.submit(work)
            job.add_done_callback(partial(self._dropped, request))
        else:
            pool.begin(work)

    def _next(self, pool: Executor | OneThread, timeout: float) -> Arrived | None:
        """Wait for an outcome, or to be woken."""
        if not isinstance(pool, Executor):
            until = time.monotonic() + timeout
            while self._arrived.empty() and (left := until - time.monotonic()) > 0:
                pool.go_on(min(left, LOOK_S))
            timeout = 0.0
        with suppress(Empty):
            return self._arrived.get(timeout=timeout)
        return None

    def _dropped(self, request: PlannedCall, job: Future[None]) -> None:
        """Note a job that the pool threw out of its queue: it never began."""
        if job.cancelled() or isinstance(job.exception(), BrokenExecutor):
            outcome = RowOutcome(sent=False, error="not sent", ends_all=_NO_MORE)
            self._arrived.put((request, outcome))

    def _work(self, request: PlannedCall) -> None:
        # Stays where what is raised is not even an Exception.
        outcome = RowOutcome(
            sent=True, error="the call broke off; it may have been sent"
        )
        try:
            outcome = NOT_SENT if self._ended else self._call(request)
        finally:
            self._arrived.put((request, outcome))

    def _go(self, position: int) -> None:
        """Let a row be sent, whose token is there, or tell that all is to end."""
        with self._starting:
            if self._ended:
                raise _EndedError
            self._started.add(position)

    def _call(self, request: PlannedCall) -> RowOutcome:
        try:
            call = self._caller.send(
                request.request.prepared(self._caller.transport.session),
                authorized=request.authorized,
                label=request.label,
                replay_unsafe=self._replay_unsafe,
                go=partial(self._go, request.position),
            )
        except _EndedError:
            return NOT_SENT
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
        # An auth of the caller's may raise anything, and quote anything.
        except Exception as error:  # noqa: BLE001
            return RowOutcome(
                sent=True,
                error=f"{type(error).__name__} in the auth or the session; it may have "
                "been sent",
            )
        return RowOutcome(sent=True, answer=RowAnswer.of(call))


def _reason(error: CallError) -> str:
    return (error.call and error.call.error) or str(error)
