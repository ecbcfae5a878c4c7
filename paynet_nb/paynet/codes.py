"""PayNet's status and reason codes: where an answer carries them, what they mean.

Places and meanings are restated from PayNet's public response-code pages and from
public clients of its API families; no page lists all of them, so a code that is not
known here is shown as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from paynet_nb.display import whole

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


_AT_THE_TOP = frozenset(
    {"errorCode", "error", "message", "description", "error_description", "messageId"}
)


def read_outcome(body: Any) -> Outcome:
    """Find status code, reason code, description and message ID in a parsed answer.

    The API families put them in different places: `header.status` (merchant, v1),
    `data` (banks, v2), `resp` with `appHeader` (v3), `errorCode` or `message` at the
    top (other answers), and RFC 6749 section 5.2 names them `error` and
    `error_description`.
    """
    code = reason = description = message_id = None
    for found in _places(body) if isinstance(body, dict) else ():
        code = code or _text(found[0])
        reason = reason or _text(found[1])
        description = description or _text(found[2])
        message_id = message_id or _text(found[3])
    return Outcome(code, reason, description, message_id)


def sent_message_id(headers: Mapping[str, str], url: str) -> str | None:
    """Find the message ID of a request in its headers (v2, v3) or its query (v1)."""
    for name, value in headers.items():
        if name.lower() == "x-business-message-id":
            return whole(value)
    if "essageId=" not in url:
        return None
    query = parse_qs(urlsplit(url, allow_fragments=False).query)
    found = query.get("messageId") or query.get("businessMessageId")
    return found[0] if found else None


def _places(body: dict[str, Any]) -> list[tuple[Any, Any, Any, Any]]:
    """Give what stands in each place that is there, the one that counts most first."""
    found: list[tuple[Any, Any, Any, Any]] = []
    if header := _object(body, "header"):
        one = _object(header, "status")
        told = one.get("code"), one.get("reason"), one.get("description")
        found.append((*told, header.get("messageId")))
    if resp := _object(body, "resp"):
        one = _object(resp, "reason")
        found.append(
            (resp.get("status"), one.get("code"), one.get("description"), None)
        )
    if app := _object(body, "appHeader"):
        found.append((None, None, None, app.get("businessMessageId")))
    if data := _object(body, "data"):
        told = data.get("code"), data.get("reason"), data.get("description")
        found.append((*told, data.get("businessMessageId")))
        found.append((None, None, None, data.get("messageId")))
    if not _AT_THE_TOP.isdisjoint(body):
        told = body.get("errorCode"), None, body.get("description")
        found.append((*told, body.get("messageId")))
        found.append((body.get("error"), None, body.get("error_description"), None))
        # DuitNow Pay puts its reason code in `message`; elsewhere that is a sentence.
        message = body.get("message")
        is_code = isinstance(message, str) and message in MEANINGS
        found.append(
            (message, None, None, None) if is_code else (None, None, message, None)
        )
    return found


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return whole(value) if isinstance(value, str) and value else None
