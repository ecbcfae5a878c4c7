"""Message IDs: 30 characters that name one message of one sender on one day.

The form is that of 17 published samples and of PayNet's own answers; what the parts
mean comes from public clients that cite PayNet's tables (assumption), but for the date.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from paynet_nb import frames
from paynet_nb.auth.signing.sequence import from_file, from_time
from paynet_nb.display import KUALA_LUMPUR, visible
from paynet_nb.errors import ConfigurationError

if TYPE_CHECKING:
    import pandas as pd

PAYNET = "RPPEMYKL"
ORIGINATORS = {
    "O": "the bank or merchant that sends it",
    "H": "PayNet (RPP)",
    "R": "the bank that answers",
}
CHANNELS = {
    "RB": "retail internet banking",
    "CB": "corporate internet banking",
    "RM": "retail mobile banking",
    "CM": "corporate mobile banking",
    "OT": "other",
    "BW": "business web",
    "BA": "business app",
    "QR": "QR",
}
CODES = {
    "000": "network administration",
    "010": "credit transfer to an account",
    "011": "reversal",
    "012": "reversal, masked",
    "030": "QR payment, point of sale",
    "031": "QR payment, cross-border",
    "032": "QR cash-out",
    "033": "JomPAY credit transfer",
    "040": "QR payment, person to person",
    "070": "payment of DuitNow Online Banking/Wallets",
    "110": "credit transfer to a proxy",
    "220": "AutoDebit",
    "240": "consumer-presented QR, debit",
    "250": "consumer-presented QR, debit after pre-authorisation",
    "510": "account enquiry",
    "520": "account enquiry, QR",
    "521": "account enquiry, QR cross-border",
    "522": "account enquiry, QR cash-out",
    "523": "account enquiry, JomPAY",
    "611": "proxy resolution (National Addressing Database)",
    "630": "transaction enquiry",
    "650": "list of banks",
    "854": "refund",
    "861": "payment of DuitNow Online Banking/Wallets",
    "864": "status of a payment",
    "872": "consumer-presented QR, cancellation",
    "880": "consumer-presented QR, pre-authorisation",
}
_PARTY = re.compile(r"[A-Z0-9]{8}")
_BIC = re.compile(r"[A-Z]{4}MY[A-Z0-9]{2}")
_MERCHANT = re.compile(r"M\d{7}")
_PARTS = {"date": 8, "party": 8, "code": 3, "originator": 1, "channel": 2}


class MessageId(str):
    """A message ID, and the transaction ID of 27 characters that belongs to it."""

    __slots__ = ()

    @property
    def transaction_id(self) -> str:
        """The same without originator and channel, as the merchant APIs want it."""
        return self[:19] + self[22:]


def new_message_id(
    party: str,
    code: str,
    *,
    channel: str,
    originator: str = "O",
    state: str | os.PathLike[str] | None = None,
    clock: Callable[[], float] | None = None,
) -> MessageId:
    """Make an ID that this sender has not used today.

    Its date is today in Malaysia, where it must be the message's own. With *state* its
    number follows the last one in that file, for all threads and processes that name
    the same file, and after a restart. Without, the number is the millisecond of the
    day and no two of this process are the same (it waits for the next one): two
    processes that send for one party need *state*.

    Args:
        party: The sender: a BIC, or a merchant ID (M and 7 digits).
        code: What kind of message, 3 digits: "520" is an account enquiry for QR.
        channel: Where it was started, such as "QR", "RB" or "BW".
        originator: "O" for who starts, "R" for who answers.
        state: A file to count in; made if it is not there.
        clock: Unix time; for tests.

    Raises:
        ConfigurationError: A part has not its form, or the file cannot be used.
    """
    given: dict[str, tuple[object, re.Pattern[str], str]] = {
        "party": (party, _PARTY, "MBBEMYKL or M0000001"),
        "code": (code, re.compile(r"\d{3}"), "520"),
        "channel": (channel, re.compile(r"[A-Z]{2}"), "QR"),
        "originator": (originator, re.compile("[OHR]"), "O"),
    }
    for name, (value, form, example) in given.items():
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ConfigurationError(
                f"{name} {visible(repr(value))} has not the form of {example}"
            )
    now = time.time if clock is None else clock
    if state is None:
        day, number = from_time(now)
    else:
        day = _day(now())
        number = from_file(state, day, party)
    return MessageId(f"{day}{party}{code}{originator}{channel}{number:08}")


def parse_message_id(text: str) -> pd.DataFrame:
    """Take a message ID, or a transaction ID of 27 characters, apart.

    Returns:
        Columns: part ("date", "party", "code", "originator", "channel", "sequence"),
        value (text), meaning, finding (what is odd about it; "": nothing).
    """
    bare = str(text).strip()
    rows = [_read(name, value) for name, value in _split(bare)]
    # A transaction ID of version 3 has 30 characters, too (public client).
    if len(bare) not in (27, 30):
        told = f"{len(bare)} characters; an ID has 30, a merchant's transaction ID 27"
        rows.append(Row("whole", bare, "", told))
    if bare != text:
        rows.append(Row("whole", bare, "", "white space around it"))
    return frames.columns_to_frame(
        {name: [row[i] for row in rows] for i, name in enumerate(Row._fields)},
        {},
    )


class Row(NamedTuple):
    """One part of an ID."""

    part: str
    value: str
    meaning: str
    finding: str


def _split(text: str) -> list[tuple[str, str]]:
    parts = dict(_PARTS)
    if len(text) == 27 and text[19:].isdigit():
        del parts["originator"], parts["channel"]
    found, at = [], 0
    for name, length in parts.items():
        found.append((name, text[at : at + length]))
        at += length
    return [*found, ("sequence", text[at:])]


def _read(part: str, value: str) -> Row:
    meaning, finding = _READERS[part](value)
    return Row(part, value, meaning, finding)


def _of_date(value: str) -> tuple[str, str]:
    try:
        day = datetime.strptime(value, "%Y%m%d").replace(tzinfo=KUALA_LUMPUR)
    except ValueError:
        return "", "no date YYYYMMDD"
    if len(value) != 8 or not value.isdigit():
        return "", "no date YYYYMMDD"
    ahead = (day.date() - datetime.now(KUALA_LUMPUR).date()).days
    told = f"{day:%d %B %Y}, Malaysian date; must be the day the message is made"
    return told, "in the future" if ahead > 0 else ""


def _of_party(value: str) -> tuple[str, str]:
    if value == PAYNET:
        return "PayNet", ""
    if _MERCHANT.fullmatch(value):
        return "merchant ID", ""
    if _BIC.fullmatch(value):
        return "BIC of a bank or e-wallet", ""
    if _PARTY.fullmatch(value):
        return "", "neither a Malaysian BIC nor M and 7 digits"
    return "", "not 8 capital letters and digits"


def _in(table: dict[str, str], unknown: str) -> Callable[[str], tuple[str, str]]:
    return lambda value: (table[value], "") if value in table else ("", unknown)


def _of_sequence(value: str) -> tuple[str, str]:
    good = len(value) == 8 and value.isascii() and value.isdigit()
    told = "counts the sender's messages of the day; unique"
    return told, "" if good else "not 8 digits"


_READERS: dict[str, Callable[[str], tuple[str, str]]] = {
    "date": _of_date,
    "party": _of_party,
    "code": _in(CODES, "no code of the lists that are known"),
    "originator": _in(ORIGINATORS, "not O, H or R"),
    "channel": _in(CHANNELS, "no channel of the lists that are known"),
    "sequence": _of_sequence,
}


def _day(now_s: float) -> str:
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=now_s)
    return f"{local.astimezone(KUALA_LUMPUR):%Y%m%d}"
