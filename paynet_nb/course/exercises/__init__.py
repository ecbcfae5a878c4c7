"""The exercises of the course, one module a lesson, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from paynet_nb.course.exercise import Exercise
from paynet_nb.course.exercises import (
    calls,
    clinic,
    life,
    reading,
    renewal,
    signatures,
    start,
    totals,
)

_LESSONS = (start, renewal, reading, calls, clinic, signatures, totals, life)

EXERCISES: Mapping[str, Exercise] = {
    one.id: one for lesson in _LESSONS for one in lesson.EXERCISES
}
