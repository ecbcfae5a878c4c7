"""`client.call_many`: rows in, the same rows with their answers out."""

from __future__ import annotations

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from werkzeug import Request, Response

import paynet_nb as pn
from tests.helpers import raw
from tests.helpers.gateway import Gateway, answer
from tests.helpers.terminal import Terminal

RESULTS = ["sent", "outcome", "status", "code", "reason", "elapsed_ms", "error"]


def echo_path(request: Request) -> Response:
    """Answer with the path that was asked for."""
    return answer({"path": request.path, "header": {"status": {"code": "ACSP"}}})


def test_a_frame_with_paths_is_enough(gateway: Gateway) -> None:
    """A row a call, in the rows' order and under their index, its own columns kept."""
    gateway.api = echo_path
    frame = pd.DataFrame(
        {"path": [f"/x/{n}" for n in range(40)], "n": range(40)},
        index=[f"row {n}" for n in range(40)],
    )
    client = gateway.client()

    result = client.call_many(frame, workers=8, executor=None, progress=False)

    assert result["answer.path"].to_list() == frame["path"].to_list()
    pd.testing.assert_frame_equal(result[["path", "n"]], frame)
    assert [*result.columns][2:9] == RESULTS
    assert set(result["status"]) == {200}
    assert set(result["code"]) == {"ACSP"}
    assert result["sent"].all()
    assert result["error"].isna().all()
    assert list(frame.columns) == ["path", "n"]


def test_columns_with_the_names_of_arguments_are_used(gateway: Gateway) -> None:
    """Of a list of dicts, too; what a row has not is as for a plain call."""
    client = gateway.client()

    result = client.call_many(
        [
            {"path": "/a", "params": {"q": "x y"}, "headers": {"X-Here": "1"}},
            {"path": "/b", "method": "put", "json": {"n": 1}, "label": "second"},
        ],
        progress=False,
    )

    by_path = {request.path: request for request in gateway.api_requests}
    assert by_path["/a"].method == "GET"
    assert by_path["/a"].args["q"] == "x y"
    assert by_path["/a"].headers["X-Here"] == "1"
    assert by_path["/a"].get_data() == b""
    assert (by_path["/b"].method, by_path["/b"].get_json()) == ("PUT", {"n": 1})
    assert set(client.history.to_frame()["label"]) == {"", "second"}
    assert result["answer.amount"].to_list() == ["10.00", "10.00"]


def test_each_call_is_in_the_history_once(gateway: Gateway) -> None:
    """And the one token request that all of them share."""
    client = gateway.client()

    client.call_many([{"path": f"/{n}"} for n in range(50)], workers=16, progress=False)

    kinds = client.history.to_frame()["kind"].value_counts()
    assert kinds.to_dict() == {"call": 50, "token": 1}
    assert len({call.url for call in client.history if call.kind == "call"}) == 50


def test_no_more_calls_are_under_way_than_workers(gateway: Gateway) -> None:
    """And so many are."""
    lock, under_way, most = threading.Lock(), 0, 0
    barrier = threading.Barrier(4)

    def api(_: Request) -> Response:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        barrier.wait(10)
        with lock:
            under_way -= 1
        return answer({})

    gateway.api = api
    client, rows = gateway.client(), [{"path": "/x"}] * 12
    client.call_many(rows, workers=4, progress=False)
    with ThreadPoolExecutor(12) as pool:
        client.call_many(rows, workers=4, executor=pool, progress=False)

    assert most == 4


def test_a_row_without_an_answer_is_data(gateway: Gateway) -> None:
    """Its error stands in its row, the others have their answers."""
    with raw.raw_server(raw.reset) as (url, _):
        environment = pn.Environment(
            name="raw", base_url=url, token_url=gateway.environment.token_url,
            stage="sandbox",
        )  # fmt: skip
        client = pn.Client(None, environment)
        result = client.call_many([{"path": "/x"}, {"path": "/y"}], progress=False)

    assert result["status"].isna().all()
    assert result["error"].str.contains("closed the connection").all()
    assert result["sent"].all()
    assert len(client.history) == 2


