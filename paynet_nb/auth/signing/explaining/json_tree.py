"""JSON as a tree that keeps number texts and order, and writes it in any layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class Number(str):
    """A number as it was written."""

    __slots__ = ()


class Members(list[tuple[str, Any]]):
    """The members of an object, in order; a name may stand twice."""

    __slots__ = ()


class Layout(NamedTuple):
    """How JSON is written.

    Attributes:
        indent: Of a level; None: all on one line.
        item: Between items.
        key: Between a name and its value.
        ascii: Letters outside ASCII as escapes.
        slash: A slash as an escape, as PHP does.
        html: <, > and & as escapes, as Go does.
        order: "sent", "sorted" or "reversed".
    """

    indent: str | None = None
    item: str = ","
    key: str = ":"
    ascii: bool = False
    slash: bool = False
    html: bool = False
    order: str = "sent"


_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def read_tree(text: bytes | str) -> Any:
    """Read JSON; None: it is none, or a text that is too deep."""
    try:
        return json.loads(
            text,
            parse_int=Number,
            parse_float=Number,
            parse_constant=Number,
            object_pairs_hook=Members,
        )
    except (ValueError, RecursionError):
        return None


def write_tree(tree: Any, layout: Layout | None = None) -> str:
    """Write a tree in a layout; default: without blanks."""
    layout = layout or Layout()
    quote = encode_basestring_ascii if layout.ascii else encode_basestring
    return "".join(_written(tree, layout, quote, "\n"))


def _written(
    tree: Any, layout: Layout, quote: Callable[[str], str], line: str
) -> Iterator[str]:
    if isinstance(tree, Number):
        yield str(tree)
    elif isinstance(tree, str):
        text = quote(tree)
        if layout.slash:
            text = text.replace("/", "\\/")
        yield text.translate(_HTML) if layout.html else text
    elif isinstance(tree, list):
        yield from _of_list(tree, layout, quote, line)
    else:
        yield {None: "null", True: "true", False: "false"}[tree]


def _of_list(
    tree: list[Any], layout: Layout, quote: Callable[[str], str], line: str
) -> Iterator[str]:
    named = isinstance(tree, Members)
    items: list[Any] = list(tree)
    if named and layout.order != "sent":
        items.sort(key=lambda item: item[0], reverse=layout.order == "reversed")
    opening, closing = "{}" if named else "[]"
    if not items:
        yield opening + closing
        return
    inner = line if layout.indent is None else line + layout.indent
    before = "" if layout.indent is None else inner
    yield opening + before
    for at, item in enumerate(items):
        if at:
            yield layout.item + before
        if named:
            yield quote(item[0]) + layout.key
            item = item[1]
        yield from _written(item, layout, quote, inner)
    yield ("" if layout.indent is None else line) + closing


def walk(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Give each node with its path, from the root down."""
    yield path, tree
    if isinstance(tree, Members):
        for at, (_, value) in enumerate(tree):
            yield from walk(value, (*path, at))
    elif isinstance(tree, list):
        for at, value in enumerate(tree):
            yield from walk(value, (*path, at))


def changed(tree: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """Give the tree with the node at *path* put through *change*, the rest shared."""
    if not path:
        return change(tree)
    at, rest = path[0], path[1:]
    copy = type(tree)(tree)
    if isinstance(tree, Members):
        name, value = tree[int(at)]
        copy[int(at)] = (name, changed(value, rest, change))
    else:
        copy[int(at)] = changed(tree[int(at)], rest, change)
    return copy


def everywhere(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Give the tree with each leaf put through *change*."""
    if isinstance(tree, Members):
        return Members((name, everywhere(value, change)) for name, value in tree)
    if isinstance(tree, list):
        return [everywhere(value, change) for value in tree]
    return change(tree)


def name_of(tree: Any, path: Path) -> str:
    """Write a path in words: "appHeader.businessMessageId"."""
    words = []
    for at in path:
        if isinstance(tree, Members):
            name, tree = tree[int(at)]
            words.append(name)
        else:
            words.append(f"[{at}]")
            tree = tree[int(at)]
    return ".".join(words).replace(".[", "[")
