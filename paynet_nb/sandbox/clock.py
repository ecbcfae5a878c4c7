"""`Clock`: a sandbox's time, which a trainer may move."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from numbers import Real

from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.errors import ConfigurationError

# The day of the contract's examples: where the time of a seeded sandbox stands.
FIRST_OF_SEED = datetime(2026, 7, 1, 10, tzinfo=KUALA_LUMPUR)
# Behind these, a date or the end of a token could not be written.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Clock:
    """The time of one sandbox: this machine's, until it is set or moved.

    Args:
        now: Gives Unix time in seconds; default: this machine's clock.

    Raises:
        ConfigurationError: It cannot be called.
    """

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        if now is not None and not callable(now):
            raise ConfigurationError(
                "clock= wants a function that gives Unix time, such as time.time"
            )
        self._now = now or time.time
        self._ahead_s = 0.0

    def now(self) -> float:
        """Give the sandbox's time (Unix time, seconds)."""
        return self._now() + self._ahead_s

    @property
    def at(self) -> datetime:
        """The sandbox's time (UTC)."""
        return datetime.fromtimestamp(self.now(), UTC)

    @property
    def is_moved(self) -> bool:
        """Whether it differs from this machine's time."""
        return self._now is not time.time or self._ahead_s != 0

    def set(self, to: datetime) -> None:
        """Make it *to* now, a time with its zone; it goes on from there.

        Raises:
            ConfigurationError: It is no time, has no zone, or is before 2000 or behind
                8999.
        """
        given: object = to
        if not isinstance(given, datetime) or given.tzinfo is None:
            raise ConfigurationError(
                "a time with its zone is wanted, as datetime(2026, 7, 1, tzinfo=UTC)"
            )
        self._move(to.timestamp() - self._now())

    def forward(self, seconds: float = 0, *, hours: float = 0, days: float = 0) -> None:
        """Move it on: tokens end, days begin.

        Raises:
            ConfigurationError: It would be before 2000 or behind 8999, or one of them
                is no number.
        """
        if not all(isinstance(one, Real) for one in (seconds, hours, days)):
            raise ConfigurationError(
                "a clock goes forward by numbers, as forward(60) or forward(days=1)"
            )
        self._move(self._ahead_s + seconds + 3600 * hours + 86400 * days)

    def _move(self, ahead_s: float) -> None:
        then = self._now() + ahead_s
        # Not so of NaN, either.
        if not _EARLIEST.timestamp() <= then < _LATEST.timestamp():
            raise ConfigurationError("the time of a sandbox is from 2000 to 8999")
        self._ahead_s = ahead_s

    def reset(self) -> None:
        """Go back to the time that it was made with."""
        self._ahead_s = 0.0

    def __repr__(self) -> str:
        return f"<Clock {self.at.isoformat(timespec='seconds')}>"
