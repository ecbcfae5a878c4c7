"""The differences between two values, found from the outside in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from paynet_nb import frames
from paynet_nb.errors import ConfigurationError
from paynet_nb.history.comparison.masking import masked_copy
from paynet_nb.history.comparison.matching import ABSENT, matched
from paynet_nb.history.comparison.values import Values
from paynet_nb.history.comparison.volatile import is_volatile
from paynet_nb.wire import Redactor

if TYPE_CHECKING:
    from paynet_nb.frames import Change, Difference


WHOLE = "whole value"
# White space as well, so that no field is taken for "HTTP status".
_PLAIN = re.compile(r'[^\s."#\[\]{}]+')


def differences(
    left: Mapping[str, Any], right: Mapping[str, Any], key: str | None
) -> Iterator[Difference]:
    """Give the differences between two things, part by part.

    Args:
        left: The parts of one thing, by their path; "" is the path of what has none.
        right: The parts of the other.
        key: The field to match records by.

    Raises:
        ConfigurationError: There is no field *key*.
        ConfigurationError: A value is of no JSON type.
    """
    values = Values(*left.values(), *right.values())
    if key is not None and key not in values.names:
        raise ConfigurationError(f"there is no field {key!r} to match records by")
    redactor = Redactor()
    stack = [
        (path, path.rpartition(" ")[2], left.get(path, ABSENT), right.get(path, ABSENT))
        for path in reversed({**left, **right})
    ]
    while stack:
        path, name, old, new = stack.pop()
        if old is ABSENT or new is ABSENT:
            change: Change = "added" if old is ABSENT else "removed"
        elif values.of(old) == values.of(new):
            continue
        elif type(old) is type(new) is dict:
            inner = [
                (_below(path, x), x, old.get(x, ABSENT), new.get(x, ABSENT))
                for x in {**old, **new}
            ]
            stack += reversed(inner)
            continue
        elif type(old) is type(new) is list:
            elements = matched(old, new, values, key)
            stack += reversed([(path + step, name, x, y) for step, x, y in elements])
            continue
        else:
            change = "changed"
        yield frames.Difference(
            redactor.text(path) or WHOLE,
            change,
            None if old is ABSENT else masked_copy(name, old, redactor),
            None if new is ABSENT else masked_copy(name, new, redactor),
            _is_new_each_time(name, old, new),
        )


def _below(path: str, name: str) -> str:
    written = name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)
    return f"{path}.{written}" if path else written


def _is_new_each_time(name: str, old: Any, new: Any) -> bool:
    # Of another kind, or empty now: that is more than the next value of an ID.
    return (
        type(old) is type(new)
        and "" not in (old, new)
        and is_volatile(name, old)
        and is_volatile(name, new)
    )
