"""What came of an exchange, by what a table has of it."""

from __future__ import annotations

from paynet_nb.paynet import AnswerCodes, Outcome, find_operation, verdict
from paynet_nb.wire.answer_words import is_forged
from paynet_nb.wire.callers_code import raised_behind_answer
from paynet_nb.wire.no_answer import never_sent

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110 section 9.2.1


def outcome_of(
    kind: str,
    method: str,
    status: int | None,
    error: str | None,
    signature: str,
    codes: AnswerCodes,
) -> Outcome:
    """Judge an exchange as `Call.outcome` does, by what it needs to know of it."""
    # A forged notification was refused here, which is no doubt about a payment.
    if is_forged(status, signature) and kind != "notification":
        return "unknown"
    if error and raised_behind_answer(error):
        status = None  # an answer that was not given counts as none
    changes = kind != "token" and method.upper() not in _SAFE
    arrived = status is not None or not never_sent(error or "")
    return verdict(status, codes, may_have_acted=changes and arrived)


def may_look_good(kind: str, method: str, url: str, status: int | None) -> bool:
    """Tell whether an answer could be taken for that of a payment that was made.

    Other answers have codes as data: a report lists payments that were refused.
    """
    is_good = 200 <= (status or 0) < 300 and method.upper() not in _SAFE
    return is_good and not moves_none(kind, method, url)


def moves_none(kind: str, method: str, url: str) -> bool:
    """Tell whether a call is known to move no money, whatever its method."""
    called = find_operation(method, url)
    return kind == "token" or bool(called and called.known and not called.moves_money)
