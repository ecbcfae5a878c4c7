"""The course: check a learner's steps, help with them, keep how far they are.

from paynet_nb.course import check, hint, solution, progress
"""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.course.asking import (
        check as check,
        hint as hint,
        progress as progress,
        solution as solution,
    )
    from paynet_nb.course.exercises import EXERCISES as EXERCISES
    from paynet_nb.course.kept import FILE as FILE, Kept as Kept
    from paynet_nb.course.shown import Progress as Progress
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "asking": "check hint progress solution",
            "exercises": "EXERCISES",
            "kept": "FILE Kept",
            "shown": "Progress",
        },
    )
