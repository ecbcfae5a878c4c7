"""`Scheduler`: which request may go out now, by a rate and by an endpoint's pace."""

from __future__ import annotations

import heapq
import math
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from paynet_nb.client.batch.built import BuiltRequest
from paynet_nb.display import path_of
from paynet_nb.wire import Call


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedCall:
    """One request of a batch.

    Attributes:
        position: Of its row, counted from 0.
        method: The HTTP method.
        url: The whole URL, redacted, as the history will have it.
        request: It itself, built and checked, without a token.
        authorized: Whether its `Authorization` takes the auth's place.
        label: As for `call`.
    """

    position: int
    method: str
    url: str
    request: BuiltRequest
    authorized: bool = False
    label: str = ""


class Scheduler:
    """The requests still to be sent.

    Args:
        requests: In the order of their rows.
        per_second: How many may go out in a second; None: no limit.
        pace: Seconds from an answer to the next call of its URL, by the end of the
            path.
        past: Calls made before, which count for the pace as well.
    """

    def __init__(
        self,
        requests: Iterable[PlannedCall],
        *,
        per_second: float | None,
        pace: Mapping[str, float],
        past: Iterable[Call],
    ) -> None:
        self._gap_s = 1 / per_second if per_second else 0.0
        self._rate_due = 0.0
        self._plain: deque[PlannedCall] = deque()
        self._paced: dict[tuple[str, str], deque[PlannedCall]] = {}
        pace_of = _pace_by(pace)
        self._pace_s: dict[tuple[str, str], float] = {}
        for request in requests:
            pace_s = pace_of(path_of(request.url))
            if pace_s:
                key = request.method, request.url
                self._pace_s[key] = pace_s
                self._paced.setdefault(key, deque()).append(request)
            else:
                self._plain.append(request)
        self._heap = self._first_dues(past)

    def __len__(self) -> int:
        return len(self._plain) + sum(map(len, self._paced.values()))

    def take(self) -> PlannedCall | None:
        """Take the next request that may go out now; None: there is none."""
        now = time.monotonic()
        if now < self._rate_due:
            return None
        if self._heap and self._heap[0][0] <= now:
            _, key = heapq.heappop(self._heap)
            request = self._paced[key].popleft()
        elif self._plain:
            request = self._plain.popleft()
        else:
            return None
        if self._gap_s and not self._rate_due:
            # The first may wait for a token; those behind it would go out with it.
            self._rate_due = math.inf
        else:
            # On the beat, so that a late one does not delay all that follow.
            self._rate_due = max(self._rate_due, now - self._gap_s) + self._gap_s
        return request

    def answered(self, request: PlannedCall) -> None:
        """Count the pace of a request's URL, and of the first one the rate, from now.

        Not from `take` on: it may have waited for a token, or in line for a thread.
        """
        now, key = time.monotonic(), (request.method, request.url)
        if self._rate_due == math.inf:
            self._rate_due = now + self._gap_s
        if self._paced.get(key):
            heapq.heappush(self._heap, (now + self._pace_s[key], key))

    def wait_s(self) -> float:
        """Tell the seconds until the next request may go out.

        They are infinite where an answer has to be there before.
        """
        due = self._heap[0][0] if self._heap else math.inf
        if self._plain:
            due = 0.0
        return max(due, self._rate_due) - time.monotonic()

    def _first_dues(self, past: Iterable[Call]) -> list[tuple[float, tuple[str, str]]]:
        """Give when each paced URL may be called: the other calls count, too."""
        dues = dict.fromkeys(self._paced, 0.0)
        # What is on the wall clock becomes what nobody sets back.
        offset = time.monotonic() - time.time()
        for call in past if dues else ():
            key = call.method, call.url
            if key in dues:
                answered_at_s = call.sent_at_s + call.elapsed_s
                dues[key] = answered_at_s + offset + self._pace_s[key]
        heap = [(due, key) for key, due in dues.items()]
        heapq.heapify(heap)
        return heap


def _pace_by(pace: Mapping[str, float]) -> Callable[[str], float]:
    """Give what finds the pace of a path; `{...}` in a key is any one segment."""
    patterns = [
        (re.compile(".*" + "[^/]+".join(map(re.escape, _literals(end)))), seconds)
        for end, seconds in pace.items()
    ]

    def pace_of(path: str) -> float:
        found = (seconds for pattern, seconds in patterns if pattern.fullmatch(path))
        return max(found, default=0.0)

    return pace_of


def _literals(end: str) -> list[str]:
    return re.split(r"\{[^{}]*\}", end)
