"""What the merchant APIs sign: for each call the values, in order, joined by nothing.

The lists are those of two public clients, of which one was answered by PayNet's sandbox
(assumption); PayNet's page says only that fields are appended together. For all other
merchant calls no list is known, and none is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import requests

from paynet_nb.auth.signing.signed_auth import body_of
from paynet_nb.errors import SigningError
from paynet_nb.wire import parse_json

PAYNET = "RPPEMYKL"  # PayNet's own BIC
CENT = Decimal("0.01")
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class FieldList(NamedTuple):
    """One call's list.

    Attributes:
        method: The HTTP method.
        path: How the path ends.
        fields: Names of the request's values; "=RPPEMYKL" stands for itself.
    """

    method: str
    path: str
    fields: tuple[str, ...]


_START = ("clientId", f"={PAYNET}", "messageId", "transactionId")
FIELD_LISTS = (
    FieldList(
        "GET",
        "/merchants/v1/payments/lists/bank",
        (*_START, "messageId", "clientId"),
    ),
    FieldList(
        "POST",
        "/merchants/v1/payments/redirect",
        (*_START, f"={PAYNET}", "endToEndId", "amount", "clientId"),
    ),
    FieldList(
        "GET",
        "/merchants/v1/payments/payment/status",
        (*_START, "endToEndId", "endToEndId"),
    ),
)


def field_list(method: str, url: str) -> FieldList:
    """Find the list of a call.

    Raises:
        SigningError: None is known.
    """
    path = urlsplit(url).path.rstrip("/")
    for known in FIELD_LISTS:
        if known.method == method and path.endswith(known.path):
            return known
    raise SigningError(
        f"field list not published: what {method} {path} signs is not known; known are "
        + ", ".join(f"{known.method} {known.path}" for known in FIELD_LISTS)
    )


def values_of(request: requests.PreparedRequest) -> dict[str, Any]:
    """Read the values of a request: of its query, or of its JSON body.

    Raises:
        SigningError: The body is no JSON object, or a name stands twice in the query.
    """
    if request.method == "GET":
        pairs = parse_qsl(urlsplit(request.url or "").query, keep_blank_values=True)
        values = dict(pairs)
        if len(values) < len(pairs):
            raise SigningError("a name stands twice in the query; send each once")
        return values
    found: Any = None
    body, repeated = body_of(request), list[str]()
    with suppress(ValueError):
        found = parse_json(body, on_repeated=repeated.extend)
    if not isinstance(found, dict) or repeated:
        raise SigningError(
            "the body of this call must be one JSON object with each name once; give "
            "it as json="
        )
    return found


def texts_of(known: FieldList, values: Mapping[str, Any]) -> list[str]:
    """Write the values of a list as they are signed: not escaped, cents for an amount.

    Raises:
        SigningError: One is missing, no text, or has parts of a cent.
    """
    texts = []
    for name in known.fields:
        if name.startswith("="):
            texts.append(name[1:])
        elif name == "amount":
            texts.append(in_cents(values.get(name)))
        elif isinstance(text := values.get(name), str) and text:
            texts.append(text)
        else:
            raise SigningError(
                f"{name} is missing or no text, and {known.path} signs it"
            )
    return texts


def in_cents(amount: object) -> str:
    """Write an amount with exactly two decimals.

    Raises:
        SigningError: It is none, or has parts of a cent. A text that only Python reads
            as a number ("1_0", " 10", "1e1") is none: it would be sent as it is, beside
            a signature of 10.00.
    """
    if isinstance(amount, str) and not _DIGITS.fullmatch(amount):
        amount = None
    try:
        number = Decimal(str(amount))
        exact = number.quantize(CENT)  # of a number without measure: InvalidOperation
    except (InvalidOperation, ValueError):
        exact = number = Decimal("NaN")
    if amount is None or isinstance(amount, bool) or exact != number:
        raise SigningError("amount is missing, no number, or has parts of a cent")
    return f"{exact:f}"
