"""JSON data -> pandas tables without loss, and back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import compress, islice
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from paynet_nb.errors import ConfigurationError, without_locals
from paynet_nb.frames.flat import Column, Table, flatten
from paynet_nb.frames.labels import KEY, LISTS, OBJECTS
from paynet_nb.frames.nested import assemble

_ROOT = "root"
_AT_ONCE = 1_024


@without_locals
def tables(data: Any, name: str = _ROOT) -> dict[str, pd.DataFrame]:
    """Lay JSON data out as tables, of which `rebuild` makes the same data again.

    The root table has one row, the answer; or one for each element, where the answer is
    a list. The elements of each list further down are in a child table that is named by
    its path: "banks", "banks.redirectUrls". (`[]` instead of a name is a list directly
    in a list; `[]` at the end keeps two paths apart that read the same.)

    The first columns join tables: `banks#` numbers the rows of "banks" in the order of
    the answer, and is in its child tables as well, so `banks.merge(urls, on="banks#")`
    puts each URL beside its bank. An answer that is a list also has `#`, all 0.

    The other columns hold data:

    - `header.status.code`: a text, number, true, false or null inside two objects;
    - `redirectUrls[]`: the length of a list;
    - `details{}`: True for an object without names;
    - the table's own name: elements that are no objects.

    A name that is empty or has one of `. " # [ ] { }` in it stands in double quotes; a
    path that reads like the table's own name has a dot before it.

    A cell for null is None; where there is nothing, it is pd.NA. A column is Int64 if
    all that is there is integers (of 64 bits), boolean if it is true and false; else it
    is object and holds what came: str, Decimal, a mixture. No column is of floats.

    Args:
        data: Parsed JSON. By `parse`, no number in it was ever a float.
        name: The root table's name.

    Raises:
        ConfigurationError: A value is of no JSON type, a number is not finite, two
            names of an object are one in JSON (1 and "1"), or *name* is empty or has
            one of `" # [ ] { }` in it.
    """
    return {
        title: _joined(title, table) for title, table in flatten(data, name).items()
    }


@without_locals
def rebuild(tables: Mapping[str, pd.DataFrame]) -> Any:
    """Make the JSON data that `tables` laid out of its tables.

    The rows' numbers give the order, so rows may have been sorted; and what belongs to
    a row that was taken out is left out too. Names are in the order of the columns.

    Raises:
        ConfigurationError: It is no dict of DataFrames; a table is missing, or a column
            that joins tables; or in what was changed a number of a row is none or there
            twice, two values have one place, or a column's name is no path.
    """
    if not _are_frames(tables):
        raise ConfigurationError(
            "give what tables() gave: a dict of DataFrames by their names"
        )
    return assemble({name: _table(name, frame) for name, frame in tables.items()})


def main_table(data: Any) -> pd.DataFrame:
    """Tabulate the list of records in JSON data, one row per record.

    It is the answer itself or, of the lists directly in it or in its objects, the
    longest one with an object in it. Where there is none (an empty list does not tell
    what it would hold) the answer's own fields are the one row.

    Returns:
        The record's columns as in `tables`, but none that joins tables; a list inside a
        record is its length, `tables` has its elements. Then the answer's own fields,
        the same in each row, as `root.header.status.code`. Elements that are no objects
        are in the column `value`.

    Raises:
        ConfigurationError: As for `tables`.
    """
    flat = flatten(data, _ROOT)
    root = flat[_ROOT]
    lists = [
        name
        for name, table in flat.items()
        if table.parent == _ROOT and _holds_objects(name, table)
    ]
    if root.parent == "" or not lists:
        return _frame(_records(_ROOT, root), len(root.rows))
    name = max(lists, key=lambda name: len(flat[name].rows))
    rows = flat[name].rows
    columns = _records(name, flat[name])
    prefix = f"{_ROOT}."
    while any(label.startswith(prefix) for label in columns):
        prefix += f"{_ROOT}."
    for label, column in root.columns.items():
        if not label.endswith((LISTS, OBJECTS)):
            values = column.values * len(rows)
            columns[prefix + label] = Column(rows, values, column.kinds)
    return _frame(columns, len(rows))


def root_table(data: Iterable[Any]) -> pd.DataFrame:
    """Tabulate the elements of a list, one row each; a list in one is its length.

    Args:
        data: The elements; of an iterator only some are in memory at a time.

    Raises:
        ConfigurationError: As for `tables`.
    """
    whole, elements = Table(""), iter(data)
    while part := list(islice(elements, _AT_ONCE)):
        before = len(whole.rows)
        whole.rows.extend(range(before, before + len(part)))
        for label, found in flatten(part, _ROOT)[_ROOT].columns.items():
            column = whole.columns[label]
            column.rows.extend(row + before for row in found.rows)
            column.values.extend(found.values)
            column.kinds.update(found.kinds)
    return _frame(_records(_ROOT, whole), len(whole.rows))


def _holds_objects(name: str, table: Table) -> bool:
    return not table.columns.keys() <= {name, name + LISTS}


def _records(name: str, table: Table) -> dict[str, Column]:
    """Take a table's columns, with the names that need not be read back."""
    columns = {}
    for label, column in table.columns.items():
        shown = "value" if label == name else label.removeprefix(".")
        columns[label if shown in table.columns else shown] = column
    columns.pop(name + OBJECTS, None)
    return columns


