"""JSON data as tables: nothing is lost, and the usual answer looks plain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from paynet_nb.frames import rebuild, tables
from tests.helpers.jsons import BANKS, JSON, canonical, unhurried


@unhurried
@given(JSON)
def test_the_tables_give_the_data_back(data: Any) -> None:
    """Whatever JSON data is, `rebuild` makes it again of its tables."""
    again = rebuild(tables(data))

    assert canonical(again) == canonical(data)


@unhurried
@given(JSON, st.sampled_from(["a", "a.b", "root"]), st.randoms())
def test_the_cells_alone_give_the_data_back(data: Any, name: str, random: Any) -> None:
    """Copies with their rows and tables shuffled are as good as the tables."""
    frames = [
        (title, frame.sample(frac=1, random_state=random.randrange(2**32)).copy())
        for title, frame in tables(data, name).items()
    ]
    random.shuffle(frames)

    again = rebuild(dict(frames))

    assert canonical(again) == canonical(data)


@settings(unhurried, max_examples=20)
@given(st.lists(JSON, max_size=4), st.integers(min_value=200, max_value=600))
def test_many_elements_give_the_data_back(kinds: list[Any], size: int) -> None:
    """A list that is walked in more than one block keeps its order, at every depth."""
    data = [
        {"row": i, "kinds": [kinds[i % len(kinds)]] * (i % 3)} if kinds else i
        for i in range(size)
    ]

    again = rebuild(tables(data))

    assert canonical(again) == canonical(data)


def test_depth_is_no_hindrance() -> None:
    """Data nested as deep as Python's parser goes is laid out and rebuilt."""
    data: Any = "deep"
    for _ in range(400):
        data = {"a": [data]}

    again = rebuild(tables(data))

    assert again == data


def test_the_usual_answer_has_plain_columns() -> None:
    """An object with a list of records gives dotted columns, and counts."""
    frames = tables(BANKS)

    assert {name: list(frame) for name, frame in frames.items()} == {
        "root": [
            "root#",
            "header.messageId",
            "header.status.code",
            "header.status.reason",
            "pageKey",
            "banks[]",
        ],
        "banks": ["root#", "banks#", "code", "active", "urls[]"],
        "banks.urls": ["banks#", "banks.urls#", "url"],
    }


def test_a_child_joins_its_parent() -> None:
    """The column that both have puts each child's row beside its parent's."""
    frames = tables(BANKS)

    joined = frames["banks"].merge(frames["banks.urls"], on="banks#")

    assert joined[["code", "url"]].to_numpy().tolist() == [
        ["00123", "/1"],
        ["00123", "/2"],
    ]


def test_absent_null_and_empty_differ() -> None:
    """A name that is absent, null, an empty list or an empty object is told apart."""
    frame = tables([{}, {"a": None}, {"a": []}, {"a": {}}])["root"]

    assert [
        [cell is pd.NA for cell in row] for row in frame[["a", "a[]", "a{}"]].to_numpy()
    ] == [
        [True, True, True],
        [False, True, True],
        [True, False, True],
        [True, True, False],
    ]
    assert frame["a"][1] is None


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2**53 + 1], "Int64"),
        ([1, None], "object"),
        ([2**63, 1], "object"),
        ([True, False], "boolean"),
        ([True, 1], "object"),
        (["00123", "10.00"], "object"),
        ([Decimal("10.00"), 1], "object"),
        ([1.5, 2.5], "object"),
    ],
)
def test_a_column_keeps_what_came(values: list[Any], dtype: str) -> None:
    """No type of cell is changed for the sake of a column, absent ones or not."""
    frame = tables([{"a": value} for value in values] + [{}])["root"]

    assert frame["a"].dtype == dtype
    assert canonical(frame["a"].tolist()[:-1]) == canonical(values)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [("text", "object"), (None, "object"), (1, "Int64"), (True, "boolean")],
)
def test_records_of_differing_names_keep_what_came(value: Any, dtype: str) -> None:
    """A column that few rows have is of its kind, missing elsewhere, and comes back."""
    data = [{"id": str(number), f"n{number % 50}": value} for number in range(600)]

    laid_out = tables(data)
    column = laid_out["root"]["n7"]

    assert str(column.dtype) == dtype
    assert sum(cell is not pd.NA for cell in column) == 600 // 50
    assert canonical(rebuild(laid_out)) == canonical(data)


def test_dots_in_names_are_no_path() -> None:
    """A name with a dot is not taken for a name inside an object."""
    frame = tables({"a.b": 1, "a": {"b": 2}, "": 3, "a#": 4})["root"]

    assert list(frame) == ["root#", '"a.b"', "a.b", '""', '"a#"']


def test_elements_without_names_stand_under_the_lists_name() -> None:
    """A list of texts is a column called as its table."""
    frame = tables({"scopes": ["a", "b"]})["scopes"]

    assert frame["scopes"].tolist() == ["a", "b"]


def test_names_that_are_not_text_are_written_as_json_does() -> None:
    """Python's names 1, True and None give "1", "true" and "null"."""
    again = rebuild(tables([{1: "a", None: "b"}, {True: "c", 1.5: "d"}]))

    assert again == [{"1": "a", "null": "b"}, {"true": "c", "1.5": "d"}]


@pytest.mark.parametrize(
    "data", [float("nan"), [Decimal("Infinity"), 1], {1: "a", "1": "b"}]
)
def test_values_that_json_has_not_are_refused(data: Any) -> None:
    """Nothing is laid out that could not be given back."""
    with pytest.raises(ValueError, match="JSON"):
        tables(data)


@pytest.mark.parametrize("data", [b"a", {"a": (1, 2)}, {(1, 2): 1}, [1, pd.NA]])
def test_types_that_json_has_not_are_refused(data: Any) -> None:
    """A value or a name of a foreign type is named, not guessed at."""
    with pytest.raises(TypeError, match="JSON"):
        tables(data)


@pytest.mark.parametrize("name", ["", "a#", "a[]", "{}", '"a"'])
def test_a_name_that_cannot_be_read_back_is_refused(name: str) -> None:
    """The root table's name cannot look like another table's or like a column's."""
    with pytest.raises(ValueError, match="cannot name a table"):
        tables([], name)
