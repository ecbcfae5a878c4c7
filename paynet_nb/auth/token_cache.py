"""`TokenCache`: one token kept alive for all threads that share it.

One request however many threads wait; two deadlines in proportion to the token's life,
as botocore has them; a pause after a failure, so that nobody's address gets blocked.
"""

from __future__ import annotations

import copy
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import NamedTuple

from paynet_nb.auth.token import Token, Watcher
from paynet_nb.auth.token_endpoint import Asked
from paynet_nb.display import Watchers
from paynet_nb.errors import Stopped, TokenError
from paynet_nb.wire import PerProcess, aside

# Shares of the life, and their limits in seconds. From the first point on one thread
# renews while the others go on; from the second they wait, since a token that ends on
# its way to the server is a failed call.
_ADVISORY = (0.2, 900.0)
_MANDATORY = (0.08, 60.0)

# One request that others wait for; None: whoever led it was interrupted.
_InFlight = Future[Token | TokenError | None]


class _HeldToken(NamedTuple):
    token: Token
    ends_at: float  # by the wall clock, which goes on while a laptop sleeps
    ends_monotonic: float  # by the clock that nobody sets back
    advisory_s: float
    mandatory_s: float


class TokenCache:
    """Keep one token alive.

    Args:
        ask: Asks the token endpoint; its argument tells after a transient failure
            whether to try again.
        clock: Unix time.
    """

    def __init__(
        self, ask: Callable[[Callable[[], bool]], Asked], clock: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._clock = clock
        # At a fork, another thread may hold the parent's for ever.
        self._locks = PerProcess(threading.Lock)
        self._held: _HeldToken | None = None
        # A fork has the flight of its parent, but no thread to end it.
        self._in_flight: PerProcess[_InFlight] = PerProcess(Future)
        self._refusal: TokenError | None = None
        self._refused_until = self._resting_until = 0.0  # monotonic
        self._warned = False
        self._watchers = Watchers("token")

    @property
    def held(self) -> Token | None:
        """The token at hand, which may have ended; None: there is none."""
        return self._held and self._held.token

    def get(self) -> Token:
        """Give a token that serves now; ask for one where there is none.

        Raises:
            TokenError: There is none to be had.
        """
        held = self._held
        if held is not None and self._left_s(held) > held.advisory_s:
            return held.token
        token: Token = aside.get()(self._get)
        return token

    def _get(self) -> Token:
        with self._locks.get():
            held = self._held  # a second look: another thread may have renewed it
            left = 0.0 if held is None else self._left_s(held)
            if held is not None and self._goes_on(held, left):
                return held.token
            leads, flight = self._board()
        outcome = self._outcome(flight, leads=leads)
        if outcome is None:
            return self._get()
        if isinstance(outcome, Token):
            return outcome
        if held is not None and self._left_s(held) > 0:
            self._warn_once(outcome)
            return held.token
        # A copy for each thread: raising writes to an exception.
        raise copy.copy(outcome)

    def renew(self) -> Token:
        """Ask for another token now; where there is none, the one held stays.

        Raises:
            TokenError: There is none to be had.
        """
        with self._locks.get():
            leads, flight = self._board()
        outcome = self._outcome(flight, leads=leads)
        if outcome is None:
            return self.renew()
        if isinstance(outcome, Token):
            return outcome
        raise copy.copy(outcome)

    def drop(self, access_token: str | None = None) -> None:
        """Forget the token held; given a text, only if it is that one."""
        with self._locks.get():
            if self._held and access_token in (None, self._held.token.access_token):
                self._held = None
        self._watchers.tell()

    def watch(self, watcher: Watcher) -> None:
        """Tell *watcher* each time another token is held, or none, while it lives."""
        self._watchers.add(watcher.token_changed)

    def _board(self) -> tuple[bool, _InFlight]:
        """Join the request under way, or lead a new one; for holders of the lock."""
        leads = self._in_flight.held is None
        return leads, self._in_flight.get()

    def _outcome(self, flight: _InFlight, *, leads: bool) -> Token | TokenError | None:
        try:
            if leads:
                self._renew(flight)
            return flight.result()
        except KeyboardInterrupt:
            raise Stopped from None

    def _has_no_valid_token(self) -> bool:
        """Tell whether no valid token is at hand: it may have ended meanwhile."""
        held = self._held
        return held is None or self._left_s(held) <= 0

    def _left_s(self, held: _HeldToken) -> float:
        by_wall = held.ends_at - self._clock()
        return min(by_wall, held.ends_monotonic - time.monotonic())

    def _goes_on(self, held: _HeldToken, left: float) -> bool:
        """Tell whether a caller is served with the token held, renewal or not."""
        if left <= 0:
            return False
        resting = time.monotonic() < max(self._resting_until, self._refused_until)
        others_renew = self._in_flight.held is not None and left > held.mandatory_s
        return left > held.advisory_s or resting or others_renew

    def _renew(self, flight: _InFlight) -> None:
        outcome = None
        try:
            outcome = self._renewed()
        finally:
            with self._locks.get():
                self._in_flight.drop()
            flight.set_result(outcome)
        if isinstance(outcome, Token):
            self._watchers.tell()

    def _renewed(self) -> Token | TokenError:
        if self._refusal and time.monotonic() < self._refused_until:
            return self._refusal
        outcome, asked_at, cool_down_s = self._ask(self._has_no_valid_token)
        now = time.monotonic()
        if isinstance(outcome, Token):
            self._held = _hold(outcome, asked_at)
            self._refusal, self._warned = None, False
        else:
            self._refusal, self._refused_until = outcome, now + cool_down_s
            if self._held:
                self._resting_until = now + self._held.advisory_s / 4
        return outcome

    def _warn_once(self, error: TokenError) -> None:
        with self._locks.get():
            first, self._warned = not self._warned, True
        if first:
            warnings.warn(
                f"the token was not renewed and serves until it ends: {error}",
                RuntimeWarning,
                stacklevel=3,
            )


def renewal_at(token: Token) -> datetime | None:
    """Tell from when on a use renews *token* ahead of its end; None: no end is known.

    The wall clock's time, in UTC.
    """
    if token.expires_at is None:
        return None
    return token.expires_at - timedelta(seconds=_share(_ADVISORY, token.life_s))


def _share(limits: tuple[float, float], life_s: float) -> float:
    share, most = limits
    return min(share * life_s, most)


def _hold(token: Token, asked_at: float) -> _HeldToken:
    life = token.life_s
    return _HeldToken(
        token,
        ends_at=token.obtained_at.timestamp() + life,
        ends_monotonic=asked_at + life,
        advisory_s=_share(_ADVISORY, life),
        mandatory_s=_share(_MANDATORY, life),
    )
