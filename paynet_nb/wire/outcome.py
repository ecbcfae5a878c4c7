"""What came of an exchange, by what a table has of it."""

from __future__ import annotations

from paynet_nb.paynet import AnswerCodes, Outcome, verdict
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
