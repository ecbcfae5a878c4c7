"""`compare`: what was added, removed and changed between two JSON values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from paynet_nb.history import compare

UUIDS = [f"{i}9aa7ee4-7b0b-4b8e-9a44-1f5d4b1a2c3d" for i in range(3)]


def rows(a: object, b: object, **options: Any) -> list[tuple[Any, ...]]:
    """List path, change, left and right of each difference."""
    frame = compare(a, b, **options)
    return [tuple(row) for row in frame.to_numpy()[:, :4].tolist()]


def test_the_frame_has_the_columns_of_the_contract() -> None:
    """Each row has a path, a word, both sides, and whether it is volatile."""
    frame = compare({"n": 1}, {"n": 2})

    assert isinstance(frame, pd.DataFrame)
    assert list(frame) == ["path", "change", "left", "right", "volatile"]
    assert frame.dtypes.map(str).tolist() == ["object"] * 4 + ["bool"]


def test_what_does_not_differ_has_no_row() -> None:
    """Neither the order of names nor the order in lists is a difference."""
    left = {"a": [1, "x", {"b": [[1, 2], []], "c": None}], "d": {}}
    right = {"d": {}, "a": [{"c": None, "b": [[], [2, 1]]}, 1, "x"]}

    assert rows(left, right) == []
    assert (
        rows(
            [[{"iat": 1}, {"iat": 2}], [{"iat": 3}]],
            [[{"iat": 3}], [{"iat": 2}, {"iat": 1}]],
        )
        == []
    )


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"n": 1}, {"n": 2}, ("n", "changed", 1, 2)),
        ({"a": {"b": 1}}, {"a": {}}, ("a.b", "removed", 1, None)),
        ({}, {"a": {"b": [1]}}, ("a", "added", None, {"b": [1]})),
        ({"a": None}, {}, ("a", "removed", None, None)),
        ({}, {"a": []}, ("a", "added", None, [])),
        ({"a": None}, {"a": []}, ("a", "changed", None, [])),
        ({"a": []}, {"a": {}}, ("a", "changed", [], {})),
        ({"a": {"b": 1}}, {"a": "b"}, ("a", "changed", {"b": 1}, "b")),
        ([1, 1, 2], [2, 1], ("[1]", "removed", 1, None)),
        ([[1], [2]], [[1], [2, 3]], ("[1][1]", "added", None, 3)),
        (["x"], ["y"], ("[0]", "changed", "x", "y")),
        ({"a.b": 1}, {"a.b": 2}, ('"a.b"', "changed", 1, 2)),
        ({"HTTP status": 1}, {"HTTP status": 2}, ('"HTTP status"', "changed", 1, 2)),
        (1, 2, ("whole value", "changed", 1, 2)),
    ],
)
def test_a_difference_is_one_row(left: Any, right: Any, expected: Any) -> None:
    """Null, empty and absent are three things; a path says where the difference is."""
    assert rows(left, right) == [expected]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, "1"),
        (1, True),
        (0, False),
        (1, Decimal("1.0")),
        (Decimal("10.0"), Decimal("10.00")),
        ("", None),
    ],
)
def test_another_kind_or_other_digits_are_a_change(left: Any, right: Any) -> None:
    """Values are compared as JSON writes them, and stay in the frame as they are."""
    [(_, change, old, new)] = rows({"x": [left]}, {"x": [right]})

    assert change == "changed"
    assert (old, type(old)) == (left, type(left))
    assert (new, type(new)) == (right, type(right))


def test_a_float_equals_the_decimal_of_its_digits() -> None:
    """What `requests` parsed can be compared with what a `Call` parsed."""
    assert rows({"x": [0.25, 1e300]}, {"x": [Decimal("1E+300"), Decimal("0.25")]}) == []


@pytest.mark.parametrize(
    ("name", "left", "right", "expected"),
    [
        ("messageId", "A", "B", True),
        ("original-business_message-id", "A", "B", True),
        ("iat", 1, 2, True),
        ("createdDateTime", "x", "y", True),
        ("other", "2026-01-02T03:04:05.678+08:00", "2026-01-02 03:04Z", True),
        ("other", *UUIDS[:2], True),
        ("other", UUIDS[0], "none", False),
        ("clientId", "A", "B", False),
        ("settlementDate", "2026-01-02", "2026-01-03", False),
        ("messageId", "A", "", False),
        ("messageId", "A", None, False),
        ("iat", 1, "2", False),
        ("messageId", "A", ..., False),
    ],
)
def test_only_a_new_value_of_the_same_kind_is_volatile(
    name: str, left: Any, right: Any, expected: Any
) -> None:
    """An ID or a time that is new is expected; that it is gone or odd is not."""
    new = {} if right is ... else {name: right}

    marked = compare({name: left}, new)
    shown = compare({name: left}, new, hide_volatile=True)

    assert marked["volatile"].tolist() == [expected]
    assert len(shown) == (0 if expected else 1)
    assert shown.attrs["hidden"] == (1 if expected else 0)


def test_a_list_of_ids_is_volatile_as_its_name_is() -> None:
    """The elements of a list go by the name of the list."""
    frame = compare(
        {"messageIds": [1], "jti": ["a"]}, {"messageIds": [2], "jti": ["b"]}
    )

    assert frame["volatile"].tolist() == [False, True]


def test_what_is_no_json_is_refused() -> None:
    """A set or a tuple is a mistake, not a value that differs."""
    with pytest.raises(TypeError, match="set is not a type of JSON data"):
        compare({"a": {1}}, {})
    with pytest.raises(TypeError, match="int is not a type of a name in JSON"):
        compare({1: 2}, {})
