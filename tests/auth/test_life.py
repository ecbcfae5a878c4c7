"""How long a token lives: every kind of evidence, and clocks that are wrong."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

import jwt
import pytest
from werkzeug import Request, Response

from paynet_nb.auth.token import judge_life
from tests.helpers.gateway import Gateway, answer

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("expires_in", "life"),
    [
        (86400, 86400),
        (2, 2),
        (2.5, 2.5),
        ("2", 2),
        ("2.5", 2.5),
        ("2.0", 2),
        (" 60 ", 60),
        (0, 0),
        (-5, 0),
        ("0", 0),
        (None, None),
        ("soon", None),
        ("", None),
        (1e15, None),
        ("1e400", None),
        (math.nan, None),
        (10**400, None),
        (True, None),
        ([60], None),
    ],
)
def test_the_stated_life_is_read_in_every_spelling(
    expires_in: object, life: float | None
) -> None:
    """A number, a text of one, nothing, or nonsense: 0 is one call, None is unknown."""
    assert judge_life(expires_in, {}, NOW, None) == life


@pytest.mark.parametrize("skew", [-300, 0, 300, 3600])
@pytest.mark.parametrize("date", [True, False])
def test_a_wrong_clock_here_changes_no_life(skew: int, date: bool) -> None:
    """`exp` is read by the server's clock: its Date, else the token's own iat."""
    server = NOW + skew
    claims = {"iat": server, "exp": server + 60}

    life = judge_life(None, claims, NOW, server if date else None)

    # A Date leaves out up to a second, which only a clock that agrees can tell.
    assert life == (59 if date and skew else 60)


@pytest.mark.parametrize(
    ("now", "life"), [(NOW + 0.9, 1.1), (NOW, 2), (NOW - 0.2, 2), (NOW + 300, 1)]
)
def test_the_part_of_a_second_that_a_date_leaves_out_is_not_lived(
    now: float, life: float
) -> None:
    """Given in a second's last tenth, a token ends a second and a tenth later."""
    claims = {"iat": NOW, "exp": NOW + 2}

    assert judge_life(2, claims, now, NOW) == pytest.approx(life)


def test_the_shortest_evidence_counts() -> None:
    """A token that ends before the answer says so would fail calls."""
    claims = {"iat": NOW, "exp": NOW + 60}

    assert judge_life(86400, claims, NOW, NOW) == 60
    assert judge_life(30, claims, NOW, NOW) == 30


def test_evidence_for_a_dead_token_yields_to_evidence_for_its_life() -> None:
    """A server that gives a dead token is taken at its word, not asked for ever."""
    old = {"exp": NOW - 8e7}
    fresh = {"iat": NOW, "exp": NOW + 60}

    assert judge_life(86400, old, NOW, NOW) == 86400
    assert judge_life(0, fresh, NOW, NOW) == 60
    assert judge_life(None, old, NOW, NOW) == 0


def signed(**claims: Any) -> str:
    """Sign a token with a throw-away key: only its claims matter here."""
    return jwt.encode(claims, "k" * 32, algorithm="HS256")


def server_with_clock(
    gateway: Gateway, skew: float, *, iat: bool, **fields: Any
) -> None:
    """Let the gateway live *skew* seconds in the future, and give tokens of 120 s."""

    def token(_request: Request) -> Response:
        now = time.time() + skew
        claims = {"exp": now + 120, "jti": len(gateway.token_requests)}
        text = signed(**claims, **({"iat": now} if iat else {}))
        body = gateway.token_body(access_token=text, **fields)
        return answer(body, Date=formatdate(now, usegmt=True))

    gateway.token = token


@pytest.mark.parametrize("skew", [-300, 300])
@pytest.mark.parametrize("expires_in", [120, ...])
@pytest.mark.parametrize("iat", [True, False])
def test_a_clock_five_minutes_off_fails_no_call(
    gateway: Gateway, skew: float, expires_in: object, iat: bool
) -> None:
    """With or without expires_in and iat one token serves all calls of its life."""
    server_with_clock(gateway, skew, expires_in=expires_in, iat=iat)
    client = gateway.client()

    statuses = [client.get("/x").status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert len(gateway.token_requests) == 1
    assert 110 < client.auth.get_token().remaining_s() <= 120


@pytest.mark.parametrize("expires_in", [0, -1])
def test_a_token_without_life_serves_its_one_call(
    gateway: Gateway, expires_in: int
) -> None:
    """The next call asks again; none fails."""
    gateway.token = lambda _: answer(gateway.token_body(expires_in=expires_in))
    client = gateway.client()

    statuses = [client.get("/x").status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert len(gateway.token_requests) == 3


@pytest.mark.parametrize("expires_in", [..., None, "soon", 1e15])
def test_a_token_of_unknown_life_serves_until_a_401(
    gateway: Gateway, expires_in: object
) -> None:
    """It is kept, and renewed when the API refuses it."""
    gateway.token = lambda _: answer(gateway.token_body(expires_in=expires_in))
    auth = gateway.auth()
    token = auth.get_token()

    assert (token.expires_at, token.remaining_s()) == (None, math.inf)
    assert auth.get_token() is token
    assert "until the API answers 401" in repr(token)


def test_a_laptop_that_slept_asks_again(gateway: Gateway) -> None:
    """The wall clock goes on during sleep, so it decides."""
    awake = time.time()
    auth = gateway.auth(clock=lambda: awake)
    auth.get_token()

    awake += 86400

    assert auth.get_token().access_token == "opaque-token-0002"


def test_a_clock_set_back_does_not_prolong_a_token(gateway: Gateway) -> None:
    """The monotonic clock ends a token that the wall clock would keep."""
    gateway.token = lambda _: answer(gateway.token_body(expires_in=0.2))
    clock = time.time()
    auth = gateway.auth(clock=lambda: clock)
    first = auth.get_token()
    clock -= 3600
    deadline = time.monotonic() + 5

    while auth.get_token() is first:
        assert time.monotonic() < deadline, "the token was never renewed"
        time.sleep(0.02)


def test_a_token_tells_its_end_in_utc(gateway: Gateway) -> None:
    """`expires_at` is a datetime in UTC, `remaining_s` counts down to it."""
    token = gateway.auth().get_token()

    assert token.expires_at is not None
    assert token.expires_at.tzinfo is UTC
    assert token.remaining_s(now=token.expires_at.timestamp() - 5) == pytest.approx(5)
    assert token.remaining_s(now=datetime.now(UTC).timestamp() + 90000) < 0
    assert (token.token_type, token.scope) == ("bearer", "rpp:merchant")


def test_a_token_without_a_known_end_has_no_renewal_point(gateway: Gateway) -> None:
    """It serves until the API answers 401."""
    gateway.token = lambda _: answer(gateway.token_body(expires_in=...))
    auth = gateway.auth()

    assert auth.renewal_at(auth.get_token()) is None
