"""`Sheet.with_results`: the answers of a large batch, some at a time."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pandas as pd

from paynet_nb.frames import Sheet, tables

COUNT = 5_000


def answers() -> Iterator[Any]:
    """Give answers of which some have other names, or none."""
    for number in range(COUNT):
        yield {"header": {"status": {"code": "ACSP"}}, "number": number}


def results() -> dict[str, list[Any]]:
    """Give what else came."""
    names = ("sent", "outcome", "status", "code", "reason", "elapsed_ms", "error")
    return {name: [None] * COUNT for name in names}


def test_answers_of_many_rows_are_tabulated_as_those_of_few() -> None:
    """Each in its row: a name that comes late, another type, an answer without one."""
    odd = {0: None, 1_024: {"late": "x"}, 3_000: {"number": "text"}, 4_999: [1, 2]}
    given = [odd.get(at, one) for at, one in enumerate(answers())]

    frame = Sheet([{}] * COUNT).with_results(results(), iter(given))

    wrapped = [{} if one is None else {"answer": one} for one in given]
    expected = tables(wrapped)["root"].drop(columns=["#", "root#", "root{}"])
    found = frame[[name for name in frame if str(name).startswith("answer")]]
    pd.testing.assert_frame_equal(found[[*expected]], expected)
    assert set(found) == set(expected)


def nested() -> Iterator[Any]:
    """Give answers that take far more memory than their one cell."""
    for _ in range(COUNT):
        yield {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": "x"}}}}}}}}


def test_only_some_of_the_answers_are_in_memory_at_a_time() -> None:
    """A batch of 20,000 rows would take half as much memory again."""
    sheet, others = Sheet([{}] * COUNT), results()
    tracemalloc.start()
    try:
        all_at_once = [*nested()]
        whole, _ = tracemalloc.get_traced_memory()
        del all_at_once
        tracemalloc.reset_peak()
        frame = sheet.with_results(others, nested())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert frame["answer.a.b.c.d.e.f.g.h"].eq("x").all()
    assert most < whole
