"""Flat tables -> the JSON data that they were laid out from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paynet_nb.errors import ConfigurationError
from paynet_nb.frames import labels
from paynet_nb.frames.flat import Table
from paynet_nb.frames.labels import LISTS, OBJECTS, Path

_Lists = dict[int, list[Any]]


def assemble(tables: Mapping[str, Table]) -> Any:
    """Put together what `flatten` laid out; rows without a parent are left out.

    Raises:
        ConfigurationError: A table is missing, or the one row of the root table; or two
            values have one place.
    """
    root = _root(tables)
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
        elements: dict[int, Any] = {}
        objects: dict[Path, dict[int, dict[str, Any]]] = {}
        for label, column in table.columns.items():
            path, ending = labels.read_label(label, table=name)
            values = column.values
            if ending == OBJECTS:
                values = [{} for _ in values]
            elif ending == LISTS:
                values = [[] for _ in values]
                if (name, path) not in children:
                    raise ConfigurationError(
                        f"the table of the lists {label!r} is missing"
                    )
                inner = dict(zip(column.rows, values, strict=True))
                stack.append((children[name, path], inner))
            if not _put(values, column.rows, path, elements, objects):
                raise ConfigurationError(
                    f"a row of the table {name!r} has a value in {label!r} and "
                    "another one in its place"
                )
        for row, holder in sorted(zip(table.rows, table.parents, strict=True)):
            if holder in lists:
                lists[holder].append(elements.get(row, {}))
    if tables[root].parent == "":
        return answer
    if not answer:
        raise ConfigurationError("the root table has lost its one row")
    return answer[0]


def _root(tables: Mapping[str, Table]) -> str:
    roots = [name for name, table in tables.items() if not table.parent]
    if not roots:
        raise ConfigurationError(
            "the root table is missing; give all that tables() gave"
        )
    if len(roots) > 1:
        raise ConfigurationError(
            f"the tables {roots[0]!r} and {roots[1]!r} both have no column that joins "
            "a table to its parent; only the root table has none"
        )
    return roots[0]


def _put(
    values: list[Any],
    rows: list[int],
    path: Path,
    elements: dict[int, Any],
    objects: dict[Path, dict[int, dict[str, Any]]],
) -> bool:
    """Put values at a path of their rows; tell whether nothing else was there.

    Args:
        values: One for each of *rows*.
        rows: The rows' numbers.
        path: Where; (): the element itself.
        elements: What was made of each row.
        objects: The objects in it, by their path and by row.
    """
    if not path:
        is_free = elements.keys().isdisjoint(rows)
        elements.update(zip(rows, values, strict=True))
        return is_free
    *above, name = path
    holders = objects.setdefault(tuple(above), {})
    lacking = [row for row in rows if row not in holders]
    if lacking:
        made: list[dict[str, Any]] = [{} for _ in lacking]
        holders.update(zip(lacking, made, strict=True))
        if not _put(made, lacking, tuple(above), elements, objects):
            return False
    for row, value in zip(rows, values, strict=True):
        holder = holders[row]
        if name in holder:
            return False
        holder[name] = value
    return True
