"""How the contract's files are written: short things on one line, numbers as given.

One layout makes a change of one fact a difference of one line. Numbers keep their text
(10.00 stays 10.00), which `json.dumps` cannot do for a Decimal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

WIDTH = 100


def parsed(text: str) -> Any:
    """Read JSON with exact numbers: one with a point or an exponent is a Decimal."""
    return json.loads(text, parse_float=Decimal)


def written(value: Any, width: int = WIDTH) -> str:
    """Write a JSON value in the layout of the contract's files, and a last newline.

    Args:
        value: What `parsed` gives.
        width: An object or a list that is shorter than this stands on one line.
    """
    return "".join(_pieces(value, "", "", width)) + "\n"


def _pieces(value: Any, before: str, indent: str, width: int) -> Iterator[str]:
    short = before + _on_one_line(value)
    if len(indent) + len(short) < width or not (value and _holds(value)):
        yield short
        return
    inner = indent + "  "
    members = (
        [(f"{json.dumps(name)}: ", member) for name, member in value.items()]
        if isinstance(value, dict)
        else [("", member) for member in value]
    )
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    yield before + opened
    for number, (name, member) in enumerate(members):
        yield f"{',' if number else ''}\n{inner}"
        yield from _pieces(member, name, inner, width)
    yield f"\n{indent}{closed}"


def _on_one_line(value: Any) -> str:
    if isinstance(value, dict):
        members = (f"{json.dumps(n)}: {_on_one_line(v)}" for n, v in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_on_one_line, value))}]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _holds(value: Any) -> bool:
    return isinstance(value, dict | list | tuple)
