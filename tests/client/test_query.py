"""A value of a query or a path is written in one way, or refused."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import paynet_nb as pn
from tests.helpers.gateway import Gateway


class Side(str, enum.Enum):  # noqa: UP042  # as it was written before StrEnum
    """What people have in their own programs."""

    DEBTOR = "debtor"


WRITTEN: list[tuple[Any, str]] = [
    (True, "true"),
    (np.bool_(1) & np.bool_(0), "false"),
    (Decimal("1E+2"), "100"),
    (Decimal("1.10"), "1.10"),
    (np.int64(7), "7"),
    (Side.DEBTOR, "debtor"),
    (dt.date(2026, 1, 2), "2026-01-02"),
    (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ("a/b c", "a%2Fb+c"),
]
REFUSED: list[Any] = [
    {"b": 1},
    [{"b": 1}],
    [[1]],
    range(3),
    (one for one in "ab"),
    np.array([1, 2]),
    pd.Series([1]),
    pd.NA,
    pd.NaT,
    float("nan"),
    float("inf"),
    Decimal("NaN"),
    bytearray(b"x"),
    memoryview(b"x"),
    object(),
    print,
    int,
    1j,
]


@pytest.mark.parametrize(("value", "text"), WRITTEN)
def test_a_value_is_written_as_json_has_it_or_as_it_prints(
    gateway: Gateway, value: Any, text: str
) -> None:
    """In a query and, filled in from a row, in a path and in a query alike."""
    client = gateway.client()
    client.get("/x", params={"a": value})
    row = [{"cell": value}]
    client.call_many(row, "GET", "/x/{cell}", progress=False)
    client.call_many(row, "GET", "/x", params="a={cell}", progress=False)

    query, path, filled = gateway.api_requests
    assert query.query_string.decode() == f"a={text}"
    in_a_path = text.replace("+", "%20")
    assert path.environ["REQUEST_URI"] == f"/x/{in_a_path}"
    assert filled.query_string.decode() == f"a={in_a_path}"


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: type(value).__name__)
def test_what_has_no_one_text_is_refused(gateway: Gateway, value: Any) -> None:
    """The text of an object, of an array or of a missing value is never sent."""
    with pytest.raises(pn.RefusedError, match=r"has no place in a query.*nothing was"):
        gateway.client().get("/x", params={"a": value})

    assert not gateway.api_requests


@pytest.mark.parametrize("params", [{None: "x"}, {1.5: "x"}, b"a=1", 5])
def test_a_query_of_another_form_is_refused(gateway: Gateway, params: Any) -> None:
    """A name is a text, or a whole number; the whole a dict, pairs or a text."""
    with pytest.raises(pn.RefusedError, match="nothing was sent"):
        gateway.client().get("/x", params=params)


def test_none_is_left_out_of_a_list(gateway: Gateway) -> None:
    """As it is by itself."""
    gateway.client().get("/x", params={"a": ["b", None, True], "c": None})

    assert gateway.api_requests[0].query_string == b"a=b&a=true"


@pytest.mark.parametrize("text", ['{"a": 1}', '\ufeff{"a": 1}', "[]", b"{}"])
def test_json_text_is_no_json_data(gateway: Gateway, text: Any) -> None:
    """It would go out as one quoted text."""
    with pytest.raises(pn.ConfigurationError, match=r"json\.loads\(text\)"):
        gateway.client().post("/x", json=text)

    assert not gateway.api_requests


def test_half_a_character_in_a_query_text_is_refused(gateway: Gateway) -> None:
    """By name, as in a path."""
    with pytest.raises(pn.ConfigurationError, match="half of a character"):
        gateway.client().call_many(
            [{"cell": "\ud800"}], "GET", "/x", params="a={cell}", progress=False
        )


def test_dots_that_are_encoded_are_dots(gateway: Gateway) -> None:
    """They mean the same to a server (RFC 3986 section 6.2.2.2)."""
    with pytest.raises(pn.ConfigurationError, match="another path"):
        gateway.client().call_many(
            [{"cell": "z"}], "GET", "/x/{cell}/%2e%2E", progress=False
        )
