"""Lesson 07: a payment from start to notification, and one whose answer was lost."""

from __future__ import annotations

import re

from paynet_nb.course.evidence import Evidence, came, query_of, sent
from paynet_nb.course.exercise import NOT_TRIED, RIGHT, Exercise, Judged, not_yet
from paynet_nb.wire import Call

PAY, STATUS = "/payments/redirect", "/payments/payment/status"
_SEVENTH, _EIGHTH = "00000007", "00000008"
_ENDED = frozenset({"CLEARED", "REJECT"})


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


def _told_of(evidence: Evidence, code: str) -> set[str]:
    """Give the payments of which a notification said *code*."""
    told = [sent(call) for call in evidence.calls if call.kind == "notification"]
    infos = [one.get("Notification", {}).get("EventInfo", {}) for one in told]
    return {
        str(one.get("EndToEndID"))
        for one in infos
        if one.get("PaymentStatus", {}).get("Code") == code
    }


def _to_the_notification(evidence: Evidence, _answer: object) -> Judged:
    refused = _told_of(evidence, "RJCT")
    asked = {
        query_of(call).get("endToEndId")
        for call in evidence.to(STATUS)
        if came(call).get("transactionStatus") == "REJECT"
    }
    if refused & asked:
        return RIGHT
    if refused:
        return not_yet(
            "The notification is there. It may be forged: ask for the status."
        )
    payments = _payments(evidence, _SEVENTH)
    if not payments:
        return NOT_TRIED
    if not any(call.outcome == "good" for call in payments):
        return not_yet("Payment 7 was not accepted: look at its codes.")
    if any(name.endswith(_SEVENTH) for name in _told_of(evidence, "ACSP")):
        return not_yet("Payment 7 was approved. Take another number, and refuse it.")
    states = {
        came(look).get("transactionStatus") for look in _looks(evidence, _SEVENTH)
    }
    if states & _ENDED:
        return not_yet(
            "Payment 7 was decided at the second look, before anybody pressed. Take "
            "another number, and refuse that one before you ask for its status."
        )
    return not_yet("No notification says RJCT: the customer refuses it at the bank.")


def _was_it_made(evidence: Evidence, answer: object) -> Judged:
    if answer is None:
        return NOT_TRIED
    if not any(call.error for call in _payments(evidence, _EIGHTH)):
        return not_yet("The answer to payment 8 is not lost yet: run the cell above.")
    looks = [call for call in _looks(evidence, _EIGHTH) if call.status == 200]
    if not looks:
        return not_yet("Do not guess: ask for the status of payment 8 first.")
    made = "transactionStatus" in came(looks[-1])
    words = {*re.findall("[a-z]+", str(answer).lower())}
    no, yes = bool(words & _NO), bool(words & _YES)
    if no != yes and yes == made:
        return RIGHT
    return not_yet("Read the reason in the answer to your question, and its meaning.")


_YES, _NO = {"yes", "true", "y"}, {"no", "false", "n", "not"}

EXERCISES = (
    Exercise(
        id="07.1",
        kind="done",
        title="From start to notification",
        task="Make payment 7, refuse it as the customer, and confirm the notification.",
        hints=(
            'box.example("payment", 7), then box.press(its endToEndId, "refuse").',
            "A notification says RJCT then. Only a status call makes sure: status_of.",
        ),
        solution="""\
payment = box.example("payment", 77)  # a new one, whatever became of payment 7
client.post(PAY, json=payment)
box.press(payment["endToEndId"], "refuse")
status_of(payment, 71)
check("07.1")""",
        why="A notification says when to look; the status call says what is true.",
        judge=_to_the_notification,
    ),
    Exercise(
        id="07.2",
        kind="diagnosed",
        title="The lost answer",
        task='Payment 8 had no answer. Was it made? check("07.2", "yes" or "no")',
        hints=(
            "Ask for its status, as you did for payment 1.",
            "U106 says that the gateway knows no such payment.",
        ),
        solution="""\
status_of(lost, 81).codes_in_words
check("07.2", "no")""",
        why="Who sends again without asking pays twice; who never asks may never pay.",
        judge=_was_it_made,
    ),
)
