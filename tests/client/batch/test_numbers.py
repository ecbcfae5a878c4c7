"""`client.call_many`: integers stay integers, and no float is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import paynet_nb as pn
from tests.helpers.gateway import Gateway


def test_integers_of_a_frame_stay_integers(gateway: Gateway) -> None:
    """Also those of pandas, with a hole between."""
    frame = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "m": [5, 6]})

    gateway.client().call_many(
        frame, "PUT", "/x", json={"n": "{n}", "m": "{m}"}, workers=1, progress=False
    )

    assert [r.get_json() for r in gateway.api_requests] == [{"n": 1, "m": 5}, {"m": 6}]


@pytest.mark.parametrize(
    ("cell", "body"),
    [
        (np.int64(5), 5),
        (np.uint8(5), 5),
        ([np.int64(5), True], [5, True]),
        ({"a": {np.int64(1): np.int32(5)}}, {"a": {"1": 5}}),
    ],
    ids=repr,
)
def test_integers_of_numpy_are_integers(gateway: Gateway, cell: Any, body: Any) -> None:
    """They stay in a column of objects, and inside of a cell."""
    client = gateway.client()

    client.call_many([{"n": cell}], "PUT", "/x", json={"n": "{n}"}, progress=False)
    client.call_many([{"path": "/x", "json": {"n": cell}}], "PUT", progress=False)

    assert [r.get_json() for r in gateway.api_requests] == [{"n": body}] * 2


def test_an_integer_of_numpy_stands_in_a_path(gateway: Gateway) -> None:
    """As one of Python's does."""
    gateway.client().call_many([{"n": np.int64(5)}], path="/p/{n}", progress=False)

    assert gateway.api_requests[0].path == "/p/5"


@pytest.mark.parametrize(
    "cell",
    [
        1.5,
        np.float32(1.5),
        [1.5],
        {"amounts": [{"value": Decimal(1)}, {"value": 1.5}]},
        {1.5: "a"},
        (np.float64(1.5),),
    ],
    ids=repr,
)
@pytest.mark.parametrize("part", ["json", "params", "headers", "label"])
def test_a_float_is_refused_wherever_it_is(
    gateway: Gateway, part: str, cell: Any
) -> None:
    """Given by a template or by a column of its own, which is named."""
    client = gateway.client()

    cases: list[tuple[str, dict[str, Any]]] = [("n", {part: "{n}"}), (part, {})]
    for column, template in cases:
        with pytest.raises(pn.ConfigurationError, match=f"{column!r} holds a float"):
            client.call_many([{column: cell}], "PUT", "/x", progress=False, **template)

    assert gateway.api_requests == []


def test_a_cell_that_is_in_itself_is_refused(gateway: Gateway) -> None:
    """It has no end."""
    cell: list[Any] = []
    cell.append(cell)

    with pytest.raises(pn.ConfigurationError, match=r"'json' holds lists .* too deep"):
        gateway.client().call_many([{"json": cell}], "PUT", "/x", progress=False)


def test_a_float_is_refused(gateway: Gateway) -> None:
    """Of integers with a hole pandas makes floats: 123.0 is another account."""
    frame = pd.DataFrame({"account": [123, None]})

    with pytest.raises(pn.ConfigurationError, match=r"'account' holds a float.*dtype"):
        gateway.client().call_many(
            frame, "PUT", "/x", json={"a": "{account}"}, progress=False
        )
