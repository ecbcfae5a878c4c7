"""Find the exchanges in which a text stands, without making a `Call` of each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import repeat
from typing import Any

from paynet_nb.display import whole
from paynet_nb.history.store.flat import FlatCall
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
        flat_from: Gives the calls from a place on; for what is told of a body.
    """

    def __init__(
        self,
        text: str,
        call_at: Callable[[int], Call],
        flat_from: Callable[[int], Iterator[FlatCall]],
    ) -> None:
        self._folded = whole(text).casefold()
        self._forms = _forms(self._folded)
        self._in_ascii = [form.encode() for form in self._forms if form.isascii()]
        self._call_at = call_at
        self._flat_from = flat_from

    def places(self, piece: Piece) -> list[int]:
        """Give the places of those calls in which it stands."""
        told = {one: self._is_told(one) for one in {*piece.told}}
        is_doubtful = None in told.values()
        calls = self._flat_from(piece.places.start) if is_doubtful else repeat(None)
        # Most often none has it, and one look at all of them tells.
        urls = piece.urls if self._is_said("\n".join(piece.urls)) else None
        found = []
        rows = zip(piece.places, piece.told, piece.bodies, calls, strict=False)
        for row, (place, one, (sent, came), call) in enumerate(rows):
            if (
                told[one]
                or (told[one] is None and call and self._is_said(_answer_of(call)))
                or (urls and self._is_said(urls[row]))
                or self._is_in(sent, came, place)
            ):
                found.append(place)
        return found

    def _is_told(self, told: tuple[object, ...]) -> bool | None:
        """Tell whether it is in what a row says; None: only the body tells."""
        fields: dict[str, Any] = dict(zip(TOLD, told, strict=True))
        codes = fields.pop("code"), fields.pop("reason")
        may_be_unread = fields.pop("outcome") == "unknown" and codes == (None, None)
        call = Call(**{**_NOTHING_TOLD, **fields})
        said = call.label, call.answer_in_words, call.token, *codes
        if self._is_said("\n".join(filter(None, said))):
            return True
        unread = [replace(call, body=b"{", body_cut=cut) for cut in (0, 1)]
        if may_be_unread and any(self._is_said(one.answer_in_words) for one in unread):
            return None
        return False

    def _is_said(self, text: str) -> bool:
        return self._folded in text.casefold()

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


def _answer_of(call: FlatCall) -> str:
    return call.call().answer_in_words


def _unescaped(found: re.Match[str]) -> str:
    """Read characters that JSON escapes; one beyond 16 bits is two escapes."""
    units = bytes.fromhex(found[0].lower().replace("\\u", ""))
    return units.decode("utf-16-be", "replace")


def _forms(folded: str) -> set[str]:
    """Give how a text may stand in a body: as it is, or as JSON escapes its signs."""
    return {folded, json.dumps(folded, ensure_ascii=False)[1:-1]}
