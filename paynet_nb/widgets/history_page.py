"""A page of a history: what a filter lets through, the last call first, as texts."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from paynet_nb.display import shortened, signed
from paynet_nb.history import History
from paynet_nb.paynet import OUTCOMES
from paynet_nb.wire import Call

ROWS = 50  # of one page

_LONGEST = 200  # characters of one cell
_KINDS = {"call": "", "token": "token request", "notification": "notification"}
_TRIES = {2: "2nd try", 3: "3rd try"}


class Filter(NamedTuple):
    """What a person looks for.

    Attributes:
        outcome: That of the call, or "all".
        text: A part of the URL, a body (also as JSON escapes it), the label, the codes,
            or the answer in words; capitals do not matter.
    """

    outcome: str = "all"
    text: str = ""


class Matches:
    """The calls that a text is found in, kept up with a history that grows."""

    def __init__(self, history: History, text: str) -> None:
        self.text = text
        self._history = history
        self._seen = 0
        self._found: list[int] = []

    def page(self, outcome: str, number: int) -> dict[str, Any]:
        """Give a page, 0 is the one with the last calls; only its rows are texts.

        The names of a row's cells are in `columns`, once for all rows. `outcomes` has
        each outcome, its words, and how many calls with the text have it.
        """
        outcomes = self._history.outcomes()
        self._catch_up(len(outcomes))
        counts: Counter[str] = Counter(outcomes[index] for index in self._found)
        found = self._found
        if outcome != "all":
            found = [index for index in found if outcomes[index] == outcome]
        last = max(0, (len(found) - 1) // ROWS)
        number = min(number, last)
        end = len(found) - number * ROWS
        shown = found[max(0, end - ROWS) : end][::-1]
        rows = [_row(index + 1, self._history[index]) for index in shown]
        return {
            "total": self._seen,
            "outcomes": [[one, signed(one), counts[one]] for one in OUTCOMES],
            "found": len(found),
            "page": number,
            "pages": last + 1,
            "columns": [*rows[0]] if rows else [],
            "rows": [[*row.values()] for row in rows],
        }

    def _catch_up(self, total: int) -> None:
        if not self.text:
            # No call need be looked at, so that a long history is shown at once.
            self._found.extend(range(self._seen, total))
            self._seen = total
        for end, found in self._history.search(self.text, self._seen, total):
            # One statement: the stop button comes before it or behind it.
            self._found, self._seen = [*self._found, *found], end


def _row(number: int, call: Call) -> dict[str, str]:
    """Write a row: a text for each column, by its name.

    The number counts from 1. What each column is called is the browser's to say.
    """
    attempt, sent = call.attempt, call.sent_at
    codes = dict.fromkeys(filter(None, (call.code, call.reason)))
    cells = {
        "number": str(number),
        "day": f"{sent:%A} {sent.day} {sent:%B %Y}",
        "sent": f"{sent:%H:%M:%S}",
        "method": call.method,
        "path": call.path,
        "kind": _KINDS.get(call.kind, ""),
        "outcome": call.outcome,
        "signed": call.signed_outcome,
        "answer": call.answer_in_words,
        "tries": _TRIES.get(attempt, f"{attempt}th try") if attempt > 1 else "",
        "ms": f"{call.elapsed_s * 1000:,.0f}",
        "codes": " ".join(codes),
        "label": call.label,
    }
    return {name: shortened(text, _LONGEST) for name, text in cells.items()}
