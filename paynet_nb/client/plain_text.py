"""Write a value as a query or a path has it: one way, or not at all."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from pathlib import PurePath

_AS_THEY_PRINT = (
    dt.date,  # a datetime is one
    dt.time,
    uuid.UUID,
    PurePath,
)


def plain_text(value: object) -> str:
    """Write *value*: true and false as JSON has them, a `Decimal` digit by digit.

    Raises:
        TypeError: Its text would be none that an API knows, such as that of a dict, of
            an array or of what is no number; the message names its type only.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return str.__str__(value)
    if _is_bool(value):
        return "true" if value else "false"
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, Integral):
        return str(int(value))
    # NaN and NaT are not equal to themselves; infinity is no number of JSON either.
    is_number = isinstance(value, Real) and value - value == 0
    if is_number or (isinstance(value, _AS_THEY_PRINT) and value == value):
        return str(value)
    is_number = isinstance(value, (Real, Decimal))
    raise TypeError(
        f"{value if is_number else f'a {type(value).__name__}'} has no place in a "
        "query; write its parts as texts, or JSON text by json.dumps"
    )


def _is_bool(value: object) -> bool:
    """Tell true and false, those of numpy, too."""
    return isinstance(value, bool) or (
        type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_")
    )
