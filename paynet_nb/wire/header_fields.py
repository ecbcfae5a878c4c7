"""Read and copy headers; what requests keeps them in looks each name up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from requests.structures import CaseInsensitiveDict

V = TypeVar("V")


def header_values(headers: Mapping[str, V]) -> list[V]:
    """Give the values of headers, in the order of their names."""
    if isinstance(headers, CaseInsensitiveDict):
        return [value for _, value in headers.lower_items()]
    return [*headers.values()]


def copied(headers: Mapping[str, Any]) -> CaseInsensitiveDict[Any]:
    """Copy headers; names compare without case."""
    if isinstance(headers, CaseInsensitiveDict):
        return headers.copy()
    return CaseInsensitiveDict(headers)
