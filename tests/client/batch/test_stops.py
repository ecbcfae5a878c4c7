"""`client.call_many`: stopped on the way, what is done is kept and not done again."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from werkzeug import Request, Response

from tests.helpers.gateway import Gateway, answer
from tests.helpers.terminal import Terminal

TIMEOUT_S = 20


def press_stop() -> None:
    """Do what the notebook's stop button does."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def press_until_seen(
    screen: Terminal, press: Callable[[], object] = press_stop
) -> None:
    """Press it, and wait until the batch says that it ends."""
    press()
    deadline = time.monotonic() + TIMEOUT_S
    while "to come" not in screen.getvalue():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def stopping_after(gateway: Gateway, count: int) -> None:
    """Have the stop button pressed while the answer number *count* is on its way."""
    lock, seen = threading.Lock(), 0

    def api(request: Request) -> Response:
        nonlocal seen
        with lock:
            seen += 1
            if seen == count:
                press_stop()
        return answer({"id": request.path})

    gateway.api = api


def posts(gateway: Gateway) -> Counter[str]:
    """Count the requests by path."""
    return Counter(request.path for request in gateway.api_requests)


def test_stop_keeps_what_is_done_and_resuming_sends_no_post_twice(
    gateway: Gateway,
) -> None:
    """The result of the first is the input of the second; nothing else is needed."""
    frame = pd.DataFrame({"id": [f"{n:03}" for n in range(60)]}, index=range(100, 160))
    client, path = gateway.client(), "/payments/{id}"
    stopping_after(gateway, 20)

    with pytest.warns(RuntimeWarning, match="stopped by you: .* of 60 calls were not"):
        part = client.call_many(frame, "POST", path, workers=4, progress=False)
    sent = int(part["sent"].sum())
    rest = client.call_many(part, "POST", path, workers=4, progress=False)

    assert 20 <= sent <= 24
    assert part.loc[~part["sent"], "error"].unique().tolist() == ["not sent"]
    assert part.loc[part["sent"], "status"].eq(200).all()
    assert rest["status"].eq(200).all()
    assert rest.index.equals(frame.index)
    assert rest["answer.id"].to_list() == [f"/payments/{n:03}" for n in range(60)]
    assert list(rest.columns) == list(part.columns)
    assert set(posts(gateway).values()) == {1}
    assert len(posts(gateway)) == 60
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_bar_of_a_stopped_batch_waits_for_no_answer(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last word is that it was stopped; answers to come there are none."""
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    stopping_after(gateway, 5)

    with pytest.warns(RuntimeWarning, match="stopped by you"):
        gateway.client().call_many([{"path": "/x"}] * 20, workers=2)

    assert screen.getvalue().strip().endswith(", stopped]")


def test_stop_is_seen_where_it_ends_no_wait(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a kernel notes that it was pressed, and all waits go on."""
    screen = Terminal()

    def api(_: Request) -> Response:
        press_until_seen(screen, _thread.interrupt_main)
        return answer({})

    gateway.api = api
    monkeypatch.setattr("sys.stderr", screen)
    with pytest.warns(RuntimeWarning, match="1 of 2 calls were not sent"):
        gateway.client().call_many([{"path": "/x"}] * 2, workers=1)


def test_resuming_takes_the_rows_that_were_not_sent_and_a_saved_file(
    gateway: Gateway, tmp_path: Path
) -> None:
    """By hand as well, and after the kernel was restarted."""
    client, path = gateway.client(), "/payments/{id}"
    stopping_after(gateway, 5)
    rows = [{"id": f"{n:03}"} for n in range(20)]
    with pytest.warns(RuntimeWarning, match="stopped by you"):
        part = client.call_many(rows, "POST", path, workers=2, progress=False)
    part.to_csv(tmp_path / "part.csv", index=False)
    again = pd.read_csv(tmp_path / "part.csv", dtype={"id": "str"})

    by_hand = client.call_many(part[~part["sent"]].head(3), "PUT", path, progress=False)
    resumed = client.call_many(again, "POST", path, workers=2, progress=False)

    assert by_hand["status"].to_list() == [200] * 3
    assert len(resumed) == 20
    assert resumed["status"].eq(200).all()
    methods = [request.method for request in gateway.api_requests]
    assert Counter(methods) == {"POST": 20, "PUT": 3}


def test_a_finished_result_sends_nothing_again(gateway: Gateway) -> None:
    """A cell that is run twice on its own result does no harm."""
    client = gateway.client()
    first = client.call_many([{"path": "/x", "method": "POST"}] * 3, progress=False)

    second = client.call_many(first, progress=False)

    pd.testing.assert_frame_equal(second, first)
    assert len(gateway.api_requests) == 3


def test_stop_also_stops_what_waits_in_a_pool_of_the_callers(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thread for eight workers: seven calls stand in line there."""
    screen = Terminal()

    def api(_: Request) -> Response:
        press_until_seen(screen)
        return answer({})

    gateway.api = api
    monkeypatch.setattr("sys.stderr", screen)
    with (
        ThreadPoolExecutor(1) as pool,
        pytest.warns(RuntimeWarning, match="19 of 20 calls were not sent"),
    ):
        part = gateway.client().call_many([{"path": "/x"}] * 20, executor=pool)

    assert part["sent"].sum() == len(gateway.api_requests) == 1


def test_a_wrong_secret_is_tried_once_and_not_for_each_row(gateway: Gateway) -> None:
    """The rest is not sent; with the right one the result is resumed."""
    gateway.token = lambda _: answer({"error": "invalid_client"}, 401)
    client = gateway.client()

    with pytest.warns(RuntimeWarning, match=r"401.*: 200 of 200 calls were not sent"):
        refused = client.call_many(
            [{"path": f"/{n}"} for n in range(200)], workers=16, progress=False
        )
    gateway.token = gateway.good_token
    good = gateway.client().call_many(refused, workers=16, progress=False)

    assert not refused["sent"].any()
    assert refused["error"].str.contains("invalid_client").any()
    assert len(gateway.token_requests) == 2
    assert good["status"].eq(200).all()
    assert len(gateway.api_requests) == 200


def test_a_token_that_is_revoked_in_the_middle_is_renewed(gateway: Gateway) -> None:
    """By the rules of a single call: a GET is sent again, a POST keeps its 401."""
    lock, seen = threading.Lock(), 0

    def api(request: Request) -> Response:
        nonlocal seen
        with lock:
            seen += 1
            if seen == 30:
                gateway.revoke_all()
        return gateway.good_api(request)

    gateway.api = api
    client = gateway.client()
    got = client.call_many([{"path": "/x"}] * 60, workers=4, progress=False)
    assert got["status"].eq(200).all()
    assert len(gateway.token_requests) == 2

    gateway.revoke_all()
    posted = client.call_many([{"path": "/x"}] * 5, "POST", workers=1, progress=False)
    assert posted["status"].to_list() == [401, 200, 200, 200, 200]
    assert posted["sent"].all()

    gateway.revoke_all()
    replayed = client.call_many(
        [{"path": "/x"}] * 5, "POST", replay_unsafe=True, progress=False
    )
    assert replayed["status"].eq(200).all()


def test_it_works_in_a_thread_where_no_signal_comes(gateway: Gateway) -> None:
    """A dashboard calls it there."""
    client, found = gateway.client(), []
    thread = threading.Thread(
        target=lambda: found.append(
            client.call_many([{"path": "/x"}] * 3, progress=False)
        )
    )
    thread.start()
    thread.join(TIMEOUT_S)

    assert found[0]["status"].to_list() == [200] * 3


def test_what_is_not_sent_is_told_in_one_line(gateway: Gateway) -> None:
    """With what to do next, and at the line that called."""
    stopping_after(gateway, 1)
    with pytest.warns(RuntimeWarning) as told:
        gateway.client().call_many([{"path": "/x"}] * 9, workers=1, progress=False)

    (warning,) = told
    assert "client.call_many(result, ...)" in str(warning.message)
    assert "\n" not in str(warning.message)
    assert warning.filename == __file__
