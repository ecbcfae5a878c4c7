"""`compare` on all that JSON data can be: nothing is lost, nothing is made up."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from typing import Any

import pandas as pd
from hypothesis import given, settings, strategies as st

from paynet_nb.history import compare
from paynet_nb.wire import names_a_secret
from tests.helpers.jsons import JSON, NAMES, canonical, unhurried

_STEP = re.compile(r'\[(\w+=)?(-?\d+)\]|("(?:[^"\\]|\\.)*")|([^\s."#\[\]{}]+)')
_SWAPPED = {"added": "removed", "removed": "added", "changed": "changed"}
_GONE = object()
# Two thirds of the time of each go into making the data up.
sixty = settings(unhurried, max_examples=60)

# A value with a secret's name is shown masked: of that no data can be made.
OPEN_NAMES = NAMES.filter(lambda name: not names_a_secret(name))
# Only "id" can be the key here, and a whole number says in the path which field it is.
UNCOMMON = st.none() | st.booleans() | st.decimals(-9, 9, places=2)
DATA = st.recursive(
    UNCOMMON | st.integers(0, 3) | st.text("ab", max_size=1),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(OPEN_NAMES, inner, max_size=3)
        | st.lists(
            st.builds(
                lambda number, more: {**more, "id": number},
                st.integers(-2, 4),
                st.dictionaries(
                    st.sampled_from("xyz"), UNCOMMON | st.lists(inner, max_size=2)
                ),
            ),
            max_size=4,
        )
    ),
    max_leaves=12,
)


def unordered(data: Any) -> str:
    """Write JSON data so that the order in lists makes no difference either."""
    if isinstance(data, dict):
        return canonical({name: unordered(value) for name, value in data.items()})
    if isinstance(data, list):
        return canonical(["list", *sorted(map(unordered, data))])
    return canonical(data)


def reordered(data: Any, random: Any) -> Any:
    """Copy JSON data with all its names and elements in another order."""
    if isinstance(data, dict):
        names = random.sample(list(data), len(data))
        return {name: reordered(data[name], random) for name in names}
    if isinstance(data, list):
        elements = random.sample(data, len(data))
        return [reordered(element, random) for element in elements]
    return data


def applied(data: Any, differences: pd.DataFrame) -> Any:
    """Carry out the differences that a frame lists."""
    outer = [copy.deepcopy(data)]
    for path, change, _, right, _ in differences.itertuples(index=False):
        place: Any = outer
        step: Any = 0
        for found in _STEP.finditer("" if path == "whole value" else path):
            key, number, quoted, plain = found.groups()
            place = place[step]
            step = plain if number is None else int(number)
            if quoted:
                step = json.loads(quoted)
            if key:
                # No record has it where the record itself is what was added.
                step = next((i for i, x in enumerate(place) if _id(x) == step), step)
        if change == "added" and isinstance(place, list):
            place.append(right)
        else:
            place[step] = _GONE if change == "removed" else right
    return _without_gone(outer[0])


def _id(record: Any) -> Any:
    return record["id"] if isinstance(record, dict) else _GONE


def _without_gone(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _without_gone(v) for k, v in data.items() if v is not _GONE}
    if isinstance(data, list):
        return [_without_gone(element) for element in data if element is not _GONE]
    return data


@sixty
@given(JSON, st.randoms())
def test_data_in_another_order_does_not_differ(data: Any, random: Any) -> None:
    """Equal data gives no row, however it is ordered."""
    again = reordered(data, random)

    assert compare([data], [data]).empty
    assert compare([data], [again]).empty


@sixty
@given(DATA, DATA)
def test_the_differences_make_one_of_the_other(left: Any, right: Any) -> None:
    """Carried out on the left data, the differences give the right data."""
    made = applied([left], compare([left], [right]))

    assert unordered(made) == unordered([right])


@sixty
@given(DATA, st.data())
def test_small_differences_make_one_of_the_other(left: Any, more: Any) -> None:
    """The same of two lists that have most of their elements in common."""
    elements = more.draw(st.lists(st.just(left) | DATA, max_size=6))
    before = more.draw(st.permutations(elements))[1:]
    after = [*more.draw(st.permutations(elements)), more.draw(DATA)]

    made = applied({"a": before}, compare({"a": before}, {"a": after}))

    assert unordered(made) == unordered({"a": after})


@sixty
@given(JSON, JSON)
def test_any_two_data_can_be_compared_and_shown(left: Any, right: Any) -> None:
    """There is a row where data differs, and a page and a text for any row."""
    frame = compare([left], [right])

    # A float is the Decimal of its digits.
    if unordered(left) == unordered(right):
        assert frame.empty
    elif "float" not in unordered([left, right]):
        assert not frame.empty
    assert frame._repr_html_().encode()
    assert repr(frame).encode()


@sixty
@given(DATA, DATA)
def test_the_other_way_round_added_is_removed(left: Any, right: Any) -> None:
    """Whichever data is the left one, the differences are the same ones."""
    there = compare([left], [right])
    back = compare([right], [left])

    assert Counter(
        (_SWAPPED[change], canonical([new, old]))
        for _, change, old, new, _ in there.itertuples(index=False)
    ) == Counter(
        (change, canonical([old, new]))
        for _, change, old, new, _ in back.itertuples(index=False)
    )


def test_depth_is_no_hindrance() -> None:
    """Data nested deeper than Python calls can be is compared and shown."""
    left: Any = 1
    right: Any = 2
    for _ in range(1_100):
        left, right = {"a": [left]}, {"a": [right]}

    frame = compare(left, {**right, "all": left})

    assert frame["change"].tolist() == ["changed", "added"]
    assert frame["path"][0] == ".".join(["a[0]"] * 1_100)
    assert repr(frame)
