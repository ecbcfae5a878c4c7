"""`client.call_many`: how fast, by a rate and by the pace of an endpoint."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from werkzeug import Request, Response

from paynet_nb.client.batch.built import BuiltRequest
from paynet_nb.client.batch.scheduler import PlannedCall as Row, Scheduler
from paynet_nb.paynet import paces
from tests.helpers.gateway import Gateway, answer
from tests.helpers.records import call_of
from tests.helpers.terminal import Terminal


def arrivals(gateway: Gateway) -> list[tuple[float, str]]:
    """Note when each request arrives from now on."""
    lock, seen = threading.Lock(), list[tuple[float, str]]()

    def api(request: Request) -> Response:
        with lock:
            seen.append((time.monotonic(), request.full_path))
        return answer({})

    gateway.api = api
    return seen


def test_no_more_are_sent_in_a_second_than_allowed(gateway: Gateway) -> None:
    """The first at once, each other one a beat later; one beat may be made up for."""
    client = gateway.client()
    started = time.monotonic()

    client.call_many([{"path": "/x"}] * 21, per_second=40, progress=False)

    assert time.monotonic() - started >= 19 / 40


def slow_token(gateway: Gateway) -> None:
    """Let the token endpoint think for a while."""

    def token(_: Request) -> Response:
        time.sleep(0.5)
        return answer(gateway.token_body())

    gateway.token = token


def test_calls_that_waited_for_the_token_do_not_go_out_at_once(
    gateway: Gateway,
) -> None:
    """Eight workers with one token to come: the rate holds from the first call on."""
    slow_token(gateway)
    seen = arrivals(gateway)

    gateway.client().call_many([{"path": "/x"}] * 6, per_second=10, progress=False)

    assert seen[-1][0] - seen[0][0] >= 4 / 10


def test_the_pace_counts_from_the_answer(gateway: Gateway) -> None:
    """The first poll may have waited for the token, and the server did not see it."""
    slow_token(gateway)
    seen = arrivals(gateway)

    gateway.client().call_many(
        [{"path": "/poll"}] * 2, pace={"/poll": 0.6}, progress=False
    )

    assert seen[1][0] - seen[0][0] >= 0.6


def test_a_paced_url_waits_and_the_others_do_not(gateway: Gateway) -> None:
    """A poll is made once in so many seconds; that is no error."""
    seen = arrivals(gateway)
    rows = [{"path": "/poll", "params": {"id": x}} for x in "aab"] + [{"path": "/x"}]

    started = time.monotonic()
    result = gateway.client().call_many(
        rows, pace={"/poll": 0.6}, workers=4, progress=False
    )

    assert result["status"].to_list() == [200] * 4
    assert result["error"].isna().all()
    _, second = (at for at, path in seen if path == "/poll?id=a")
    others = [at for at, path in seen if path != "/poll?id=a"]
    assert second - started >= 0.6
    assert max(others) < second


def test_calls_of_before_count_for_the_pace(gateway: Gateway) -> None:
    """Also a single call; the history knows when it was answered."""
    arrived: list[float] = []

    def api(_: Request) -> Response:
        arrived.append(time.monotonic())
        time.sleep(0.4)
        return answer({})

    gateway.api, client = api, gateway.client()
    client.get("/payments/7/status")

    client.call_many(
        [{"id": "7"}],
        path="/payments/{id}/status",
        pace={"/payments/{id}/status": 0.5},
        progress=False,
    )

    assert arrived[1] - arrived[0] >= 0.9


def test_a_countdown_is_shown_and_can_be_stopped(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PayNet's own paces hold unasked: the second poll would wait for 30 seconds."""
    seen, screen = arrivals(gateway), Terminal()
    monkeypatch.setattr("sys.stderr", screen)

    def stop_at_the_countdown() -> None:
        deadline = time.monotonic() + 20
        while "next call in 2" not in screen.getvalue():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    watching = threading.Thread(target=stop_at_the_countdown)
    watching.start()
    rows = [{"path": "/v2/bw/checkout-status?checkoutId=1"}] * 2
    with pytest.warns(RuntimeWarning, match="1 of 2 calls were not sent"):
        result = gateway.client().call_many(rows)
    watching.join()

    assert result["sent"].to_list() == [True, False]
    assert len(seen) == 1
    assert "next call in 30 s" in screen.getvalue()


@pytest.mark.parametrize("end", paces())
def test_paynets_paces_are_known_and_can_be_set_aside(end: str) -> None:
    """Below whatever base URL; only calls of the same payment wait for each other."""
    built = BuiltRequest("GET", "", (), None)
    url = f"https://api.example.my/pay-guard{end}?checkoutId="

    def table(pace: dict[str, float], *past: str) -> Scheduler:
        return Scheduler(
            [
                Row(position=at, method="GET", url=url + x, request=built)
                for at, x in enumerate("112")
            ],
            per_second=None,
            pace=pace,
            past=[call_of(url=url + x, sent_at_s=time.time()) for x in past],
        )

    paced, past, free = table({**paces()}), table({**paces()}, "2"), table({end: 0})
    taken = list(iter(paced.take, None))
    for row in taken:
        paced.answered(row)

    assert sorted(row.position for row in taken) == [0, 2]
    assert 29 < paced.wait_s() <= 30
    assert [row.position for row in iter(past.take, None)] == [0]
    assert len([*iter(free.take, None)]) == 3
