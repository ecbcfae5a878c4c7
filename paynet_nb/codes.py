"""PayNet's status and reason codes: where an answer carries them, what they mean.

Places and meanings are restated from PayNet's public response-code pages and from
public clients of its API families; no page lists all of them, so a code that is not
known here is shown as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

MEANINGS: Mapping[str, str] = {
    # Status codes of a message.
    "ACSP": "accepted, settlement under way",
    "ACTC": "technically accepted",
    "ACCP": "accepted",
    "ACSC": "accepted, settlement completed",
    "ACWC": "accepted with a change",
    "PNDG": "pending",
    "RJCT": "refused",
    # Codes of the gateway and of its key management.
    "API.001": "the URL is wrong",
    "API.002": "a field has the wrong format",
    "API.003": "a field has the wrong length",
    "API.004": "a field has a value that is not allowed",
    "API.005": "a required field is missing",
    "API.006": "does not exist",
    "API.007": "not authorised: the token or the Client ID was not accepted",
    "API.008": "timed out",
    "API.010": "the record was not found",
    "KMS.001": "the signature is not valid",
    "KMS.002": "the signature could not be made",
    # Reason codes of the Real-time Retail Payments Platform.
    "U000": "accepted",
    "U002": "accepted, stored and forwarded later",
    "U100": "the product is missing",
    "U106": "the original payment was not found",
    "U107": "the original payment was refused",
    "U110": "payment type or value not accepted",
    "U111": "the amount is below the minimum",
    "U112": "the amount is above the maximum",
    "U115": "the creation date is not today",
    "U121": "the sending bank is unknown",
    "U122": "the sending bank is not active",
    "U128": "the receiving bank is not active",
    "U129": "the receiving bank cannot be reached",
    "U149": "duplicate transaction",
    "U155": "refused by the fraud check",
    "U156": "refused by the sanction check",
    "U157": "refused by the money-laundering check",
    "U170": "no route to the receiver",
    "U173": "the authorisation timed out",
    "U232": "the amount is over the maximum",
    "U263": "the sender is not entitled",
    "U268": "the merchant ID is not allowed",
    "U281": "the signature check failed",
    "U300": "a QR payment without an enquiry before it",
    "U301": "the source of funds is not valid",
    "U305": "the date in the message ID is not the creation date",
    "U306": "the secondary ID is not valid",
    "U327": "the merchant is not active",
    "U328": "the merchant is unknown",
    "U804": "the proxy was not found",
    "U805": "the proxy is suspended",
    "U900": "internal time-out",
    "U901": "internal malfunction",
    "U999": "the request's signature is not valid",
}


class Outcome(NamedTuple):
    """What an answer says in PayNet's own terms; None: the answer does not say it."""

    code: str | None = None
    reason: str | None = None
    description: str | None = None
    message_id: str | None = None


def meaning(code: str | None) -> str:
    """Say in plain words what a PayNet code means; "" for one not known here."""
    return MEANINGS.get(code or "", "")


def read_outcome(body: Any) -> Outcome:
    """Find status code, reason code, description and message ID in a parsed answer.

    The API families put them in different places: `header.status` (merchant, v1),
    `data` (banks, v2), `resp` with `appHeader` (v3), `errorCode` or `message` at the
    top (other answers), and RFC 6749 section 5.2 names them `error` and
    `error_description`.
    """
    if not isinstance(body, Mapping):
        return Outcome()
    header, data = _object(body, "header"), _object(body, "data")
    resp = _object(body, "resp")
    status, reason = _object(header, "status"), _object(resp, "reason")
    message = body.get("message")
    # DuitNow Pay puts its reason code in `message`; elsewhere that is a sentence.
    is_code = isinstance(message, str) and message in MEANINGS
    # Each `or` is reached only where what stands before it has nothing.
    return Outcome(
        code=_text(status.get("code"))
        or _text(resp.get("status"))
        or _text(data.get("code"))
        or _text(body.get("errorCode"))
        or _text(body.get("error"))
        or _text(message if is_code else None),
        reason=_text(status.get("reason"))
        or _text(reason.get("code"))
        or _text(data.get("reason")),
        description=_text(status.get("description"))
        or _text(reason.get("description"))
        or _text(data.get("description"))
        or _text(body.get("description"))
        or _text(body.get("error_description"))
        or _text(None if is_code else message),
        message_id=_text(header.get("messageId"))
        or _text(_object(body, "appHeader").get("businessMessageId"))
        or _text(data.get("businessMessageId"))
        or _text(data.get("messageId"))
        or _text(body.get("messageId")),
    )


def _object(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = parent.get(key)
    # Not `Mapping`: that check is ten times as slow, and this is done for each call.
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
