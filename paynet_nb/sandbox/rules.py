"""The platform's rules for a payment, whatever the family of calls that brings it.

That a message ID serves once (U149), that its date is the day of creation (U305) and
that day today in Malaysia (U115) is PayNet's. The limits and the magic values are
sandbox assumptions: an amount of 8NNN.00, or an ID that ends with 8NNN, is answered
with the code UNNN, and an amount of 9NNN.00 is taken and refused later with DNNN.
"""

from __future__ import annotations

import re
from decimal import Decimal

from paynet_nb.paynet import known_code
from paynet_nb.sandbox.ledger import Ledger

MINIMUM, TOO_MUCH = Decimal("0.01"), Decimal("99999.99")

ACCEPTED, DUPLICATE, LATE = "U000", "U149", "U002"
MAGIC = {
    "amount below 0.01": "U111: below the minimum",
    "amount of 99999.99 or more": "U112: above the maximum",
    "amount of 8002.00": "U002: technically accepted (ACTC), done at the second look",
    "amount of 8NNN.00": "refused with UNNN, as 8155.00 with U155",
    "amount of 9NNN.00": "taken, then REJECT with DNNN, as 9301.00 with D301",
    "account, proxy or QR ID that ends with 8NNN": "UNNN, as 8804: unknown proxy",
    "account ID that ends with 0000": "API.010: record not found (version 3)",
}


def of_amount(amount: Decimal) -> str:
    """Give the reason code that an amount is answered with."""
    if amount < MINIMUM:
        return "U111"
    if amount >= TOO_MUCH:
        return "U112"
    return _magic("8", amount, "U") or ACCEPTED


def cause_later(amount: Decimal) -> str | None:
    """Give the code that a payment of this amount is refused with later."""
    return _magic("9", amount, "D")


def of_id(text: str) -> str:
    """Give the reason code that an account, a proxy or a QR is answered with."""
    found = re.search(r"8([0-9]{3})\Z", text)
    return f"U{found[1]}" if found and known_code(f"U{found[1]}") else ACCEPTED


def of_dates(message_id: str, created: str, today: str) -> str:
    """Hold the date in a message ID against its creation, and that against today.

    Args:
        message_id: Its first eight characters are a date.
        created: A date, or a time that begins with one: YYYY-MM-DD.
        today: The day in Malaysia, YYYY-MM-DD.
    """
    if message_id[:8] != created[:10].replace("-", ""):
        return "U305"
    return "U115" if created[:10] != today else ACCEPTED


def first_seen(ledger: Ledger, message_id: str) -> bool:
    """Remember a message ID, and tell whether it is new."""
    with ledger.table("messages") as messages:
        is_new = message_id not in messages
        messages[message_id] = True
        return is_new


def worst(*reasons: str) -> str:
    """Give the first reason that is not `ACCEPTED`."""
    return next((one for one in reasons if one != ACCEPTED), ACCEPTED)


def _magic(lead: str, amount: Decimal, letter: str) -> str | None:
    found = re.fullmatch(rf"{lead}([0-9]{{3}})(\.0+)?", str(amount))
    code = f"{letter}{found[1]}" if found else ""
    return code if code and known_code(code) else None
