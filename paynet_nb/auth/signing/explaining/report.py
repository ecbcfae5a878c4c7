"""`SignatureReport`: what was sent beside what must be, as a frame, a card, a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from paynet_nb import frames
from paynet_nb.display import (
    Html,
    card,
    compared,
    escape,
    narrow,
    plain,
    shortened,
    table,
)

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["good", "wrong", "depends", "unknown"]

_IN_WORDS = {
    "good": "the signature is good: all of it is as it must be",
    "wrong": "the signature is WRONG",
    "depends": "whether PayNet takes it is not known",
    "unknown": "whether the signature is good cannot be told",
}
_AROUND = 24  # characters shown before and behind a difference
_SHOWN = 4_000  # characters of a text
_NAMES = {
    "": "nothing: the text ends here",
    " ": "a blank",
    "\n": "a line break",
    "\r": "a carriage return",
    "\t": "a tab",
    "\ufeff": "a byte-order mark",
    "\0": "a zero byte",
}


class Step(NamedTuple):
    """One step from the request to the signature.

    Attributes:
        step: What is done.
        input: What with.
        must_be: What the server must have computed.
        sent: What was sent.
        agrees: Whether both are the same; None: it cannot be told.
    """

    step: str
    input: str
    must_be: str
    sent: str
    agrees: bool | None


class Cause(NamedTuple):
    """One thing that is wrong.

    Attributes:
        code: In a word or two, for programs.
        message: For a person.
        fix: What to do.
        proven: Whether the signature verified with this one thing undone.
        texts: What must be signed, and what was signed in its place.
        sure: Whether a page says that PayNet refuses it.
    """

    code: str
    message: str
    fix: str
    proven: bool = False
    texts: tuple[str, str] | None = None
    sure: bool = True


class Difference(NamedTuple):
    """The first place where two texts differ.

    Attributes:
        at: Its index.
        words: The same in words.
        left: What stands there in the first, with what is around: before, it, behind.
        right: The same of the second.
    """

    at: int
    words: str
    left: tuple[str, str, str]
    right: tuple[str, str, str]


@dataclass(frozen=True, repr=False, kw_only=True)
class SignatureReport:
    """Why a signature is refused; no secret, no token and no signature is in it.

    Attributes:
        scheme: "merchant-rsa", "jws", "pay-jwt" or "reports-hmac".
        verdict: "good", "wrong", "depends" (no page says whether PayNet takes it), or
            "unknown" (something to check with is missing; `missing` tells what).
        steps: From the request to the signature.
        causes: What is wrong, the first of it first.
        missing: What would tell more; "": nothing.
    """

    scheme: str
    verdict: Verdict
    steps: tuple[Step, ...]
    causes: tuple[Cause, ...] = ()
    missing: str = field(default="")

    @property
    def cause(self) -> str:
        """The code of the first cause; "": there is none."""
        return self.causes[0].code if self.causes else ""

    @property
    def fix(self) -> str:
        """What to do, or what would tell more."""
        return self.causes[0].fix if self.causes else self.missing

    @property
    def first_difference(self) -> str:
        """The first place where what was signed differs from what must be; "": none."""
        found = self._difference()
        if found:
            return found.words
        for step in self.steps:
            if step.agrees is False:
                return f"{step.step}: must be {step.must_be}; sent was {step.sent}"
        return ""

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the steps, one row each.

        Returns:
            Columns: step, input, must_be, sent (texts), agrees (True, False or None).
        """
        return frames.columns_to_frame(
            {name: [step[i] for step in self.steps] for i, name in enumerate(_STEPS)},
            {},
        )

    def __repr__(self) -> str:
        causes = ", ".join(cause.code for cause in self.causes) or "none"
        return f"<SignatureReport {self.scheme}: {self.verdict}, causes: {causes}>"

    def __str__(self) -> str:
        rows = {
            step.step: f"{_agreement(step)}; must be {step.must_be}; sent {step.sent}"
            for step in self.steps
        }
        told = {"cause": self.causes[0].message if self.causes else ""}
        told |= {"first difference": self.first_difference, "what to do": self.fix}
        return "\n".join(
            [
                plain(f"{self.scheme}: {self.in_words}", rows),
                plain("why", {name: text for name, text in told.items() if text}),
            ]
        )

    @property
    def in_words(self) -> str:
        """The verdict in words."""
        return _IN_WORDS[self.verdict]

    def _repr_html_(self) -> str:
        rows = [
            (
                step.step,
                _agreement(step),
                *(narrow(text, share=50) for text in (step.must_be, step.sent)),
            )
            for step in self.steps
        ]
        blocks: list[object] = [f"{self.in_words}."]
        for number, cause in enumerate(self.causes, start=1):
            proof = " Proven: with this undone, it verifies." if cause.proven else ""
            blocks.append(f"{number}. {cause.message}.{proof} What to do: {cause.fix}.")
        if self.missing:
            blocks.append(f"To know more: {self.missing}.")
        blocks.append(self._side_by_side())
        head = ("step", "verdict", "must be", "sent")
        state = {"good": "good", "wrong": "forged"}.get(self.verdict, "unknown")
        title = f"Signature, {self.scheme}"
        return card(title, *blocks, compared(head, rows), state=state)

    def _difference(self) -> Difference | None:
        for cause in self.causes[:1]:
            if cause.texts:
                return first_difference(*cause.texts)
        return None

    def _side_by_side(self) -> Html:
        found = self._difference()
        if found is None or not self.causes[0].texts:
            return Html()
        left, right = self.causes[0].texts
        row = [_marked(left, found), _marked(right, found)]
        head = ("what must be signed", "what was signed")
        return Html(
            f"<p>First difference: {escape(found.words)}.</p>{table(head, [row])}"
        )


_STEPS = Step._fields


def first_difference(left: str, right: str) -> Difference | None:
    """Find the first place where two texts differ; None: they are the same."""
    if left == right:
        return None
    shorter = min(len(left), len(right))
    at = next((i for i in range(shorter) if left[i] != right[i]), shorter)
    line = left.count("\n", 0, at) + 1
    place = f"character {at + 1}" + (f", line {line}" if "\n" in left[:at] else "")
    words = (
        f"at {place}, behind {left[max(0, at - _AROUND) : at]!r}: must be "
        f"{_shown(left, at)}, was {_shown(right, at)}"
    )
    return Difference(at, words, _cut(left, at), _cut(right, at))


def _shown(text: str, at: int) -> str:
    character = text[at : at + 1]
    if character in _NAMES:
        return _NAMES[character]
    return repr(text[at : at + _AROUND])


def _cut(text: str, at: int) -> tuple[str, str, str]:
    behind = text[at + 1 : at + 1 + _AROUND]
    return text[max(0, at - _AROUND) : at], text[at : at + 1], behind


def _marked(text: str, found: Difference) -> Html:
    """Show a text with the difference marked by words, not by colour alone."""
    at = found.at
    start = max(0, at - _SHOWN // 2)
    character = text[at : at + 1]
    told = _NAMES.get(character, character)
    mark = f"<mark>[first difference: {escape(told)}]</mark>"
    before = ("… " if start else "") + text[start:at]
    behind = shortened(text[at + 1 :], _SHOWN // 2)
    style = "white-space:pre-wrap;overflow-wrap:anywhere;margin:0;max-width:24em"
    return Html(f'<pre style="{style}">{escape(before)}{mark}{escape(behind)}</pre>')


def _agreement(step: Step) -> str:
    return {True: "agrees", False: "DIFFERS", None: "not known"}[step.agrees]
