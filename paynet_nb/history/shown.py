"""A history as a still picture: what stands in the place of its widget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from paynet_nb.display import Html, badge, card, count, shortened, table
from paynet_nb.paynet import OUTCOMES, Outcome
from paynet_nb.wire import Call

MOST_ROWS = 12

_LONGEST = 45  # characters of a cell
_HEADINGS = ("No.", "UTC", "request", "outcome", "answer", "ms", "code", "label")


def shown(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> str:
    """Show the last exchanges, the newest first, each by its outcome.

    Args:
        calls: The last exchanges, in their order.
        outcomes: Those of all exchanges.
    """
    rows: list[Sequence[object]] = []
    day = ""
    for number, call in zip(range(len(outcomes), 0, -1), reversed(calls), strict=False):
        today = f"{call.sent_at:%A} {call.sent_at.day} {call.sent_at:%B %Y}"
        if today != day:
            rows.append(("", "", Html(f"<em>{today}</em>"), *[""] * 5))
            day = today
        rows.append(_row(number, call))
    told = count(len(outcomes), "exchange")
    found = Counter(outcomes)
    words = [f"{found[one]:,} {one}" for one in OUTCOMES if one in found]
    note = [f"The last {len(calls)} of {told}."] if len(calls) < len(outcomes) else []
    return card(
        f"History, {told}",
        table(_HEADINGS, rows) if rows else Html(),
        *note,
        beside=", ".join(words),
    )


def _row(number: int, call: Call) -> Sequence[object]:
    asked = {"token": " (token request)", "call": ""}.get(call.kind, f" ({call.kind})")
    again = f", attempt {call.attempt}" if call.attempt > 1 else ""
    code = call.reason if call.outcome == "refused" else call.code
    return (
        number,
        f"{call.sent_at:%H:%M:%S}",
        shortened(f"{call.method} {call.path}{asked}", _LONGEST),
        badge(call.outcome),
        shortened(call.answer_in_words + again, _LONGEST),
        round(call.elapsed_s * 1000),
        shortened(code or call.code or "", _LONGEST),
        shortened(call.label, _LONGEST),
    )
