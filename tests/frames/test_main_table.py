"""The one table of an answer: a row per record, the answer's own fields beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given

from paynet_nb.frames import main_table, to_html
from tests.helpers.jsons import BANKS, JSON, unhurried


def shown(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame, each without the cells that are not there."""
    rows = frame.astype(object).to_numpy()
    return [
        {str(n): cell for n, cell in zip(frame, row, strict=True) if cell is not pd.NA}
        for row in rows
    ]


def test_each_record_is_a_row_beside_the_answers_fields() -> None:
    """The record's own columns come first, then the answer's, the same in each row."""
    frame = main_table(BANKS)

    assert list(frame) == [
        "code",
        "active",
        "urls[]",
        "root.header.messageId",
        "root.header.status.code",
        "root.header.status.reason",
        "root.pageKey",
    ]
    assert frame["code"].tolist() == ["00123", "TESTMYK1", "VACMYKL1"]
    assert frame["root.pageKey"].tolist() == ["DENGMYK1"] * 3


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([{"a": 1}, {"b": None}], [{"a": 1}, {"b": None}]),
        ({"a": {"b": 1}, "c": []}, [{"a.b": 1, "c[]": 0}]),
        ({"a": [1, 2]}, [{"a[]": 2}]),
        (["x", "y"], [{"value": "x"}, {"value": "y"}]),
        ([1, {"value": 2}], [{"root": 1}, {"value": 2}]),
        ("x", [{"value": "x"}]),
        (None, [{"value": None}]),
        ({"a": [{"b": 1}], "c": {"d": [{"e": 2}, {}]}}, [{"e": 2}, {}]),
        ({"bank": [{"bank": "x"}]}, [{"bank": "x"}]),
        ({"x": 1, "a": [{"root": {"x": 2}}]}, [{"root.x": 2, "root.root.x": 1}]),
        ([], []),
        ({}, [{}]),
    ],
)
def test_every_kind_of_answer_has_a_main_table(
    data: Any, expected: list[dict[str, Any]]
) -> None:
    """Records, fields, texts or nothing: each gives the rows one would expect."""
    frame = main_table(data)

    assert shown(frame) == expected


@unhurried
@given(JSON)
def test_no_answer_is_too_odd_to_be_shown(data: Any) -> None:
    """Whatever JSON data is, it has a main table, and that has a page."""
    frame = main_table(data)

    assert frame.columns.is_unique
    assert "<table" in to_html(frame, max_rows=3)
