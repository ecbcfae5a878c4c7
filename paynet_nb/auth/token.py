"""`Token`: an access token and its end of life, judged from all evidence."""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from paynet_nb.auth.claims import TokenInspection, inspect_token
from paynet_nb.credentials import Secret
from paynet_nb.display import (
    KUALA_LUMPUR,
    card,
    details,
    duration,
    moment,
    plain,
    show_live,
    stacked,
)
from paynet_nb.errors import ClaimsError
from paynet_nb.wire import fingerprint

# A life that is longer is a mistake or a way to say "never"; neither can be a date.
_LONGEST_LIFE_S = 100 * 365 * 86400
_ONE_YEAR_S = 365 * 86_400
_HALF_A_YEAR_S = _ONE_YEAR_S / 2
_FIVE_MINUTES_MS = 300_000
_AS_A_MOMENT = 1_000_000_000  # seconds: September 2001
_IN_WORDS = re.compile(
    r"\s*(\d{1,12}(?:\.\d{1,9})?)\s*"
    r"(?:(ms|milli)|(s)|(m)|(h)|(d))[a-z]{0,12}\.?\s*",
    re.IGNORECASE | re.ASCII,
)
_UNITS_S = (0.001, 1, 60, 3_600, 86_400)

_log = logging.getLogger("paynet_nb")

OPAQUE = (
    "NOT verified: it is opaque, no JSON Web Token, so only its issuer can tell what "
    "it says. The token itself is redacted: whoever has it can act as you."
)


class Watcher(Protocol):
    """What is told that another token is in use: a card."""

    def token_changed(self) -> None:
        """Look at the keeper again."""


class Keeper(Protocol):
    """Who asked for a token, keeps it, and asks for the next: an auth."""

    @property
    def held(self) -> Token | None:
        """The token in use; None: the next use asks for one."""

    def renew(self) -> Token:
        """Ask for another token now."""

    def forget(self) -> None:
        """Forget the token held."""

    def renewal_at(self, token: Token) -> datetime | None:
        """Tell from when on (UTC) a use renews *token*."""

    def watch(self, watcher: Watcher) -> None:
        """Tell *watcher* each time another token is in use, or none."""


@dataclass(frozen=True)
class Token:
    """An access token (RFC 6749 section 5.1) as the token endpoint gave it.

    Attributes:
        secret: The token's text, masked in every listing; `access_token` gives it.
        token_type: As the server wrote it, "bearer" at PayNet's gateway.
        scope: The scope that the server assigned; None: it named none.
        obtained_at: When it was asked for, by this machine's clock (UTC).
        expires_at: When it ends, by this machine's clock (UTC); None: nothing is known,
            the token serves until the API answers 401.
        expires_in: The life in seconds that the answer stated; None: none it can be.
        kept_by: Gives the auth that asked for it, while that lives.
    """

    secret: Secret
    token_type: str
    scope: str | None
    obtained_at: datetime
    expires_at: datetime | None
    expires_in: float | None
    # Not the auth itself: a token must not keep its keys alive.
    kept_by: Callable[[], Keeper | None] = field(
        default=lambda: None, repr=False, compare=False
    )

    @property
    def access_token(self) -> str:
        """The token's text: whoever has it can act as the application."""
        return self.secret.reveal()

    @property
    def life_s(self) -> float:
        """The whole life in seconds; infinite where no end is known."""
        if self.expires_at is None:
            return math.inf
        return (self.expires_at - self.obtained_at).total_seconds()

    def remaining_s(self, *, now: float | None = None) -> float:
        """Tell the seconds left at *now* (Unix time; default: this moment).

        Negative once it has ended, infinite where no end is known. The wall clock is
        used, since a monotonic one stands still while a laptop sleeps.
        """
        if self.expires_at is None:
            return math.inf
        return self.expires_at.timestamp() - (time.time() if now is None else now)

    def __repr__(self) -> str:
        end = f"{self._end_in_words()}, {self._left_in_words()}"
        return f"<Token {self.token_type} scope={self.scope!r} {end}>"

    def facts(self) -> dict[str, str]:
        """Tell all but the token itself, in words."""
        keeper = self.kept_by()
        renewed = keeper.renewal_at(self) if keeper else None
        facts = {"scope": self.scope or "none", "ends": self._end_in_words()}
        if self.token_type.lower() != "bearer":
            facts["type"] = self.token_type
        if renewed:
            facts["renewal"] = self._renewal_in_words(renewed)
        return facts

    @property
    def about(self) -> str:
        """Name it by its fingerprint, as the history does, and its scope."""
        facts = self.facts()
        told = [f"{name} {facts[name]}" for name in ("scope", "type") if name in facts]
        return ", ".join([f"#{fingerprint(self.access_token)}", *told])

    def inspect(self) -> TokenInspection | None:
        """Read it, not verified; None: it is opaque, no JSON Web Token."""
        try:
            return inspect_token(self)
        except ClaimsError:
            return None

    def __str__(self) -> str:
        inside = self.inspect() or OPAQUE
        now = {"when this was shown": self._left_in_words()}
        return f"{plain('Access token', {**self.facts(), **now})}\n{inside}"

    def _repr_html_(self) -> str:
        facts, found = self.facts(), self.inspect()
        left = f"{self._left_in_words()} when this was shown"
        inside = details("What is in it", OPAQUE)
        if found:
            told = stacked(found.verdict, found.remarks(), found.tables())
            inside = details(f"What is in it: {found.contents}", told)
        return card(
            "Access token",
            ". ".join([f"{left}; {facts['ends']}", facts.get("renewal", "")]),
            inside,
            state="good" if self.remaining_s() > 0 else "expired",
            word="held" if self.remaining_s() > 0 else "",
            beside=self.about,
        )

    def _ipython_display_(self) -> None:
        show_live(self, "TokenCard")

    def _renewal_in_words(self, when: datetime) -> str:
        local, end = (
            (each or when).astimezone(KUALA_LUMPUR) for each in (when, self.expires_at)
        )
        day = "" if local.date() == end.date() else f"{local:%a} "
        return f"The first call after {day}{local:%H:%M} gets a new token."

    def _end_in_words(self) -> str:
        if self.expires_at is None:
            return "no known end, used until the API answers 401"
        is_long = self.life_s > _HALF_A_YEAR_S
        return f"ends {moment(self.expires_at.timestamp(), year=is_long)}"

    def _left_in_words(self) -> str:
        left = self.remaining_s()
        if left == math.inf:
            return "time left not known"
        return f"{duration(left)} left" if left > 0 else "ended"


