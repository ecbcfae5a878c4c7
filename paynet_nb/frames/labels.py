"""The names of tables and columns; each can be read back.

A column's name is the path inside an element of the table, and an ending:

- `status.code`: texts, numbers, true, false and null;
- `redirectUrls[]`: lists; a cell is the length, the elements are rows of another table;
- `status{}`: objects without names; a cell is True;
- `banks`, in the table `banks`: the elements themselves, where they are no objects;
- `banks#`: no data; the numbers of the rows of the table `banks`.

A name that is empty or has one of `. " # [ ] { }` in it is in double quotes, as JSON
writes it: `{"a.b": 1}` gives `"a.b"`, and `{"a": {"b": 1}}` gives `a.b`. A path that
reads like the table's own name has a dot before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container

from paynet_nb.errors import ConfigurationError

Path = tuple[str, ...]

SCALARS, LISTS, OBJECTS, KEY = "", "[]", "{}", "#"

# Half of a surrogate pair is not plain either: pandas may keep names as UTF-8.
_PLAIN = re.compile(r'[^."#\[\]{}\ud800-\udfff]+')
_NAME = re.compile(rf'"(?:[^"\\]|\\.)*"|{_PLAIN.pattern}')


def check_root(name: object) -> None:
    """Refuse a root table's name that could be read as something else.

    Raises:
        ConfigurationError: It is no text, empty, or has one of `" # [ ] { }` in it.
    """
    if not isinstance(name, str) or not re.fullmatch(r'[^"#\[\]{}]+', name):
        raise ConfigurationError(
            'name= cannot name a table; give a text without " # [ ] { and }'
        )


def child_of(parent: str, path: Path, *, taken: Container[str]) -> str:
    """Name the table of the lists at *path* of *parent* ("": the root table).

    `[]` is the path of a list directly in a list. As a dot stands for a list and for an
    object alike, two tables may get one name; then the later ends with `[]`.
    """
    name = ".".join(filter(None, (parent, _written(path) or LISTS)))
    while name in taken:
        name += LISTS
    return name


def path_of(child: str, parent: str) -> Path:
    """Read back at which path of *parent* ("": the root table) the lists were."""
    return _names(child.removeprefix(parent).strip(".[]"))


def label_of(path: Path, ending: str, *, table: str) -> str:
    """Name the column of *table* for *path*."""
    written = _written(path) or table
    # The table's name without what `child_of` may have put after it.
    dot = "." if path and written == table.rstrip(LISTS) else ""
    return dot + written + ending


def read_label(label: str, *, table: str) -> tuple[Path, str]:
    """Read back the path and the ending.

    Raises:
        ConfigurationError: No path is written so.
    """
    for ending in (SCALARS, LISTS, OBJECTS):
        if label == table + ending:
            return (), ending
    ending = label[-2:] if label.endswith((LISTS, OBJECTS)) else SCALARS
    written = label.removesuffix(ending).removeprefix(".")
    path = _names(written)
    if not path or _written(path) != written:
        raise ConfigurationError(
            f"the column {label!r} of the table {table!r} cannot be read as a path; a "
            'name with one of . " # [ ] { } in it stands in double quotes'
        )
    return path, ending


def _written(path: Path) -> str:
    return ".".join(
        name if _PLAIN.fullmatch(name) else json.dumps(name) for name in path
    )


def _names(written: str) -> Path:
    return tuple(
        json.loads(name) if name.startswith('"') else name
        for name in _NAME.findall(written)
    )
