"""A column of few values, before it is a column of pandas."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple


class Coded(NamedTuple):
    """A column of few values: each value once, and for each row which one it is."""

    codes: array[int]
    values: list[Any]
