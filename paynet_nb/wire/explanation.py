"""`Explanation`: what a call's answer means, and what to do next.

What PayNet's codes mean has sources; what follows from them is mostly this project's
reading, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paynet_nb import frames
from paynet_nb.display import card, visible
from paynet_nb.paynet import SURE, Code, find_operation, known_code
from paynet_nb.wire.no_answer import never_sent
from paynet_nb.wire.outcome import moves_none

if TYPE_CHECKING:
    import pandas as pd

    from paynet_nb.wire.call import Call

_ASK = "not before you have asked PayNet what became of it"
_AGAIN: Mapping[str, str] = {
    "no": "no: the answer would be the same",
    "after repair": "once it is put right, with a new message ID",
    "later": "later, with a new message ID",
    "ask first": _ASK,
}
_OWN_ID = "Give each request a message ID of its own"
_ASSUMED = "assumption"
_NO_CODES = "perhaps: the answer has none of PayNet's codes"


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What one call's answer means; `str` of it, and its look in a notebook, say all.

    Attributes:
        happened: What came of it: the outcome, status and codes in words.
        money_moving: "yes", "no" or "perhaps", and why.
        what_to_do: What to look at, or to do, next.
        send_again: Whether it may be sent again, and when.
        sure: How sure the meaning of the code is: "page", "transcript", "observed",
            "third-party" or "assumption"; "": no code is known.
        source: Where that was read; "": no code is known.
        advice_sure: How sure the rest is.
    """

    happened: str
    money_moving: str
    what_to_do: str
    send_again: str
    sure: str
    source: str
    advice_sure: str

    def to_frame(self) -> pd.DataFrame:
        """Tabulate it, one row a question; columns: question, answer."""
        rows = self._rows()
        return frames.columns_to_frame(
            {"question": [*rows], "answer": [*rows.values()]},
            {"question": "str", "answer": "str"},
        )

    @property
    def in_short(self) -> str:
        """What follows, in three sentences."""
        money, next_, again = (
            text[:1].upper() + text[1:].removesuffix(".")
            for text in (self.money_moving, self.what_to_do, self.send_again)
        )
        return f"Is money moving? {money}. What to do: {next_}. Send it again? {again}."

    def __str__(self) -> str:
        told = self._rows().items()
        return "\n".join(f"{name}: {visible(text)}" for name, text in told)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return card("What it means", self._rows())

    def _rows(self) -> dict[str, str]:
        told = f"{SURE[self.sure]}: {self.source}" if self.source else "no code"
        return {
            "what happened": self.happened,
            "is money moving": self.money_moving,
            "what to do next": self.what_to_do,
            "send it again": self.send_again,
            "this meaning is": told,
            "this advice is": SURE[self.advice_sure],
        }


def explain(call: Call) -> Explanation:
    """Explain a call by its status, PayNet's codes and the contract."""
    found = known_code(call.reason) or known_code(call.code)
    return Explanation(
        happened=call.status_in_words,
        money_moving=_money(call, found),
        what_to_do=_next(call, found),
        send_again=_again(call, found),
        sure=found.sure if found else "",
        source=found.source if found else "",
        advice_sure=found.advice_sure if found else _ASSUMED,
    )


def _money(call: Call, found: Code | None) -> str:
    if _moves_none(call):
        return "no: this call moves none"
    if call.error and never_sent(call.error):
        return "no: it was never sent"
    called = find_operation(call.method, call.url)
    if called is None and call.method.upper() == "GET":
        return "no: a GET only asks"
    if call.outcome == "unknown" or _may_have_acted(call, found):
        return "perhaps: what became of it is not certain"
    if call.outcome == "good":
        if not (call.code or call.reason):
            return _NO_CODES
        return "yes, or it will once the payer has approved"
    if found and found.money_moving == "perhaps":
        return "perhaps"
    return "no, as far as the answer tells"


def _next(call: Call, found: Code | None) -> str:
    if call.outcome == "good" and not found:
        untold = _money(call, found) == _NO_CODES
        return "Read call.text" if untold else "Nothing"
    if call.forged:
        return (
            "Believe nothing in it: PayNet did not sign it so. Ask for the "
            "status once more, by another network if need be, and tell PayNet"
        )
    ask_first = bool(found and found.retry == "ask first")
    if ask_first and call.outcome == "refused" and _moves_none(call):
        return _OWN_ID
    if call.outcome == "unknown" or ask_first or _may_have_acted(call, found):
        known = f" by message ID {call.message_id}" if call.message_id else ""
        ask = f"Ask for its status{known}, or make a transaction enquiry"
        told = found is not None and found.verdict != "good"
        return f"{ask}. {found.what_to_check}" if found and told else ask
    if found:
        return found.what_to_check
    if call.status is None:
        return f"Put right why there was no answer: {call.error}"
    if call.status in (401, 403):
        return "Look at the token and at what your keys are allowed"
    if call.status == 429 or call.status >= 500:
        return "Wait; the fault is not in your message"
    return "Look at call.text, and at client.check(...) with the same arguments"


def _again(call: Call, found: Code | None) -> str:
    if call.outcome == "good":
        return "no need"
    if call.outcome == "unknown" or _may_have_acted(call, found):
        return _ASK
    if found:
        harmless = found.retry == "ask first" and _moves_none(call)
        return _AGAIN["after repair" if harmless else found.retry]
    if call.status is None:
        return "yes: nothing was done"
    return (
        "later" if call.status == 429 or call.status >= 500 else "once it is put right"
    )


def _moves_none(call: Call) -> bool:
    return moves_none(call.kind, call.method, call.url)


def _may_have_acted(call: Call, found: Code | None) -> bool:
    """Tell whether a call that may move money failed, and no code says no to it."""
    status = call.status or 0
    told_good = found is not None and found.verdict == "good" and status >= 300
    failed = told_good or (found is None and status >= 500)
    return failed and call.kind != "token" and call.method.upper() != "GET"