def token_from_answer(
    answer: Mapping[str, Any],
    claims: Mapping[str, Any],
    *,
    asked_at: float,
    server_time: float | None,
) -> Token:
    """Make a token of a good token answer.

    Args:
        answer: The answer's JSON object; `access_token` is a text.
        claims: The token's own claims, not verified; empty for an opaque token.
        asked_at: When the request was sent (Unix time of this machine).
        server_time: The answer's `Date` (Unix time of the server); None: it has none.
    """
    stated = stated_life(answer.get("expires_in"), asked_at)
    if stated is None and answer.get("expires_in"):
        _log.warning(
            "expires_in of the token answer cannot be read; the end that the token "
            "itself tells counts, if it tells one"
        )
    life = judge_life(stated, claims, asked_at, server_time)
    scope = answer.get("scope")
    if isinstance(scope, list):  # RFC 6749 has a text with spaces; some send a list
        scope = " ".join(str(one) for one in scope if one)
    return Token(
        secret=Secret(answer["access_token"].strip()),
        token_type=str(answer.get("token_type") or "bearer").strip(),
        scope=scope if isinstance(scope, str) and scope else None,
        obtained_at=datetime.fromtimestamp(asked_at, UTC),
        expires_at=None
        if life is None
        else datetime.fromtimestamp(asked_at + life, UTC),
        expires_in=stated,
    )


def stated_life(expires_in: object, now: float) -> float | None:
    """Read the life that a token answer states; None: it states none that can be read.

    RFC 6749 section 5.1 has a number of seconds. Servers also send "1 hour", the
    moment of the end as a date or as a Unix time, and milliseconds. Which of these a
    number is, is judged by its size, an assumption that is safe: a life read too short
    is a token renewed too early.
    """
    seconds = _seconds(expires_in)
    if seconds is None and isinstance(expires_in, str):
        if words := _IN_WORDS.fullmatch(expires_in):
            return float(words[1]) * _UNITS_S[(words.lastindex or 2) - 2]
        seconds = _moment(expires_in)
    if seconds is None:
        return None
    for when in (seconds, seconds / 1000):
        # 2592000000 is 30 days in milliseconds, and as a moment far from now.
        if when >= _AS_A_MOMENT and -_ONE_YEAR_S < when - now < 10 * _ONE_YEAR_S:
            return when - now
    is_whole_days = seconds % 86_400 == 0
    if seconds > _ONE_YEAR_S or (
        seconds >= _FIVE_MINUTES_MS and seconds % 1000 == 0 and not is_whole_days
    ):
        seconds /= 1000
    return seconds if seconds <= _LONGEST_LIFE_S else None


def _moment(text: str) -> float | None:
    """Read a date (ISO 8601, or RFC 9110 section 5.6.7) as Unix time; None: none."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(text.strip())
        except ValueError:
            continue
        return when.replace(tzinfo=when.tzinfo or UTC).timestamp()
    return None


def judge_life(
    expires_in: object,
    claims: Mapping[str, Any],
    now: float,
    server_time: float | None,
) -> float | None:
    """Judge the life of a token that was just given, in seconds from *now*.

    The evidence: what the answer states (`expires_in`, RFC 6749 section 5.1), what the
    token was made for (`exp` less `iat`, RFC 7519 section 4.1) and what is left of it
    by the server's own clock (`exp` less the answer's `Date`, which is in whole
    seconds: this machine's clock is finer where the two agree). The shortest counts, so
    that a wrong clock here does no harm; but as no server gives dead tokens on purpose,
    evidence of death is believed only where none speaks for life.

    Returns:
        0: use it for this one call; None: nothing is known.
    """
    exp, iat = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    evidence = [_seconds(expires_in)]
    if exp is not None:
        if server_time is not None:
            agree = abs(now - server_time) < 1
            now = max(now, server_time) if agree else server_time + 1
        evidence.append(exp - now)
        if iat is not None:
            evidence.append(exp - iat)
    known = [life for life in evidence if life is not None and life <= _LONGEST_LIFE_S]
    return min((life for life in known if life > 0), default=0.0 if known else None)


def _seconds(value: object) -> float | None:
    """Read a number of seconds, also in a text ("86400", "2.0"); None: it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
