"""Lesson 04: five patients, each a scenario to be named from the history."""

from __future__ import annotations

from collections.abc import Callable

from paynet_nb.course.evidence import Evidence
from paynet_nb.course.exercise import NOT_TRIED, RIGHT, Exercise, Judged, not_yet


def _patient(seed: int, look: str) -> Callable[[Evidence, object], Judged]:
    def judge(evidence: Evidence, answer: object) -> Judged:
        if answer is None:
            return NOT_TRIED
        known = {name for box in evidence.boxes for name in box.scenarios}
        patients = [
            mystery
            for box in evidence.boxes
            for mystery in box.mysteries
            if mystery.seed == seed
        ]
        if not patients:
            return not_yet(f"Patient {seed} was not here yet: box.mystery({seed}).")
        if patients[-1].is_it(str(answer)):
            return RIGHT
        words = str(answer).strip().lower().replace(" ", "-").replace("_", "-")
        if words not in known:
            return not_yet("That is no scenario's name: box.scenarios lists them all.")
        return not_yet(look)

    return judge


def _case(seed: int, title: str, look: str, hint: str, name: str, why: str) -> Exercise:
    return Exercise(
        id=f"04.{seed}",
        kind="diagnosed",
        title=title,
        task=f'Name patient {seed} by the history: check("04.{seed}", "a scenario").',
        hints=(
            "Which request failed, the token's or the call? box.scenarios has names.",
            hint,
        ),
        solution=f'check("04.{seed}", "{name}")',
        why=why,
        judge=_patient(seed, look),
    )


EXERCISES = (
    _case(
        *(1, "Patient 1: the closed door"),
        "Not this: a token was given, and no second one. What says the call's status?",
        "403 is not 401: the gateway knows who you are.",
        "api-403",
        "A new token does not help here: ask PayNet which APIs your key may call.",
    ),
    _case(
        *(2, "Patient 2: a strange welcome"),
        "Not this: the token request came back with 200, and no token. What came?",
        "Look at the Content-Type of the token's answer.",
        "token-html",
        "A web page in a token's place comes from your own network: ask its people.",
    ),
    _case(
        *(3, "Patient 3: twice no"),
        "Not this: count the token requests, and look at attempt 2. Did it help?",
        "The new token was refused like the old one: it is not the token's fault.",
        "api-401",
        "Where a new token does not help, stop renewing: ask about the key.",
    ),
    _case(
        *(4, "Patient 4: silence"),
        "Not this: is there a status at all? Read the column error.",
        "No answer came, and at once: nobody waited for it.",
        "api-reset",
        "After silence nobody knows what was done: ask before you send again.",
    ),
    _case(
        *(5, "Patient 5: no token"),
        "Not this: the token was refused. In whose words, OAuth's or PayNet's?",
        "The answer to the token request holds RJCT and API.007.",
        "token-paynet",
        "The same refusal can come in two languages: read the code, not its form.",
    ),
)
