"""Find the exchanges in which a text stands, without making a `Call` of each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from paynet_nb.display import whole
from paynet_nb.history.store.records import TOLD, Piece
from paynet_nb.wire import Call

# In an encoding other than UTF-8 these may make ASCII's bytes another text: UTF-16 has
# NUL in it, ISO-2022 begins with ESC.
_SHIFTS = (b"\0", b"\x1b")
# In these as well; many texts have the sign, so they are read before a call is made.
_SEVEN_BIT = {b"+": "utf-7", b"~": "hz"}
_ESCAPES = re.compile(r"(?:\\u[0-9a-f]{4})+", re.IGNORECASE)
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
        self._forms = _forms(self._folded)
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
        if not bodies.isascii() or any(shift in bodies for shift in _SHIFTS):
            return self._is_in_call(place)
        # As bytes: to decode 100,000 answers would take longer than a person waits.
        lower = bodies.lower()
        if any(form in lower for form in self._in_ascii):
            return True
        if b"\\u" in lower and self._is_in_text(bodies.decode("ascii")):
            return True
        return any(
            sign in bodies
            and self._folded in bodies.decode(charset, "ignore").casefold()
            for sign, charset in _SEVEN_BIT.items()
        ) and self._is_in_call(place)

    def _is_in_call(self, place: int) -> bool:
        call = self._call_at(place)
        return self._is_in_text(f"{call.request_text or ''}\n{call.text}")

    def _is_in_text(self, text: str) -> bool:
        read = text.casefold(), _ESCAPES.sub(_unescaped, text).casefold()
        return any(form in one for form in self._forms for one in read)


def _unescaped(found: re.Match[str]) -> str:
    """Read characters that JSON escapes; one beyond 16 bits is two escapes."""
    units = bytes.fromhex(found[0].lower().replace("\\u", ""))
    return units.decode("utf-16-be", "replace")


def _forms(folded: str) -> set[str]:
    """Give how a text may stand in a body: as it is, or as JSON escapes its signs."""
    return {folded, json.dumps(folded, ensure_ascii=False)[1:-1]}
