"""`Exercise`: one task of the course, as data, and what is said of a try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from paynet_nb.course.evidence import Evidence

State = Literal["not tried", "not yet", "right"]
Kind = Literal["predicted", "done", "diagnosed"]


class Judged(NamedTuple):
    """What is thought of a try.

    Attributes:
        state: The verdict.
        said: Of "not yet": what is missing, one sentence; never what was answered.
    """

    state: State
    said: str = ""


_IN_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")
NOT_TRIED = Judged("not tried")
RIGHT = Judged("right")


def not_yet(said: str) -> Judged:
    """Say what is missing."""
    return Judged("not yet", said)


Judge = Callable[[Evidence, object], Judged]


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One task of the course.

    Attributes:
        id: Lesson and number, "02.3".
        kind: "predicted": a value given before the run; "done": something was done, in
            whatever way; "diagnosed": a name or a value read off what happened.
        title: A few words.
        task: What to do, one sentence.
        hints: From the first push to nearly all; each one sentence.
        solution: Code that passes in the lesson's notebook.
        why: Why it matters, one sentence, said with "right".
        judge: Looks at what the learner has, and at the answer (None: none was given).
    """

    id: str
    kind: Kind
    title: str
    task: str
    hints: tuple[str, ...]
    solution: str
    why: str
    judge: Judge

    @property
    def lesson(self) -> str:
        """The lesson's number, "02"."""
        return self.id[:2]


def predicted(truth: Callable[[Evidence], int | None], wrong: str) -> Judge:
    """Judge a number that is given before it is seen.

    Args:
        truth: Gives the number once it can be known.
        wrong: What to look at, said of another number.
    """

    def judge(evidence: Evidence, answer: object) -> Judged:
        if answer is None:
            return NOT_TRIED
        said = number_in(answer)
        if said is None:
            return not_yet("Give your prediction as a number.")
        found = truth(evidence)
        if found is None:
            return not_yet("It is noted. Run the next cell, then this one again.")
        return RIGHT if said == found else not_yet(wrong)

    return judge


def number_in(answer: object) -> Decimal | None:
    """Read the one number in an answer; None: there is none, or more than one.

    It may be 2, "2", "two", "2 rows" or "RM 1,234.50".
    """
    found = set()
    for word in str(answer).replace(",", "").lower().split():
        if word in _IN_WORDS:
            found.add(Decimal(_IN_WORDS.index(word)))
            continue
        try:
            number = Decimal(word.removeprefix("rm").removeprefix("myr"))
        except InvalidOperation:
            continue
        found |= {number} if number.is_finite() else set()
    return found.pop() if len(found) == 1 else None
