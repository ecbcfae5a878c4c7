"""PayNet's codes in an answer: where it carries them, and the verdict that follows.

The places are those of PayNet's public pages and of public clients of its API families.
What each code means is in `all_codes`; one that is not known there is shown as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
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
        return _BADNESS[_badness(codes.code, codes.reason)]
    found = known_code(codes.reason) or known_code(codes.code)
    unsure = status in {None, _GATEWAY_TIMEOUT} or (
        found is not None and found.verdict == "unknown"
    )
    return "unknown" if may_have_acted and unsure else "failed"


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


_BADNESS: tuple[Outcome, ...] = ("good", "refused", "unknown")


@lru_cache(maxsize=64)
def _badness(code: str | None, reason: str | None) -> int:
    return _BADNESS.index(_said(code, reason) or "good")


def _verdict_of(code: str) -> Outcome:
    found = known_code(code)
    return found.verdict if found else "unknown"


def known_code(code: str | None) -> Code | None:
    """Find a code that an answer may carry; None: it is not known."""
    found = find_code(code) if code else None
    # "01" and the like, why a consent ended, stand in no answer's place of a code.
    return None if found is None or found.family == "consent-end" else found


def read_codes(body: Any, text: bytes = b"") -> AnswerCodes:
    """Find status code, reason code, description and message ID in a parsed answer.

    The API families put them in different places: `header.status` (merchant, v1),
    `data` (banks, v2), `resp` with `appHeader` (v3), `errorCode` or `message` at the
    top (other answers), `errors` (Reports), and RFC 6749 section 5.2 names them `error`
    and `error_description`. A payment's own state (`transactionStatus`, `refundStatus`,
    v3's `transaction`) is a place, too, where the payment was refused or nobody knows
    what became of it.

    Of several places the one that says the worst counts, of equal ones the first: code,
    reason and description are of one place. What is no text where a code should stand
    is a code that is not known here.

    Args:
        body: The answer, parsed.
        text: The same as it came: where no place tells anything bad, a refusal
            anywhere else in it counts.
    """
    if isinstance(body, list) and len(body) == 1:
        (body,) = body
    worst, badness, words, message_id = AnswerCodes(), -1, None, None
    for one in _places(body) if isinstance(body, dict) else ():
        message_id = message_id or one.message_id
        if not (one.code or one.reason):
            # The words of another place that has a code are about that one.
            words = words or one.description
        elif badness < (found := _badness(one.code, one.reason)):
            worst, badness = one, found
    if badness <= 0 and (hidden := _hidden(text)):
        return hidden._replace(message_id=message_id)
    description = worst.description or words
    return AnswerCodes(worst.code, worst.reason, description, message_id)


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


# Assumption, all of it: PayNet publishes no such answer, but a gateway or a proxy may
# have wrapped it. In bytes, since a name may stand twice in an object. The letters in
# front are for speed: most texts begin with others.
_BAD = re.compile(
    rb"""
    "(?=[RrUAKFfSsEeDd])(?:
      (?P<code> RJCT | U(?!000)\d{3} | (?:API|KMS)\.\d{3}
      | (?i: fail(?:ed|ure)? | error | reject(?:ed)? | declined | denied )
      ) \\*"(?!\s*:)
    | (?P<name> (?i: success(?:ful)? (?=\\*"\s*:\s*\\*"?false)
                   | errors (?=\\*"\s*:\s*(?: [\[{]\s*[^\]}\s] | \\*"[^"\\] )) ))
    )""",
    re.VERBOSE,
)
_NAMED_SO = re.compile(
    rb"""(?i)"(?:(?:error|reason|response|resp|result|status|payment|transaction)[_-]?)?
    (?:code|error|message|reason|result|state|status) \\*"\s*:\s*\[?\s*\\*\Z""",
    re.VERBOSE,
)
_LONGEST_NAME = 40


def _hidden(text: bytes) -> AnswerCodes | None:
    """Find a code of refusal, or what hints at one, in no place that is known."""
    codes: dict[str, int] = {}
    for found in _BAD.finditer(text):
        name, begin = found["name"], found.start()
        if name:
            # A code itself tells more.
            codes["(errors)" if name.lower() == b"errors" else "(no success)"] = -1
        elif _NAMED_SO.search(text, max(begin - _LONGEST_NAME, 0), begin):
            code = found["code"].decode()
            codes[code] = _badness(code, None) if known_code(code) else -1
    if not codes:
        return None
    is_refused = codes.pop("RJCT", None) is not None
    worst = max(codes, key=codes.__getitem__, default=None)
    return AnswerCodes("RJCT", worst) if is_refused else AnswerCodes(worst)


_AT_THE_TOP = frozenset(
    {"errorCode", "error", "message", "description", "error_description", "messageId"}
)
_STATES = frozenset(
    {"transaction", "transactionStatus", "refundStatus", "code", "status", "reason"}
)
_PLACES = _AT_THE_TOP | {"header", "resp", "appHeader", "data", "errors"} | _STATES
_OF_PAY = frozenset({"gateway", "key-management", "pay", "platform", "status"})
# As codes of PayNet's are written that no list may have yet; a sentence is not.
_CODE = re.compile(r"[A-Za-z]{1,4}\.?[0-9]{3,4}")
_ON_ITS_WAY = frozenset(
    {"RECEIVED", "RETRIEVED", "PENDAUTH", "PENDING AUTHORISATION", "PNDG"}
    | {"REFUND_PENDING"}
)


def _places(body: dict[str, Any], *, is_inner: bool = False) -> Iterator[AnswerCodes]:
    """Give what stands in each place that is there, the one that counts most first."""
    if header := _object(body, "header"):
        yield _told(_object(header, "status"), header.get("messageId"))
    if resp := _object(body, "resp"):
        words = _text(_object(resp, "reason").get("description"))
        yield AnswerCodes(_code(resp.get("status")), _code(resp.get("reason")), words)
    if app := _object(body, "appHeader"):
        yield AnswerCodes(message_id=_text(app.get("businessMessageId")))
    if data := _object(body, "data"):
        yield _told(data, data.get("businessMessageId"))
        if "messageId" in data:
            yield AnswerCodes(message_id=_text(data["messageId"]))
        # A gateway in between may have put all of it in there.
        if not (is_inner or _PLACES.isdisjoint(data)):
            yield from _places(data, is_inner=True)
    if not _AT_THE_TOP.isdisjoint(body):
        yield from _at_the_top(body)
    if not _STATES.isdisjoint(body):
        yield from _states(body)
    if isinstance(errors := body.get("errors"), list):
        yield from map(_of_graphql, errors)


def _told(one: dict[str, Any], message_id: Any) -> AnswerCodes:
    words = _text(one.get("description"))
    code, reason = _code(one.get("code")), _code(one.get("reason"))
    return AnswerCodes(code, reason, words, _text(message_id))


def _at_the_top(body: dict[str, Any]) -> Iterator[AnswerCodes]:
    words, message_id = _text(body.get("description")), _text(body.get("messageId"))
    yield AnswerCodes(_code(body.get("errorCode")), None, words, message_id)
    words = _text(body.get("error_description"))
    yield AnswerCodes(_code(body.get("error")), description=words)
    # DuitNow Pay puts its reason code in `message`; elsewhere that is a sentence.
    message = _text(body.get("message"))
    is_code = _family(message) in _OF_PAY or _CODE.fullmatch((message or "").strip())
    yield AnswerCodes(message) if is_code else AnswerCodes(description=message)


def _states(body: dict[str, Any]) -> Iterator[AnswerCodes]:
    """Give what an answer tells of a payment that it was asked for, if it is bad."""
    told = []
    if asked := _object(body, "transaction"):
        words = _text(_object(asked, "reason").get("description"))
        status, reason = _code(asked.get("status")), _code(asked.get("reason"))
        told.append(AnswerCodes(status, reason, words))
    for name in ("transactionStatus", "refundStatus"):
        if name in body:
            told.append(AnswerCodes(_code(body[name])))
    # These names may be of anything: what is known here counts.
    code, reason = _of_pay(body.get("code")), _of_pay(body.get("reason"))
    if code or reason:
        told.append(AnswerCodes(code or reason, reason if code else None))
    if status := _of_pay(body.get("status")):
        told.append(AnswerCodes(status))
    for one in told:
        if _badness(one.code, one.reason) and not _is_open(one.code):
            yield one


def _of_pay(value: Any) -> str | None:
    text = _text(value)
    return text if text and _family(text) in _OF_PAY else None


def _is_open(state: str | None) -> bool:
    return state in _ON_ITS_WAY or _family(state) == "consent"


def _of_graphql(error: Any) -> AnswerCodes:
    """Give what Reports say of a query that failed: the code begins the message.

    Where in an answer of GraphQL (its specification, section 7) is an assumption.
    """
    message = error.get("message") if isinstance(error, dict) else None
    code, _, words = message.partition(" ") if isinstance(message, str) else ("",) * 3
    if _family(code) != "report":
        return AnswerCodes(description=_text(message))
    return AnswerCodes(code, description=_text(words))


_NOTHING: dict[str, Any] = {}


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name, _NOTHING)
    return value if isinstance(value, dict) else _NOTHING


def _family(code: str | None) -> str:
    found = known_code(code)
    return found.family if found else ""


def _code(value: Any) -> str | None:
    """Read what stands where a code should; an object may have it in it, as in v3."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict) and "code" in value:
        return _code(value["code"])
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value) if value else None
    return f"({type(value).__name__})" if value else None


def _text(value: Any) -> str | None:
    if not value or not isinstance(value, str):
        return None
    return value if value.isascii() else whole(value)
