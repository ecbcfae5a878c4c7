"""How far a learner is, in a file of the learner's folder."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paynet_nb.course.exercise import Judged, number_in

FILE = "paynet_progress.json"
_FORMAT = 1
_LONGEST_NUMBER = 12


class Kept:
    """The progress of one learner: verdicts, counts, and predictions that are numbers.

    Nothing else of an answer is written, since it may be anything, a secret too. What
    was right once stays right. Where the folder cannot be written to, verdicts are
    given all the same.

    Args:
        folder: Where the file is; default: the folder that the notebook runs in.

    Attributes:
        problem: Why it could not be written; "": it was.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or Path()) / FILE
        self._all = _read(self._path)
        self.problem = ""

    def of(self, exercise: str) -> dict[str, Any]:
        """Give what is kept of an exercise: verdict, tries, hints, answer, right_at."""
        kept = self._all.get(exercise, {})
        return kept if isinstance(kept, dict) else {}

    def verdict(self, exercise: str) -> str:
        """Give the best verdict so far."""
        return str(self.of(exercise).get("verdict", "not tried"))

    def verdicts(self) -> dict[str, str]:
        """Give the best verdict on each exercise that was tried."""
        tried = {name: self.verdict(name) for name in self._all}
        return {name: one for name, one in tried.items() if one != "not tried"}

    def count(self, exercise: str, what: str) -> int:
        """Give how many "tries" or "hints" there were."""
        found = self.of(exercise).get(what, 0)
        return found if isinstance(found, int) else 0

    def add_try(self, exercise: str, judged: Judged, answer: object) -> None:
        """Keep a verdict; of the answer only a number, to take it up later."""
        if judged.state == "not tried":
            return
        now: dict[str, Any] = {"tries": self.count(exercise, "tries") + 1}
        if self.verdict(exercise) != "right":
            now["verdict"] = judged.state
            if judged.state == "right":
                now["right_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        number = number_in(answer)
        if number is not None and len(str(number)) <= _LONGEST_NUMBER:
            now["answer"] = str(number)
        self._add(exercise, now)

    def add_hint(self, exercise: str, number: int) -> None:
        """Keep that the hints up to *number* were seen."""
        most = max(number, self.count(exercise, "hints"))
        self._add(exercise, {"hints": most})

    def _add(self, exercise: str, now: dict[str, Any]) -> None:
        # Read anew: another lesson's kernel may have written meanwhile.
        self._all = _read(self._path)
        self._all[exercise] = {**self.of(exercise), **now}
        whole = {"format": _FORMAT, "exercises": dict(sorted(self._all.items()))}
        beside = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            beside.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
            # In one step, so that no reader meets half a file.
            beside.replace(self._path)
        except OSError as error:
            self.problem = (error.strerror or type(error).__name__).lower()


def _read(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text("utf-8"))
        found = read["exercises"]
    except (OSError, ValueError, KeyError, TypeError):
        # None yet, or a damaged one: the verdicts can be had again by the checks.
        return {}
    return found if isinstance(found, dict) else {}
