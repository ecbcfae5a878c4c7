"""A page of a history: what a filter lets through, the last call first, as texts."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NamedTuple

from paynet_nb.display import shortened, whole
from paynet_nb.history import History
from paynet_nb.wire import Call

ROWS = 50  # of one page

_LONGEST = 200  # characters of one cell
_AT_ONCE = 1_000  # calls


class Filter(NamedTuple):
    """What a person looks for.

    Attributes:
        outcome: That of the call, or "all".
        path: A part of the path.
        text: A part of the URL, a body (also as JSON escapes it), the label, the status
            in words, or why there was no answer.
    """

    outcome: str = "all"
    path: str = ""
    text: str = ""

    def lets_through(self, call: Call) -> bool:
        """Tell whether a call is looked for; capitals do not matter."""
        if self.outcome not in ("all", call.outcome):
            return False
        if self.path and self.path.casefold() not in call.path.casefold():
            return False
        return not self.text or self._is_in(call)

    def _is_in(self, call: Call) -> bool:
        said = "\n".join((call.url, call.label, call.answer_in_words, call.token or ""))
        if whole(self.text).casefold() in said.casefold():
            return True
        bodies = b"\n".join((call.request_body or b"", call.body))
        if self.text.isascii() and bodies.isascii():
            # As bytes: to decode 10,000 answers would take longer than a person waits.
            bodies = bodies.lower()
            return any(form.encode() in bodies for form in _forms(self.text))
        texts = f"{call.request_text or ''}\n{call.text}".casefold()
        return any(form in texts for form in _forms(self.text))


@lru_cache(maxsize=8)
def _forms(text: str) -> set[str]:
    """Give how *text* may stand in a body: as it is, or as JSON escapes it."""
    cases = {whole(case) for case in (text, text.lower(), text.upper())}
    escaped = {json.dumps(case)[1:-1] for case in cases}
    return {form.casefold() for form in cases | escaped}


class Matches:
    """The calls that a filter lets through, kept up with a history that grows."""

    def __init__(self, history: History, wanted: Filter) -> None:
        self.wanted = wanted
        self._history = history
        self._seen = 0
        self._found: list[int] = []

    def page(self, number: int) -> dict[str, Any]:
        """Give a page, 0 is the one with the last calls; only its rows are texts.

        The names of a row's cells are in `columns`, once for all rows.
        """
        self._catch_up()
        count = len(self._found)
        last = max(0, (count - 1) // ROWS)
        number = min(number, last)
        end = count - number * ROWS
        shown = self._found[max(0, end - ROWS) : end][::-1]
        rows = [_row(index + 1, self._history[index]) for index in shown]
        return {
            "total": self._seen,
            "found": count,
            "page": number,
            "pages": last + 1,
            "columns": [*rows[0]] if rows else [],
            "rows": [[*row.values()] for row in rows],
        }

    def _catch_up(self) -> None:
        if self.wanted == Filter():
            # No call need be looked at, so that a long history is shown at once.
            self._found.extend(range(self._seen, len(self._history)))
            self._seen = len(self._found)
            return
        # Bodies are unpacked to look into them: of some calls at a time.
        while new := self._history[self._seen : self._seen + _AT_ONCE]:
            for index, call in enumerate(new, self._seen):
                if self.wanted.lets_through(call):
                    self._found.append(index)
            self._seen += len(new)


def _row(number: int, call: Call) -> dict[str, Any]:
    """Write a row: whether a call is not good, and a text for each column, by its name.

    The number counts from 1. What each column is called is the browser's to say.
    """
    asked = " (token request)" if call.kind == "token" else ""
    cells = {
        "number": str(number),
        "sent": f"{call.sent_at:%Y-%m-%d %H:%M:%S}",
        "method": call.method,
        "path": call.path + asked,
        "outcome": f"{call.signed_outcome}, {call.answer_in_words}",
        "ms": f"{call.elapsed_s * 1000:,.0f}",
        "codes": call.codes_in_words,
        "attempt": str(call.attempt),
    }
    return {
        "bad": call.outcome != "good",
        **{name: shortened(text, _LONGEST) for name, text in cells.items()},
    }
