"""`client.call_many`: which rows become which requests, what is refused before any."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import paynet_nb as pn
from tests.helpers.gateway import Gateway


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("a/b", "/p/a%2Fb/status"),
        ("a/../../b", "/p/a%2F..%2F..%2Fb/status"),
        ("..%2f", "/p/..%252f/status"),
        ("x?y=1#z", "/p/x%3Fy%3D1%23z/status"),
        ("a b\\c", "/p/a%20b%5Cc/status"),
        ("é", "/p/%C3%A9/status"),
        ("{path}", "/p/%7Bpath%7D/status"),
        ("00123", "/p/00123/status"),
        (123, "/p/123/status"),
        (True, "/p/true/status"),
    ],
)
def test_a_value_cannot_change_the_path(
    gateway: Gateway, value: object, sent: str
) -> None:
    """It stays inside its own segment, percent-encoded."""
    gateway.client().call_many([{"id": value}], path="/p/{id}/status", progress=False)

    assert gateway.api_requests[0].environ["REQUEST_URI"] == sent


@pytest.mark.parametrize(
    "value", ["..", ".", "", None, float("nan"), 1.5, {"a": 1}, "\ud800"]
)
def test_a_value_that_cannot_stand_in_a_path_is_refused(
    gateway: Gateway, value: object
) -> None:
    """The row is named and nothing was sent."""
    rows: list[dict[str, object]] = [{"id": "good"}, {"id": value}]
    with pytest.raises(pn.ConfigurationError, match=r"row 1: .*nothing was sent"):
        gateway.client().call_many(rows, path="/p/{id}/x", progress=False)

    assert gateway.token_requests + gateway.api_requests == []


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (pd.Timestamp(0), "pandas.Timestamp"),
        (np.True_, r"numpy\.bool_?"),
        (b"", "bytes"),
    ],
)
def test_a_cell_that_has_no_json_form_is_named(
    gateway: Gateway, cell: object, kind: str
) -> None:
    """By its type and package: numpy's bool is not the bool that serves."""
    with pytest.raises(pn.ConfigurationError, match=rf"^row 0: .*\({kind}\); use"):
        gateway.client().call_many([{"a": cell}], "PUT", "/x", json=["{a}"])


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ({"a": "{text}"}, {"a": "00123"}),
        ({"a": "{null}"}, {"a": None}),
        ({"a": "{absent}", "b": 1}, {"b": 1}),
        (["{absent}", "{count}"], [7]),
        ({"a": {"b": "no {count} of {text}"}}, {"a": {"b": "no 7 of 00123"}}),
        ({"{text}": "{{text}}"}, {"00123": "{text}"}),
        ("{whole}", {"x": [1]}),
        ({"a": 10, "b": True, "c": None}, {"a": 10, "b": True, "c": None}),
    ],
)
def test_json_is_filled_with_types(gateway: Gateway, template: Any, body: Any) -> None:
    """A cell keeps its type, None is null, and where nothing is the name goes."""
    row = {"text": "00123", "null": None, "count": 7, "whole": {"x": [1]}}
    rows = [row, {"absent": "here", **row}]

    gateway.client().call_many(
        rows, "PUT", "/x", json=template, workers=1, progress=False
    )

    assert gateway.api_requests[0].get_json() == body


