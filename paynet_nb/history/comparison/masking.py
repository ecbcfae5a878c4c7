"""A value as it may be shown: without secrets, and none of the caller's own objects."""

from __future__ import annotations

from typing import Any

from paynet_nb.wire import MASK, REDACTED, Redactor, names_a_secret

_HIDE_NOTHING: tuple[Any, ...] = (None, True, False, "", [], {})


def masked_copy(name: str, value: Any, redactor: Redactor) -> Any:
    """Copy *value*, the one of the field *name*, with what is secret in it masked."""
    copied = [value]
    stack: list[tuple[Any, Any, str]] = [(copied, 0, name)]
    while stack:
        outer, place, name = stack.pop()
        value = outer[place]
        if names_a_secret(name) and value not in _HIDE_NOTHING:
            shown = redactor.text(value) if isinstance(value, str) else ""
            outer[place] = shown if MASK.fullmatch(shown) else REDACTED
        elif isinstance(value, str):
            outer[place] = redactor.text(value)
        elif isinstance(value, dict):
            outer[place] = inner = dict(value)
            stack += [(inner, x, x) for x in inner]
        elif isinstance(value, list):
            outer[place] = elements = list(value)
            stack += [(elements, i, name) for i in range(len(elements))]
    return copied[0]
