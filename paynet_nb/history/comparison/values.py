"""Which JSON values are equal, whatever the order in their lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

from paynet_nb.errors import ConfigurationError

Fields = frozenset[tuple[str, Hashable]]

_CONTAINERS = (dict, list)
_SCALARS = frozenset({str, int, bool, type(None)})
_FRACTIONS = (Decimal, float)


class Values:
    """Tells the values inside some data apart: equal ones have the same identity.

    A text is its own; a number has its digits and its type, an object and a list a
    whole number. Neither building nor asking goes deeper than one call, however deep
    the data is.

    Attributes:
        names: The names of all fields.

    Raises:
        ConfigurationError: A value is of no JSON type.
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
            content = self._contents(outer)
            number = self._numbers.setdefault(content, len(self._numbers))
            self._containers[id(outer)] = number
        odd = next((name for name in self.names if not isinstance(name, str)), "")
        if odd != "":
            raise ConfigurationError(
                f"{type(odd).__name__} is not a type of a name in JSON"
            )

    def of(self, value: Any) -> Hashable:
        """Give the identity of a value in the data."""
        kind = type(value)
        if kind is str:
            text: str = value
            return text
        if kind in _CONTAINERS:
            return self._containers[id(value)]
        if kind in _FRACTIONS:
            # By its digits; an answer that another program parsed has floats.
            return Decimal, str(value).lower()
        if kind not in _SCALARS:
            raise ConfigurationError(f"{kind.__name__} is not a type of JSON data")
        return kind, value

    def fields(self, record: dict[str, Any]) -> Fields:
        """Give the names of an object in the data, each with its value's identity."""
        return self._fields[id(record)]

    def _contents(self, outer: Any) -> Hashable:
        if type(outer) is list:
            found = list(map(self.of, outer))
            once = frozenset(found)
            repeated = len(once) < len(found)
            return list, frozenset(Counter(found).items()) if repeated else once
        self.names.update(outer)
        of = self.of
        fields = self._fields[id(outer)] = frozenset(
            [
                (name, value if type(value) is str else of(value))
                for name, value in outer.items()
            ]
        )
        return fields