def test_query_headers_and_label_are_filled_too(gateway: Gateway) -> None:
    """What a row has not is left out of the query."""
    client = gateway.client()

    client.call_many(
        pd.DataFrame({"id": ["1&2", "3"], "page": ["a", None]}),
        path="/x",
        params={"id": "{id}", "page": "{page}"},
        headers={"X-Id": "no. {id}"},
        label="payment {id}",
        workers=1,
        progress=False,
    )

    first, second = gateway.api_requests
    assert first.query_string == b"id=1%262&page=a"
    assert second.query_string == b"id=3"
    assert second.headers["X-Id"] == "no. 3"
    assert client.history[-1].label == "payment 3"


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([{"a": 1}], {"path": "/{id}"}, "no column 'id'; they have 'a'"),
        ([{"a": 1}], {}, "no column 'path'"),
        ([{"path": "/x"}, {"path": None}], {}, "row 1: there is no path"),
        ([{"path": "/x", "json": {1, 2}}], {}, "row 0: the body cannot be written"),
        ([{"path": "/x", "headers": "X"}], {}, "row 0: the headers are no dict"),
        ([{"path": 5}], {}, "row 0: the path is no text, but int"),
        ([{"a": 1}], {"path": 5}, "row 0: the path is no text, but int"),
        ([{"path": "/x", "method": 5}], {}, "row 0: the method is no word"),
        ([{"path": "/x"}], {"method": "GE T"}, "row 0: the method is no word"),
        ({"path": "/x"}, {}, "a DataFrame or a list of dicts"),
        (["/x"], {}, "a DataFrame or a list of dicts"),
        (7, {}, "a DataFrame or a list of dicts"),
        ([{"path": "/x", "code": "B1"}], {}, "overwrite the column 'code'; rename it"),
        ([{"path": "/x", "answer.a": 1}], {}, "overwrite the column 'answer.a'"),
        ([{"path": "/x"}], {"workers": 0}, "whole number from 1 on"),
        ([{"path": "/x"}], {"workers": True}, "whole number from 1 on"),
        ([{"path": "/x"}], {"per_second": 0}, "more than 0"),
        ([{"path": "/x"}], {"per_second": True}, "more than 0"),
        ([{"path": "/x"}], {"pace": {"/x": True}}, "pace= wants seconds"),
        (pd.DataFrame([["/x", "/y"]], columns=["path", "path"]), {}, "one name"),
    ],
)
def test_a_mistake_is_told_before_anything_is_sent(
    gateway: Gateway, rows: Any, options: dict[str, Any], message: str
) -> None:
    """In words that say what to change."""
    with pytest.raises(pn.ConfigurationError, match=message):
        gateway.client().call_many(rows, progress=False, **options)

    assert gateway.token_requests + gateway.api_requests == []


@pytest.mark.parametrize(
    "bad",
    [
        {"path": "https://elsewhere.example.my/x"},
        {"path": "//elsewhere.example.my/x"},
        {"path": "/x", "method": "DELETE"},
        {"path": "/x", "headers": {"X-A": "a\nb"}},
    ],
)
def test_each_row_is_held_to_the_rules_of_a_call(
    gateway: Gateway, bad: dict[str, Any]
) -> None:
    """Origin, production lock, headers: row 1500 is seen before row 0 is sent."""
    production = pn.Environment(
        name="live",
        base_url=gateway.url,
        token_url=gateway.environment.token_url,
        stage="production",
    )
    credentials = pn.Credentials("id", "secret", production)
    client = pn.Client(pn.ClientCredentialsAuth(credentials))

    with pytest.raises(pn.RefusedError, match=r"^row 1500: .*; nothing was sent$") as e:
        client.call_many([*[{"path": "/x"}] * 1500, bad], progress=False)

    assert str(e.value).count("nothing was sent") == 1
    assert gateway.token_requests + gateway.api_requests == []


@pytest.mark.parametrize("sent", [1, 1.0, "True", "true", Decimal(1), np.True_])
def test_a_saved_result_sends_nothing_again_however_it_is_read(
    gateway: Gateway, sent: Any
) -> None:
    """Read with dtype="str", or from a database, True is a text or a number."""
    client = gateway.client()
    result = client.call_many([{"path": "/x"}] * 3, "POST", progress=False)
    cells: list[Any] = [sent, None, sent]
    result = result.assign(sent=cells)

    again = client.call_many(result, "POST", progress=False)

    assert len(gateway.api_requests) == 4
    assert again["sent"].to_list() == [True] * 3


@pytest.mark.parametrize("sent", ["yes", 2, ""])
def test_what_is_neither_sent_nor_unsent_is_refused(
    gateway: Gateway, sent: Any
) -> None:
    """A guess could send a payment twice."""
    client = gateway.client()
    result = client.call_many([{"path": "/x"}] * 2, "POST", progress=False)

    with pytest.raises(pn.ConfigurationError, match="'sent' holds something that is"):
        client.call_many(result.assign(sent=[True, sent]), "POST", progress=False)

    assert len(gateway.api_requests) == 2
