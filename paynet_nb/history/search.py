"""Find the exchanges in which a text stands, without making a `Call` of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from paynet_nb.display import whole
from paynet_nb.history.store.records import TOLD, Piece
from paynet_nb.wire import Call

# In an encoding other than UTF-8 these may make ASCII's bytes another text: UTF-16 has
# NUL in it, ISO-2022 begins with ESC.
_SHIFTS = (b"\0", b"\x1b")
_NOTHING_TOLD: dict[str, Any] = {
    **dict.fromkeys(("environment", "method", "url"), ""),
    **dict.fromkeys(("sent_at_s", "elapsed_s", "request_bytes"), 0),
    "kind": "call",
    "request_headers": {},
    "request_body": None,
}


class Search:
    """A text that is looked for; capitals do not matter.

    Args:
        text: The text.
        call_at: Gives the call at a place; for a body that is not all ASCII.
    """

    def __init__(self, text: str, call_at: Callable[[int], Call]) -> None:
        self._folded = whole(text).casefold()
        self._forms = _forms(text)
        self._in_ascii = [form.encode() for form in self._forms if form.isascii()]
        self._call_at = call_at

    def places(self, piece: Piece) -> list[int]:
        """Give the places of those calls in which it stands."""
        told = {one: self._is_told(one) for one in {*piece.told}}
        # Most often none has it, and one look at all of them tells.
        urls = piece.urls if self._folded in "\n".join(piece.urls).casefold() else None
        found = []
        for row, (sent, came) in enumerate(piece.bodies):
            if (
                told[piece.told[row]]
                or (urls and self._folded in urls[row].casefold())
                or self._is_in(sent, came, piece.places[row])
            ):
                found.append(piece.places[row])
        return found

    def _is_told(self, told: tuple[object, ...]) -> bool:
        call = Call(**{**_NOTHING_TOLD, **dict(zip(TOLD, told, strict=True))})
        said = f"{call.label}\n{call.answer_in_words}\n{call.token or ''}"
        return self._folded in said.casefold()

    def _is_in(self, sent: bytes | None, came: bytes, place: int) -> bool:
        bodies = b"%b\n%b" % (sent, came) if sent else came
        if bodies.isascii() and not any(shift in bodies for shift in _SHIFTS):
            # As bytes: to decode 100,000 answers would take longer than a person waits.
            bodies = bodies.lower()
            return any(form in bodies for form in self._in_ascii)
        call = self._call_at(place)
        texts = f"{call.request_text or ''}\n{call.text}".casefold()
        return any(form in texts for form in self._forms)


def _forms(text: str) -> set[str]:
    """Give how *text* may stand in a body: as it is, or as JSON escapes it."""
    cases = {whole(case) for case in (text, text.lower(), text.upper())}
    escaped = {json.dumps(case)[1:-1] for case in cases}
    return {form.casefold() for form in cases | escaped}
