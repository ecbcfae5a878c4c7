"""`client.call_many(executor=)`: an executor that breaks, and what is known then."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from typing import Any

import pytest
from werkzeug import Request, Response

from tests.helpers.gateway import Gateway, answer


class Failing(Executor):
    """Take no job."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def submit(self, fn: Any, /, *_args: Any, **_kwargs: Any) -> Future[Any]:
        """Fail."""
        raise self._error


class Full(ThreadPoolExecutor):
    """Queue the second job and have it begun, but fail to start a thread for it.

    So does `ThreadPoolExecutor` where the machine allows no more threads.
    """

    def __init__(self, begun: threading.Event) -> None:
        super().__init__(1)
        self._begun = begun
        self._jobs = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit, and fail afterwards."""
        future = super().submit(fn, *args, **kwargs)
        self._jobs += 1
        if self._jobs == 2:
            assert self._begun.wait(20)
            raise RuntimeError("can't start new thread")
        return future


@pytest.mark.parametrize(
    "said",
    ["the job was canary-job", "can't create new thread at interpreter shutdown"],
)
def test_a_worker_that_is_gone_is_a_row_without_an_answer(
    gateway: Gateway, said: str
) -> None:
    """It may have sent its request, so the row is not sent again by resuming."""
    client = gateway.client()
    executor = Failing(RuntimeError(said))

    result = client.call_many(
        [{"path": "/x"}], "POST", executor=executor, replay_unsafe=True, progress=False
    )

    assert result["sent"].all()
    assert "gave no answer (RuntimeError)" in result["error"].iloc[0]
    assert "canary" not in result.to_json()
    assert client.call_many(result, "POST", progress=False)["status"].isna().all()
    assert gateway.api_requests == []


def test_a_worker_process_that_dies_is_noticed(gateway: Gateway) -> None:
    """The pool is broken then; the rows say so, and nothing waits for ever."""

    def api(request: Request) -> Response:
        if request.path == "/die":
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, 9)
        return answer({})

    gateway.api = api
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, mp_context=context) as pool,
        pytest.warns(RuntimeWarning, match="1 of 3 calls were not sent"),
    ):
        result = gateway.client().call_many(
            [{"path": "/x"}, {"path": "/die"}, {"path": "/y"}],
            executor=pool,
            workers=1,
            progress=False,
        )

    assert result["status"].to_list()[:1] == [200]
    assert result["status"].isna().to_list() == [False, True, True]
    assert result["error"].str.contains("BrokenProcessPool").to_list()[1:] == [
        True,
        True,
    ]
    assert result["sent"].to_list()[:2] == [True, True]  # of the second nobody knows


def test_an_executor_that_is_shut_down_has_sent_nothing(gateway: Gateway) -> None:
    """Its rows are sent by resuming; the history has no exchange that never was."""
    client = gateway.client()
    pool = ProcessPoolExecutor(1)
    pool.shutdown()

    with pytest.warns(RuntimeWarning, match="2 of 2 calls were not sent"):
        left = client.call_many(
            [{"path": "/x"}] * 2, "POST", workers=1, executor=pool, progress=False
        )

    assert left["sent"].to_list() == [False, False]
    assert (
        left["error"][0] == "not sent: the executor takes no more calls (RuntimeError)"
    )
    assert client.history.to_frame()["kind"].to_list() == ["token"]
    resumed = client.call_many(left, "POST", progress=False)
    assert resumed["status"].to_list() == [200, 200]
    assert len(gateway.api_requests) == 2


def test_a_pool_whose_process_died_has_sent_nothing_more(gateway: Gateway) -> None:
    """The next batch finds it broken, and may be sent by another executor."""
    client = gateway.client()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        with contextlib.suppress(BrokenExecutor):
            pool.submit(os._exit, 1).result(60)

        with pytest.warns(RuntimeWarning, match="takes no more calls"):
            left = client.call_many(
                [{"path": "/x"}], "POST", executor=pool, progress=False
            )

    assert left["sent"].to_list() == [False]
    assert "takes no more calls (BrokenProcessPool)" in left["error"][0]
    assert gateway.api_requests == []


def test_what_a_full_machine_began_is_not_sent_twice(gateway: Gateway) -> None:
    """A job may be in the queue, and begun, though to submit it failed."""
    begun = threading.Event()

    def api(request: Request) -> Response:
        if request.path == "/1":
            begun.set()
        return answer({})

    gateway.api = api
    client = gateway.client()
    rows = [{"path": f"/{number}"} for number in range(4)]
    with Full(begun) as pool, pytest.warns(RuntimeWarning, match="takes no more"):
        left = client.call_many(rows, "POST", executor=pool, progress=False)

    assert left["sent"].to_list() == [True, True, False, False]
    client.call_many(left, "POST", progress=False)
    sent = sorted(request.path for request in gateway.api_requests)
    assert sent == ["/0", "/1", "/2", "/3"]


def test_a_pool_that_throws_its_queue_away_is_not_waited_for(gateway: Gateway) -> None:
    """What it had begun is answered; the other rows are not sent, and resuming is."""
    client = gateway.client()
    pool = ThreadPoolExecutor(1)

    def api(request: Request) -> Response:
        if request.path == "/0":
            pool.shutdown(wait=False, cancel_futures=True)
        return answer({})

    gateway.api = api
    rows = [{"path": f"/{number}"} for number in range(3)]
    with pytest.warns(RuntimeWarning, match="takes no more calls"):
        left = client.call_many(rows, "POST", executor=pool, progress=False)

    assert left["sent"].to_list() == [True, False, False]
    assert client.call_many(left, "POST", progress=False)["sent"].all()
    assert len(gateway.api_requests) == 3


def test_a_pool_whose_threads_cannot_begin_has_sent_nothing(gateway: Gateway) -> None:
    """Its initializer failed; nothing waits for its threads."""
    with (
        ThreadPoolExecutor(1, initializer=int, initargs=("x",)) as pool,
        pytest.warns(RuntimeWarning, match="takes no more calls"),
    ):
        left = gateway.client().call_many(
            [{"path": "/x"}], "POST", executor=pool, progress=False
        )

    assert left["sent"].to_list() == [False]
    assert gateway.api_requests == []
