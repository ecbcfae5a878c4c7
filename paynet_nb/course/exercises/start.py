"""Lesson 00: a call, its history, and the next page."""

from __future__ import annotations

from paynet_nb.course.evidence import Evidence, came, query_of
from paynet_nb.course.exercise import (
    NOT_TRIED,
    RIGHT,
    Exercise,
    Judged,
    not_yet,
    predicted,
)

BANKS = "/payments/lists/bank"


def _rows_by_the_first_call(evidence: Evidence) -> int | None:
    for history in evidence.histories:
        kinds = [call.kind for call in history]
        if "call" in kinds:
            return kinds.index("call") + 1
    return None


def _second_page(evidence: Evidence, _answer: object) -> Judged:
    pages = [call for call in evidence.to(BANKS) if "pageKey" in query_of(call)]
    if any(call.outcome == "good" and came(call).get("banks") for call in pages):
        return RIGHT
    by_hand = [
        seen
        for box in evidence.boxes
        for seen in box.requests
        if seen.path.endswith(BANKS) and "pageKey" in seen.query
    ]
    if not pages and any(seen.status == 200 for seen in by_hand):
        return RIGHT
    if any(call.reason == "U149" for call in pages):
        return not_yet('Each page wants IDs of its own: box.example("bank list", 2).')
    if pages or by_hand:
        return not_yet("A pageKey went out, and the answer has no banks: read it.")
    names = {name.lower() for c in evidence.to(BANKS) for name in query_of(c)}
    if names & {"pagekey", "page_key", "page"}:
        return not_yet("The name of the field is pageKey, letter by letter.")
    return NOT_TRIED


EXERCISES = (
    Exercise(
        id="00.1",
        kind="predicted",
        title="Rows of a history",
        task="How many rows has the history after your first call?",
        hints=(
            "A call needs something before it can be made.",
            "Who asked for the token? That was an exchange, too.",
        ),
        solution='check("00.1", 2)',
        why="The token request is an exchange, too: you never wrote it, but it counts.",
        judge=predicted(
            _rows_by_the_first_call,
            "Another number: what had to be sent before the call could be?",
        ),
    ),
    Exercise(
        id="00.2",
        kind="done",
        title="The second page",
        task="Get the second page of banks.",
        hints=(
            "The answer holds a pageKey: send it along in params, with new IDs.",
            '{**box.example("bank list", 2), "pageKey": key} are good params.',
            'The key is banks.json()["pageKey"].',
        ),
        solution="""\
key = banks.json()["pageKey"]
ids = {**box.example("bank list", 2), "pageKey": key}
client.get("/merchants/v1/payments/lists/bank", params=ids)
check("00.2")""",
        why="Who stops at page one misses most of the banks, and no error tells.",
        judge=_second_page,
    ),
)
