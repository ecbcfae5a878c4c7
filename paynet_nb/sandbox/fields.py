"""What the merchant API demands of its fields, and PayNet's words for what is wrong.

Which field is required is read from public clients' requests. The forms of the ids are
as observed; all other patterns, and the order in which faults are looked for (missing,
length, format, value; the first one found is told), are sandbox assumptions. Not
looked at: whether the date in an id is today's, and whether ids are of one merchant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """What one field must look like."""

    pattern: str = r".{1,140}"
    length: int | None = None
    allowed: tuple[str, ...] = ()
    types: tuple[type, ...] = (str,)


_IDS: Mapping[str, Rule] = {
    # Not the OAuth client id: the merchant's, M and seven digits.
    "clientId": Rule(r"M\d{7}", 8),
    "messageId": Rule(r"\d{8}M\d{7}\d{3}[OHR][A-Z]{2}\d{8}", 30),
    "transactionId": Rule(r"\d{8}M\d{7}\d{3}\d{8}", 27),
}
_END_TO_END = {"endToEndId": Rule(r"[0-9A-Za-z]{1,35}")}

BANK_LIST = _IDS
STATUS = {**_IDS, **_END_TO_END}
PAYMENT = {
    **_IDS,
    **_END_TO_END,
    "currency": Rule(r"[A-Z]+", 3, ("MYR",)),
    # A JSON number in public clients; text is taken too.
    "amount": Rule(r"\d{1,15}(\.\d{1,2})?", types=(int, Decimal, str)),
    "productId": Rule(),
    "customer.name": Rule(),
    "customer.bankType": Rule(r"[A-Z]+", 3, ("RET", "COR")),
    "merchant.name": Rule(),
    "merchant.accountType": Rule(r"[A-Z]+"),
    "sourceOfFunds": Rule(r"\[.+\]", types=(list,)),
    "recipientReference": Rule(),
    "paymentDescription": Rule(),
}


def problem_with(
    data: Mapping[str, Any], rules: Mapping[str, Rule]
) -> tuple[str, str] | None:
    """Find the first field that breaks its rule.

    Returns:
        PayNet's code and its text, such as ("API.005", "data.amount - Not Found");
        None: all is well.
    """
    for field, rule in rules.items():
        value = _value(data, field)
        if value is None or value == "":
            return "API.005", f"data.{field} - Not Found"
        text = str(value)
        if rule.length and len(text) != rule.length:
            return "API.003", f"data.{field} - Invalid length"
        if type(value) not in rule.types or not re.fullmatch(rule.pattern, text):
            return "API.002", f"data.{field} - Invalid format"
        if rule.allowed and text not in rule.allowed:
            return "API.004", f"data.{field} - Invalid value"
    return None


def _value(data: Any, field: str) -> Any:
    for name in field.split("."):
        if not isinstance(data, Mapping):
            return None
        data = data.get(name)
    return data
