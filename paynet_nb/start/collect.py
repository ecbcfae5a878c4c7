"""`paynet-nb lab --collect`: one table and one picture of a class's progress."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from paynet_nb.display import escape
from paynet_nb.errors import ConfigurationError

FILE = "paynet_progress.json"  # as the course writes it
TABLE, PICTURE = "class_progress.csv", "class_progress.svg"
_LARGEST = 1_000_000  # bytes; a learner's file has a few thousand
_EXERCISE = re.compile(r"\d\d\.\d")  # lesson and number
# Fill, sign and word: none is told by colour alone.
_LOOKS = {
    "right": ("#1a7f37", "\N{CHECK MARK}"),
    "not yet": ("#9a6700", "!"),
    "not tried": ("#d0d7de", ""),
}
_CELL, _NAMES, _TOP = 30, 160, 46  # pixels


class Collected(NamedTuple):
    """What became of the files of a folder.

    Attributes:
        learners: The verdicts of each learner, by exercise.
        passed_over: Names of files that are no learner's progress.
    """

    learners: Mapping[str, Mapping[str, str]]
    passed_over: list[str]


def collect(folder: Path) -> Collected:
    """Read each learner's progress; write `TABLE` and `PICTURE` beside.

    A learner is named by the folder that holds a `paynet_progress.json`, or by any
    other name that the file was given.

    Raises:
        ConfigurationError: No progress is there, or the two cannot be written.
    """
    learners: dict[str, Mapping[str, str]] = {}
    passed_over = []
    for path in sorted(folder.rglob("*.json")):
        verdicts = _verdicts(path)
        beside = path.relative_to(folder)
        if verdicts is None:
            passed_over.append(str(beside))
            continue
        own = beside.parent if path.name == FILE else beside.with_suffix("")
        learners[own.as_posix()] = verdicts
    if not learners:
        raise ConfigurationError(
            f"{folder} holds no progress; put each learner's {FILE} there, in a folder "
            "or under a name of the learner's"
        )
    try:
        _write_table(folder / TABLE, learners)
        (folder / PICTURE).write_text(_picture(learners), "utf-8")
    except OSError as error:
        told = (error.strerror or "").lower()
        raise ConfigurationError(f"{folder} cannot be written to: {told}") from None
    return Collected(learners, passed_over)


def _verdicts(path: Path) -> dict[str, str] | None:
    """Read the verdict of each exercise; None: this is no learner's progress."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        kept = json.loads(path.read_bytes())["exercises"]
        found = {
            name: one.get("verdict")
            for name, one in kept.items()
            if _EXERCISE.fullmatch(name)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return {
        name: verdict if verdict in _LOOKS else "not tried"
        for name, verdict in found.items()
        if isinstance(verdict, str | None)
    }


def _exercises(learners: Mapping[str, Mapping[str, str]]) -> list[str]:
    """List the exercises that somebody tried, in the course's order."""
    return sorted({name for verdicts in learners.values() for name in verdicts})


def _write_table(path: Path, learners: Mapping[str, Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        exercises = _exercises(learners)
        rows.writerow(["learner", "right", *exercises])
        for name, verdicts in learners.items():
            right = sum(one == "right" for one in verdicts.values())
            # A name that a spreadsheet would take for a formula.
            safe = f"'{name}" if name.startswith(tuple("=+-@")) else name
            told = [verdicts.get(one, "not tried") for one in exercises]
            rows.writerow([safe, right, *told])


def _picture(learners: Mapping[str, Mapping[str, str]]) -> str:
    """Draw a row a learner and a column an exercise."""
    exercises = _exercises(learners)
    width = _NAMES + _CELL * len(exercises) + 10
    height = _TOP + _CELL * (len(learners) + 1)
    drawn = [
        _text(_NAMES + _CELL * column + 3, _TOP - 8, name)
        for column, name in enumerate(exercises)
    ]
    for row, (name, verdicts) in enumerate(learners.items()):
        top = _TOP + _CELL * row
        drawn.append(_text(4, top + 19, name[-22:]))
        for column, exercise in enumerate(exercises):
            verdict = verdicts.get(exercise, "not tried")
            fill, sign = _LOOKS[verdict]
            left = _NAMES + _CELL * column
            drawn.append(
                f'<rect x="{left}" y="{top}" width="28" height="28" rx="3" '
                f'fill="{fill}"><title>{escape(f"{name}: {exercise} {verdict}")}'
                f"</title></rect>{_text(left + 9, top + 19, sign, 'white')}"
            )
    legend = "\N{CHECK MARK} right   ! not yet   empty: not tried"
    drawn.append(_text(4, height - 8, legend))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'role="img" font-family="sans-serif" font-size="12">'
        f"<title>Progress of {len(learners)} learners</title>"
        f'<rect width="100%" height="100%" fill="white"/>{"".join(drawn)}</svg>\n'
    )


def _text(left: int, base: int, text: str, fill: str = "black") -> str:
    return f'<text x="{left}" y="{base}" fill="{fill}">{escape(text)}</text>'
