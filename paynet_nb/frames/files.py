"""A pandas frame -> a file for other programs, and the texts that are in the file."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from paynet_nb.display import visible
from paynet_nb.errors import ConfigurationError
from paynet_nb.frames.coded import Coded

_MOST_ROWS = 1_048_575  # of an Excel sheet, below the headings
# What a spreadsheet may take for a formula, in the wide forms of East Asia, too
# (OWASP, "CSV Injection"), and behind white space, which some take off.
_FORMULA = re.compile("\\s*+[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\n]")
# Where the comma is the decimal sign, spreadsheets split at semicolons, also inside of
# quotes that do not begin a cell of theirs.
_FORMULA_INSIDE = re.compile('([;\t\r\n])(?=[\\s"]*+[=+\\-@\uff1d\uff0b\uff0d\uff20])')
_QUOTE_INSIDE = re.compile("'(?<=[;\t\r\n]')")  # a letter first is found faster
_MAY_START_ONE = " =+-@"  # of what is ASCII


def csv_lines(columns: Mapping[str, Iterable[object] | Coded]) -> Iterator[str]:
    """Write columns as lines of CSV in which no cell starts a formula.

    Such a cell gets a single quote in front, and so does what stands behind a semicolon
    or a tab in one: a spreadsheet may split there. A character that cannot be seen is
    shown as its code. Of what is missing (None, NaN) the cell is empty.
    """
    # It gives what the file's `write` gives: here the line itself.
    quoted = csv.writer(SimpleNamespace(write=str), lineterminator="\n").writerow
    yield quoted(columns)
    commas = len(columns) - 1
    for cells in zip(*map(_written, columns.values()), strict=True):
        line = ",".join(cells)
        # As most are; to quote takes ten times as long.
        is_plain = line.count(",") == commas and not ('"' in line or "\n" in line)
        yield f"{line}\n" if is_plain else quoted(cells)


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as Parquet; columns of text are so by type, even if empty.

    Raises:
        ImportError: pyarrow is not installed.
    """
    _with_texts(frame).to_parquet(path, engine="pyarrow", index=False)


def write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as a sheet of Excel in which no cell starts a formula.

    Times are texts in ISO form: Excel knows no time zones.

    Raises:
        ImportError: openpyxl is not installed.
        ConfigurationError: The frame has more rows than a sheet can have.
    """
    if len(frame) > _MOST_ROWS:
        raise ConfigurationError(
            f"an Excel sheet holds {_MOST_ROWS:,} rows and here are {len(frame):,}; "
            "save as .csv or .parquet"
        )
    shown = _for_a_spreadsheet(frame)
    for name in _columns(shown, "M"):
        shown[name] = shown[name].map(pd.Timestamp.isoformat)
    # A ZIP file that a full disk broke off would complain when it is let go of.
    sheet = io.BytesIO()
    shown.to_excel(sheet, index=False, engine="openpyxl")
    path.write_bytes(sheet.getvalue())


def csv_text(lines: str) -> str:
    """Give lines of a CSV file as cells have them, and without quotes put into them.

    A text of the cell's own may have such quotes, too.
    """
    plain = lines.replace('""', '"')
    without = _QUOTE_INSIDE.sub("", plain)
    return plain if without == plain else f"{plain}\n{without}"


def parquet_texts(path: Path) -> str:
    """Give all cells of a Parquet file, one a line."""
    return _cells(pd.read_parquet(path, engine="pyarrow"))


def xlsx_texts(path: Path) -> str:
    """Give all that is written in an Excel file, its XML unescaped."""
    with zipfile.ZipFile(path) as parts:
        return html.unescape(
            "\n".join(parts.read(name).decode() for name in parts.namelist())
        )


def _with_texts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        **{name: _each(frame[name], visible) for name in _columns(frame, "O")}
    )


def _for_a_spreadsheet(frame: pd.DataFrame) -> pd.DataFrame:
    shown = _with_texts(frame)
    for name in _columns(shown, "O"):
        shown[name] = _each(shown[name], _no_formula)
    return shown


def _each(cells: pd.Series[Any], written: Callable[[Any], str]) -> pd.Series[Any]:
    """Write each cell that is not missing as a text; an equal one not again."""
    known = {cell: written(cell) for cell in cells.dropna().unique()}
    return cells.map(known, na_action="ignore").astype("string")


def _no_formula(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _safe_cell(cell: str) -> str:
    if (
        cell.isascii()
        and cell.isprintable()
        and ";" not in cell
        and cell[:1] not in _MAY_START_ONE
    ):
        return cell  # as most are
    return _FORMULA_INSIDE.sub(r"\1'", _no_formula(visible(cell)))


def _written(column: Iterable[object] | Coded) -> Iterable[str]:
    if isinstance(column, Coded):
        values = [*map(_cell, column.values)]
        return map(values.__getitem__, column.codes)
    return map(_cell, column)


def _cell(cell: object) -> str:
    if isinstance(cell, str):
        return _safe_cell(cell)
    is_there = cell is not None and cell == cell  # NaN is not
    return str(cell) if is_there else ""


def _columns(frame: pd.DataFrame, kind: str) -> list[str]:
    return [str(name) for name, dtype in frame.dtypes.items() if dtype.kind == kind]


def _cells(frame: pd.DataFrame) -> str:
    return "\n".join(str(cell) for name in frame for cell in frame[name])
