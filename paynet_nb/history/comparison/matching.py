"""Which element of a list belongs to which of another, whatever their order.

The work grows with the lists' length, not with its square: of elements that have a
value in common, only those are weighed that come at about the same turn with it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Final

from paynet_nb.history.comparison.keys import Partners, match_by_key
from paynet_nb.history.comparison.values import Fields, Values
from paynet_nb.history.comparison.volatile import is_volatile

# How many pairs are weighed for one value that lists have in common.
_MOST_PAIRS = 5_000
# A text that is not taken for a position, nor for a part of a path.
_PLAIN = re.compile(r'(?!\d+$)[^\s."#\[\]{}=]+')

ABSENT: Final = object()

_Leaves = dict[int, Fields]


def matched(
    left: list[Any], right: list[Any], values: Values, key: str | None
) -> Iterator[tuple[str, Any, Any]]:
    """Give the elements that belong together, `ABSENT` where one is alone.

    Args:
        left: A list.
        right: Another.
        values: Knows the values in both.
        key: The field to match records by, where it can serve.

    Yields:
        What stands in the path, with its brackets; the elements.
    """
    records = left and right and all(type(x) is dict for x in left + right)
    chosen = match_by_key(left, right, values, key) if records else None
    name, partners = chosen or (None, _by_likeness(left, right, values))
    for i, (element, j) in enumerate(zip(left, partners, strict=True)):
        yield _step(element, name, i), element, ABSENT if j is None else right[j]
    alone = set(range(len(right))).difference(partners)
    for j in sorted(alone):
        yield _step(right[j], name, j), ABSENT, right[j]


def _step(element: Any, name: str | None, position: int) -> str:
    if name is None:
        return f"[{position}]"
    value = element[name]
    if isinstance(value, int):
        return f"[{name}={value}]"
    plain = _PLAIN.fullmatch(value)
    return f"[{value if plain else json.dumps(value, ensure_ascii=False)}]"


def _by_likeness(left: list[Any], right: list[Any], values: Values) -> Partners:
    """Match equal elements, then similar ones, then those at one position."""
    partners = dict(
        _equal(
            {i: values.of(element) for i, element in enumerate(left)},
            {j: values.of(element) for j, element in enumerate(right)},
        )
    )
    taken = set(partners.values())
    lefts = {i: _leaves(x, values) for i, x in enumerate(left) if i not in partners}
    rights = {j: _leaves(x, values) for j, x in enumerate(right) if j not in taken}

    def match(pairs: Iterable[tuple[int, int]]) -> bool:
        before = len(partners)
        for i, j in _similar(pairs, lefts, rights):
            if i in lefts and j in rights:
                partners[i] = j
                del lefts[i], rights[j]
        return len(partners) > before

    shared = set().union(*lefts.values()) & set().union(*rights.values())
    match(
        _equal(
            {i: leaves & shared for i, leaves in lefts.items()},
            {j: leaves & shared for j, leaves in rights.items()},
        )
    )
    # Not all are weighed at once, so those that stay alone are weighed again.
    while match(_nearby(lefts, rights)):
        pass
    for i in lefts.keys() & rights.keys():
        if _kind(left[i]) is _kind(right[i]):
            partners[i] = i
    return tuple(map(partners.get, range(len(left))))


def _equal(
    lefts: Mapping[int, Hashable], rights: Mapping[int, Hashable]
) -> list[tuple[int, int]]:
    """Pair positions that have the same content, in turn."""
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for j, content in rights.items():
        waiting[content].append(j)
    return [
        (i, waiting[content].popleft())
        for i, content in lefts.items()
        if waiting[content]
    ]


def _nearby(lefts: _Leaves, rights: _Leaves) -> set[tuple[int, int]]:
    """Pair elements that have a leaf in common and come at about one turn with it."""
    holders: defaultdict[Hashable, tuple[list[int], list[int]]]
    holders = defaultdict(lambda: ([], []))
    for side, elements in enumerate((lefts, rights)):
        for i, leaves in elements.items():
            for leaf in leaves:
                holders[leaf][side].append(i)
    reach = _MOST_PAIRS // (1 + max(len(lefts), len(rights)))
    return {
        (i, j)
        for here, there in holders.values()
        for turn, i in enumerate(here)
        for j in there[max(0, turn - reach) : turn + reach + 1]
    }


def _similar(
    pairs: Iterable[tuple[int, int]], lefts: _Leaves, rights: _Leaves
) -> list[tuple[int, int]]:
    """Keep pairs with at least half of their leaves equal, the best and near first."""
    ranked = []
    for i, j in pairs:
        equal = len(lefts[i] & rights[j])
        if equal * 2 >= max(1, len(lefts[i]), len(rights[j])):
            ranked.append((-equal, abs(i - j), i, j))
    return [(i, j) for *_, i, j in sorted(ranked)]


def _kind(element: Any) -> type | None:
    return type(element) if type(element) in (dict, list) else None


def _leaves(element: Any, values: Values) -> Fields:
    """Give the values inside an element, with their places; volatile ones not."""
    found = set()
    stack = [("", "", element)]
    while stack:
        path, name, value = stack.pop()
        if value and type(value) is dict:
            stack += [(f"{path}.{inner}", inner, value[inner]) for inner in value]
        elif value and type(value) is list:
            stack += [(f"{path}[]", name, inner) for inner in value]
        elif not is_volatile(name, value):
            found.add((path, values.of(value)))
    return frozenset(found)
