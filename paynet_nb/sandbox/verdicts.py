"""PayNet's one code for a request that the contract finds faults with.

PayNet publishes the codes and, for two of them, the words after the field's name. That
missing fields come first, then lengths, formats and values, and that an empty text is
missing, are sandbox assumptions, as is the HTTP status that goes with each code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from paynet_nb.paynet import Fault

WORDS = {
    "API.005": "Not Found",
    "API.003": "Invalid length",
    "API.002": "Invalid format",
    "API.004": "Invalid value",
}
_CODES = {
    "required": "API.005",
    "minLength": "API.003",
    "maxLength": "API.003",
    "enum": "API.004",
    "const": "API.004",
    "minimum": "API.004",
}
_NOTHING = frozenset({"nothing", "null", "a text of 0 characters"})
_ORDER = list(WORDS)


class Refusal(NamedTuple):
    """Why a request is refused.

    Attributes:
        code: PayNet's.
        text: In words.
        field: What is at fault, named as in the message; "": no field of it.
        part: The part of the message that has the field: "query", "headers", "body".
        status: The HTTP status.
    """

    code: str
    text: str
    field: str = ""
    part: str = ""
    status: int = 400


def refusal_for(faults: Iterable[Fault]) -> Refusal | None:
    """Give the one refusal for all *faults*; None: there are none."""
    fault = min(faults, key=lambda one: _ORDER.index(code_of(one)), default=None)
    if fault is None:
        return None
    part, _, name = fault.location.partition(".")
    code = code_of(fault)
    return Refusal(code, WORDS[code], name, part)


def code_of(fault: Fault) -> str:
    """Give PayNet's code for one fault; what has no other is one of the format."""
    if fault.got_kind in _NOTHING and fault.keyword != "type":
        return "API.005"
    return _CODES.get(fault.keyword, "API.002")
