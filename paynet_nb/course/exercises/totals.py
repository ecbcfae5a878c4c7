"""Lesson 06: ask a history; add money up."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from paynet_nb.course.evidence import Evidence, sent
from paynet_nb.course.exercise import (
    NOT_TRIED,
    RIGHT,
    Exercise,
    Judged,
    not_yet,
    number_in,
)
from paynet_nb.wire import Call

PAY = "/payments/redirect"


def _fails_most(evidence: Evidence, answer: object) -> Judged:
    if answer is None:
        return NOT_TRIED
    bad = Counter(c.path for c in evidence.calls if c.outcome in ("failed", "refused"))
    if not bad:
        return not_yet("Nothing has failed yet: run the cells above, then this one.")
    most = max(bad.values())
    worst = [path for path, number in bad.items() if number == most]
    named = {path for path in bad if _names(str(answer), path)}
    if len(named) > 1:
        return not_yet("Give one path, the one that fails most.")
    if named & {*worst}:
        return RIGHT
    if named:
        return not_yet("That one fails, too, but another one more often: count.")
    return not_yet("Give the path as in summary(); count failed and refused together.")


def _names(answer: str, path: str) -> bool:
    """Tell whether a word of an answer is a path, its whole end, or its URL."""
    words = (urlsplit(word).path.strip("/").lower() for word in answer.split())
    return any(f"/{path.lower()}".endswith(f"/{word}") for word in words if word)


def _total_accepted(evidence: Evidence, answer: object) -> Judged:
    if answer is None:
        return NOT_TRIED
    payments = evidence.to(PAY, method="POST")
    accepted = [call for call in payments if call.outcome == "good"]
    if not accepted:
        return not_yet("No payment was accepted yet: run the cells above.")
    said = number_in(answer)
    if said is None:
        return not_yet("Give the sum as Decimal or as text, to the sen.")
    due = sum(map(_amount, accepted), Decimal(0))
    if said == due:
        return RIGHT
    if said == sum(map(_amount, payments), Decimal(0)):
        return not_yet("That counts the refused payments, too: no money moved there.")
    if abs(said - due) < Decimal("0.01"):
        return not_yet(
            "Nearly: that is a float's sum. Turn the text into Decimal first."
        )
    return not_yet("Another sum: take the payments whose outcome is good.")


def _amount(call: Call) -> Decimal:
    try:
        return Decimal(str(sent(call).get("amount", "0")))
    except InvalidOperation:
        return Decimal(0)


EXERCISES = (
    Exercise(
        id="06.1",
        kind="diagnosed",
        title="Which endpoint fails most?",
        task="Give the path of the endpoint that fails most: failed and refused count.",
        hints=(
            "client.history.summary() has one row for each endpoint.",
            "Add the columns failed and refused, and take the largest.",
        ),
        solution="""\
summary = client.history.summary()
worst = (summary["failed"] + summary["refused"]).idxmax()
check("06.1", summary.loc[worst, "path"])""",
        why="A page of 200s can hide it: a refusal under 200 is a failure of your day.",
        judge=_fails_most,
    ),
    Exercise(
        id="06.2",
        kind="diagnosed",
        title="To the sen",
        task="What is the sum of the payments that were accepted?",
        hints=(
            'paid has your amounts beside the column outcome: take the "good" ones.',
            "Decimal counts as people do: map the amounts to it, then sum.",
        ),
        solution="""\
good = paid[paid["outcome"] == "good"]
check("06.2", good["amount"].map(Decimal).sum())""",
        why="One float in a sum of money is a difference that somebody must look for.",
        judge=_total_accepted,
    ),
)
