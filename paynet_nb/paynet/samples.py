"""Sample messages of the merchant API: made-up people, shops and numbers.

Their form is an assumption: public clients of PayNet write them so.
"""

from __future__ import annotations

from datetime import datetime
from numbers import Integral
from typing import Any

from paynet_nb.display import KUALA_LUMPUR
from paynet_nb.errors import ConfigurationError

MERCHANT = "M0000001"
BANK_LIST = "650"
PAYMENT = "861"
STATUS = "864"
_LAST = 99_999_999


def message_ids(
    code: str, number: int = 1, *, day: str | None = None
) -> dict[str, str]:
    """Make the IDs of one message.

    Args:
        code: The kind of message, such as `BANK_LIST`.
        number: Counts the messages of a day.
        day: YYYYMMDD; default: today in Malaysia.

    Raises:
        ConfigurationError: The number is none that an ID has room for.
    """
    given: object = number  # from a frame it is one of numpy's
    is_number = isinstance(given, Integral) and not isinstance(given, bool)
    if not is_number or not 0 <= number <= _LAST:
        raise ConfigurationError(
            f"number= counts the messages of a day: a whole number from 0 to {_LAST}"
        )
    start = f"{day or today()}{MERCHANT}{code}"
    return {
        "clientId": MERCHANT,
        "messageId": f"{start}OBW{number:08}",
        "transactionId": f"{start}{number:08}",
    }


def sample_payment(
    number: int = 1, amount: object = "10.00", *, day: str | None = None
) -> dict[str, Any]:
    """Make a payment that a sandbox takes; its amount is a text, or what is given."""
    message = message_ids(PAYMENT, number, day=day)
    return {
        **message,
        "endToEndId": message["messageId"],
        "currency": "MYR",
        "amount": amount,
        "productId": "P00000001",
        "customer": {"name": "Aminah", "bankType": "RET"},
        "merchant": {"name": "Kedai Contoh", "accountType": "SVGS"},
        "sourceOfFunds": ["01"],
        "recipientReference": "Invoice 1",
        "paymentDescription": "Two books",
    }


def today() -> str:
    """Write the date in Malaysia, YYYYMMDD."""
    return f"{datetime.now(KUALA_LUMPUR):%Y%m%d}"
