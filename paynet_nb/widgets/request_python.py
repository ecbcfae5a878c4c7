"""Write a call as the cell that makes it, without what may say who you are.

Which names are secret is decided where the history decides it: the cell asks for the
values of such headers and query fields (`getpass`), so that no notebook keeps what was
typed. The JSON is written as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from paynet_nb.wire import names_a_secret

_FIELD_IN_PATH = re.compile(r"(?<=[?&#;])([^?&#;=]*)=([^&#]*)")


def as_python(
    *,
    method: str,
    path: str,
    params: Iterable[tuple[str, str]] | None,
    headers: Mapping[str, str] | None,
    json: Any,
) -> str:
    """Write a cell that makes a call with `client`; the arguments of `Client.call`."""
    arguments = [f"{method!r},", f"{_path(path)},"]
    if params:
        pairs = [f"({name!r}, {_written(name, value)})," for name, value in params]
        arguments += ["params=[", *_indented(pairs), "],"]
    if headers:
        fields = [f"{n!r}: {_written(n, value)}," for n, value in headers.items()]
        arguments += ["headers={", *_indented(fields), "},"]
    if json is not None:
        first, *rest = _lines(json)
        arguments += [f"json={first}", *rest]
        arguments[-1] += ","
    call = "\n".join(["call = client.call(", *_indented(arguments), ")", "call"])
    imports = ("from decimal import Decimal", "from getpass import getpass")
    needed = [line for line in imports if f"{line.split()[-1]}(" in call]
    return "\n".join([*needed, "", call] if needed else [call])


def _written(name: str, value: str) -> str:
    return f"getpass({f'{name}: '!r})" if names_a_secret(name) else repr(value)


def _path(path: str) -> str:
    written, end = [], 0
    for field in _FIELD_IN_PATH.finditer(path):
        if names_a_secret(field[1]):
            written += [repr(path[end : field.start(2)]), _written(field[1], field[2])]
            end = field.end()
    if path[end:] or not written:
        written.append(repr(path[end:]))
    return " + ".join(written)


def _lines(value: Any) -> list[str]:
    """Write a JSON value as Python; a `Decimal` keeps each digit."""
    if isinstance(value, dict) and value:
        items = [(f"{name!r}: ", item) for name, item in value.items()]
    elif isinstance(value, list) and value:
        items = [("", item) for item in value]
    else:
        return [repr(value)]
    inside: list[str] = []
    for name, item in items:
        first, *rest = _lines(item)
        inside += [f"{name}{first}", *rest]
        inside[-1] += ","
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return [opening, *_indented(inside), closing]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
