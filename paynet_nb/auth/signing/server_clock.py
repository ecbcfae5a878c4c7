"""`ServerClock`: this machine's time, corrected where the server's is another."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

import requests

from paynet_nb.display import duration, visible
from paynet_nb.paynet import origin_of

# A Date has whole seconds and was written before it came here: less is no sign.
TOLERATED_S = 30.0


class ServerClock:
    """Unix time for signatures: ours, or the server's where ours is off by over 30 s.

    What was accepted tells nothing: it was signed well, and its `Date` may be that of a
    copy which a cache kept, or of a proxy whose clock is off.

    Args:
        clock: Unix time; default: `time.time`.
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._given = clock
        self._told = False
        self.offset_s = 0.0

    def _clock(self) -> float:
        # Looked up at each call, so that a test which moves the clock is obeyed.
        return self._given() if self._given else time.time()

    def now(self) -> float:
        """Give the time to sign with (Unix time, seconds)."""
        return self._clock() + self.offset_s

    def learn(self, response: requests.Response) -> bool:
        """Read the `Date` of a refusal (RFC 9110 section 6.6.1), and warn once.

        Returns:
            Whether the time to sign with is now another than it was.
        """
        server_s = date_in(response.headers)
        was_refused = 400 <= response.status_code < 500
        if server_s is None or not was_refused or "Age" in response.headers:
            return False
        off_s = server_s - self._clock()
        before = self.offset_s
        self.offset_s = off_s if abs(off_s) > TOLERATED_S else 0.0
        if self.offset_s and not self._told:
            self._told = True
            side = "behind" if off_s > 0 else "ahead of"
            warnings.warn(
                f"this machine's clock is {duration(off_s)} {side} that of "
                f"{visible(origin_of(response.url))}; the next signatures take the "
                "server's time; set the clock",
                stacklevel=2,
            )
        return abs(self.offset_s - before) > TOLERATED_S


def date_in(headers: Mapping[str, str]) -> float | None:
    """Read the `Date` of an answer (Unix time, seconds); None: there is none."""
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
