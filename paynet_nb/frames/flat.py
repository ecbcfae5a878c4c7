"""JSON data -> flat tables, still without pandas."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, compress, repeat
from operator import not_
from typing import Any, NamedTuple

from paynet_nb.errors import ConfigurationError
from paynet_nb.frames import labels
from paynet_nb.frames.labels import LISTS, OBJECTS, SCALARS, Path

# So few elements stay in the processor's cache while they are looked at repeatedly.
_BLOCK = 256
_SAMPLE = 32

_ENDINGS: dict[type, str] = {dict: OBJECTS, list: LISTS}
_SCALARS = frozenset({str, int, bool, float, Decimal, type(None)})
_IS_FINITE: dict[type, Callable[[Any], bool]] = {
    float: math.isfinite,
    Decimal: Decimal.is_finite,
}


@dataclass(frozen=True)
class Column:
    """The cells that are there: `values[i]`, of one of *kinds*, is in row `rows[i]`."""

    rows: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    kinds: set[type] = field(default_factory=set)


@dataclass(frozen=True)
class Table:
    """The elements of one list, or the one value that the answer is.

    Attributes:
        parent: The table whose rows hold the lists; "": the list is the answer; None:
            the one row is the answer.
        rows: The numbers of the rows; they give the order of the elements.
        parents: For each row, the parent's row that it belongs to.
        columns: The cells by the column's name, see `labels`.
    """

    parent: str | None
    rows: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=lambda: defaultdict(Column))


class _Elements(NamedTuple):
    """Elements that become rows of *table*, and the parent's row of each."""

    table: str
    parents: list[int]
    elements: list[Any]


def flatten(data: Any, name: str) -> dict[str, Table]:
    """Lay JSON data out as tables: the root called *name*, parents before children.

    Raises:
        ConfigurationError: A value is of no JSON type, a number is not finite, two
            names of an object are one in JSON (1 and "1"), or *name* cannot name a
            table.
    """
    labels.check_root(name)
    parent, elements = ("", data) if type(data) is list else (None, [data])
    tables = {name: Table(parent)}
    children: dict[tuple[str, Path], str] = {}
    stack = _cut(_Elements(name, [0] * len(elements), elements))
    while stack:
        block = stack.pop()
        table = tables[block.table]
        first = len(table.rows)
        rows = list(range(first, first + len(block.elements)))
        table.rows.extend(rows)
        table.parents.extend(block.parents)
        for path, ending, column in _columns(rows, block.elements):
            if ending == LISTS:
                child = children.get((block.table, path))
                if child is None:
                    prefix = "" if block.table == name else block.table
                    child = labels.child_of(prefix, path, taken=tables)
                    children[block.table, path] = child
                    tables[child] = Table(block.table)
                lengths = list(map(len, column.values))
                parents = list(chain.from_iterable(map(repeat, column.rows, lengths)))
                elements = list(chain.from_iterable(column.values))
                stack += _cut(_Elements(child, parents, elements))
                column = Column(column.rows, lengths, {int})
            label = labels.label_of(path, ending, table=block.table)
            whole = table.columns[label]
            whole.rows.extend(column.rows)
            whole.values.extend(column.values)
            whole.kinds.update(column.kinds)
    return tables


def _cut(block: _Elements) -> list[_Elements]:
    """Cut a block into short ones, the first of them last, as it goes on a stack."""
    table, parents, elements = block
    size = _BLOCK if _are_alike(elements[:_SAMPLE]) else len(elements)
    return [
        _Elements(table, parents[i : i + size], elements[i : i + size])
        for i in reversed(range(0, len(elements), size))
    ]


def _are_alike(elements: list[Any]) -> bool:
    """Tell whether objects share their names; if not, a block costs for each name."""
    objects = [element for element in elements if type(element) is dict]
    names = set(chain.from_iterable(objects))
    return len(names) <= 2 * max(map(len, objects), default=1)


def _columns(
    rows: list[int], elements: list[Any]
) -> Iterator[tuple[Path, str, Column]]:
    """Walk by columns and not by elements, which leaves most of the work to C code."""
    stack: list[tuple[Path, Column]] = [((), Column(rows, elements))]
    while stack:
        path, column = stack.pop()
        for ending, part in _parts(column).items():
            if ending == OBJECTS:
                fields = _fields(part)
                stack += [((*path, name), fields[name]) for name in reversed(fields)]
                empty = list(compress(part.rows, map(not_, part.values)))
                part = Column(empty, [True] * len(empty), {bool})
            if part.rows:
                yield path, ending, part


def _parts(column: Column) -> dict[str, Column]:
    """Part a column's objects, lists and scalars; refuse anything else."""
    kinds = set(map(type, column.values))
    endings = {_ENDINGS.get(kind, SCALARS) for kind in kinds}
    if len(endings) == 1:
        parts = {endings.pop(): Column(column.rows, column.values, kinds)}
    else:
        parts = defaultdict(Column)
        for row, value in zip(column.rows, column.values, strict=True):
            part = parts[_ENDINGS.get(type(value), SCALARS)]
            part.rows.append(row)
            part.values.append(value)
            part.kinds.add(type(value))
    if SCALARS in parts:
        _check(parts[SCALARS])
    return parts


def _check(scalars: Column) -> None:
    for kind in scalars.kinds:
        if kind not in _SCALARS:
            instead = "give its .json()"  # of a call, or of an answer of requests
            if not hasattr(kind, "json"):
                instead = "make it a text or a number"
            raise ConfigurationError(f"{kind.__name__} is no JSON; {instead}")
        is_finite = _IS_FINITE.get(kind)
        if is_finite and not all(
            is_finite(value) for value in scalars.values if type(value) is kind
        ):
            raise ConfigurationError("NaN and Infinity are no JSON; use None")


def _fields(objects: Column) -> dict[str, Column]:
    """Give the columns inside objects, by name."""
    names = list(objects.values[0])
    if list(chain.from_iterable(objects.values)) == names * len(objects.values):
        # Each object has these names, in this order.
        values = list(chain.from_iterable(map(dict.values, objects.values)))
        fields = {
            name: Column(objects.rows, values[i :: len(names)])
            for i, name in enumerate(names)
        }
    else:
        cells: dict[str, tuple[list[int], list[Any]]] = defaultdict(lambda: ([], []))
        for row, element in zip(objects.rows, objects.values, strict=True):
            for name, value in element.items():
                rows, values = cells[name]
                rows.append(row)
                values.append(value)
        fields = {name: Column(*column) for name, column in cells.items()}
    if all(isinstance(name, str) for name in fields):
        return fields
    return _fields(Column(objects.rows, list(map(_with_text_names, objects.values))))


def _with_text_names(element: dict[Any, Any]) -> dict[str, Any]:
    fields = {_text(name): value for name, value in element.items()}
    if len(fields) < len(element):
        raise ConfigurationError("two names of an object would be one in JSON")
    return fields


def _text(name: object) -> str:
    """Write a name as JSON does: 1 as "1", None as "null"."""
    if isinstance(name, str):
        return name
    if name is None or isinstance(name, (int, float)):
        return json.dumps(name)
    raise ConfigurationError(
        f"{type(name).__name__} cannot be a name in JSON; use a text"
    )
