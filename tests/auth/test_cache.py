"""One token for many threads: one request, two deadlines, no surprise on failure."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers.gateway import Gateway, Handler, answer

THREADS = 64


def together(work: Callable[[], Any]) -> list[Any]:
    """Run *work* on all threads at the same moment; errors are results."""
    barrier = threading.Barrier(THREADS)

    def one(_: int) -> Any:
        barrier.wait()
        try:
            return work()
        except pn.PaynetError as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def slow(handler: Handler, seconds: float = 0.2) -> Handler:
    """Let a handler take its time, as a real token endpoint does."""

    def wait(request: Request) -> Response:
        time.sleep(seconds)
        return handler(request)

    return wait


def test_many_threads_without_a_token_make_one_request(gateway: Gateway) -> None:
    """64 threads that share an auth get the same token."""
    gateway.token = slow(gateway.good_token)
    auth = gateway.auth()

    tokens = together(auth.get_token)

    assert len(gateway.token_requests) == 1
    assert {token.access_token for token in tokens} == {"opaque-token-0001"}


def test_many_threads_with_an_expired_token_make_one_request(gateway: Gateway) -> None:
    """All 64 calls of a shared client are answered after one renewal."""
    gateway.token = slow(gateway.good_token)
    now = time.time()
    client = pn.Client(gateway.auth(clock=lambda: now))
    client.get("/first")
    now += 86400

    calls = together(lambda: client.get("/x"))

    assert [call.status for call in calls] == [200] * THREADS
    assert len(gateway.token_requests) == 2


def test_many_threads_share_one_failure(gateway: Gateway) -> None:
    """One request, 64 equal errors, each thread's its own object."""
    body = {"error": "invalid_client", "error_description": "no such client"}
    gateway.token = slow(lambda _: answer(body, 401))
    auth = gateway.auth()

    errors = together(auth.get_token)

    assert len(gateway.token_requests) == 1
    assert {(str(e), e.status, e.error) for e in errors} == {
        (str(errors[0]), 401, "invalid_client")
    }
    assert len({id(error) for error in errors}) == THREADS


def test_many_threads_with_a_revoked_token_make_one_request(gateway: Gateway) -> None:
    """Only the first 401 for a token drops it; the others find the new one."""
    gateway.token = slow(gateway.good_token)
    client = gateway.client()
    client.get("/first")
    gateway.revoke_all()

    calls = together(lambda: client.get("/x"))

    assert [call.status for call in calls] == [200] * THREADS
    assert len(gateway.token_requests) == 2


def test_two_auths_never_share_a_token(gateway: Gateway) -> None:
    """Not even with equal credentials: the token lives in the auth."""
    one, other = gateway.auth(), gateway.auth()

    assert one.get_token().access_token != other.get_token().access_token


LIVES = [2, 60, 300, 3600, 86400]


def held(gateway: Gateway, life: float) -> tuple[pn.ClientCredentialsAuth, list[float]]:
    """Make an auth that holds a token of *life*, and the clock that it goes by."""
    gateway.token = lambda _: answer(gateway.token_body(expires_in=life))
    clock = [time.time()]
    auth = gateway.auth(clock=lambda: clock[0])
    auth.get_token()
    return auth, clock


@pytest.mark.parametrize("life", LIVES)
def test_a_fresh_token_is_not_renewed(gateway: Gateway, life: float) -> None:
    """For the first three quarters of its life the token is left alone."""
    auth, clock = held(gateway, life)

    clock[0] += life * 0.74

    assert auth.get_token().access_token == "opaque-token-0001"


@pytest.mark.parametrize("life", LIVES)
def test_one_thread_renews_ahead_of_time_and_the_others_go_on(
    gateway: Gateway, life: float
) -> None:
    """At the advisory point 63 threads are served while one waits for the endpoint."""
    auth, clock = held(gateway, life)
    clock[0] += life - min(0.15 * life, 800)
    going, arrived = threading.Event(), threading.Event()

    def wait(_: Request) -> Response:
        arrived.set()
        going.wait(10)
        return answer(gateway.token_body(expires_in=life))

    gateway.token = wait
    with ThreadPoolExecutor(THREADS) as pool:
        leader = pool.submit(auth.get_token)
        arrived.wait(10)
        others = [pool.submit(auth.get_token) for _ in range(THREADS - 1)]
        served = {future.result(10).access_token for future in others}
        going.set()
        renewed = leader.result(10)

    assert served == {"opaque-token-0001"}
    assert renewed.access_token == "opaque-token-0002"
    assert len(gateway.token_requests) == 2


@pytest.mark.parametrize("life", LIVES)
def test_at_the_mandatory_point_all_wait_for_the_new_token(
    gateway: Gateway, life: float
) -> None:
    """A token that could end on its way to the server is not used any more."""
    auth, clock = held(gateway, life)
    clock[0] += life - min(0.07 * life, 50)
    gateway.token = slow(gateway.good_token)

    tokens = together(auth.get_token)

    assert {token.access_token for token in tokens} == {"opaque-token-0002"}
    assert len(gateway.token_requests) == 2


@pytest.mark.parametrize("share", [0.15, 0.04])
def test_a_failed_renewal_leaves_the_valid_token_in_use(
    gateway: Gateway, share: float
) -> None:
    """Calls go on, with one warning and without a request for each of them."""
    auth, clock = held(gateway, 300)
    clock[0] += 300 * (1 - share)
    gateway.token = lambda _: answer({}, 503)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tokens = [auth.get_token().access_token for _ in range(20)]

    assert set(tokens) == {"opaque-token-0001"}
    assert len(gateway.token_requests) == 2
    assert ["not renewed" in str(warning.message) for warning in caught] == [True]


def test_once_the_old_token_has_ended_a_failed_renewal_is_an_error(
    gateway: Gateway,
) -> None:
    """Nothing is left to go on with."""
    auth, clock = held(gateway, 300)
    clock[0] += 301
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)

    with pytest.raises(pn.TokenError):
        auth.get_token()


def test_forget_makes_the_next_use_ask(gateway: Gateway) -> None:
    """`auth.get_token() is token` until `forget`, then it is another one."""
    auth = gateway.auth()
    token = auth.get_token()

    assert auth.get_token() is token
    auth.forget()
    assert auth.get_token().access_token != token.access_token


@pytest.mark.parametrize("life", LIVES)
def test_the_renewal_point_is_when_a_use_renews(gateway: Gateway, life: float) -> None:
    """Just before it the token is used as it is, just after it is renewed."""
    auth, clock = held(gateway, life)
    token = auth.get_token()
    renewal = auth.renewal_at(token)
    assert renewal

    clock[0] = renewal.timestamp() - 0.1
    assert auth.get_token() is token
    clock[0] = renewal.timestamp() + 0.1

    assert auth.get_token() is not token


def test_renew_asks_once_for_all_threads(gateway: Gateway) -> None:
    """64 that renew at one moment make one request and get the same new token."""
    auth, _ = held(gateway, 86400)
    gateway.token = slow(gateway.good_token)

    tokens = together(auth.renew)

    assert {token.access_token for token in tokens} == {"opaque-token-0002"}
    assert auth.held is tokens[0]


def test_a_failed_renew_is_an_error_and_keeps_the_token(gateway: Gateway) -> None:
    """Who asks for a new one is told; who only uses the token is not disturbed."""
    auth, _ = held(gateway, 86400)
    token = auth.held
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)

    with pytest.raises(pn.TokenError, match="invalid_client"):
        auth.renew()
    assert auth.get_token() is token
