"""`Token`: an access token and its end of life, judged from all evidence."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from paynet_nb.display import both_clocks, card
from paynet_nb.secret import Secret

# A life that is longer is a mistake or a way to say "never"; neither can be a date.
_LONGEST_LIFE_S = 100 * 365 * 86400


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
    """

    secret: Secret
    token_type: str
    scope: str | None
    obtained_at: datetime
    expires_at: datetime | None
    expires_in: float | None

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
        return f"<Token {self.token_type} scope={self.scope!r} {self._end_in_words()}>"

    def _repr_html_(self) -> str:
        return card(
            "Access token",
            {
                "type": self.token_type,
                "scope": self.scope or "none named",
                "ends": self._end_in_words(),
                "the token itself": "not shown; whoever has it can act as you",
            },
        )

    def _end_in_words(self) -> str:
        if self.expires_at is None:
            return "no known end, used until the API answers 401"
        left = self.remaining_s()
        state = f"{left:,.0f} s left" if left > 0 else "expired"
        return f"{both_clocks(self.expires_at.timestamp())}, {state}"


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
    life = judge_life(answer.get("expires_in"), claims, asked_at, server_time)
    scope = answer.get("scope")
    return Token(
        secret=Secret(answer["access_token"].strip()),
        token_type=str(answer.get("token_type") or "bearer"),
        scope=scope if isinstance(scope, str) else None,
        obtained_at=datetime.fromtimestamp(asked_at, UTC),
        expires_at=None
        if life is None
        else datetime.fromtimestamp(asked_at + life, UTC),
        expires_in=_seconds(answer.get("expires_in")),
    )


def judge_life(
    expires_in: object,
    claims: Mapping[str, Any],
    now: float,
    server_time: float | None,
) -> float | None:
    """Judge the life of a token that was just given, in seconds from *now*.

    The evidence: what the answer states (`expires_in`, RFC 6749 section 5.1), what the
    token was made for (`exp` less `iat`, RFC 7519 section 4.1) and what is left of it
    by the server's own clock (`exp` less the answer's `Date`). The shortest counts, so
    that a wrong clock here does no harm; but as no server gives dead tokens on purpose,
    evidence of death is believed only where none speaks for life.

    Returns:
        0: use it for this one call; None: nothing is known.
    """
    exp, iat = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    evidence = [_seconds(expires_in)]
    if exp is not None:
        evidence.append(exp - (now if server_time is None else server_time))
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
