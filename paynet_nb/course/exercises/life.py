"""Lesson 07: a payment to its end, and one whose answer was lost."""

from __future__ import annotations

from paynet_nb.course.evidence import Evidence, came, query_of, sent
from paynet_nb.course.exercise import NOT_TRIED, RIGHT, Exercise, Judged, not_yet
from paynet_nb.wire import Call

PAY, STATUS = "/payments/redirect", "/payments/payment/status"
_SEVENTH, _EIGHTH = "00000007", "00000008"


def _payments(evidence: Evidence, number: str) -> list[Call]:
    return [
        call
        for call in evidence.to(PAY, method="POST")
        if str(sent(call).get("endToEndId", "")).endswith(number)
    ]


def _looks(evidence: Evidence, number: str) -> list[Call]:
    return [
        call
        for call in evidence.to(STATUS)
        if query_of(call).get("endToEndId", "").endswith(number)
    ]


def _to_its_end(evidence: Evidence, _answer: object) -> Judged:
    payments, looks = _payments(evidence, _SEVENTH), _looks(evidence, _SEVENTH)
    states = [came(call).get("transactionStatus") for call in looks]
    if "CLEARED" in states and any(call.outcome == "good" for call in payments):
        return RIGHT
    if not (payments or looks):
        return NOT_TRIED
    if not any(call.outcome == "good" for call in payments):
        return not_yet("Payment 7 was not accepted: look at its codes.")
    if not looks:
        return not_yet("Payment 7 is taken. Now ask for its status.")
    if "RECEIVED" in states:
        return not_yet("RECEIVED is on its way, not at its end: ask once more.")
    return not_yet("The question was refused: its endToEndId must be the payment's.")


def _was_it_made(evidence: Evidence, answer: object) -> Judged:
    if answer is None:
        return NOT_TRIED
    if not any(call.error for call in _payments(evidence, _EIGHTH)):
        return not_yet("The answer to payment 8 is not lost yet: run the cell above.")
    looks = [call for call in _looks(evidence, _EIGHTH) if call.status == 200]
    if not looks:
        return not_yet("Do not guess: ask for the status of payment 8 first.")
    made = "transactionStatus" in came(looks[-1])
    said = str(answer).strip().lower()
    if said in ({"yes", "true", "made", "y"} if made else _NO):
        return RIGHT
    return not_yet("Read the reason in the answer to your question, and its meaning.")


_NO = {"no", "false", "not made", "n", "it was not made"}

EXERCISES = (
    Exercise(
        id="07.1",
        kind="done",
        title="From start to end",
        task="Make payment 7, and ask for its status until it is CLEARED.",
        hints=(
            'box.example("payment", 7) is its body; status_of asks.',
            "At the first look it is RECEIVED: look twice.",
        ),
        solution="""\
payment = box.example("payment", 7)
client.post(PAY, json=payment)
status_of(payment, 71)
status_of(payment, 72)
check("07.1")""",
        why="Accepted is a promise, CLEARED is money: only then deliver the goods.",
        judge=_to_its_end,
    ),
    Exercise(
        id="07.2",
        kind="diagnosed",
        title="The lost answer",
        task='Payment 8 had no answer. Was it made? check("07.2", "yes" or "no")',
        hints=(
            "Ask for its status, as you did for payment 7.",
            "U106 says that the gateway knows no such payment.",
        ),
        solution="""\
status_of(lost, 81).codes_in_words
check("07.2", "no")""",
        why="Who sends again without asking pays twice; who never asks may never pay.",
        judge=_was_it_made,
    ),
)
