"""What else may have stood in a body: other numbers, members, order, times, IDs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from paynet_nb.auth.signing.explaining.json_tree import (
    Members,
    Number,
    Path,
    changed,
    everywhere,
    name_of,
    walk,
)

_ID = re.compile(r"\d{8}[A-Z0-9]{8}\d{3}[OHR][A-Z]{2}\d{8}")
_AMOUNT = re.compile(r"(?i)amount|value|price|total")
_DECIMAL_TEXT = re.compile(r"-?\d+(?:\.\d+)?")
_MOST_PLACES = 60
_LONGEST_NUMBER = 20  # characters
_NEIGHBOURS = 10

Change = tuple[str, str]  # its code, its words
Content = tuple[Change, Any]  # the change, and the tree that it makes


def likely_contents(tree: Any, ids: tuple[str, ...]) -> Iterator[Content]:
    """Give what is often meant; *ids* are message IDs that may have stood in it."""
    yield from _numbers(tree)
    yield from _dropped(tree)
    yield from _around(tree)
    yield from _times(tree)
    yield from _other_ids(tree, ids)


def rare_contents(tree: Any) -> Iterator[Content]:
    """Give what is seldom meant: members in another order, IDs of other messages."""
    yield from _swapped(tree)
    yield from _neighbours(tree)


_NUMBERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("10.00 as 10.0, as a float is written", lambda text: _as_float(text)),
    ("10.00 as 10", lambda text: _plainly(text)),
)


def _numbers(tree: Any) -> Iterator[Content]:
    for words, write in _NUMBERS:

        def rewritten(leaf: Any, write: Callable[[str], str] = write) -> Any:
            is_one = isinstance(leaf, Number) and "." in leaf
            return Number(write(leaf)) if is_one else leaf

        yield ("number", words), everywhere(tree, rewritten)
    yield (
        ("number_as_text", "numbers as texts"),
        everywhere(tree, lambda leaf: str(leaf) if isinstance(leaf, Number) else leaf),
    )
    yield (
        ("number_as_text", "texts of digits as numbers"),
        everywhere(tree, lambda x: Number(x) if _is_decimal(x) else x),
    )
    for path, leaf in _leaves(tree):
        name = name_of(tree, path)
        if not (_is_decimal(leaf) or isinstance(leaf, Number)):
            continue
        if isinstance(leaf, Number):
            told = f"{name} as a text"
            yield ("number_as_text", told), changed(tree, path, str)
        if isinstance(leaf, Number) or _AMOUNT.search(name):
            # An exponent could make a number of a million digits.
            plain = _DECIMAL_TEXT.fullmatch(leaf) and len(leaf) < _LONGEST_NUMBER
            for text in dict.fromkeys(_ways(leaf)) if plain else ():
                made = type(leaf)(text)
                yield ("number", f"{text} for {leaf} in {name}"), _put(tree, path, made)


def _put(tree: Any, path: Path, value: Any) -> Any:
    return changed(tree, path, lambda _: value)


def _ways(text: str) -> Iterator[str]:
    """Give the ways to write one amount."""
    try:
        number = Decimal(text)
        two = f"{number:.2f}"
    except (InvalidOperation, ValueError):
        return
    yield from (two, f"{number:.1f}", _plainly(text), _as_float(text))
    yield from (f"{number:,.2f}", two.replace(".", ","), f"{number * 100:.0f}")


def _as_float(text: str) -> str:
    try:
        return repr(float(text))
    except ValueError:
        return text


def _plainly(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_decimal(leaf: Any) -> bool:
    return type(leaf) is str and bool(_DECIMAL_TEXT.fullmatch(leaf))


def _dropped(tree: Any) -> Iterator[Content]:
    for told, empty in (("null", (None,)), ("empty", ("", None))):
        cut = _without(tree, empty)
        if cut != tree:
            yield ("missing_field", f"members that are {told} left out"), cut
    for path, node in [*walk(tree)][:_MOST_PLACES]:
        if isinstance(node, Members):
            for at, (name, _) in enumerate(node):
                whole = name_of(tree, (*path, at))
                less = Members(node[:at] + node[at + 1 :])
                yield (
                    ("missing_field", f"{whole or name} left out"),
                    _put(tree, path, less),
                )


def _without(tree: Any, empty: tuple[Any, ...]) -> Any:
    if isinstance(tree, Members):
        return Members(
            (name, _without(value, empty))
            for name, value in tree
            if isinstance(value, list) or value not in empty
        )
    return [_without(one, empty) for one in tree] if isinstance(tree, list) else tree


def _around(tree: Any) -> Iterator[Content]:
    if isinstance(tree, Members):
        for name, value in tree:
            if isinstance(value, list):
                yield ("part_only", f"{name} alone"), value
                yield ("part_only", f"{name} alone, named"), Members([(name, value)])
    for name in ("data", "body", "payload"):
        yield ("wrapped", f"it inside of {name}"), Members([(name, tree)])
    yield ("wrapped", "it inside of a list"), [tree]


def _other_ids(tree: Any, ids: tuple[str, ...]) -> Iterator[Content]:
    for path, leaf in _leaves(tree):
        for other in ids if _is_id(leaf) else ():
            if other != leaf:
                yield _with_id(tree, path, leaf, other)


def _neighbours(tree: Any) -> Iterator[Content]:
    for path, leaf in _leaves(tree):
        if _is_id(leaf):
            number = int(leaf[22:])
            for step in range(1, _NEIGHBOURS + 1):
                for other in (number - step, number + step):
                    if other >= 0:
                        yield _with_id(tree, path, leaf, f"{leaf[:22]}{other:08}")


def _with_id(tree: Any, path: Path, leaf: str, other: str) -> Content:
    told = f"{other} for {leaf} in {name_of(tree, path)}"
    return ("other_message", told), _put(tree, path, other)


def _is_id(leaf: Any) -> bool:
    return type(leaf) is str and bool(_ID.fullmatch(leaf))


def _swapped(tree: Any) -> Iterator[Content]:
    for path, node in [*walk(tree)][:_MOST_PLACES]:
        if not isinstance(node, Members):
            continue
        for a in range(min(len(node), 12)):
            for b in range(a + 1, min(len(node), 12)):
                names = f"{node[a][0]} and {node[b][0]}"
                swapped = Members(node)
                swapped[a], swapped[b] = node[b], node[a]
                yield (
                    ("key_order", f"{names} in each other's place"),
                    _put(tree, path, swapped),
                )
                (one, its), (two, other) = node[a], node[b]
                if its != other:
                    swapped = Members(node)
                    swapped[a], swapped[b] = (one, other), (two, its)
                    yield (
                        ("swapped", f"the values of {names} swapped"),
                        _put(tree, path, swapped),
                    )


_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?")


def _times(tree: Any) -> Iterator[Content]:
    for path, leaf in _leaves(tree):
        match = _TIME.fullmatch(leaf) if type(leaf) is str else None
        if match:
            for milli in (match[2] or "", "", ".000"):
                for zone in (match[3] or "", "", "+08:00", "Z", "+0800"):
                    text = match[1] + milli + zone
                    if text != leaf:
                        told = f"{text} for {leaf} in {name_of(tree, path)}"
                        yield ("time_form", told), _put(tree, path, text)


def _leaves(tree: Any) -> list[tuple[Path, Any]]:
    found = [(path, node) for path, node in walk(tree) if isinstance(node, str)]
    return found[:_MOST_PLACES]
