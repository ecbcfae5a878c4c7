"""Asking for a token again: when it helps, when it does harm."""

from __future__ import annotations

import itertools
import logging
import time
from email.utils import formatdate
from typing import Any

import pytest
from werkzeug import Request, Response

import paynet_nb as pn
from paynet_nb.auth import token_endpoint
from tests.helpers.gateway import Gateway, answer


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_failure_is_tried_again(
    gateway: Gateway, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Ever later, with one notice; each attempt is a row of the history."""
    pauses: list[float] = []
    replies = itertools.chain([answer({}, status)] * 2, itertools.repeat(None))
    gateway.token = lambda request: next(replies) or gateway.good_token(request)
    client = pn.Client(gateway.auth(pause=pauses.append))

    call = client.get("/x")

    frame = client.history.to_frame()
    assert call.status == 200
    assert frame["attempt"].to_list() == [1, 2, 3, 1]
    assert frame["status"].to_list() == [status, status, 200, 200]
    assert 0.5 <= pauses[0] <= 0.75
    assert 1 <= pauses[1] <= 1.5
    notices = [r for r in caplog.records if r.name == "paynet_nb"]
    assert [r.levelno for r in notices] == [logging.WARNING]


def test_a_token_that_ends_while_its_renewal_fails_is_asked_for_again(
    gateway: Gateway,
) -> None:
    """Once nothing is left to go on with, a passing failure is waited out."""
    now = time.time()
    auth = gateway.auth(clock=lambda: now, pause=lambda _: None)
    auth.get_token()

    def fail_late(_: Request) -> Response:
        nonlocal now
        now += 2
        gateway.token = gateway.good_token
        return answer({}, 503)

    now += 86399
    gateway.token = fail_late

    assert auth.get_token().access_token == "opaque-token-0003"


def test_retry_after_is_honoured(gateway: Gateway) -> None:
    """The second request comes no sooner than the server asks."""
    replies = iter([answer({}, 429, Retry_After="2"), None])
    times: list[float] = []

    def token(request: Any) -> Response:
        times.append(time.monotonic())
        return next(replies) or gateway.good_token(request)

    gateway.token = token
    gateway.auth().get_token()

    assert 2 <= times[1] - times[0] < 4


@pytest.mark.parametrize("skew", [-300, 300])
def test_a_retry_after_that_is_a_date_counts_by_the_servers_clock(
    gateway: Gateway, skew: int
) -> None:
    """A clock here that is minutes off makes the wait no longer and no shorter."""
    pauses: list[float] = []

    def token(request: Any) -> Response:
        if pauses:
            return gateway.good_token(request)
        now = time.time() + skew
        until = formatdate(now + 2, usegmt=True)
        return answer({}, 503, Retry_After=until, Date=formatdate(now, usegmt=True))

    gateway.token = token
    gateway.auth(pause=pauses.append).get_token()

    assert pauses == [pytest.approx(2, abs=0.1)]


def test_a_long_retry_after_ends_the_asking(gateway: Gateway) -> None:
    """Nobody waits ten minutes before a cell ends; nobody is asked in vain either."""
    gateway.token = lambda _: answer({}, 429, Retry_After="600")
    auth = gateway.auth()
    started = time.monotonic()

    with pytest.raises(pn.TokenError, match="600 s"):
        auth.get_token()
    with pytest.raises(pn.TokenError, match="600 s"):
        auth.get_token()

    assert time.monotonic() - started < 60
    assert len(gateway.token_requests) == 1


@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.parametrize("status", [401, 200, 429, 503])
def test_refused_credentials_are_not_tried_again_at_once(
    gateway: Gateway, status: int, forget: bool
) -> None:
    """A loop over a wrong secret sends one request, whatever status says so."""
    gateway.token = lambda _: answer({"error": "invalid_client"}, status)
    auth = gateway.auth()

    for _ in range(100):
        if forget:
            auth.forget()
        with pytest.raises(pn.TokenError, match="not asked again for 5 s"):
            auth.get_token()

    assert len(gateway.token_requests) == 1


def test_after_the_cool_down_it_is_asked_again(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys that are put right in the portal work without a new kernel."""
    monkeypatch.setattr(token_endpoint, "COOL_DOWN_S", 0.01)
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)
    auth = gateway.auth()
    with pytest.raises(pn.TokenError):
        auth.get_token()
    gateway.token = gateway.good_token
    time.sleep(0.02)

    assert auth.get_token().token_type == "bearer"
