"""Which JSON values are equal, whatever the order in their lists."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

Fields = frozenset[tuple[str, int]]

_CONTAINERS = (dict, list)
_SCALARS = frozenset({str, int, bool, type(None)})
_FRACTIONS = (Decimal, float)


class Values:
    """Numbers the values inside some data, equal ones with the same number.

    Neither building nor asking goes deeper than one call, however deep the data is.

    Attributes:
        names: The names of all fields.

    Raises:
        TypeError: A value is of no JSON type.
    """

    def __init__(self, *data: Any) -> None:
        self.names: set[Any] = set()
        self._numbers: dict[Hashable, int] = {}
        # Held, because objects are told apart by their address.
        self._held = [value for value in data if type(value) in _CONTAINERS]
        for outer in self._held:
            inner = outer.values() if type(outer) is dict else outer
            self._held += [value for value in inner if type(value) in _CONTAINERS]
        self._containers: dict[int, int] = {}
        self._fields: dict[int, Fields] = {}
        # What is inside comes later in the list, so it has its number already.
        for outer in reversed(self._held):
            self._containers[id(outer)] = self._number(self._contents(outer))
        odd = next((name for name in self.names if not isinstance(name, str)), "")
        if odd != "":
            raise TypeError(f"{type(odd).__name__} is not a type of a name in JSON")

    def of(self, value: Any) -> int:
        """Give the number of a value in the data."""
        kind = type(value)
        if kind in _CONTAINERS:
            return self._containers[id(value)]
        if kind in _FRACTIONS:
            # By its digits; an answer that another program parsed has floats.
            return self._number((Decimal, str(value).lower()))
        if kind not in _SCALARS:
            raise TypeError(f"{kind.__name__} is not a type of JSON data")
        return self._number((kind, value))

    def fields(self, record: dict[str, Any]) -> Fields:
        """Give the names of an object in the data with the numbers of their values."""
        return self._fields[id(record)]

    def _contents(self, outer: Any) -> Hashable:
        if type(outer) is list:
            return tuple(sorted(map(self.of, outer)))
        self.names.update(outer)
        numbers = map(self.of, outer.values())
        fields = self._fields[id(outer)] = frozenset(zip(outer, numbers, strict=True))
        return fields

    def _number(self, content: Hashable) -> int:
        return self._numbers.setdefault(content, len(self._numbers))
