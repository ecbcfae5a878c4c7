"""The token of a batch in one thread: asked for beside it, once for all that wait."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers.gateway import Gateway, answer


def test_calls_go_on_while_a_token_is_asked_for(gateway: Gateway) -> None:
    """An answer that is there is taken, however long the token takes."""
    asked, answered = threading.Event(), threading.Event()
    client = gateway.client()
    client.get("/before")
    gateway.revoked = {"opaque-token-0001"}

    def token(request: Request) -> Response:
        asked.set()
        answered.wait(30)
        return gateway.good_token(request)

    def api(request: Request) -> Response:
        if request.path == "/late":
            asked.wait(30)
            return answer({"late": True})
        return gateway.good_api(request)

    class Watching(pn.History):
        def append(self, call: pn.Call) -> None:
            super().append(call)
            if call.path == "/late":
                answered.set()

    gateway.token, gateway.api = token, api
    other = pn.Client(client.auth, history=Watching())
    result = other.call_many(
        [{"path": "/late"}, {"path": "/y"}], workers=2, progress=False
    )

    assert answered.is_set()
    assert list(result["status"]) == [200, 200]


def test_a_token_that_is_not_to_be_had_is_asked_for_once(gateway: Gateway) -> None:
    """Not by each of those that wait for it, one after the other."""
    all_wait = threading.Event()

    def token(_: Request) -> Response:
        all_wait.wait(30)
        return Response("<html>", content_type="text/html")

    def api(_: Request) -> Response:
        all_wait.set()
        return answer({})

    gateway.token, gateway.api = token, api
    rows: list[dict[str, Any]] = [{"path": "/x"}] * 9
    rows += [{"path": "/last", "headers": {"Authorization": "Bearer another"}}]
    with pytest.warns(RuntimeWarning, match="9 of 10 calls were not sent"):
        result = gateway.client().call_many(rows, workers=10, progress=False)

    assert len(gateway.token_requests) == 1
    assert list(result["sent"]) == [False] * 9 + [True]
