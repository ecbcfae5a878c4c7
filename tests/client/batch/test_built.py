"""`client.call_many`: what is kept of a request between its check and its sending."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from typing import Any

import pytest
import requests
from werkzeug import Request, Response

import paynet_nb as pn
from paynet_nb import frames
from paynet_nb.client.batch.rows import read
from tests.helpers.gateway import Gateway, answer

ROWS = [{"id": f"{number:06}"} for number in range(300)]
TEMPLATES = dict.fromkeys(("method", "path", "params", "json", "headers", "label"))


def test_the_requests_of_many_rows_take_little_memory(gateway: Gateway) -> None:
    """They are built and checked before the first is sent, and not built again."""
    client, sheet = gateway.client(), frames.Sheet(ROWS)
    templates = {**TEMPLATES, "path": "/payments/{id}"}
    assert len([*read(sheet, client, templates)]) == len(ROWS)  # with all imports

    tracemalloc.start()
    try:
        kept = [*read(sheet, client, templates)]
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert taken / len(kept) < 600  # bytes; about 330, a `PreparedRequest` has 2,500


def test_what_was_checked_is_what_is_sent(gateway: Gateway) -> None:
    """Headers with their order and case, the body byte for byte, the session's hook."""
    seen: list[str] = []

    def hook(response: requests.Response, **_: object) -> None:
        seen.append(response.url)

    auth = pn.ClientCredentialsAuth(gateway.credentials, session=requests.Session())
    client = pn.Client(auth)
    client.session.headers["X-Of-The-Session"] = "1"
    client.session.hooks["response"].append(hook)
    row: dict[str, Any] = {"path": "/x?b=2&a=1", "json": {"amount": "10.00", "ü": [1]}}
    typed = {"X-b": "1", "x-A": "2", "X-Of-The-Session": None}

    client.call_many([row] * 2, "PUT", headers=typed, workers=1, progress=False)
    client.put(**row, headers=typed)

    sent = [[*one.headers.items(), one.data, one.url] for one in gateway.api_requests]
    assert sent[0] == sent[1] == sent[2]
    assert "X-Of-The-Session" not in dict(gateway.api_requests[0].headers)
    assert len([url for url in seen if "/x" in url]) == 3


def test_an_authorization_of_a_row_takes_the_auths_place(gateway: Gateway) -> None:
    """In that row alone."""
    rows: list[dict[str, Any]] = [
        {"path": "/a", "headers": {"authorization": "Bearer typed-canary"}},
        {"path": "/b"},
    ]

    gateway.client().call_many(rows, workers=1, progress=False)

    by_path = {one.path: one.headers["Authorization"] for one in gateway.api_requests}
    assert by_path["/a"] == "Bearer typed-canary"
    assert by_path["/b"].startswith("Bearer ")
    assert by_path["/b"] != by_path["/a"]


def test_its_threads_end_with_the_batch(gateway: Gateway) -> None:
    """A notebook that runs all day has none left over."""
    threads: set[threading.Thread] = set()
    before = {*threading.enumerate()}  # a batch just ended has its own for a moment

    def api(_: Request) -> Response:
        new = {*threading.enumerate()} - before
        threads.update(thread for thread in new if thread.name == "call_many")
        return answer({})

    gateway.api = api
    gateway.client().call_many([{"path": "/x"}] * 9, workers=3, progress=False)

    assert 1 <= len(threads) <= 3
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_a_machine_that_allows_few_threads_has_all_calls_made_by_them(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, and nothing waits for threads that never began."""
    start, lock, begun = threading.Thread.start, threading.Lock(), 0

    def start_few(thread: threading.Thread) -> None:
        nonlocal begun
        with lock:
            begun += thread.name == "call_many"
            full = begun > 2
        if full and thread.name == "call_many":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_few)

    result = gateway.client().call_many([{"path": "/x"}] * 9, progress=False)

    assert result["status"].eq(200).all()
    assert len(gateway.api_requests) == 9
