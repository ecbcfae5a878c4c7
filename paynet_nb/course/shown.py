"""What `check`, `hint`, `solution` and `progress` show: cards, and as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paynet_nb import frames
from paynet_nb.course.exercise import Exercise, State
from paynet_nb.course.exercises import EXERCISES
from paynet_nb.course.kept import Kept
from paynet_nb.display import (
    Html,
    card,
    preformatted,
    scrolling,
    shortened,
    signed,
    table,
)

if TYPE_CHECKING:
    import pandas as pd

# As states of calls: each has its sign, which tells it without colour.
_LOOKS = {"right": "good", "not yet": "refused", "not tried": "unknown"}
_LONGEST_LINE = 150  # characters
_BAR = "height:8px;border-radius:4px;border:1px solid GrayText;max-width:30em"
_FILLED = "height:100%;background:var(--jp-success-color1, #1a7f37);width:"


@dataclass(frozen=True)
class Verdict:
    """What came of a check: at most three lines.

    Attributes:
        exercise: Its id, "02.3".
        title: Its title.
        state: "not tried", "not yet" or "right".
        lines: What is said, one or two lines.
    """

    exercise: str
    title: str
    state: State
    lines: tuple[str, ...]

    @classmethod
    def of(cls, exercise: Exercise, state: State, *lines: str) -> Verdict:
        """Make one of the lines that say something."""
        said = tuple(shortened(text, _LONGEST_LINE) for text in lines if text)
        return cls(exercise.id, exercise.title, state, said)

    def __repr__(self) -> str:
        head = signed(_LOOKS[self.state], self.state)
        return "\n".join([f"{head}  {self.exercise} {self.title}", *self.lines])

    def _repr_html_(self) -> str:
        title = f"{self.exercise} {self.title}"
        look = _LOOKS[self.state]
        return card(title, *self.lines, state=look, word=self.state)


@dataclass(frozen=True)
class Note:
    """A hint or a solution.

    Attributes:
        title: What it is.
        text: One sentence.
        code: A program to put into a cell; "": none.
    """

    title: str
    text: str
    code: str = ""

    def __repr__(self) -> str:
        return "\n".join(filter(None, [self.title, self.text, self.code]))

    def _repr_html_(self) -> str:
        return card(self.title, self.text, preformatted(self.code))


class Progress:
    """How far a learner is.

    Args:
        kept: What is kept of the learner.
    """

    def __init__(self, kept: Kept) -> None:
        self._rows = [
            (
                *(one.id, one.title, kept.verdict(one.id)),
                *(kept.count(one.id, "tries"), kept.count(one.id, "hints")),
            )
            for one in EXERCISES.values()
        ]

    @property
    def right(self) -> int:
        """How many exercises are right."""
        return sum(row[2] == "right" for row in self._rows)

    def to_frame(self) -> pd.DataFrame:
        """Tabulate it, one row an exercise.

        Returns:
            Columns: exercise, title, verdict ("not tried" | "not yet" | "right"),
            tries, hints (how many were seen).
        """
        names = ("exercise", "title", "verdict", "tries", "hints")
        columns = dict(
            zip(names, map(list, zip(*self._rows, strict=True)), strict=True)
        )
        return frames.columns_to_frame(columns, {})

    def __repr__(self) -> str:
        marks = {"right": "#", "not yet": "+", "not tried": "."}
        bar = "".join(marks[row[2]] for row in self._rows)
        return f"[{bar}] {self._counted}"

    @property
    def _counted(self) -> str:
        return f"{self.right} of {len(self._rows)} exercises are right"

    def _repr_html_(self) -> str:
        share = 100 * self.right // len(self._rows)
        bar = Html(
            f'<div role="img" aria-label="{share} %" style="{_BAR}">'
            f'<div style="{_FILLED}{share}%"></div></div>'
        )
        rows = [
            (name, title, signed(_LOOKS[state], state), tries, hints)
            for name, title, state, tries, hints in self._rows
        ]
        heads = ("exercise", "title", "verdict", "tries", "hints")
        return card(self._counted, bar, scrolling(table(heads, rows)))
