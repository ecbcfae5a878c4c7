"""PayNet's codes in an answer: where it carries them, and the verdict that follows.

The places are those of PayNet's public pages and of public clients of its API families.
What each code means is in `all_codes`; one that is not known there is shown as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, urlsplit

from paynet_nb.display import whole
from paynet_nb.paynet.all_codes import Code, find_code

Outcome = Literal["good", "refused", "unknown", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("good", "refused", "unknown", "failed")

# A gateway in between gave up waiting (RFC 9110 section 15.6.5).
_GATEWAY_TIMEOUT = 504


class AnswerCodes(NamedTuple):
    """What an answer says in PayNet's own terms; None: the answer does not say it.

    A code that is "" says that the answer is not JSON, so that nothing in it was read.
    """

    code: str | None = None
    reason: str | None = None
    description: str | None = None
    message_id: str | None = None


def meaning(code: str | None) -> str:
    """Say in plain words what a PayNet code means; "" for one not known here."""
    found = known_code(code)
    return found.meaning if found else ""


def verdict(status: int | None, codes: AnswerCodes, *, may_have_acted: bool) -> Outcome:
    """Judge one exchange by its HTTP status and PayNet's codes.

    "good": done, or on its way. "refused": PayNet's answer says no, though its status
    is 2xx. "unknown": what became of it is not certain; ask before it is sent again.
    "failed": an HTTP status other than 2xx, or no answer.

    Args:
        status: The HTTP status; None: there was no answer.
        codes: What the answer says.
        may_have_acted: Whether the request changes something where it arrives, and may
            have arrived. Then no answer is "unknown", and so are a 504, an error whose
            code says that the outcome is not certain, and a 2xx with what is no JSON:
            a page of a proxy, or half an answer.
    """
    if status is not None and 200 <= status < 300:
        if codes.code == "" and may_have_acted:
            return "unknown"
        return _said(codes.code, codes.reason) or "good"
    found = known_code(codes.reason) or known_code(codes.code)
    unsure = status in {None, _GATEWAY_TIMEOUT} or (
        found is not None and found.verdict == "unknown"
    )
    return "unknown" if may_have_acted and unsure else "failed"


@lru_cache(maxsize=64)
def _said(code: str | None, reason: str | None) -> Outcome | None:
    """Give what the codes say by themselves; None: there are none."""
    if not reason:
        return _verdict_of(code) if code else None
    by_reason = _verdict_of(reason)
    if code == "ACTC" and by_reason == "good":
        # "Technically accepted": what follows tells whether that is all (ACTC, U000 of
        # a look-up or a registration) or whether a payment waits (ACTC, U002).
        return "good"
    if code == "RJCT" and not known_code(reason):
        return "refused"
    # The worse of the two.
    return max(by_reason, _verdict_of(code) if code else "good", key=_BADNESS.index)


_BADNESS = ("good", "refused", "unknown")


def _verdict_of(code: str) -> Outcome:
    found = known_code(code)
    return found.verdict if found else "unknown"


def known_code(code: str | None) -> Code | None:
    """Find a code that an answer may carry; None: it is not known."""
    found = find_code(code) if code else None
    # "01" and the like, why a consent ended, stand in no answer's place of a code.
    return None if found is None or found.family == "consent-end" else found


_OF_PAY = frozenset({"gateway", "key-management", "pay", "platform", "status"})
_AT_THE_TOP = frozenset(
    {"errorCode", "error", "message", "description", "error_description", "messageId"}
)


def read_codes(body: Any) -> AnswerCodes:
    """Find status code, reason code, description and message ID in a parsed answer.

    The API families put them in different places: `header.status` (merchant, v1),
    `data` (banks, v2), `resp` with `appHeader` (v3), `errorCode` or `message` at the
    top (other answers), `errors` (Reports), and RFC 6749 section 5.2 names them `error`
    and `error_description`.
    """
    code = reason = description = message_id = None
    for found in _places(body) if isinstance(body, dict) else ():
        code = code or _text(found[0])
        reason = reason or _text(found[1])
        description = description or _text(found[2])
        message_id = message_id or _text(found[3])
    return AnswerCodes(code, reason, description, message_id)


def sent_message_id(headers: Mapping[str, str | bytes], url: str) -> str | None:
    """Find the message ID of a request in its headers (v2, v3) or its query (v1)."""
    for name, value in headers.items():
        if name.lower() == "x-business-message-id":
            text = value if isinstance(value, str) else value.decode("latin-1")
            return whole(text)
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
        known = known_code(message) if isinstance(message, str) else None
        is_code = known is not None and known.family in _OF_PAY
        found.append(
            (message, None, None, None) if is_code else (None, None, message, None)
        )
    if isinstance(errors := body.get("errors"), list) and errors:
        found.append(_of_graphql(errors[0]))
    return found


def _of_graphql(error: Any) -> tuple[Any, Any, Any, Any]:
    """Give what Reports say of a query that failed: the code begins the message.

    Where in an answer of GraphQL (its specification, section 7) is an assumption.
    """
    message = error.get("message") if isinstance(error, dict) else None
    code, _, words = message.partition(" ") if isinstance(message, str) else ("",) * 3
    found = known_code(code)
    if found is None or found.family != "report":
        return None, None, message, None
    return code, None, words, None


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    if not value or not isinstance(value, str):
        return None
    return value if value.isascii() else whole(value)
