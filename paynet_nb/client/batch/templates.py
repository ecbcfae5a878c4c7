"""Fill `{column}` in a path, a query, headers, a label and JSON from a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from numbers import Integral, Real
from typing import Any
from urllib.parse import quote, unquote

from paynet_nb.client.plain_text import plain_text
from paynet_nb.display import visible
from paynet_nb.errors import ConfigurationError

# A doubled brace is a brace, as in Python's own templates.
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")
_ABSENT = object()

Row = Mapping[str, Any]


class _FloatError(Exception):
    """A cell is a float, or holds one."""


def given(cell: Any, column: str) -> Any:
    """Give a cell as it may be sent: integers of numpy are made Python's own.

    Raises:
        ConfigurationError: It is a float, or one is in it.
    """
    problem = ""
    try:
        return _plain(cell)
    except _FloatError:
        problem = (
            "a float, which changes amounts and identifiers; make it text or Decimal, "
            "or read the file with dtype=str"
        )
    except RecursionError:
        problem = "lists or dicts too deep in one another"
    raise ConfigurationError(f"the column {visible(column)!r} holds {problem}")


def columns_in(template: Any) -> set[str]:
    """Name the columns that *template* wants."""
    if isinstance(template, str):
        return {found[1] for found in _FIELD.finditer(template) if found[1]}
    if isinstance(template, Mapping):
        template = [part for pair in template.items() for part in pair]
    if isinstance(template, (list, tuple)):
        return {name for part in template for name in columns_in(part)}
    return set()


def fill_path(template: str, row: Row) -> str:
    """Fill a path; no value can add a segment, climb up, or leave one empty.

    Raises:
        ConfigurationError: A cell is empty or has no text form, or would climb up.
    """
    filled = _fill(template, row, _as_segment)
    # The dots of "." and ".." mean the same percent-encoded (RFC 3986 section 6.2.2.2).
    path = re.split("[?#]", filled, maxsplit=1)[0]
    if columns_in(template) and {".", ".."} & {*map(unquote, path.split("/"))}:
        raise ConfigurationError(
            "a cell would make '.' or '..' a part of the path, which is another path"
        )
    return filled


def fill_query(template: Any, row: Row) -> Any:
    """Fill a query as `fill` does; what is filled into a text is percent-encoded."""
    if isinstance(template, str):
        return _fill(template, row, _quoted)
    return fill(template, row)


def fill(template: Any, row: Row) -> Any:
    """Fill JSON, a query or headers.

    A text that is nothing but `{column}` becomes the cell itself with its type; where
    the row has no such cell, its name or element is left out. Inside a longer text the
    cell is written out.

    Raises:
        ConfigurationError: A cell is a float or holds one, or is empty or of no text
            form in a text.
    """
    filled = _filled(template, row)
    return None if filled is _ABSENT else filled


def _filled(template: Any, row: Row) -> Any:
    if isinstance(template, str):
        whole = _FIELD.fullmatch(template)
        if whole and whole[1]:
            return given(row.get(whole[1], _ABSENT), whole[1])
        return _fill(template, row, str)
    if isinstance(template, Mapping):
        filled = {
            _fill(name, row, str) if isinstance(name, str) else name: _filled(part, row)
            for name, part in template.items()
        }
        return {name: part for name, part in filled.items() if part is not _ABSENT}
    if isinstance(template, (list, tuple)):
        parts = [_filled(part, row) for part in template]
        return [part for part in parts if part is not _ABSENT]
    return template


def _fill(template: str, row: Row, write: Callable[[str], str]) -> str:
    def written(found: re.Match[str]) -> str:
        name = found[1]
        return write(_text(row.get(name), name)) if name else found[0][0]

    return _FIELD.sub(written, template)


def _text(cell: Any, column: str) -> str:
    cell = given(cell, column)
    problem = "nothing"
    if cell is not None:
        try:
            return plain_text(cell)
        except TypeError:
            problem = f"a {type(cell).__name__}"
    raise ConfigurationError(
        f"the column {visible(column)!r} holds {problem} where a text is needed"
    )


def _as_segment(text: str) -> str:
    if not text:
        raise ConfigurationError(
            "an empty text would shorten the path, which is another path"
        )
    return _quoted(text)


def _quoted(text: str) -> str:
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        pass
    raise ConfigurationError("a cell holds half of a character, which no URL can have")


def _plain(cell: Any) -> Any:
    if cell is None or isinstance(cell, (str, bool, Decimal)):
        return cell
    # As numpy's numbers are, too.
    if isinstance(cell, Integral):
        return int(cell)
    if isinstance(cell, Real):
        raise _FloatError
    if isinstance(cell, Mapping):
        return {_plain(name): _plain(part) for name, part in cell.items()}
    if isinstance(cell, (list, tuple)):
        return [_plain(part) for part in cell]
    return cell