def _joined(name: str, table: Table) -> pd.DataFrame:
    keys = {name + KEY: Column(table.rows, table.rows, {int})}
    if table.parent is not None:
        above = Column(table.rows, table.parents, {int})
        keys = {table.parent + KEY: above, **keys}
    return _frame({**keys, **table.columns}, len(table.rows))


def _frame(columns: Mapping[str, Column], size: int) -> pd.DataFrame:
    arrays = {label: _array(column, size) for label, column in columns.items()}
    return pd.DataFrame(arrays, index=range(size))


def _array(column: Column, size: int) -> ExtensionArray | pd.Series[Any]:
    is_full = len(column.rows) == size
    place: Any = slice(None) if is_full else column.rows
    kind = next(iter(column.kinds)) if len(column.kinds) == 1 else object
    if kind is bool or (kind is int and _fit_int64(column.values)):
        values = np.zeros(size, dtype="int64" if kind is int else "bool")
        missing = np.ones(size, dtype="bool")
        values[place], missing[place] = column.values, False
        masked = pd.arrays.IntegerArray if kind is int else pd.arrays.BooleanArray
        return masked(values, missing)
    there = pd.Series(column.values, dtype="object")
    if is_full:
        return there
    cells = np.full(size, pd.NA, dtype="object")
    cells[place] = there.array
    return pd.Series(cells, dtype="object", copy=False)


def _fit_int64(numbers: list[int]) -> bool:
    return min(numbers, default=0) >= -(2**63) and max(numbers, default=0) < 2**63


def _are_frames(given: object) -> bool:
    return isinstance(given, Mapping) and all(
        isinstance(frame, pd.DataFrame) for frame in given.values()
    )


def _table(name: str, frame: pd.DataFrame) -> Table:
    labels = [str(label) for label in frame.columns]
    if len({*labels}) < len(labels):
        raise ConfigurationError(f"two columns of the table {name!r} have one name")
    columns = {label: frame.iloc[:, i] for i, label in enumerate(labels)}
    keys = {
        label.removesuffix(KEY): _row_numbers(
            columns.pop(label).tolist(), f"{label!r} of {name!r}"
        )
        for label in labels
        if label.endswith(KEY)
    }
    rows = keys.pop(name, None)
    if rows is None:
        raise ConfigurationError(f"the table {name!r} has no column {name + KEY!r}")
    if len({*rows}) < len(rows):
        raise ConfigurationError(f"two rows of the table {name!r} have one number")
    if len(keys) > 1:
        raise ConfigurationError(
            f"two columns would join the table {name!r}: {[*keys]}"
        )
    table = Table(None, rows, [0] * len(rows))
    for parent, holders in keys.items():
        table = replace(table, parent=parent, parents=holders)
    for label, column in columns.items():
        table.columns[label] = _there(rows, column)
    return table


def _there(rows: list[int], column: pd.Series[Any]) -> Column:
    """Leave out the cells where nothing is; null is something."""
    cells, nothing = column.tolist(), pd.NA
    if column.isna().any():
        # Some operations of pandas put NaN for pd.NA; it is no JSON value.
        there = [cell is not nothing and cell == cell for cell in cells]
        rows, cells = list(compress(rows, there)), list(compress(cells, there))
    return Column(rows, cells)


def _row_numbers(cells: list[Any], column: str) -> list[int]:
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        # pandas makes floats of integers where some are missing for a while.
        numbers = list(map(int, cells))
        if numbers == cells:
            return numbers
    raise ConfigurationError(
        f"the column {column} joins tables; it must hold whole numbers"
    )
