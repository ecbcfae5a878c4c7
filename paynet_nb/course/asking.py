"""`check`, `hint`, `solution` and `progress`: what a learner calls in a lesson."""

from __future__ import annotations

import inspect
from typing import Any

from paynet_nb.course.class_page import tell_class
from paynet_nb.course.evidence import Evidence
from paynet_nb.course.exercise import Exercise
from paynet_nb.course.exercises import EXERCISES
from paynet_nb.course.kept import Kept
from paynet_nb.course.shown import Note, Progress, Verdict
from paynet_nb.errors import ConfigurationError


def check(exercise: str, answer: object = None) -> Verdict:
    """Look at what you did, and say whether an exercise is right.

    It looks at your variables: histories, tokens, the sandbox; how you got there and
    the order of your cells do not matter. Where a client of yours calls a class's
    sandbox, the trainer's page there is told which exercises you tried, and whether
    they are right.

    Args:
        exercise: Its number, "02.3".
        answer: Where the exercise asks for one; a prediction is taken up again when
            you leave it out.

    Raises:
        ConfigurationError: There is no such exercise.
    """
    found = _find(exercise)
    kept = Kept()
    if answer is None:
        answer = kept.of(found.id).get("answer")
    evidence = Evidence(_callers_variables())
    judged = found.judge(evidence, answer)
    kept.add_try(found.id, judged, answer if found.kind == "predicted" else None)
    tell_class(evidence, kept)
    unkept = f"Your progress is not kept: {kept.problem}." if kept.problem else ""
    if judged.state == "right":
        return Verdict.of(found, judged.state, found.why, unkept)
    if judged.state == "not yet":
        help_ = f'hint("{found.id}") helps. Cells above not run? Run All Above.'
        return Verdict.of(found, judged.state, judged.said, unkept or help_)
    return Verdict.of(found, judged.state, found.task, f"Hint: {found.hints[0]}")


def hint(exercise: str, number: int | None = None) -> Note:
    """Give the next hint to an exercise, or one that you name.

    Args:
        exercise: Its number, "02.3".
        number: 1 for the first; default: the one after those that you saw.

    Raises:
        ConfigurationError: There is no such exercise.
    """
    found, kept = _find(exercise), Kept()
    last = len(found.hints)
    wanted = kept.count(found.id, "hints") + 1 if number is None else number
    shown = min(max(wanted, 1), last)
    kept.add_hint(found.id, shown)
    more = f'hint("{found.id}")' if shown < last else f'solution("{found.id}")'
    title = f"{found.id} hint {shown} of {last}"
    return Note(title, f"{found.hints[shown - 1]} Next: {more}.")


def solution(exercise: str, *, now: bool = False) -> Note:
    """Show code that passes, once you have tried.

    Args:
        exercise: Its number, "02.3".
        now: Show it without a try.

    Raises:
        ConfigurationError: There is no such exercise.
    """
    found = _find(exercise)
    if not (now or Kept().count(found.id, "tries")):
        first = f'check("{found.id}")'
        text = (
            f'{found.task} Try it, then {first}; or solution("{found.id}", now=True).'
        )
        return Note(f"{found.id} not tried yet", text)
    return Note(f"{found.id} one solution", found.why, found.solution)


def progress() -> Progress:
    """Show how far you are, as it is kept in the notebook's folder."""
    return Progress(Kept())


def _find(exercise: str) -> Exercise:
    found = EXERCISES.get(str(exercise).strip())
    if found is None:
        # Not quoted: what was given instead may be anything.
        raise ConfigurationError(
            f"there is no such exercise; there are: {', '.join(EXERCISES)}"
        )
    return found


def _callers_variables() -> dict[str, Any]:
    """Give the variables of who called `check`: in a notebook, those of its cells."""
    frame = inspect.currentframe()
    asked = frame.f_back.f_back if frame and frame.f_back else None
    return asked.f_globals if asked else {}
