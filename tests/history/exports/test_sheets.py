"""`History.save` as .csv and .xlsx: what a spreadsheet shows."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given, settings, strategies as st

import paynet_nb as pn
from tests.helpers.gateway import Gateway
from tests.helpers.records import call_of
from tests.history.exports.test_save import sample

# Behind white space, too: some spreadsheets take it off.
FORMULA = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def read_csv(path: Path) -> list[list[Any]]:
    """Read with the standard library: headings, then rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path: Path) -> list[list[Any]]:
    """Read with openpyxl: headings, then rows; no cell may be a formula."""
    sheet = openpyxl.load_workbook(path).active
    rows = [list(row) for row in sheet.iter_rows()]
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    return [["" if c.value is None else str(c.value) for c in row] for row in rows]


@pytest.mark.parametrize(("ending", "read"), [("csv", read_csv), ("xlsx", read_xlsx)])
def test_a_spreadsheet_has_the_columns_of_the_frame(
    gateway: Gateway, tmp_path: Path, ending: str, read: Any
) -> None:
    """Text stays text: leading zeros, quotes, commas, accents."""
    history = sample(gateway)
    history.save(tmp_path / f"calls.{ending}")

    headings, *rows = read(tmp_path / f"calls.{ending}")

    assert headings == list(history.to_frame())
    table = [dict(zip(headings, row, strict=True)) for row in rows]
    assert [row["kind"] for row in table] == ["token", "call", "call"]
    assert [row["status"] for row in table] == ["200", "200", ""]
    assert table[1]["label"] == "Café, \"A\" 'B'"
    assert table[1]["message_id"] == "00123"
    assert table[1]["url"] == f"{gateway.url}/x?a=1&a=2"
    assert table[2]["error"] == "no way"
    sent_at = datetime.fromisoformat(table[1]["sent_at"])
    assert abs(sent_at - history[1].sent_at) < timedelta(microseconds=2)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*"=+-@\t\r\n '\"\0\uff1d", ""]), st.text())
        .map("".join)
        .filter(bool)
    )
)
def test_no_cell_of_a_spreadsheet_starts_a_formula(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str]
) -> None:
    """Whatever a label holds; the file can be written, and has a row for each call."""
    history = pn.History()
    for label in labels:
        history.append(call_of(label=label, error=label, url=label))
    path = tmp_path_factory.mktemp("sheets") / "calls"

    history.save(path.with_suffix(".csv"))
    history.save(path.with_suffix(".xlsx"))

    for _, *rows in (
        read_csv(path.with_suffix(".csv")),
        read_xlsx(path.with_suffix(".xlsx")),
    ):
        assert len(rows) == len(labels)
        assert not [cell for row in rows for cell in row if FORMULA.match(cell)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "cell",
    [
        *(
            "x;=1+1",
            "x\t=1+1",
            "x;@SUM(A1)",
            "a;-1;+1",
            ";=1",
            "x; =1",
            'x;"=1',
            'x;""=1',
        ),
        *("x\n=1", 'a,"x;=1', "x;\uff1d1", "x\t;=1", "\t=1;=1"),
    ],
)
def test_no_part_of_a_cell_starts_a_formula_where_others_split(
    tmp_path: Path, cell: str, separator: str
) -> None:
    """Excel splits at semicolons where the comma is the decimal sign."""
    history = pn.History()
    history.append(call_of(label=cell, error=f"{cell} x", url="https://a.my/x"))
    history.save(tmp_path / "calls.csv")

    with (tmp_path / "calls.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=separator) for cell in row]

    assert cells
    assert not [cell for cell in cells if cell.strip()[:1] in {*"=+-@\uff1d"} - {""}]
