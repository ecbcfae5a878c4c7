"""`client.call_many`: what is kept of a request between its check and its sending."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path
from typing import Any

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
        threads.update(one for one in new if one.name.startswith("call_many"))
        return answer({})

    gateway.api = api
    gateway.client().call_many([{"path": "/x"}] * 9, workers=3, progress=False)

    assert 1 <= len(threads) <= 3
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


IN_A_DAEMON = """
import sys, threading
import paynet_nb as pn
url, path = sys.argv[1:]
here = pn.Environment(name="x", base_url=url, token_url=url, stage="sandbox")
client = pn.Client(None, here, history=pn.History(path))
rows = [{"path": "/x", "method": "POST"}] * 9
how = dict(workers=1, progress=False, replay_unsafe=True)
threading.Thread(None, client.call_many, None, (rows,), how, daemon=True).start()
sys.stdin.readline()
"""


def test_what_was_sent_when_the_program_ends_is_recorded(
    gateway: Gateway, tmp_path: Path
) -> None:
    """The call under way is waited for, though the batch runs in a daemon thread."""
    ending, path = threading.Event(), tmp_path / "calls.sqlite"

    def api(_: Request) -> Response:
        if not ending.is_set():
            ending.set()
            threading.Event().wait(0.5)  # the program ends meanwhile
        return answer({})

    gateway.api = api
    command = [sys.executable, "-c", IN_A_DAEMON, gateway.url, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as program:
        assert ending.wait(60)
        program.communicate(b"\n", timeout=60)

    assert program.returncode == 0
    assert 1 <= len(gateway.api_requests) == len(pn.History(path))
