"""Flat tables -> the JSON data that they were laid out from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from paynet_nb.frames import labels
from paynet_nb.frames.flat import Table
from paynet_nb.frames.labels import LISTS, OBJECTS, Path

_Lists = dict[int, list[Any]]


def assemble(tables: Mapping[str, Table]) -> Any:
    """Put together what `flatten` laid out; rows without a parent are left out.

    Raises:
        ValueError: A table is missing, or the one row of the root table.
    """
    root = next((name for name, table in tables.items() if not table.parent), None)
    if root is None:
        raise ValueError("the root table is missing; give all that tables() gave")
    children = {}
    for name, table in tables.items():
        if table.parent:
            prefix = "" if table.parent == root else table.parent
            children[table.parent, labels.path_of(name, prefix)] = name
    answer: list[Any] = []
    stack: list[tuple[str, _Lists]] = [(root, {0: answer})]
    while stack:
        name, lists = stack.pop()
        table = tables[name]
        elements: dict[int, Any] = {row: {} for row in table.rows}
        for label, column in table.columns.items():
            path, ending = labels.read_label(label, table=name)
            values = column.values
            if ending == OBJECTS:
                values = [{} for _ in values]
            elif ending == LISTS:
                values = [[] for _ in values]
                if (name, path) not in children:
                    raise ValueError(f"the table of the lists {label!r} is missing")
                inner = dict(zip(column.rows, values, strict=True))
                stack.append((children[name, path], inner))
            cells = zip(column.rows, values, strict=True)
            _put(cells, path, into=elements)
        for row, holder in sorted(zip(table.rows, table.parents, strict=True)):
            if holder in lists:
                lists[holder].append(elements[row])
    if tables[root].parent == "":
        return answer
    if not answer:
        raise ValueError("the root table has lost its one row")
    return answer[0]


def _put(cells: Iterable[tuple[int, Any]], path: Path, *, into: dict[int, Any]) -> None:
    for row, value in cells:
        if not path:
            into[row] = value
            continue
        element = into[row]
        for name in path[:-1]:
            element = element.setdefault(name, {})
        element[path[-1]] = value
