"""`client.call_many`: stopped twice, it leaves the answers that are still to come."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from werkzeug import Request, Response

from tests.client.batch.test_stops import TIMEOUT_S, posts, press_stop, press_until_seen
from tests.helpers.gateway import Gateway, answer
from tests.helpers.terminal import Terminal


@contextmanager
def stopping_twice(gateway: Gateway, *, begun: int) -> Iterator[None]:
    """Press the stop button twice once *begun* calls arrived, which get no answer."""
    arrived, over = threading.Semaphore(0), threading.Event()
    screen = Terminal()

    def api(_: Request) -> Response:
        arrived.release()
        over.wait(TIMEOUT_S)
        return answer({})

    def press_twice() -> None:
        for _ in range(begun):
            arrived.acquire()
        press_until_seen(screen)
        press_stop()

    gateway.api = api
    pressing = threading.Thread(target=press_twice)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", screen)
        pressing.start()
        yield
        pressing.join()
    over.set()


def test_stop_waits_for_answers_and_a_second_stop_leaves_them(gateway: Gateway) -> None:
    """A POST under way is not sent by resuming: whether it was done is not known."""
    client = gateway.client()
    with (
        stopping_twice(gateway, begun=2),
        pytest.warns(RuntimeWarning, match="8 of 10 calls were not sent"),
    ):
        left = client.call_many([{"path": "/x"}] * 10, "POST", workers=2)

    assert left["sent"].sum() == 2
    assert left["status"].isna().all()
    assert left.loc[left["sent"], "error"].str.startswith("left before").all()
    deadline = time.monotonic() + TIMEOUT_S
    while len(client.history) < 3:
        assert time.monotonic() < deadline, "the late answers are not in the history"
        time.sleep(0.01)
    rest = client.call_many(left, "POST", workers=2, progress=False)
    assert rest["status"].isna().sum() == 2
    assert len(gateway.api_requests) == 10


def test_a_second_stop_leaves_only_what_was_begun(gateway: Gateway) -> None:
    """Rows that wait in a pool of the caller's were not sent, and are said so."""
    rows = [{"path": f"/{n}", "method": "POST"} for n in range(9)]
    with (
        ThreadPoolExecutor(1) as pool,
        stopping_twice(gateway, begun=1),
        pytest.warns(RuntimeWarning, match="8 of 9 calls were not sent"),
    ):
        part = gateway.client().call_many(rows, executor=pool)

    assert part["sent"].to_list() == [True] + [False] * 8
    assert list(posts(gateway)) == ["/0"]


@pytest.mark.parametrize("threads", [False, True])
def test_stop_sends_nothing_that_waits_for_its_token(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, *, threads: bool
) -> None:
    """No payment goes out behind the stop, and resuming sends each."""
    screen, good = Terminal(), gateway.token

    def late(request: Request) -> Response:
        press_until_seen(screen)
        return good(request)

    gateway.token = late
    monkeypatch.setattr("sys.stderr", screen)
    rows = [{"path": f"/{n}", "method": "POST"} for n in range(9)]
    client = gateway.client()
    with (
        ThreadPoolExecutor(2) as pool,
        pytest.warns(RuntimeWarning, match="stopped by you: 9 of 9 calls were not"),
    ):
        part = client.call_many(rows, workers=2, executor=pool if threads else None)
    sent = posts(gateway)
    rest = client.call_many(part, progress=False)

    assert sent == {}
    assert set(part["error"]) == {"not sent"}
    assert rest["status"].eq(200).all()
    assert set(posts(gateway).values()) == {1}