def test_statuses_and_answers_of_all_kinds_are_data(gateway: Gateway) -> None:
    """No JSON gives no fields; a list counts its elements; a hole is a hole."""
    answers = {
        "/list": answer([1, 2, 3]),
        "/page": Response("<h1>no</h1>", 502, content_type="text/html"),
        "/refused": answer({"errorCode": "API.001", "n": 7}, 404),
        "/nested": answer({"banks": [{"a": 1}, {"a": 2}], "none": None}),
    }
    gateway.api = lambda request: answers[request.path]

    result = gateway.client().call_many(
        [{"path": path} for path in answers], progress=False
    )

    assert result["status"].to_list() == [200, 502, 404, 200]
    assert result["status"].dtype == "Int64"
    assert result["code"].to_list() == [None, None, "API.001", None]
    assert result["answer[]"].to_list() == [3, pd.NA, pd.NA, pd.NA]
    assert result["answer.banks[]"].iloc[3] == 2
    assert result["answer.none"].to_list() == [pd.NA, pd.NA, pd.NA, None]
    assert result["answer.n"].iloc[2] == 7


def test_money_and_identifiers_stay_what_they_are(gateway: Gateway) -> None:
    """Text with its zeros, a Decimal digit by digit, on the way out and back."""
    gateway.api = lambda request: Response(
        request.get_data(), content_type="application/json"
    )
    rows = [{"account": "00123", "amount": Decimal("10.00"), "count": 12}]

    result = gateway.client().call_many(
        rows,
        "PUT",
        "/x",
        json={"a": "{account}", "b": ["{amount}", {"c": "{count}"}]},
        progress=False,
    )

    assert gateway.api_requests[0].get_data() == b'{"a":"00123","b":[10.00,{"c":12}]}'
    assert result["answer.a"].to_list() == ["00123"]
    assert result["account"].to_list() == ["00123"]
    assert result["amount"].to_list() == [Decimal("10.00")]


def test_names_that_stand_twice_are_told_once_for_all(gateway: Gateway) -> None:
    """Not in a line for each of a thousand rows."""
    gateway.api = lambda _: Response('{"amount": "1.00", "amount": "2.00"}')
    rows = [{"path": f"/x/{n}"} for n in range(3)]

    with pytest.warns(
        UserWarning, match="in 3 of 3 calls, first in GET /x/0, a "
    ) as told:
        result = gateway.client().call_many(rows, progress=False)

    assert len(told) == 1
    assert result["answer.amount"].to_list() == ["2.00"] * 3


def test_nothing_to_send_gives_the_columns_all_the_same(gateway: Gateway) -> None:
    """And sends nothing."""
    frame = pd.DataFrame({"path": pd.Series([], dtype="str")})

    result = gateway.client().call_many(frame, progress=False)

    assert list(result.columns) == ["path", *RESULTS]
    assert gateway.token_requests == []


def test_an_auth_that_fails_for_one_row_fails_there_only(gateway: Gateway) -> None:
    """Whatever it raises, and its words, which may hold a secret, are not shown."""

    def picky(request: Any) -> Any:
        if request.url.endswith("/bad"):
            raise KeyError("canary-in-an-error")
        return request

    client = pn.Client(picky, gateway.environment)
    result = client.call_many(
        [{"path": "/good"}, {"path": "/bad"}, {"path": "/fine"}], progress=False
    )

    assert result["status"].isna().to_list() == [False, True, False]
    assert result["error"].iloc[1].startswith("KeyError in the auth")
    assert "canary" not in result.to_json()


@pytest.mark.parametrize(
    ("screen", "progress", "is_shown"),
    [(Terminal, True, True), (Terminal, False, False), (io.StringIO, True, False)],
)
def test_the_bar_is_a_line_in_a_terminal_or_nothing(
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    screen: type[io.StringIO],
    progress: bool,
    is_shown: bool,
) -> None:
    """Outside of a notebook no widget is needed, and a log is not filled with bars."""
    stderr = screen()
    monkeypatch.setattr("sys.stderr", stderr)

    gateway.client().call_many([{"path": "/x"}] * 3, progress=progress)

    assert ("3/3" in stderr.getvalue()) == is_shown
    assert bool(stderr.getvalue()) == is_shown


def test_a_thread_pool_of_the_callers_is_used_and_left_open(gateway: Gateway) -> None:
    """It belongs to whoever made it."""
    with ThreadPoolExecutor(2, "mine") as pool:
        result = gateway.client().call_many(
            [{"path": "/x"}] * 5, executor=pool, progress=False
        )

        assert (result["status"] == 200).all()
        assert pool.submit(json.dumps, 1).result() == "1"
