"""Lesson 03: a no under 200 OK, and a yes."""

from __future__ import annotations

import re

from paynet_nb.course.evidence import Evidence
from paynet_nb.course.exercise import NOT_TRIED, RIGHT, Exercise, Judged, not_yet
from paynet_nb.wire import Call

PAY = "/payments/redirect"
_CODE = re.compile(r"\b[A-Z]+\.?[0-9]{3,}\b")  # U112, API.001
LESSONS_OWN = "refused payment"


def _no_under_200(evidence: Evidence, answer: object) -> Judged:
    if answer is None:
        return NOT_TRIED
    found = [c for c in evidence.calls if c.status == 200 and c.outcome == "refused"]
    if not found:
        return not_yet(
            "No call of yours was refused under 200 yet: run the cells above."
        )
    said = str(answer).strip().upper()
    named = {*_CODE.findall(said)}
    if len(named) > 1:
        return not_yet("Give one code: which of the four came with 200?")
    if named & {call.reason for call in found}:
        return RIGHT
    if "RJCT" in said:
        return not_yet("RJCT says that it was refused; the code beside it says why.")
    if any(status in said for status in ("200", "401", "404")):
        return not_yet("That is an HTTP status: look in the column reason.")
    return not_yet("That code is another no's: which of the four came with 200?")


def _good_payment(evidence: Evidence, _answer: object) -> Judged:
    payments = evidence.to(PAY, method="POST")
    if any(call.outcome == "good" for call in payments):
        return RIGHT
    by_hand = [seen for box in evidence.boxes for seen in box.requests]
    if any(one.path.endswith(PAY) and one.outcome == "good" for one in by_hand):
        return RIGHT
    tried = [call for call in payments if call.label != LESSONS_OWN]
    return not_yet(_what_was_wrong(tried[-1])) if tried else NOT_TRIED


def _what_was_wrong(call: Call) -> str:
    if call.reason == "U149":
        return "Its IDs served before: take another number in box.example."
    why = call.codes_in_words or call.answer_in_words
    return f"Your last payment was not accepted: {why}."


EXERCISES = (
    Exercise(
        id="03.1",
        kind="diagnosed",
        title="The no that looks like a yes",
        task="One no came under 200 OK. Give its reason code, as the history has it.",
        hints=(
            "client.history.to_frame() has a column status, and a column reason.",
            "Take the row with status 200 and outcome refused.",
        ),
        solution='check("03.1", "U112")',
        why="A program that looks at the status alone takes this payment for paid.",
        judge=_no_under_200,
    ),
    Exercise(
        id="03.2",
        kind="done",
        title="A payment that is good",
        task="Make a payment that PayNet's code accepts.",
        hints=(
            "Only one thing is wrong with the payment above: what did U112 say?",
            'box.example("payment", 8) has an amount that is accepted.',
        ),
        solution="""\
path = "/merchants/v1/payments/redirect"
client.post(path, json=box.example("payment", 8))
check("03.2")""",
        why="ACSP is accepted, not yet paid: lesson 07 follows a payment to its end.",
        judge=_good_payment,
    ),
)
